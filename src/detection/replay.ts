/**
 * Judges stored Observations again and says where the result differs from what the live run wrote down. Same rules, same result: a
 * difference means that the rules have changed since, that Observations were deleted, or that detection is wrong.
 *
 * What is compared of a finding is what the Observations decide: its key, kind, beginning, end and grades with their times. Not
 * compared: when it was received, its sentence, and silences that were only delays on the way. Findings that began outside the span
 * are left out, because what led to them is.
 */
import type { FindingChange, FindingKind } from '#kernel/finding.ts';
import type { ObservationBatch } from '#kernel/observation.ts';
import { type Instant, MINUTE, SECOND, type Span } from '#kernel/time.ts';
import type { Grade } from '#kernel/words.ts';
import type { Change, Correlator, RecordedChange, Subject } from './detection.types.ts';
import { createEngine } from './engine.ts';

export interface Story {
  readonly key: string;
  readonly kind: FindingKind;
  readonly since: Instant;
  /** undefined: still active at the end of the span. */
  readonly clearedAt: Instant | undefined;
  readonly history: readonly {
    readonly change: FindingChange['change'];
    readonly grade: Grade;
    readonly at: Instant;
  }[];
}

export interface Comparison {
  readonly same: number;
  readonly onlyLive: readonly Story[];
  readonly onlyReplay: readonly Story[];
  readonly different: readonly { readonly live: Story; readonly replay: Story }[];
}

/** An open silence this young at the end of the span may be missing on one side: the live run looks every few seconds. */
const YOUNG_MS = MINUTE;

/** Runs the engine over batches, telling it the time as the live run was told: by when each batch was received, and at the end. */
export async function replayChanges(
  subjects: Iterable<Subject>,
  correlators: readonly Correlator[],
  batches: AsyncIterable<ObservationBatch>,
  end: Instant,
): Promise<{ changes: Change[]; observations: number }> {
  const engine = createEngine(correlators);
  engine.watch(subjects);
  const changes: Change[] = [];
  let observations = 0;
  for await (const batch of batches) {
    for (const change of engine.tick(batch.receivedAt)) changes.push(change);
    for (const change of engine.judge(batch)) changes.push(change);
    observations += batch.ids.length;
  }
  for (const change of engine.tick(end)) changes.push(change);
  return { changes, observations };
}

/** How long before the span judging must begin, so that every timer that matters in it has run. */
export function warmUpMs(subjects: Iterable<Subject>): number {
  let longest = 0;
  for (const { rule } of subjects) {
    const spans = rule.limits.flatMap((limit) => [limit.forSeconds, limit.clearForSeconds]);
    const silent = rule.silence ? rule.silence.silentAfterIntervals * rule.intervalSeconds : 0;
    longest = Math.max(longest, ...spans, rule.stuck?.forSeconds ?? 0, silent, rule.intervalSeconds);
  }
  return 2 * longest * SECOND;
}

/** Findings that began in the span, each with its history up to the span's end. */
export function toStories(changes: Iterable<Change>, span: Span): Map<string, Story> {
  const stories = new Map<
    string,
    { -readonly [K in keyof Story]: Story[K] } & { history: Story['history'][number][] }
  >();
  for (const { change, at, finding } of changes) {
    if (finding.since < span.begin || finding.since >= span.end || at > span.end) continue;
    let story = stories.get(finding.key);
    if (story === undefined) {
      story = { key: finding.key, kind: finding.kind, since: finding.since, clearedAt: undefined, history: [] };
      stories.set(finding.key, story);
    }
    if (change === 'cleared') story.clearedAt = finding.clearedAt;
    story.history.push({ change, grade: finding.grade, at });
  }
  for (const [key, story] of stories) if (isNothing(story)) stories.delete(key);
  return stories;
}

const isNothing = (story: Story): boolean =>
  story.kind === 'silence' && story.clearedAt !== undefined && story.clearedAt <= story.since;

/** The stories of what the live run recorded. `kinds` and `clearedAt` come from the findings, grades from their history. */
export function toRecordedStories(
  findings: Iterable<{ key: string; kind: FindingKind; since: Instant; clearedAt: Instant | undefined }>,
  history: Iterable<RecordedChange>,
  span: Span,
): Map<string, Story> {
  const byKey = Map.groupBy(history, (change) => change.key);
  const stories = new Map<string, Story>();
  for (const { key, kind, since, clearedAt } of findings) {
    if (since < span.begin || since >= span.end) continue;
    const lines = (byKey.get(key) ?? []).filter((line) => line.at <= span.end);
    const isOver = lines.some((line) => line.change === 'cleared');
    const story: Story = {
      key,
      kind,
      since,
      clearedAt: isOver ? clearedAt : undefined,
      history: lines.map(({ change, grade, at }) => ({ change, grade, at })),
    };
    if (lines.length > 0 && !isNothing(story)) stories.set(key, story);
  }
  return stories;
}

export function compareStories(
  live: ReadonlyMap<string, Story>,
  replay: ReadonlyMap<string, Story>,
  end: Instant,
): Comparison {
  const isTooYoung = (story: Story) =>
    story.kind === 'silence' && story.clearedAt === undefined && story.since > end - YOUNG_MS;
  const different: { live: Story; replay: Story }[] = [];
  const onlyReplay: Story[] = [];
  let same = 0;
  for (const [key, story] of replay) {
    const recorded = live.get(key);
    if (recorded === undefined) {
      if (!isTooYoung(story)) onlyReplay.push(story);
    } else if (isSame(recorded, story)) same++;
    else different.push({ live: recorded, replay: story });
  }
  const onlyLive = [...live.values()].filter((story) => !replay.has(story.key) && !isTooYoung(story));
  return { same, onlyLive, onlyReplay, different };
}

const isSame = (a: Story, b: Story): boolean =>
  a.since === b.since && a.clearedAt === b.clearedAt && JSON.stringify(a.history) === JSON.stringify(b.history);
