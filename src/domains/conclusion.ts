/** A finding that a domain draws from others. */
import type { Finding } from '#kernel/finding.ts';
import type { Position } from '#kernel/geo.ts';
import type { Instant } from '#kernel/time.ts';
import type { AssetId, Grade, Localized } from '#kernel/words.ts';
import type { Situation } from './domain.types.ts';

export interface Conclusion {
  /** The case class it opens; with the scope and the beginning it makes the key. */
  readonly opens: string;
  /** What tells two of them in one scope apart; absent: there is only one at a time. */
  readonly apart?: string | undefined;
  readonly grade: Grade;
  readonly since: Instant;
  readonly place: Position;
  readonly assetId?: AssetId | undefined;
  readonly basis: readonly Finding[];
  readonly sentence: Localized;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

/** The finding of a conclusion; it goes on as `before` when that is given. */
export function conclude(situation: Situation, conclusion: Conclusion, before?: Finding): Finding {
  const { opens, apart, since, basis, ...rest } = conclusion;
  const first = basis[0]!;
  return {
    key: before?.key ?? ['domain', opens, situation.id, ...(apart === undefined ? [] : [apart]), since].join(':'),
    kind: 'domain',
    domain: first.domain,
    worstGrade: rest.grade,
    thingId: undefined,
    datastreamId: undefined,
    indicator: undefined,
    since: before?.since ?? since,
    lastAt: Math.max(situation.now, since),
    clearedAt: undefined,
    raisedAt: before?.raisedAt ?? situation.receivedAt,
    value: undefined,
    limit: undefined,
    opens,
    basis: basis.map((finding) => finding.key),
    ...rest,
    assetId: rest.assetId,
  };
}

/** The middle of the places of findings. */
export function middleOf(findings: readonly Finding[]): Position {
  let [x, y] = [0, 0];
  for (const { place } of findings) {
    x += place[0];
    y += place[1];
  }
  return [x / findings.length, y / findings.length];
}

/** The value of a fact as text; undefined when it is absent. */
export const factOf = (finding: Pick<Finding, 'facts'>, name: string): string | undefined => {
  const fact = finding.facts[name];
  return fact === undefined ? undefined : String(fact);
};
