-- Findings as they stand, one row per key. `body` is the whole finding; the columns beside it are what is searched by.
create table findings (
  key text primary key,
  kind text not null,
  domain text not null,
  grade text not null,
  thing_id bigint,
  datastream_id bigint,
  since timestamptz not null,
  cleared_at timestamptz,
  -- phenomenonTime of the change that raised it and of the one that cleared it: when it was known to be there. Null: it still is.
  raised_change_at timestamptz not null,
  cleared_change_at timestamptz,
  body jsonb not null
);
create index findings_since on findings (since);
create index findings_datastream on findings (datastream_id, since);
create index findings_active on findings (key) where cleared_change_at is null;
-- What was active at an instant.
create index findings_known on findings using gist (tstzrange(raised_change_at, cleared_change_at));

-- Every change of every finding, in the order it was written: the history, and what is announced to casework.
create table finding_changes (
  sequence bigint generated always as identity primary key,
  key text not null,
  change text not null,
  grade text not null,
  at timestamptz not null,
  recorded_at timestamptz not null default now(),
  body jsonb not null,
  -- The same change judged again after a crash is the same row. A domain finding may rest on
  -- more without a change of grade, hence the digest of grade and basis.
  digest text not null,
  unique (key, at, change, digest)
);

-- Where detection stands: one row. `observation_id` is the last one judged among what was written, `memory` what the engine knew
-- after `memory_observation_id`, `announced` the last change that casework has taken.
create table detection_cursor (
  one boolean primary key default true check (one),
  observation_id bigint not null default 0,
  ticked_at timestamptz,
  announced bigint not null default 0,
  memory bytea,
  memory_observation_id bigint not null default 0
);
insert into detection_cursor default values;
