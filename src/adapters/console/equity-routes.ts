/** Who is heard and who is not, by community. */
import { Type } from 'typebox';
import type { CommunityCounts } from '#casework/tallies.ts';
import type { Clock } from '#kernel/ports.ts';
import { DAY, type Instant } from '#kernel/time.ts';
import { judgeEquity } from '#scorecard/equity.ts';
import type { Territory } from '#territory/territory.types.ts';
import type { EquityView } from './api.types.ts';
import type { TypedServer } from './typed-routes.ts';

export interface EquityRouteDeps {
  readonly territory: Pick<Territory, 'pack'>;
  readonly clock: Clock;
  readonly countByCommunity: (from: Instant, to: Instant) => Promise<readonly CommunityCounts[]>;
}

const Query = Type.Object(
  { days: Type.Optional(Type.Integer({ minimum: 7, maximum: 366 })) },
  { additionalProperties: false },
);
const USUAL_DAYS = 90;

export function registerEquityRoutes(
  server: TypedServer,
  { territory, clock, countByCommunity }: EquityRouteDeps,
): void {
  const { areas, reporting } = territory.pack;
  const communities = areas.filter(({ level }) => level === 'community');
  const residents = residentsOf(areas);

  server.get(
    '/equity',
    { config: { permission: 'equity.read' }, schema: { tags: ['scorecard'], querystring: Query } },
    async ({ query }): Promise<EquityView> => {
      const to = clock.now();
      const from = to - (query.days ?? USUAL_DAYS) * DAY;
      const counts = new Map((await countByCommunity(from, to)).map((each) => [each.community, each]));
      const tallies = communities.map(({ id }) => ({
        id,
        residents: residents.get(id) ?? 0,
        told: counts.get(id)?.told ?? 0,
        noticed: counts.get(id)?.noticed ?? 0,
      }));
      const { smallestCount } = reporting.privacy;
      const equity = judgeEquity(tallies, smallestCount);
      const names = new Map(communities.map(({ id, name }) => [id, name]));
      return {
        from,
        to,
        smallestCount,
        told: equity.told,
        noticed: equity.noticed,
        toldPerThousand: equity.toldPerThousand,
        communities: equity.communities.map((each) => ({ ...each, name: names.get(each.id) ?? {} })),
      };
    },
  );
}

/** What a community says of itself, else the sum of its cells. */
function residentsOf(areas: Territory['pack']['areas']): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { level, parent, residents } of areas)
    if (level === 'cell' && parent !== undefined) sums.set(parent, (sums.get(parent) ?? 0) + (residents ?? 0));
  for (const { id, level, residents } of areas)
    if (level === 'community' && residents !== undefined) sums.set(id, residents);
  return sums;
}
