/**
 * The gauges of the city: now from memory and the cases of the last day, in the past from what was sampled then. Sampled every minute;
 * the last sample of an hour is that hour's point in the trend.
 */
import type { Clock, Database, Log } from '#kernel/ports.ts';
import { DAY, HOUR, type Instant, MINUTE, SECOND } from '#kernel/time.ts';
import type { DatastreamId, DomainId } from '#kernel/words.ts';
import {
  type CaseClosure,
  type CaseResponse,
  closureOf,
  type Heard,
  type Measure,
  type ObservedStream,
  responseOf,
  responseOnTimeOf,
  sightOf,
} from './formulas.ts';
import { type HourRow, hourOf, readHours, writeHour } from './hours.ts';

export interface ScorecardOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** Every Datastream; those without `intervalSeconds` are not counted. */
  readonly listDatastreams: () => Iterable<{
    readonly id: DatastreamId;
    readonly thingId: number;
    readonly assetId: string | undefined;
    readonly domain: DomainId | undefined;
  }>;
  readonly liveness: (id: DatastreamId, now: Instant) => Heard;
  /** Assets that should be observed, also those nobody has connected yet. */
  readonly listExpectedAssets?: () => Iterable<{ readonly assetId: string; readonly domain: DomainId }>;
  /** Cases raised in `[from, to)`, without those that went on in another one. */
  readonly responses: (from: Instant, to: Instant) => Promise<readonly CaseResponse[]>;
  /** Cases due or closed in `[from, to)`. */
  readonly closures?: (from: Instant, to: Instant) => Promise<readonly CaseClosure[]>;
}

export interface TrendedMeasure extends Measure {
  /** 24 hours, oldest first, the last one still running; null where nothing was known. */
  readonly trend: readonly (number | null)[];
}

export interface Gauges {
  readonly at: Instant;
  readonly coverage: TrendedMeasure;
  readonly perception: TrendedMeasure;
  readonly response: TrendedMeasure;
  readonly responseOnTime: TrendedMeasure;
  readonly closureOnTime: TrendedMeasure;
  readonly byDomain: Readonly<
    Record<DomainId, { readonly coverage: number | undefined; readonly perception: number | undefined }>
  >;
}

export interface Scorecard {
  /** Loads the trend and samples every minute until `stop`. */
  start(): Promise<void>;
  stop(): Promise<void>;
  gauges(at?: Instant): Promise<Gauges>;
  /** Writes down what the gauges show now; the timer of `start` calls it. */
  sample(now: Instant): Promise<void>;
}

const GAUGES = ['coverage', 'perception', 'response', 'responseOnTime', 'closureOnTime'] as const;
type GaugeName = (typeof GAUGES)[number];
type Reading = Record<GaugeName, Measure> & { byDomain: Gauges['byDomain'] };

const TREND_HOURS = 24;
/** Younger than this is now. */
const NOW_MS = MINUTE;
/** Cases are asked for anew after this long. */
const CASES_FRESH_MS = 5 * SECOND;
const SAMPLE_EVERY_MS = MINUTE;

