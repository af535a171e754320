-- Updates that others sent us: each stored once by its sender and its sender's number.
create table open311_received_updates (
  id text primary key,
  sender text not null,
  update_id text not null,
  request_id text not null,
  status text not null,
  description text not null,
  media_url text,
  -- Pseudonym of the vault.
  contact text,
  at timestamptz not null,
  received_at timestamptz not null,
  -- Null until the case has been told.
  told_at timestamptz,
  unique (sender, update_id)
);

-- Cases that are to be told to another server, and what became of it. One row per connection and case.
create table open311_outbox (
  connection text not null,
  case_id text not null,
  -- The word that lets us find our request again on the other side.
  mark text not null unique,
  state text not null check (state in ('waiting', 'sending', 'token', 'sent', 'given_up')),
  queued_at timestamptz not null,
  attempts integer not null default 0,
  next_at timestamptz not null,
  -- When the first attempt left whose fate is unknown; null: none did.
  unsure_since timestamptz,
  token text,
  remote_id text,
  sent_at timestamptz,
  problem text,
  primary key (connection, case_id)
);
create index open311_outbox_due on open311_outbox (connection, next_at) where state in ('waiting', 'sending', 'token');
create unique index open311_outbox_remote on open311_outbox (connection, remote_id) where remote_id is not null;

-- Requests and updates that we took from other servers, each once.
create table open311_pulled (
  connection text not null,
  kind text not null check (kind in ('request', 'update')),
  remote_id text not null,
  -- The receipt, or the case that was told.
  local_id text,
  first_seen_at timestamptz not null,
  done_at timestamptz,
  problem text,
  primary key (connection, kind, remote_id)
);

create table open311_connections (
  id text primary key,
  -- Everything up to here has been asked for.
  requests_until timestamptz,
  updates_until timestamptz,
  last_ok_at timestamptz,
  failures integer not null default 0,
  next_at timestamptz,
  problem text
);
