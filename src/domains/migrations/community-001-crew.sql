-- Everything a crew's phone has said was done, each exactly once; with the proof of place and time that came along.
CREATE TABLE community_actions (
  id uuid PRIMARY KEY,
  account text NOT NULL,
  account_name text NOT NULL,
  party text,
  kind text NOT NULL,
  target text NOT NULL,
  case_id text,
  cell text,
  -- The phone's clock, put right by the offset it had measured; never later than the arrival.
  done_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  longitude double precision,
  latitude double precision,
  accuracy_metres double precision,
  distance_metres double precision,
  flags text[] NOT NULL DEFAULT '{}',
  -- SHA-256 of each photo: the proof and the address of the photo are the same.
  photos text[] NOT NULL DEFAULT '{}',
  details jsonb NOT NULL DEFAULT '{}',
  -- Which run of the program took it up; without an outcome that run was interrupted.
  claimed_by text NOT NULL,
  claimed_at timestamptz NOT NULL,
  outcome jsonb
);
CREATE INDEX community_actions_of_case ON community_actions (case_id, done_at) WHERE case_id IS NOT NULL;
CREATE INDEX community_actions_of_cell ON community_actions (cell, done_at DESC) WHERE cell IS NOT NULL;
CREATE INDEX community_actions_of_account ON community_actions (account, done_at DESC);

-- Homes that somebody looks in on. Who lives there is the vault's business: here they are a pseudonym.
CREATE TABLE community_visits (
  id text PRIMARY KEY,
  pseudonym text NOT NULL,
  carer text NOT NULL,
  cell text NOT NULL,
  longitude double precision,
  latitude double precision,
  due_at timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('due', 'done', 'missed', 'cancelled')),
  settled_at timestamptz,
  settled_by text,
  note text,
  revision bigint NOT NULL
);
CREATE UNIQUE INDEX community_visits_one_due ON community_visits (pseudonym) WHERE state = 'due';
CREATE INDEX community_visits_of_carer ON community_visits (carer, state, due_at);

CREATE TABLE community_shifts (
  id text PRIMARY KEY,
  account text NOT NULL,
  account_name text NOT NULL,
  party text,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  -- To whom it was handed over, and what they must know.
  next_account text,
  next_name text,
  note text,
  read_at timestamptz
);
CREATE UNIQUE INDEX community_shifts_one_running ON community_shifts (account) WHERE ended_at IS NULL;
CREATE INDEX community_shifts_for ON community_shifts (next_account) WHERE read_at IS NULL;

CREATE SEQUENCE community_revisions;
