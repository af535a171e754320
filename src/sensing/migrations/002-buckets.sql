-- Numeric Observations summed up per minute, hour and day (UTC) of their phenomenonTime. Filled in the background by `buckets.ts`;
-- an Observation is in the buckets exactly when its id is at most `merge_cursor.observation_id`.
-- A Datastream that reports once a minute or less often would have a bucket of a minute for every Observation: it keeps none, and its
-- minutes are read from the Observations themselves. Which way it goes is decided when it is registered and stays.
-- `mean` is total / count; `last` is the result of the greatest phenomenonTime, of equal ones the one stored last.

create table buckets_minute (
  datastream_id bigint not null,
  begins timestamptz not null,
  count bigint not null,
  min float8 not null,
  max float8 not null,
  total float8 not null,
  last float8 not null,
  last_at timestamptz not null,
  primary key (datastream_id, begins)
) with (fillfactor = 90);
create table buckets_hour (like buckets_minute including all) with (fillfactor = 70);
create table buckets_day (like buckets_minute including all) with (fillfactor = 70);

alter table datastreams add column keeps_minutes boolean not null default true;

create function choose_minutes() returns trigger language plpgsql as $$
begin
  new.keeps_minutes := case when jsonb_typeof(new.properties -> 'intervalSeconds') = 'number'
    then (new.properties ->> 'intervalSeconds')::float8 < 60 else true end;
  return new;
end $$;
create trigger datastreams_choose_minutes before insert on datastreams
  for each row execute function choose_minutes();

-- One row: up to which Observation buckets and extents have been brought.
create table merge_cursor (
  single boolean primary key default true check (single),
  observation_id bigint not null
);
insert into merge_cursor (observation_id) values (0);

create function delete_buckets_of_datastreams() returns trigger language plpgsql as $$
begin
  delete from buckets_minute b using deleted d where b.datastream_id = d.id;
  delete from buckets_hour b using deleted d where b.datastream_id = d.id;
  delete from buckets_day b using deleted d where b.datastream_id = d.id;
  return null;
end $$;
create trigger datastreams_delete_buckets after delete on datastreams
  referencing old table as deleted for each statement execute function delete_buckets_of_datastreams();
