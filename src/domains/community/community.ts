/** The memory of the community: actions, visits, shifts. No sockets, no timers; the clock and randomness are handed in. */
import type { RandomBytes } from '#kernel/ids.ts';
import type { Clock, Database } from '#kernel/ports.ts';
import { createActionLog } from './action-log.ts';
import type { Community, CrewRules } from './community.types.ts';
import { createShifts } from './shifts.ts';
import { createVisitList } from './visit-list.ts';

export interface CommunityDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly rules: CrewRules;
}

export function createCommunity({ database, clock, random, rules }: CommunityDeps): Community {
  const run = Buffer.from(random(16)).toString('hex');
  return {
    rules,
    ...createActionLog(database, clock, run),
    ...createVisitList(database, clock, random, rules),
    ...createShifts(database, random),
  };
}
