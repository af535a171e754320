-- Who may do what: staff accounts, their sessions, keys of devices and integrations, and the brake on guessing.
-- Secrets are never stored: passwords as argon2id (PHC string), session tokens and keys as SHA-256.

create table accounts (
  id text primary key,
  name text not null,
  display_name text not null,
  password_hash text not null,
  roles text[] not null,
  party text,
  areas text[] not null default '{}',
  disabled boolean not null default false,
  must_change_password boolean not null default false,
  last_sign_in_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
-- Sign-in names do not tell capitals apart.
create unique index accounts_by_name on accounts (lower(name));

create table sessions (
  token_sha256 bytea primary key,
  account_id text not null references accounts (id) on delete cascade,
  created_at timestamptz not null,
  -- Written at most once a minute; the session ends when nobody used it for long enough.
  last_seen_at timestamptz not null,
  expires_at timestamptz not null
);
create index sessions_by_account on sessions (account_id);

create table api_keys (
  id text primary key,
  name text not null,
  secret_sha256 bytea not null unique,
  -- The first characters, so that people can tell which key they hold.
  hint text not null,
  roles text[] not null,
  party text,
  areas text[] not null default '{}',
  thing_ids bigint[],
  created_by text,
  created_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);

-- One row per account name or address with recent failures: `account:<name>`, `address:<ip>`.
create table sign_in_failures (
  subject text primary key,
  failures integer not null,
  last_failure_at timestamptz not null
);

-- Counts every change that can alter what a caller may do, from whichever process or hand it comes: a process keeps verified
-- callers in memory only as long as this number stands still.
create table people_revision (only_row boolean primary key default true check (only_row), revision bigint not null);
insert into people_revision (revision) values (1);

create function people_changed() returns trigger language plpgsql as $$
begin
  update people_revision set revision = revision + 1;
  return null;
end $$;

create trigger accounts_changed
  after delete or truncate or update of roles, party, areas, display_name, disabled, must_change_password on accounts
  for each statement execute function people_changed();
create trigger api_keys_changed
  after delete or truncate or update of secret_sha256, roles, party, areas, thing_ids, revoked_at on api_keys
  for each statement execute function people_changed();
create trigger sessions_changed
  after delete or truncate on sessions
  for each statement execute function people_changed();
