/** What the gauges showed in the hours gone by. */
import type { Queryable } from '#kernel/ports.ts';
import { HOUR, type Instant } from '#kernel/time.ts';
import type { DomainId } from '#kernel/words.ts';
import type { Measure } from './formulas.ts';

export interface HourRow extends Measure {
  /** Beginning of the hour (UTC). */
  readonly hour: Instant;
  readonly gauge: string;
  /** Empty: the whole city. */
  readonly domain: DomainId | '';
}

export const hourOf = (at: Instant): Instant => Math.floor(at / HOUR) * HOUR;

/** The last sample of an hour stands for it. An older sample never replaces a newer one. */
export async function writeHour(database: Queryable, rows: readonly HourRow[], sampledAt: Instant): Promise<void> {
  const given = rows.map(({ hour, value, ...rest }) => ({ ...rest, value: value ?? null, hour: new Date(hour) }));
  await database.query(
    `insert into scorecard_hours (hour, gauge, domain, value, numerator, denominator, sampled_at)
     select hour, gauge, domain, value, numerator, denominator, $2
     from jsonb_to_recordset($1::jsonb) as t(hour timestamptz, gauge text, domain text, value float8, numerator float8, denominator float8)
     on conflict (hour, gauge, domain) do update set value = excluded.value, numerator = excluded.numerator,
       denominator = excluded.denominator, sampled_at = excluded.sampled_at
     where scorecard_hours.sampled_at <= excluded.sampled_at`,
    [JSON.stringify(given), new Date(sampledAt)],
  );
}

/** Rows of the hours in `[from, to]`. */
export async function readHours(database: Queryable, from: Instant, to: Instant): Promise<HourRow[]> {
  const rows = await database.query<{
    hour: Date;
    gauge: string;
    domain: string;
    value: number | null;
    numerator: number;
    denominator: number;
  }>(
    'select hour, gauge, domain, value, numerator, denominator from scorecard_hours where hour between $1 and $2 order by hour',
    [new Date(from), new Date(to)],
  );
  return rows.map((row) => ({ ...row, hour: row.hour.getTime(), value: row.value ?? undefined }));
}
