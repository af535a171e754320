/**
 * The formulas of the three gauges, and of on-time closure. Pure: anyone with the same records gets the same figures.
 *
 * Coverage: of the assets that should be observed, the share of which at least one Datastream is heard (in time or late).
 * Perception: of the Datastreams that are due, the share that reports in time; one that was set up just now and has not had its first
 * allowance yet is not due. Response: from when the Observation (or report) behind a case was received to somebody acknowledging it,
 * the median of those acknowledged; and the share acknowledged inside its deadline, of those acknowledged or overdue: a case that
 * nobody has looked at but still may in time counts for neither side.
 */
import type { Instant } from '#kernel/time.ts';
import type { DomainId } from '#kernel/words.ts';

/** A figure with what it was computed from. `value` undefined: nothing to compute it from. */
export interface Measure {
  readonly value: number | undefined;
  readonly numerator: number;
  readonly denominator: number;
}

export type Heard = 'unexpected' | 'expected' | 'reporting' | 'late' | 'silent';

export interface ObservedStream {
  /** What it stands for: the asset, or the thing when it belongs to none. */
  readonly asset: string;
  readonly domain: DomainId | undefined;
  readonly heard: Heard;
}

export interface CaseResponse {
  readonly raisedAt: Instant;
  readonly acknowledgedAt: Instant | undefined;
  /** Until when somebody had to; undefined: nobody has to. */
  readonly acknowledgeBy: Instant | undefined;
}

export interface CaseClosure {
  readonly dueAt: Instant;
  readonly closedAt: Instant | undefined;
  /** An approved deferral takes the case out of the reckoning. */
  readonly deferred: boolean;
}

export interface Sight {
  readonly coverage: Measure;
  readonly perception: Measure;
  readonly byDomain: ReadonlyMap<DomainId, { readonly coverage: Measure; readonly perception: Measure }>;
}

export const shareOf = (numerator: number, denominator: number): Measure => ({
  value: denominator === 0 ? undefined : numerator / denominator,
  numerator,
  denominator,
});

class Tally {
  readonly #assets = new Map<string, boolean>();
  #due = 0;
  #inTime = 0;

  expect(asset: string): void {
    if (!this.#assets.has(asset)) this.#assets.set(asset, false);
  }

  count({ asset, heard }: ObservedStream): void {
    if (heard === 'unexpected') return;
    this.expect(asset);
    if (heard === 'reporting' || heard === 'late') this.#assets.set(asset, true);
    if (heard === 'expected') return;
    this.#due++;
    if (heard === 'reporting') this.#inTime++;
  }

  read(): { coverage: Measure; perception: Measure } {
    let observed = 0;
    for (const isObserved of this.#assets.values()) if (isObserved) observed++;
    return { coverage: shareOf(observed, this.#assets.size), perception: shareOf(this.#inTime, this.#due) };
  }
}

/** `expected` names assets that should be observed, also those that have no Datastream at all. */
export function sightOf(
  streams: Iterable<ObservedStream>,
  expected: Iterable<{ readonly asset: string; readonly domain: DomainId | undefined }> = [],
): Sight {
  const city = new Tally();
  const domains = new Map<DomainId, Tally>();
  const tallyOf = (domain: DomainId): Tally => {
    let tally = domains.get(domain);
    if (tally === undefined) {
      tally = new Tally();
      domains.set(domain, tally);
    }
    return tally;
  };
  for (const { asset, domain } of expected) {
    city.expect(asset);
    if (domain !== undefined) tallyOf(domain).expect(asset);
  }
  for (const stream of streams) {
    city.count(stream);
    if (stream.domain !== undefined) tallyOf(stream.domain).count(stream);
  }
  return { ...city.read(), byDomain: new Map([...domains].map(([domain, tally]) => [domain, tally.read()])) };
}

/** Median seconds to acknowledged. Numerator: acknowledged; denominator: all that were raised. */
export function responseOf(cases: Iterable<CaseResponse>): Measure {
  const seconds: number[] = [];
  let raised = 0;
  for (const { raisedAt, acknowledgedAt } of cases) {
    raised++;
    if (acknowledgedAt !== undefined) seconds.push(Math.max(0, acknowledgedAt - raisedAt) / 1_000);
  }
  return { value: medianOf(seconds), numerator: seconds.length, denominator: raised };
}

export function responseOnTimeOf(cases: Iterable<CaseResponse>, now: Instant): Measure {
  let [onTime, decided] = [0, 0];
  for (const { acknowledgedAt, acknowledgeBy } of cases) {
    if (acknowledgeBy === undefined) continue;
    if (acknowledgedAt === undefined && acknowledgeBy >= now) continue;
    decided++;
    if (acknowledgedAt !== undefined && acknowledgedAt <= acknowledgeBy) onTime++;
  }
  return shareOf(onTime, decided);
}

/** Closed on time / (due − deferred), of the cases whose deadline lies before `now`. */
export function closureOf(cases: Iterable<CaseClosure>, now: Instant): Measure {
  let [onTime, due] = [0, 0];
  for (const { dueAt, closedAt, deferred } of cases) {
    if (deferred || (dueAt > now && closedAt === undefined)) continue;
    due++;
    if (closedAt !== undefined && closedAt <= dueAt) onTime++;
  }
  return shareOf(onTime, due);
}

/** The middle one, or the mean of the two in the middle. */
export function medianOf(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1]! + sorted[half]!) / 2;
}
