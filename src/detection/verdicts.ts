/** Findings as detection writes them: from a Datastream, what was seen of it, and when. */
import type { Finding, FindingKind } from '#kernel/finding.ts';
import { type Instant, MINUTE, SECOND } from '#kernel/time.ts';
import { gradeRank, worstGrade } from '#kernel/words.ts';
import type { CompiledLimit } from './compile.ts';
import type { Change, Subject } from './detection.types.ts';
import { sentenceOf } from './sentences.ts';

/** One report as it is being judged. */
export interface Seen {
  readonly t: Instant;
  readonly value: number;
  readonly receivedAt: Instant;
}

function begin(
  subject: Subject,
  kind: FindingKind,
  since: Instant,
  rest: Pick<Finding, 'grade' | 'lastAt' | 'raisedAt' | 'value' | 'limit' | 'opens' | 'sentence'>,
): Finding {
  return {
    key: `${kind}:${subject.datastreamId}:${since}`,
    kind,
    domain: subject.domain,
    worstGrade: rest.grade,
    thingId: subject.thingId,
    assetId: subject.assetId,
    datastreamId: subject.datastreamId,
    indicator: subject.rule.id,
    place: subject.place,
    since,
    clearedAt: undefined,
    basis: [],
    facts: subject.facts,
    ...rest,
  };
}

const cleared = (finding: Finding, clearedAt: Instant, rest: Partial<Finding>, at: Instant = clearedAt): Change => ({
  change: 'cleared',
  at,
  finding: { ...finding, ...rest, clearedAt },
});

const sideOf = (limit: CompiledLimit): string => (limit.side > 0 ? 'above' : 'below');

export function limitRaised(subject: Subject, seen: Seen, since: Instant, limit: CompiledLimit): Change {
  const finding = begin(subject, 'limit', since, {
    grade: limit.rule.grade,
    lastAt: seen.t,
    raisedAt: seen.receivedAt,
    value: seen.value,
    limit: limit.at,
    opens: limit.rule.opens,
    sentence: sentenceOf(subject, `limit.${sideOf(limit)}`, { value: seen.value, limit: limit.at }),
  });
  return { change: 'raised', at: seen.t, finding };
}

/** Another limit speaks for the finding now. What it opened stays opened: easing withdraws no case. */
export function limitRegraded(
  subject: Subject,
  seen: Seen,
  before: Finding,
  limit: CompiledLimit,
  lastAt: Instant,
): Change {
  const isWorse = gradeRank(limit.rule.grade) > gradeRank(before.grade);
  const template = isWorse ? `limit.${sideOf(limit)}` : `limit.eased.${sideOf(limit)}`;
  const finding: Finding = {
    ...before,
    grade: limit.rule.grade,
    worstGrade: worstGrade(before.worstGrade, limit.rule.grade) ?? limit.rule.grade,
    lastAt,
    value: seen.value,
    limit: limit.at,
    opens: isWorse ? (limit.rule.opens ?? before.opens) : before.opens,
    sentence: sentenceOf(subject, template, { value: seen.value, limit: limit.at }),
  };
  return { change: isWorse ? 'escalated' : 'eased', at: seen.t, finding };
}

/** Ends with the calm, is seen to have ended at `seen.t`. */
export function limitCleared(
  subject: Subject,
  seen: Seen,
  before: Finding,
  clearedAt: Instant,
  lastAt: Instant,
): Change {
  const sentence = sentenceOf(subject, 'limit.cleared', { value: seen.value, limit: before.limit ?? seen.value });
  return cleared(before, Math.max(clearedAt, before.since), { value: seen.value, sentence, lastAt }, seen.t);
}

export function rateRaised(subject: Subject, seen: Seen, before: { t: Instant; value: number }): Change {
  const rule = subject.rule.rate!;
  const finding = begin(subject, 'rate', seen.t, {
    grade: rule.grade,
    lastAt: seen.t,
    raisedAt: seen.receivedAt,
    value: seen.value,
    limit: rule.perMinute,
    opens: rule.opens,
    sentence: sentenceOf(subject, seen.value > before.value ? 'rate.rise' : 'rate.fall', {
      value: String(Number(seen.value.toPrecision(4))),
      before: String(Number(before.value.toPrecision(4))),
      limit: rule.perMinute,
      span: { seconds: (seen.t - before.t) / SECOND },
    }),
  });
  const change = ((seen.value - before.value) / (seen.t - before.t)) * MINUTE;
  return {
    change: 'raised',
    at: seen.t,
    finding: { ...finding, facts: { ...finding.facts, changePerMinute: Number(change.toPrecision(6)) } },
  };
}

export const rateCleared = (subject: Subject, seen: Seen, before: Finding): Change =>
  cleared(before, seen.t, {
    value: seen.value,
    sentence: sentenceOf(subject, 'rate.cleared', { value: seen.value }),
  });

export function stuckRaised(subject: Subject, seen: Seen, since: Instant): Change {
  const rule = subject.rule.stuck!;
  const finding = begin(subject, 'stuck', since, {
    grade: rule.grade,
    lastAt: seen.t,
    raisedAt: seen.receivedAt,
    value: seen.value,
    limit: undefined,
    opens: rule.opens,
    sentence: sentenceOf(subject, 'stuck.raised', {
      value: seen.value,
      span: { seconds: (seen.t - since) / SECOND },
    }),
  });
  return { change: 'raised', at: seen.t, finding };
}

export const stuckCleared = (subject: Subject, seen: Seen, before: Finding): Change =>
  cleared(before, seen.t, {
    value: seen.value,
    sentence: sentenceOf(subject, 'stuck.cleared', { value: seen.value }),
  });

export function silenceRaised(subject: Subject, since: Instant, allowanceMs: number, receivedAt: Instant): Change {
  const rule = subject.rule.silence!;
  const finding = begin(subject, 'silence', since, {
    grade: rule.grade,
    lastAt: since,
    raisedAt: receivedAt,
    value: undefined,
    limit: undefined,
    opens: rule.opens,
    sentence: sentenceOf(subject, 'silence.raised', {
      span: { seconds: allowanceMs / SECOND },
      interval: { seconds: subject.rule.intervalSeconds },
    }),
  });
  return { change: 'raised', at: since, finding };
}

/**
 * The Datastream reports again. When the report speaks of a time inside the allowance there was no gap, only a delay on the way: the
 * finding ends where it began, takes no time, and counts nowhere.
 */
export function silenceCleared(subject: Subject, seen: Seen, before: Finding, allowanceMs: number): Change {
  const clearedAt = Math.max(seen.t, before.since);
  const sentence =
    clearedAt === before.since
      ? sentenceOf(subject, 'silence.delayed')
      : sentenceOf(subject, 'silence.cleared', {
          span: { seconds: (clearedAt - before.since + allowanceMs) / SECOND },
        });
  return cleared(before, clearedAt, { value: seen.value, lastAt: clearedAt, sentence });
}

/** Nobody watches the Datastream any more. */
export const watchEnded = (subject: Subject | undefined, before: Finding, at: Instant): Change =>
  cleared(before, Math.max(at, before.since), subject ? { sentence: sentenceOf(subject, 'watch.ended') } : {});

/** True for a silence that was only a delay on the way. */
export const isDelayOnly = (finding: Finding): boolean =>
  finding.kind === 'silence' && finding.clearedAt !== undefined && finding.clearedAt <= finding.since;
