-- What of a slot is taken. The rules of the pack say how many it may be; the row is locked while one more is given away.
CREATE TABLE resident_services_slots (
  id text PRIMARY KEY,
  taken integer NOT NULL CHECK (taken >= 0)
);

-- The last number given at a place on a local day.
CREATE TABLE resident_services_queues (
  place text NOT NULL,
  day date NOT NULL,
  last_number integer NOT NULL,
  PRIMARY KEY (place, day)
);

-- Who booked is a pseudonym of the vault. The door of a visit is forgotten when the visit is over; its cell stays, for counting.
CREATE TABLE resident_services_bookings (
  id text PRIMARY KEY,
  code text NOT NULL UNIQUE,
  client_id text NOT NULL UNIQUE,
  service text NOT NULL,
  kind text NOT NULL,
  slot text NOT NULL,
  place text,
  day date NOT NULL,
  begins_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  queue_number integer NOT NULL,
  queue_letter text NOT NULL,
  state text NOT NULL CHECK (state IN ('booked', 'arrived', 'under-way', 'done', 'cancelled', 'missed')),
  party text,
  worker text,
  cell text,
  door_longitude double precision,
  door_latitude double precision,
  contact text,
  language text NOT NULL,
  answers jsonb NOT NULL,
  booked_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  revision integer NOT NULL DEFAULT 1,
  satisfied integer CHECK (satisfied BETWEEN 1 AND 5),
  rating_comment text,
  rated_at timestamptz
);
CREATE INDEX resident_services_bookings_by_slot ON resident_services_bookings (slot);
CREATE INDEX resident_services_bookings_by_day ON resident_services_bookings (day, place);
CREATE INDEX resident_services_bookings_waiting ON resident_services_bookings (ends_at) WHERE state = 'booked';

CREATE TABLE resident_services_steps (
  booking text NOT NULL REFERENCES resident_services_bookings (id),
  number integer NOT NULL,
  at timestamptz NOT NULL,
  kind text NOT NULL,
  by_whom text,
  PRIMARY KEY (booking, number)
);
