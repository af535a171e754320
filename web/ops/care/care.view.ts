/** Consents as people, in the order in which somebody must act. Pure. */
import type { EnrolmentView } from '#adapters/console/api.types.ts';
import { DAY, type Instant, MINUTE } from '#kernel/time.ts';
import { dateKey, offsetMinutes } from '#web/kit/time.view.ts';

export type Standing = 'concern' | 'ended' | 'away' | 'well';
const ORDER: readonly Standing[] = ['concern', 'ended', 'well', 'away'];

/** Somebody who is looked after, with everything they agreed to. */
export interface Cared {
  readonly person: string;
  readonly standing: Standing;
  readonly consents: readonly EnrolmentView[];
  readonly concern: EnrolmentView['concern'];
  readonly awayUntil: Instant | undefined;
  readonly seenAt: Instant | undefined;
}

export function toPeople(enrolments: readonly EnrolmentView[], now: Instant): Cared[] {
  return [...Map.groupBy(enrolments, ({ person }) => person)]
    .map(([person, consents]): Cared => {
      const concern = consents.find((each) => each.concern)?.concern;
      const away = consents.map(({ awayUntil }) => awayUntil ?? 0).filter((until) => until > now);
      const seen = consents.map(({ seenAt }) => seenAt ?? 0).filter((at) => at > 0);
      const isEnded = consents.every(({ expiresAt }) => expiresAt <= now);
      return {
        ...{ person, consents, concern },
        awayUntil: away.length > 0 ? Math.max(...away) : undefined,
        seenAt: seen.length > 0 ? Math.max(...seen) : undefined,
        standing: concern ? 'concern' : isEnded ? 'ended' : away.length > 0 ? 'away' : 'well',
      };
    })
    .toSorted(
      (a, b) =>
        ORDER.indexOf(a.standing) - ORDER.indexOf(b.standing) ||
        (a.concern?.since ?? 0) - (b.concern?.since ?? 0) ||
        soonest(a) - soonest(b),
    );
}

const soonest = ({ consents }: Cared): Instant => Math.min(...consents.map(({ expiresAt }) => expiresAt));

/** Whole days that are left; a consent that ends today has none. */
export const daysLeft = (expiresAt: Instant, now: Instant): number => Math.max(0, Math.floor((expiresAt - now) / DAY));

/** The last minute of a local date. */
export function endOfDate(date: string, timeZone: string): Instant {
  const wall = Date.parse(`${date}T23:59:00Z`);
  return wall - offsetMinutes(wall, timeZone) * MINUTE;
}

/** The local date so many days from now. */
export const dateIn = (days: number, now: Instant, timeZone: string): string => dateKey(now + days * DAY, timeZone);
