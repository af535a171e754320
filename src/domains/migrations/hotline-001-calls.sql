-- One row per call, from ringing to the caller having been told. Who called is a pseudonym of the vault; what was said is the receipt's.
CREATE TABLE hotline_calls (
  id text PRIMARY KEY,
  client_id text UNIQUE,
  line text,
  rang_at timestamptz NOT NULL,
  answered_at timestamptz,
  ended_at timestamptz,
  taken_by text,
  taken_by_name text,
  contact text,
  -- From here on: what it came to.
  filed_at timestamptz,
  category text,
  class text,
  class_reason text,
  receipt_code text,
  reference text,
  case_id text,
  district text,
  community text,
  -- The first receiver: it leads and answers for the rates, whoever joins later.
  party text,
  promised_at timestamptz,
  settled_at timestamptz,
  told_at timestamptz,
  told_by text,
  attempts integer NOT NULL DEFAULT 0,
  solved boolean,
  satisfied integer CHECK (satisfied BETWEEN 1 AND 5)
);
CREATE INDEX hotline_calls_by_time ON hotline_calls (rang_at);
CREATE INDEX hotline_calls_by_case ON hotline_calls (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX hotline_calls_ringing ON hotline_calls (rang_at) WHERE answered_at IS NULL AND ended_at IS NULL;
CREATE INDEX hotline_calls_to_tell ON hotline_calls (settled_at) WHERE settled_at IS NOT NULL AND told_at IS NULL;
