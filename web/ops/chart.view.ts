/** What the evidence chart draws: the series with its gaps, the limits as lines, the span around the alarm, and the finding as a title. */
import type { LimitRule } from '#kernel/rules.ts';
import { HOUR, type Instant, MINUTE } from '#kernel/time.ts';
import type { Grade } from '#kernel/words.ts';

export interface LimitLine {
  readonly grade: Grade;
  readonly value: number;
  readonly side: 'above' | 'below';
}

/** The limits as values in the unit of the indicator; ratios are of this very thing's own normal range. */
export function limitLines(limits: readonly LimitRule[], normal: readonly [number, number] | undefined): LimitLine[] {
  const lines: LimitLine[] = [];
  const add = (grade: Grade, side: LimitLine['side'], value: number | undefined): void => {
    if (value !== undefined && !lines.some((line) => line.value === value && line.side === side))
      lines.push({ grade, side, value });
  };
  for (const limit of limits) {
    add(limit.grade, 'above', limit.above ?? ratio(limit.aboveRatioOfNormal, normal?.[1]));
    add(limit.grade, 'below', limit.below ?? ratio(limit.belowRatioOfNormal, normal?.[0]));
  }
  return lines;
}

const ratio = (share: number | undefined, of: number | undefined): number | undefined =>
  share === undefined || of === undefined ? undefined : share * of;

/** What tells the finding: every limit that was passed, and the next one on that side. */
export function tellingLimits(
  lines: readonly LimitLine[],
  values: readonly number[],
  normal: readonly [number, number] | undefined,
): LimitLine[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const below = lines.filter(({ side }) => side === 'below').sort((a, b) => b.value - a.value);
  const above = lines.filter(({ side }) => side === 'above').sort((a, b) => a.value - b.value);
  const upToNext = (side: LimitLine[], isPassed: (line: LimitLine) => boolean): LimitLine[] => {
    const passed = side.filter(isPassed).length;
    return side.slice(0, passed + 1);
  };
  const isLow = normal === undefined || low < normal[0];
  const isHigh = normal === undefined || high > normal[1];
  return [
    ...(isLow || !isHigh ? upToNext(below, ({ value }) => low < value) : []),
    ...(isHigh || !isLow ? upToNext(above, ({ value }) => high > value) : []),
  ];
}

/** Around the alarm and growing with the case: at least half an hour before it, up to the moment looked at. */
export function evidenceSpan(
  alarmAt: Instant,
  clearedAt: Instant | undefined,
  moment: Instant,
): { from: Instant; to: Instant } {
  const last = Math.min(moment, (clearedAt ?? moment) + 20 * MINUTE);
  const after = Math.max(10 * MINUTE, last - alarmAt);
  const before = Math.max(30 * MINUTE, Math.min(Math.round(after * 0.5), 6 * HOUR));
  return { from: alarmAt - before, to: alarmAt + after };
}

/** Inserts a null where more than two and a half intervals passed without a value, so that a gap is drawn as a gap. */
export function withGaps(
  times: readonly Instant[],
  values: readonly number[],
  intervalMs: number,
): { times: number[]; values: (number | null)[] } {
  const outTimes: number[] = [];
  const outValues: (number | null)[] = [];
  times.forEach((at, index) => {
    const previous = times[index - 1];
    if (previous !== undefined && at - previous > intervalMs * 2.5) {
      outTimes.push((previous + intervalMs) / 1_000);
      outValues.push(null);
    }
    outTimes.push(at / 1_000);
    outValues.push(values[index]!);
  });
  return { times: outTimes, values: outValues };
}

/** The usual distance between two points: the median, so that one gap does not widen it. */
export function usualInterval(times: readonly Instant[]): number {
  const steps = times.slice(1).map((at, index) => at - times[index]!);
  steps.sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? MINUTE;
}

/** Room for the values, the normal band and every limit within reach of them; a limit far outside must not flatten the line. */
export function valueRange(
  values: readonly (number | null)[],
  normal: readonly [number, number] | undefined,
  lines: readonly LimitLine[],
): [number, number] {
  const known = values.filter((value): value is number => value !== null);
  let low = Math.min(...known, normal?.[0] ?? Infinity);
  let high = Math.max(...known, normal?.[1] ?? -Infinity);
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const reach = Math.max(high - low, Math.abs(high) * 0.02, 1e-6);
  for (const { value } of lines) {
    if (value < low && low - value < reach) low = value;
    if (value > high && value - high < reach) high = value;
  }
  const margin = Math.max(high - low, 1e-6) * 0.1;
  return [low - margin, high + margin];
}

export interface Finding {
  readonly key: 'finding.fell' | 'finding.rose' | 'finding.beyond' | 'finding.back' | 'finding.quiet';
  readonly value: number;
  readonly at: Instant;
}

/** The title: how far the value went, and when, seen from normal; `back` when the alarm has cleared and the last value is normal again. */
export function findingOf(
  times: readonly Instant[],
  values: readonly number[],
  normal: readonly [number, number] | undefined,
  alarmAt: Instant,
  clearedAt: Instant | undefined,
): Finding | undefined {
  const lastIndex = values.length - 1;
  if (lastIndex < 0) return undefined;
  if (!normal) return { key: 'finding.quiet', value: values[lastIndex]!, at: times[lastIndex]! };
  if (clearedAt !== undefined) return { key: 'finding.back', value: values[lastIndex]!, at: clearedAt };
  let worst = lastIndex;
  let distance = -1;
  times.forEach((at, index) => {
    if (at < alarmAt - 30 * MINUTE) return;
    const away = Math.max(normal[0] - values[index]!, values[index]! - normal[1], 0);
    if (away > distance) [distance, worst] = [away, index];
  });
  const value = values[worst]!;
  const key = value < normal[0] ? 'finding.fell' : value > normal[1] ? 'finding.rose' : 'finding.beyond';
  return { key, value, at: times[worst]! };
}
