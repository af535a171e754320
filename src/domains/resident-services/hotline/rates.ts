/**
 * What the hotline keeps of its promises, counted from its calls. Pure; `docs/resident-services.md` has the formulas in words.
 *
 *   connected  answered ÷ ended or answered                    a call that still rings is not counted yet
 *   response   settled within the promise ÷ settled or overdue a call whose promised time has not come is not counted yet
 *   resolved   caller says "solved" ÷ callers who said it or not
 *   satisfied  caller gives more than the lowest good rating ÷ callers who gave one
 *
 * A share of fewer calls than the city's smallest published count is not told: it would be about somebody.
 */
import { localDate, plusDays } from '#kernel/calendar.ts';
import { type Instant, SECOND } from '#kernel/time.ts';
import type { HotlineTargets } from '../catalogue.types.ts';
import type { HotlineFigures, Rate, ThreeRates } from './hotline.types.ts';

export interface CountedCall {
  readonly rangAt: Instant;
  readonly answeredAt: Instant | undefined;
  readonly endedAt: Instant | undefined;
  readonly promisedAt: Instant | undefined;
  readonly settledAt: Instant | undefined;
  readonly solved: boolean | undefined;
  readonly satisfied: number | undefined;
  readonly district: string | undefined;
  readonly party: string | undefined;
}

export interface CountingRules {
  readonly now: Instant;
  readonly timeZone: string;
  readonly smallestCount: number;
  readonly lowestGoodRating: number;
  readonly targets: HotlineTargets | undefined;
}

const rateOf = (part: number, whole: number, smallest: number): Rate =>
  whole < smallest ? { value: undefined, of: undefined } : { value: part / whole, of: whole };

function connectedOf(calls: readonly CountedCall[], { smallestCount }: CountingRules): Rate {
  const over = calls.filter(({ answeredAt, endedAt }) => answeredAt !== undefined || endedAt !== undefined);
  return rateOf(over.filter(({ answeredAt }) => answeredAt !== undefined).length, over.length, smallestCount);
}

export function threeRates(calls: readonly CountedCall[], rules: CountingRules): ThreeRates {
  const { now, smallestCount, lowestGoodRating } = rules;
  const judged = calls.filter(
    ({ promisedAt, settledAt }) => promisedAt !== undefined && (settledAt !== undefined || promisedAt < now),
  );
  const inTime = judged.filter(({ promisedAt, settledAt }) => settledAt !== undefined && settledAt <= promisedAt!);
  const asked = calls.filter(({ solved }) => solved !== undefined);
  const rated = calls.filter(({ satisfied }) => satisfied !== undefined);
  return {
    response: rateOf(inTime.length, judged.length, smallestCount),
    resolved: rateOf(asked.filter(({ solved }) => solved).length, asked.length, smallestCount),
    satisfied: rateOf(
      rated.filter(({ satisfied }) => satisfied! > lowestGoodRating).length,
      rated.length,
      smallestCount,
    ),
  };
}

/** The smallest wait that 95 of 100 answered calls did not exceed (nearest rank). */
export function answerP95(calls: readonly CountedCall[], smallestCount: number): number | undefined {
  const waits = calls
    .flatMap(({ rangAt, answeredAt }) => (answeredAt === undefined ? [] : [(answeredAt - rangAt) / SECOND]))
    .sort((a, b) => a - b);
  return waits.length < smallestCount ? undefined : waits[Math.ceil(waits.length * 0.95) - 1];
}

export function countFigures(
  calls: readonly CountedCall[],
  from: Instant,
  to: Instant,
  rules: CountingRules,
): HotlineFigures {
  const byDay = groupBy(calls, ({ rangAt }) => localDate(rangAt, rules.timeZone));
  const days: HotlineFigures['days'][number][] = [];
  const last = localDate(to - 1, rules.timeZone);
  for (let day = localDate(from, rules.timeZone); day <= last; day = plusDays(day, 1)) {
    const own = byDay.get(day) ?? [];
    days.push({ day, calls: own.length, connected: connectedOf(own, rules), ...threeRates(own, rules) });
  }
  return {
    from,
    to,
    targets: rules.targets,
    calls: calls.length,
    connected: connectedOf(calls, rules),
    answerP95Seconds: answerP95(calls, rules.smallestCount),
    rates: threeRates(calls, rules),
    days,
    districts: ratesBy(calls, ({ district }) => district, rules),
    parties: ratesBy(calls, ({ party }) => party, rules),
  };
}

function groupBy(
  calls: readonly CountedCall[],
  keyOf: (call: CountedCall) => string | undefined,
): Map<string, CountedCall[]> {
  const groups = new Map<string, CountedCall[]>();
  for (const call of calls) {
    const key = keyOf(call);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [call]);
    else group.push(call);
  }
  return groups;
}

const ratesBy = (
  calls: readonly CountedCall[],
  keyOf: (call: CountedCall) => string | undefined,
  rules: CountingRules,
) =>
  [...groupBy(calls, keyOf)]
    .map(([id, own]) => ({ id, ...threeRates(own, rules) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
