/** What the rooms do now and then, beside the one flow: retention and the like. */
import { MINUTE, SECOND } from '#kernel/time.ts';
import type { Chore } from './loop.ts';
import type { Rooms } from './rooms.types.ts';

export const choresOf = ({ vault, residentServices, care, community, sharedBikes }: Rooms): Chore[] => [
  { what: 'vault retention', everyMs: MINUTE, work: (now) => vault.tick(now) },
  { what: 'planning of visits', everyMs: MINUTE, work: async () => community.planVisits(await care.listHomes()) },
  { what: 'care', everyMs: MINUTE, work: (now) => care.tick(now) },
  { what: 'missed bookings', everyMs: MINUTE, work: (now) => residentServices.tick(now) },
  { what: 'shared bikes', everyMs: SECOND, work: async (now) => sharedBikes?.tick(now) },
];
