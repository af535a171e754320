-- The identity vault: the only place of the database where somebody's name, phone or address is, and there only sealed with a key
-- that is not in the database. A schema of its own, so that a database role can be kept out of it with one REVOKE.
create schema vault;

create table vault.people (
  pseudonym text primary key,
  -- report, booking, call or care: decides how long it is kept
  purpose text not null,
  -- which vault key sealed data_key
  key_id text not null,
  -- this person's own key, sealed with the vault key: without this row the fields are noise, also in old copies of their pages
  data_key bytea not null,
  -- HMAC of the number's last ten digits with a key derived from the vault key; finds a caller's earlier cases
  phone_index bytea,
  since timestamptz not null,
  -- null while what it is kept for goes on
  keep_until timestamptz
);
create index people_by_phone on vault.people (phone_index, since desc) where phone_index is not null;
create index people_due on vault.people (keep_until) where keep_until is not null;
create index people_by_key on vault.people (key_id);

-- AES-256-GCM: 12 bytes nonce, content, 16 bytes tag; bound to pseudonym and field.
create table vault.fields (
  pseudonym text not null references vault.people (pseudonym) on delete cascade,
  field text not null,
  content bytea not null,
  primary key (pseudonym, field)
);

-- What is left of data that are gone.
create table vault.tombstones (
  pseudonym text primary key,
  erased_at timestamptz not null,
  reason text not null
);

-- Who looked. Outlives the data, because the person may still ask; names staff, never the person.
create table vault.accesses (
  id bigint generated always as identity primary key,
  pseudonym text not null,
  at timestamptz not null,
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  party text,
  purpose text not null,
  case_id text,
  fields text[] not null
);
create index accesses_by_pseudonym on vault.accesses (pseudonym, id);

create table vault.consents (
  id text primary key,
  pseudonym text not null,
  scope text not null,
  given_at timestamptz not null,
  expires_at timestamptz not null,
  withdrawn_at timestamptz,
  withdrawn_by text,
  given text not null,
  recorded_by text not null
);
create index consents_by_pseudonym on vault.consents (pseudonym);
