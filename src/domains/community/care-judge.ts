/** Whom somebody should look in on. Pure. */
import { HOUR, type Instant } from '#kernel/time.ts';
import type { CareRules, Concern, Enrolment, MeterSilence, OverdueVisit } from './care.types.ts';

export interface CareSituation {
  readonly now: Instant;
  /** Those with a valid consent. */
  readonly enrolments: readonly Enrolment[];
  readonly meters: readonly MeterSilence[];
  readonly overdue: readonly OverdueVisit[];
}

/**
 * Every reason that stands now.
 *
 * The silence of a home begins with the last water that ran, and never before the consent was given, before somebody last found the
 * person well, or before they came back from a journey they had told us of: we may come late, we never come for a time that nobody
 * agreed to. A meter that is itself silent worries as much as one that reads nothing, because we cannot tell the two apart from here;
 * the words say which it is. The answer does not depend on how often it is asked.
 */
export function judgeCare(rules: CareRules, { now, enrolments, meters, overdue }: CareSituation): Concern[] {
  const meterOf = new Map(meters.map((meter) => [meter.enrolmentId, meter]));
  const visitOf = new Map(overdue.map((visit) => [visit.pseudonym, visit]));
  return enrolments.flatMap((enrolment) => {
    if (enrolment.awayUntil !== undefined && enrolment.awayUntil > now) return [];
    const concern =
      enrolment.rule === 'water-silent'
        ? silenceOf(rules, now, enrolment, meterOf.get(enrolment.id))
        : missOf(rules, now, enrolment, visitOf.get(enrolment.pseudonym));
    return concern === undefined ? [] : [concern];
  });
}

function silenceOf(
  { waterSilent }: CareRules,
  now: Instant,
  enrolment: Enrolment,
  meter: MeterSilence | undefined,
): Concern | undefined {
  if (waterSilent === undefined || meter === undefined) return undefined;
  const since = Math.max(
    meter.lastFlowAt ?? -Infinity,
    enrolment.since,
    enrolment.seenAt ?? -Infinity,
    enrolment.awayUntil ?? -Infinity,
  );
  if (now - since < waterSilent.hours * HOUR) return undefined;
  const hasSpoken = meter.lastReadAt !== undefined && meter.lastReadAt > since;
  return { key: keyOf(enrolment, since), enrolment, why: hasSpoken ? 'no-flow' : 'meter-silent', since };
}

function missOf(
  { missedVisit }: CareRules,
  now: Instant,
  enrolment: Enrolment,
  visit: OverdueVisit | undefined,
): Concern | undefined {
  if (missedVisit === undefined || visit === undefined) return undefined;
  if (enrolment.seenAt !== undefined && enrolment.seenAt >= visit.dueAt) return undefined;
  const since = Math.max(visit.dueAt, enrolment.since);
  if (now - since < missedVisit.hours * HOUR) return undefined;
  return { key: keyOf(enrolment, since), enrolment, why: 'missed-visit', since };
}

/** The same trouble has the same key, however often it is judged. */
const keyOf = ({ id, rule }: Enrolment, since: Instant): string => `care:${id}:${rule}:${since}`;

/** The enrolment that a key speaks of; undefined when the finding is not of care. */
export const enrolmentOfKey = (key: string): string | undefined => /^care:([^:]+):/.exec(key)?.[1];
