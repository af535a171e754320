-- What the gauges showed, hour by hour, so that trends and a rewound clock survive a restart. One row per hour and gauge, kept at its
-- last sample; `domain` is empty for the whole city. `value` is numerator / denominator, or for the response the median in seconds.
create table scorecard_hours (
  hour timestamptz not null,
  gauge text not null,
  domain text not null default '',
  value float8,
  numerator float8 not null,
  denominator float8 not null,
  sampled_at timestamptz not null,
  primary key (hour, gauge, domain)
);
