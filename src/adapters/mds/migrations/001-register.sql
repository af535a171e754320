-- What operators register by MDS. No id of a vehicle is written down: `vehicle` is an HMAC of the operator's device_id with a secret of
-- this register, and `sealed` can be opened only by who brings that device_id again.
create table mds_secret (
  only_one boolean primary key default true check (only_one),
  secret bytea not null
);

create table mds_vehicles (
  operator text not null,
  vehicle bytea not null,
  sealed bytea not null,
  primary key (operator, vehicle)
);

create table mds_stops (
  operator text not null,
  stop_id uuid not null,
  stop jsonb not null,
  primary key (operator, stop_id)
);

-- Bikes picked up for a ticket, so that each counts once however often it is told. The name holds for this one ticket only.
create table mds_pick_ups (
  operator text not null,
  ticket text not null,
  vehicle bytea not null,
  at timestamptz not null,
  primary key (operator, ticket, vehicle)
);

-- Geographies, policies and jurisdictions as they were published. A published document never changes; its successor names it.
create table mds_documents (
  id uuid primary key,
  kind text not null check (kind in ('geography', 'policy', 'jurisdiction')),
  -- What it is about, the same for a document and its successors.
  subject text not null,
  document jsonb not null,
  published_at timestamptz not null,
  retired_at timestamptz
);
create unique index mds_documents_one_in_force on mds_documents (kind, subject) where retired_at is null;
