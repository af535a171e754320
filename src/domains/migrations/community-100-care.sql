-- Care: who agreed to be looked after, under which rule, until when. Who they are and where they live is the vault's business; here is
-- a pseudonym, the cell, and the opaque number of a meter. All of a person's rows go the moment their consent ends.
create table community_care_enrolments (
  id text primary key,
  pseudonym text not null,
  -- The vault's consent under which this is watched; without a valid one nothing is judged.
  consent_id text not null unique,
  rule text not null,
  carer_account text not null,
  carer_name text not null,
  carer_party text not null,
  cell text not null,
  -- A point drawn at random in the cell: where a case of it is said to be.
  shown_longitude float8 not null,
  shown_latitude float8 not null,
  meter bigint,
  since timestamptz not null,
  expires_at timestamptz not null,
  -- The person said they would be away until then.
  away_until timestamptz,
  -- When somebody last found them well.
  seen_at timestamptz
);
create index community_care_enrolments_by_pseudonym on community_care_enrolments (pseudonym);

-- Worries that stand or whose end casework has not been told yet.
create table community_care_concerns (
  key text primary key,
  enrolment_id text not null,
  finding jsonb not null,
  -- Casework has it.
  raised boolean not null default false
);
