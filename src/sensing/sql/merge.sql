-- Brings the Observations with id in ($1, $2] into the buckets of all three widths and into the extents of their Datastreams.
-- Magnitudes over 1e200 are left out of the buckets: no quantity of a city is that large, and their sums would overflow.
-- `newest` is [seconds, id, result], so that its maximum is the result of the latest time, of equal times the one stored last.
with arrived as materialized (
  select id, datastream_id, phenomenon_time, phenomenon_end, result_time, result
  from observations where id > $1 and id <= $2
),
minutes as (
  select a.datastream_id, date_bin('1 minute', phenomenon_time, '2000-01-01 00:00:00Z') as begins, count(*) as count,
    min(result) as min, max(result) as max, sum(result) as total, max(phenomenon_time) as last_at,
    max(array[extract(epoch from phenomenon_time)::float8, a.id::float8, result]) as newest
  from arrived a join datastreams d on d.id = a.datastream_id
  where d.keeps_minutes and result between -1e200 and 1e200
  group by 1, 2
),
hours as materialized (
  select datastream_id, date_bin('1 hour', phenomenon_time, '2000-01-01 00:00:00Z') as begins, count(*) as count,
    min(result) as min, max(result) as max, sum(result) as total, max(phenomenon_time) as last_at,
    max(array[extract(epoch from phenomenon_time)::float8, id::float8, result]) as newest
  from arrived where result between -1e200 and 1e200
  group by 1, 2
),
days as (
  select datastream_id, date_bin('1 day', begins, '2000-01-01 00:00:00Z') as begins, sum(count)::bigint as count,
    min(min) as min, max(max) as max, sum(total) as total, max(last_at) as last_at, max(newest) as newest
  from hours group by 1, 2
),
into_minutes as (
  insert into buckets_minute as b (datastream_id, begins, count, min, max, total, last, last_at)
  select datastream_id, begins, count, min, max, total, newest[3], last_at from minutes order by 1, 2
  on conflict (datastream_id, begins) do update set
    count = b.count + excluded.count, min = least(b.min, excluded.min), max = greatest(b.max, excluded.max),
    total = b.total + excluded.total, last_at = greatest(b.last_at, excluded.last_at),
    last = case when excluded.last_at >= b.last_at then excluded.last else b.last end
),
into_hours as (
  insert into buckets_hour as b (datastream_id, begins, count, min, max, total, last, last_at)
  select datastream_id, begins, count, min, max, total, newest[3], last_at from hours order by 1, 2
  on conflict (datastream_id, begins) do update set
    count = b.count + excluded.count, min = least(b.min, excluded.min), max = greatest(b.max, excluded.max),
    total = b.total + excluded.total, last_at = greatest(b.last_at, excluded.last_at),
    last = case when excluded.last_at >= b.last_at then excluded.last else b.last end
),
into_days as (
  insert into buckets_day as b (datastream_id, begins, count, min, max, total, last, last_at)
  select datastream_id, begins, count, min, max, total, newest[3], last_at from days order by 1, 2
  on conflict (datastream_id, begins) do update set
    count = b.count + excluded.count, min = least(b.min, excluded.min), max = greatest(b.max, excluded.max),
    total = b.total + excluded.total, last_at = greatest(b.last_at, excluded.last_at),
    last = case when excluded.last_at >= b.last_at then excluded.last else b.last end
),
extents as (
  select datastream_id, min(phenomenon_time) as time_begin, max(coalesce(phenomenon_end, phenomenon_time)) as time_end,
    min(result_time) as result_begin, max(result_time) as result_end
  from arrived group by 1
)
update datastreams d set
  phenomenon_time_begin = least(d.phenomenon_time_begin, e.time_begin),
  phenomenon_time_end = greatest(d.phenomenon_time_end, e.time_end),
  result_time_begin = least(d.result_time_begin, e.result_begin),
  result_time_end = greatest(d.result_time_end, e.result_end)
from extents e where d.id = e.datastream_id
