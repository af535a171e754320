/**
 * From troubles to findings: a trouble that is new is raised, one that grew worse escalates, one that is over clears. A finding keeps its
 * key and its beginning while the trouble lasts, so that the same trouble is one case.
 */
import type { Finding, FindingChange } from '#kernel/finding.ts';
import { phrase } from '#kernel/phrase.ts';
import type { Instant } from '#kernel/time.ts';
import { type Grade, gradeRank, type Localized, worstGrade } from '#kernel/words.ts';
import type { Operator, Trouble } from './shared-bikes.types.ts';
import en from './strings.en.json' with { type: 'json' };
import zh from './strings.zh.json' with { type: 'json' };

export interface Wording {
  readonly operators: readonly Operator[];
  /** What a scope is called: the bay, the zone, the area. */
  nameOf(trouble: Trouble): Localized;
  /** Case class of a kind; undefined: it opens none. */
  readonly opens: Readonly<Partial<Record<Trouble['kind'], string>>>;
}

const GRADE: Readonly<Record<Trouble['kind'], Grade>> = {
  overfull: 'yellow',
  'over-quota': 'yellow',
  outside: 'blue',
  forbidden: 'yellow',
  silent: 'blue',
  untracked: 'blue',
  faulty: 'blue',
  abandoned: 'blue',
  'over-total': 'orange',
};

/** Twice as many as allowed is one grade worse than a few too many. */
function gradeOf({ kind, count, allowed }: Trouble): Grade {
  const isDouble = (kind === 'overfull' || kind === 'over-quota') && allowed > 0 && count >= 2 * allowed;
  return isDouble ? 'orange' : GRADE[kind];
}

const nameOf = ({ kind, scope }: Trouble): string => `${kind}:${scope}`;

export interface Step {
  readonly changes: readonly FindingChange[];
  /** What stands now, by kind and scope: hand it in again next time. */
  readonly standing: ReadonlyMap<string, Finding>;
}

export function step(
  standing: ReadonlyMap<string, Finding>,
  troubles: readonly Trouble[],
  now: Instant,
  wording: Wording,
): Step {
  const changes: FindingChange[] = [];
  const after = new Map<string, Finding>();
  for (const trouble of troubles) {
    const name = nameOf(trouble);
    const before = standing.get(name);
    const seen = toFinding(trouble, before, now, wording);
    const change = changeOf(before, seen);
    const told = change === undefined ? Number(before?.facts.told) : trouble.count;
    const finding = { ...seen, facts: { ...seen.facts, told } };
    after.set(name, finding);
    if (change !== undefined) changes.push({ change, at: now, finding });
  }
  for (const [name, before] of standing) {
    if (after.has(name)) continue;
    changes.push({ change: 'cleared', at: now, finding: { ...before, lastAt: now, clearedAt: now } });
  }
  return { changes, standing: after };
}

/** A quarter more than were last told of is news, although the grade is the same. */
const NEWS = 1.25;

function changeOf(before: Finding | undefined, finding: Finding): FindingChange['change'] | undefined {
  if (before === undefined) return 'raised';
  const difference = gradeRank(finding.grade) - gradeRank(before.grade);
  if (difference !== 0) return difference > 0 ? 'escalated' : 'eased';
  return Number(finding.value) > Number(before.facts.told) * NEWS ? 'escalated' : undefined;
}

function toFinding(trouble: Trouble, before: Finding | undefined, now: Instant, wording: Wording): Finding {
  const { kind, scope, since, place, count, allowed, operator, take } = trouble;
  const grade = gradeOf(trouble);
  const begun = before?.since ?? since;
  const orders = wording.operators.flatMap(({ id, name }, index) =>
    (take[index] ?? 0) > 0 ? [{ id, name, bikes: take[index]! }] : [],
  );
  const taking = Object.fromEntries(orders.map(({ id, bikes }) => [`take.${id}`, bikes]));
  return {
    key: before?.key ?? `shared-bikes:${kind}:${scope}:${begun}`,
    kind: 'domain',
    domain: 'shared-bikes',
    grade,
    worstGrade: worstGrade(before?.worstGrade, grade) ?? grade,
    thingId: undefined,
    assetId: undefined,
    datastreamId: undefined,
    indicator: undefined,
    place: before?.place ?? place,
    since: begun,
    lastAt: now,
    clearedAt: undefined,
    raisedAt: before?.raisedAt ?? now,
    value: count,
    limit: allowed,
    opens: wording.opens[kind],
    basis: [],
    sentence: phrase({ zh, en }, kind, {
      where: wording.nameOf(trouble),
      operator: operator === undefined ? '' : (wording.operators[operator]?.name ?? ''),
      count,
      allowed,
      over: count - allowed,
    }),
    // `watched`: cleared by the next positions, not by a person’s word.
    facts: { kind, scope, count, allowed, watched: true, ...taking },
  };
}
