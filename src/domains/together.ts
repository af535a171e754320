/**
 * Several things that hang on the same one fail together: then the trouble is above them, and it is one trouble. Cabinets of a feeder
 * without voltage, cabinets of a telecom node silent, sensors of a bridge beyond their limits.
 *
 * It begins when the last of the needed number failed, not when we looked. It goes on while any of what it rests on does, and takes
 * in what fails later.
 */
import type { Finding } from '#kernel/finding.ts';
import { MINUTE } from '#kernel/time.ts';
import { type Grade, type Localized, worstGrade } from '#kernel/words.ts';
import { conclude, middleOf } from './conclusion.ts';
import type { Situation } from './domain.types.ts';

export interface TogetherRule {
  readonly opens: string;
  /** At least so many different things … */
  readonly atLeast: number;
  /** … that began to fail within so many minutes of each other. */
  readonly withinMinutes: number;
  readonly grade: Grade;
  counts(finding: Finding): boolean;
  /** What is counted: two findings of the same one are one. */
  thingOf(finding: Finding): string;
  /** The asset above, when the pack knows it. */
  readonly assetId?: string | undefined;
  sentence(failed: readonly Finding[], things: number): Localized;
}

export const assetOf = (finding: Finding): string => finding.assetId ?? `thing ${finding.thingId}`;

export function detectTogether(situation: Situation, rule: TogetherRule): Finding[] {
  const failed = situation.active.filter((finding) => rule.counts(finding));
  const [before] = situation.standing;
  if (failed.length === 0) return [];
  const since = before?.since ?? beginningOf(failed, rule);
  if (since === undefined) return [];
  const basis = before === undefined ? failed : stillOrNewly(failed, before, rule.withinMinutes);
  if (basis.length === 0) return [];
  const things = new Set(basis.map(rule.thingOf)).size;
  const grade = basis.reduce<Grade>((worst, finding) => worstGrade(worst, finding.grade) ?? worst, rule.grade);
  const asset = rule.assetId === undefined ? undefined : situation.city.findAsset(rule.assetId);
  return [
    conclude(
      situation,
      {
        opens: rule.opens,
        grade,
        since,
        place: asset?.place ?? middleOf(basis),
        assetId: asset?.id,
        basis,
        sentence: rule.sentence(basis, things),
        facts: { failed: things },
      },
      before,
    ),
  ];
}

/** When enough different things had failed within the time: the beginning of the one that made it enough. */
function beginningOf(failed: readonly Finding[], rule: TogetherRule): number | undefined {
  for (let last = rule.atLeast - 1; last < failed.length; last++) {
    const from = failed[last]!.since - rule.withinMinutes * MINUTE;
    const together = failed.slice(0, last + 1).filter((finding) => finding.since >= from);
    if (new Set(together.map(rule.thingOf)).size >= rule.atLeast) return failed[last]!.since;
  }
  return undefined;
}

/** What it rested on and still fails, and what has failed since. What failed long before belongs to something else. */
function stillOrNewly(failed: readonly Finding[], before: Finding, withinMinutes: number): Finding[] {
  const known = new Set(before.basis);
  return failed.filter((finding) => known.has(finding.key) || finding.since >= before.since - withinMinutes * MINUTE);
}