export function createScorecard(options: ScorecardOptions): Scorecard {
  const { database, clock, log } = options;
  let timer: NodeJS.Timeout | undefined;
  let sampling: Promise<void> = Promise.resolve();
  /** Rows of the last hours, as written or loaded; refreshed with every sample. */
  let hours: readonly HourRow[] = [];
  let cases:
    | { at: Instant; reading: Promise<Pick<Reading, 'response' | 'responseOnTime' | 'closureOnTime'>> }
    | undefined;

  async function readCases(now: Instant) {
    const [responses, closures] = await Promise.all([
      options.responses(now - DAY, now),
      options.closures?.(now - DAY, now) ?? [],
    ]);
    return {
      response: responseOf(responses),
      responseOnTime: responseOnTimeOf(responses, now),
      closureOnTime: closureOf(closures, now),
    };
  }

  function recentCases(now: Instant) {
    if (cases === undefined || now - cases.at >= CASES_FRESH_MS) {
      const reading = readCases(now);
      reading.catch(() => {
        cases = undefined;
      });
      cases = { at: now, reading };
    }
    return cases.reading;
  }

  async function readNow(now: Instant): Promise<Reading> {
    const { coverage, perception, byDomain } = sightOf(streamsOf(options, now), expectedOf(options));
    const shares = [...byDomain].map(([domain, sight]) => [
      domain,
      { coverage: sight.coverage.value, perception: sight.perception.value },
    ]);
    return { coverage, perception, byDomain: Object.fromEntries(shares), ...(await recentCases(now)) };
  }

  async function sample(now: Instant): Promise<void> {
    await writeHour(database, toRows(await readNow(now), hourOf(now)), now);
    hours = await readHours(database, hourOf(now) - TREND_HOURS * HOUR, hourOf(now));
  }

  const trySample = async () => {
    try {
      await sample(clock.now());
    } catch (error) {
      log.warn(
        { error: (error as Error).message },
        'The gauges could not be written down; the next minute tries again',
      );
    }
  };

  return {
    async start() {
      await trySample();
      timer = setInterval(() => {
        sampling = sampling.then(trySample);
      }, SAMPLE_EVERY_MS);
      timer.unref();
    },
    async stop() {
      clearInterval(timer);
      await sampling;
    },
    sample,
    async gauges(at = clock.now()) {
      const end = hourOf(at);
      if (clock.now() - at < NOW_MS) return toGauges(at, await readNow(at), hours, end);
      const past = await readHours(database, end - TREND_HOURS * HOUR, end);
      return toGauges(at, toReading(past, end), past, end);
    },
  };
}

function* streamsOf({ listDatastreams, liveness }: ScorecardOptions, now: Instant): Generator<ObservedStream> {
  for (const { id, thingId, assetId, domain } of listDatastreams()) {
    yield { asset: assetId ?? `thing ${thingId}`, domain, heard: liveness(id, now) };
  }
}

function* expectedOf({ listExpectedAssets }: ScorecardOptions) {
  for (const { assetId, domain } of listExpectedAssets?.() ?? []) yield { asset: assetId, domain };
}

function toRows(reading: Reading, hour: Instant): HourRow[] {
  const rows: HourRow[] = GAUGES.map((gauge) => ({ hour, gauge, domain: '', ...reading[gauge] }));
  for (const [domain, shares] of Object.entries(reading.byDomain)) {
    for (const gauge of ['coverage', 'perception'] as const) {
      rows.push({ hour, gauge, domain, value: shares[gauge], numerator: 0, denominator: 0 });
    }
  }
  return rows;
}

const UNKNOWN: Measure = { value: undefined, numerator: 0, denominator: 0 };

/** What was sampled in an hour. */
function toReading(rows: readonly HourRow[], hour: Instant): Reading {
  const then = rows.filter((row) => row.hour === hour);
  const find = (gauge: string, domain: string) => then.find((row) => row.gauge === gauge && row.domain === domain);
  const measure = (gauge: GaugeName): Measure => {
    const row = find(gauge, '');
    return row ? { value: row.value, numerator: row.numerator, denominator: row.denominator } : UNKNOWN;
  };
  const domains = new Set(then.map((row) => row.domain).filter((domain) => domain !== ''));
  const byDomain = [...domains].map((domain) => [
    domain,
    { coverage: find('coverage', domain)?.value, perception: find('perception', domain)?.value },
  ]);
  return {
    coverage: measure('coverage'),
    perception: measure('perception'),
    response: measure('response'),
    responseOnTime: measure('responseOnTime'),
    closureOnTime: measure('closureOnTime'),
    byDomain: Object.fromEntries(byDomain),
  };
}

function toGauges(at: Instant, { byDomain, ...measures }: Reading, rows: readonly HourRow[], end: Instant): Gauges {
  const withTrend = (gauge: GaugeName): TrendedMeasure => {
    const values = new Map(
      rows.filter((row) => row.gauge === gauge && row.domain === '').map((row) => [row.hour, row.value ?? null]),
    );
    values.set(end, measures[gauge].value ?? null);
    const trend = Array.from({ length: TREND_HOURS }, (_, i) => values.get(end - (TREND_HOURS - 1 - i) * HOUR) ?? null);
    return { ...measures[gauge], trend };
  };
  return {
    at,
    coverage: withTrend('coverage'),
    perception: withTrend('perception'),
    response: withTrend('response'),
    responseOnTime: withTrend('responseOnTime'),
    closureOnTime: withTrend('closureOnTime'),
    byDomain,
  };
}
