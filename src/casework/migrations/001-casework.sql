-- Casework. `case_events` is the truth: one chain for the whole city, written once. Everything under "read model" is computed from it
-- and can be thrown away and rebuilt.

create table case_events (
  sequence bigint primary key,
  case_id text not null,
  at timestamptz not null,
  actor jsonb not null,
  type text not null,
  from_state text,
  to_state text,
  details jsonb not null,
  previous text not null,
  hash text not null unique
);
create index case_events_case on case_events (case_id, sequence);
create index case_events_at on case_events (at);

create function refuse_rewriting() returns trigger language plpgsql as $$
begin
  raise exception 'The ledger is written once: % on % is refused.', tg_op, tg_table_name using errcode = '42501';
end
$$;
create trigger case_events_written_once before update or delete on case_events for each row execute function refuse_rewriting();
create trigger case_events_not_emptied before truncate on case_events for each statement execute function refuse_rewriting();

-- The end of the chain. Whoever writes a case locks this row first, so that sequence, time and hash have one order in the whole city.
create table ledger_head (
  id boolean primary key default true check (id),
  sequence bigint not null,
  hash text not null,
  at timestamptz not null
);
insert into ledger_head (sequence, hash, at) values (0, repeat('0', 64), 'epoch');

create table ledger_roots (
  date date primary key,
  first_sequence bigint not null,
  last_sequence bigint not null,
  root text not null
);
create trigger ledger_roots_written_once before update or delete on ledger_roots for each row execute function refuse_rewriting();

-- The rules under which events were written, by the hash that a `rules.adopted` event carries.
create table rule_snapshots (
  sha256 text primary key,
  rules jsonb not null
);

create table reference_counters (
  date date primary key,
  last integer not null
);

-- Findings that belong to no case yet: they open none by themselves, but a later finding may be drawn from them.
create table waiting_findings (
  finding_key text primary key,
  finding jsonb not null
);

-- Read model -----------------------------------------------------------------------------------------------------------------------

create table cases (
  id text primary key,
  reference text not null unique,
  case_class text not null,
  domain text not null,
  state text not null,
  is_open boolean not null,
  grade text not null,
  party text,
  cell text not null,
  community text not null,
  street text not null,
  district text not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  updated_at timestamptz not null,
  -- When time alone will change this case: an escalation or a verification by sensors. Null: never.
  next_due_at timestamptz,
  sequence bigint not null,
  record jsonb not null
);
create index cases_next_due on cases (next_due_at) where next_due_at is not null;
create index cases_open on cases (opened_at) where is_open;
create index cases_opened on cases (opened_at);
create index cases_updated on cases (updated_at);

create table work_orders (
  id text primary key,
  case_id text not null references cases on delete cascade,
  party text not null,
  crew text,
  state text not null,
  is_open boolean not null,
  issued_at timestamptz not null,
  finish_by timestamptz not null,
  work_order jsonb not null
);
create index work_orders_case on work_orders (case_id);
create index work_orders_party on work_orders (party, issued_at);
create index work_orders_open on work_orders (finish_by) where is_open;

create table reports (
  id text primary key,
  case_id text not null references cases on delete cascade,
  at timestamptz not null,
  source text not null,
  reporter jsonb not null,
  answered_at timestamptz,
  answer jsonb
);
create index reports_case on reports (case_id);

-- The case that a finding belongs to now.
create table case_findings (
  finding_key text primary key,
  case_id text not null references cases on delete cascade,
  cleared_at timestamptz
);
create index case_findings_case on case_findings (case_id);
