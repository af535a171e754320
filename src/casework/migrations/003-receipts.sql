-- Receipts: what residents hold in hand. A receipt belongs to one report; `reports` says in which case that report is now.
--
-- The code stands here in the clear, under a unique index. It has 45 random bits, so a plain hash of it could be turned back in an
-- hour and would hide nothing; who sends a report twice must be answered the same code again, which a hash cannot; and what a code
-- opens stands in this very row. Names and phone numbers do not: they are in the vault, under a key that is not in the database.
create table receipts (
  id text primary key,
  code text not null unique,
  -- Chosen by the sender: the same report sent twice is one receipt.
  client_id text not null unique,
  -- Held back as spam, filed as a report, or discarded.
  state text not null check (state in ('held', 'filed', 'discarded')),
  report_id text unique,
  -- The case it was filed in, and that case's reference; it may have gone on in another since.
  case_id text,
  reference text,
  reported_at timestamptz not null,
  written_at timestamptz,
  category text not null,
  longitude float8 not null,
  latitude float8 not null,
  accuracy_metres float8,
  address text,
  -- Without phone and identity numbers.
  description text not null,
  photos text[] not null,
  answers jsonb not null,
  joins text,
  -- Pseudonym of the vault.
  contact text,
  -- What the vault was last told: null while the matter goes on.
  contact_until timestamptz,
  language text not null,
  source text not null,
  media_url text,
  held_why text,
  judged_by text,
  judged_at timestamptz,
  comment text
);
create index receipts_contact on receipts (contact, reported_at) where contact is not null;
create index receipts_held on receipts (reported_at) where state = 'held';
create index receipts_reported on receipts (reported_at);

-- Photos that anyone may be shown who knows their key: those of filed receipts, and those that show what was done.
create table shown_photos (
  key text primary key
);

create index cases_community on cases (community, updated_at);
create index reports_at on reports (at);
