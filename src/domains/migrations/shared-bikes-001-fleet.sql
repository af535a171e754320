-- The shared-bike platform keeps what it cannot hear again: who stands where now, and the sightings since that was last written down.
-- Nothing here lets a trip be put together: a bike that moves has no place, a vehicle's name lasts one day, and sightings go as soon as
-- the fleet has been written down after them.

create table shared_bikes_secrets (
  date date primary key,
  secret bytea not null
);

-- One row per operator: its standing fleet in columns.
create table shared_bikes_fleet (
  operator text primary key,
  written_at timestamptz not null,
  -- Sightings up to this one are in it.
  sequence bigint not null,
  vehicles jsonb not null
);

create table shared_bikes_sightings (
  sequence bigint generated always as identity primary key,
  operator text not null,
  received_at timestamptz not null,
  -- A snapshot: who is not named in it is gone.
  is_whole_fleet boolean not null,
  batch jsonb not null
);

-- Counts per stand and quarter of an hour: what forecasts are made from.
create table shared_bikes_counts (
  stand text not null,
  at timestamptz not null,
  count integer not null,
  primary key (stand, at)
);

create table shared_bikes_ground_edits (
  id text primary key,
  at timestamptz not null,
  by text not null,
  holds_from timestamptz not null,
  change jsonb not null
);
create index shared_bikes_ground_edits_from on shared_bikes_ground_edits (holds_from);

-- Findings that stand, so that they go on and clear after a restart.
create table shared_bikes_findings (
  name text primary key,
  finding jsonb not null
);
