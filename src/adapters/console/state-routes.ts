/** The whole city at an instant: states, gauges, the day, the latest values. */

import type { CaseSummary } from '#casework/casework.types.ts';
import type { Caller } from '#kernel/roles.ts';
import { DAY, HOUR, type Instant } from '#kernel/time.ts';
import type { Scope } from '#people/scope.ts';
import type { DayView, StateView, ThingState } from './api.types.ts';
import { listSeen } from './case-routes.ts';
import type { ConsoleDeps } from './console.types.ts';
import type { LiveHub } from './live-hub.ts';
import { dayOf } from './local-day.ts';
import { AtQuery, DayQuery } from './schemas.ts';
import { type StateTracker, toStateColumns } from './state-tracker.ts';
import type { TypedServer } from './typed-routes.ts';

const READ = { permission: 'city.read' } as const;
const tags = ['state'];
/** More cases than a city opens on its worst day; the day's curve is of these. */
const MOST_CASES = 5_000;
const MOST_CHANGES = 50;

export interface StateRouteDeps extends ConsoleDeps {
  readonly tracker: StateTracker;
  readonly hub: LiveHub;
  readonly scope: Scope;
}

export function registerStateRoutes(server: TypedServer, deps: StateRouteDeps): void {
  const { clock, detection, sensing, tracker, hub } = deps;

  server.get(
    '/state',
    { config: READ, schema: { tags, querystring: AtQuery } },
    async (request): Promise<StateView> => {
      const { at } = request.query;
      const cursor = hub.cursor();
      if (at === undefined || at >= clock.now()) return { at: clock.now(), cursor, ...tracker.view() };
      const states = new Map<number, ThingState>(await detection.activeAt(at));
      return { at, cursor, ...toStateColumns(states, sensing.listThings()) };
    },
  );

  server.get('/gauges', { config: READ, schema: { tags, querystring: AtQuery } }, (request) =>
    deps.gauges(request.query.at ?? clock.now()),
  );

  server.get('/day', { config: READ, schema: { tags, querystring: DayQuery } }, (request) =>
    dayView(deps, request.caller, request.query.date),
  );

  server.get('/latest', { config: READ, schema: { tags, querystring: AtQuery } }, async (request) => {
    const { at } = request.query;
    const columns = { ids: [] as number[], times: [] as Instant[], values: [] as (number | null)[] };
    const past = at === undefined ? undefined : await sensing.latestAt(at);
    for (const { id } of sensing.listDatastreams()) {
      const latest = past ? past.get(id) : sensing.findLatest(id);
      if (!latest) continue;
      columns.ids.push(id);
      columns.times.push(latest.at);
      columns.values.push(latest.value ?? null);
    }
    return { at: at ?? clock.now(), ...columns };
  });
}

/** Cases of one local day of the city, and what changed in its last hour (the last hour up to now when it is today). */
async function dayView(deps: StateRouteDeps, caller: Caller, date: string | undefined): Promise<DayView> {
  const { clock, territory } = deps;
  const day = dayOf(date, clock.now(), territory.pack.timeZone);
  const list = async (query: { from?: Instant; to?: Instant; open?: boolean }): Promise<CaseSummary[]> => {
    return (await listSeen(deps, caller, { ...query, limit: MOST_CASES })).cases;
  };
  const opened = await list({ from: day.begin, to: day.end });
  // A case that is closed today may have been opened up to a month ago.
  const earlier = await list({ from: day.begin - 31 * DAY, to: day.begin });
  const until = Math.min(clock.now(), day.end);
  const all = [...opened, ...earlier];
  return {
    ...day,
    ticks: opened.map(({ id, openedAt, grade, domain }) => ({ caseId: id, at: openedAt, grade, domain })),
    hours: hoursOf(day.begin, day.end).map((begin) => ({
      begin,
      opened: opened.filter((each) => within(each.openedAt, begin)).length,
      closed: all.filter((each) => within(each.closedAt, begin)).length,
    })),
    changes: all
      .filter(({ updatedAt }) => updatedAt > until - HOUR && updatedAt <= until)
      .toSorted((a, b) => b.updatedAt - a.updatedAt)
      .slice(0, MOST_CHANGES)
      .map(({ id, updatedAt, sentence, grade }) => ({ at: updatedAt, caseId: id, sentence, grade })),
  };
}

const within = (at: Instant | undefined, begin: Instant) => at !== undefined && at >= begin && at < begin + HOUR;

function hoursOf(begin: Instant, end: Instant): Instant[] {
  const hours: Instant[] = [];
  for (let at = begin; at < end; at += HOUR) hours.push(at);
  return hours;
}
