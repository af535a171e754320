/**
 * Everything somebody needs for a day without a network: what to do, where, what stands there, what is open, who is next.
 *
 * With the version of an earlier answer only what has changed since is told, together with the ids of all tasks there are: a task
 * whose id is missing is no longer mine, whatever became of it. The ground (cells, components, roads) comes once.
 */
import { createHash } from 'node:crypto';
import type { CaseDetail, CaseSummary, WorkOrder } from '#casework/casework.types.ts';
import { type Bounds, boundsAround, boundsOf, type Position } from '#kernel/geo.ts';
import { type Caller, may } from '#kernel/roles.ts';
import type { Localized } from '#kernel/words.ts';
import type { Scope } from '#people/scope.ts';
import type { DayView, GroundView, TaskView } from './api.types.ts';
import type { CrewDeps } from './crew.types.ts';
import { awaitsCheck, isOthersWork, type Reach } from './reach.ts';
import en from './strings.en.json' with { type: 'json' };
import zh from './strings.zh.json' with { type: 'json' };
import { bookingTask, checkTask, openCase, orderTask, verifyTask, visitTask } from './tasks.ts';

/** More than anybody does in a day. */
const MOST_OF_A_KIND = 150;
const MOST_CASES = 500;
const MOST_OPEN = 10_000;
/** Streets around the cells, so that the way there is on the map too. */
const MARGIN_METRES = 250;

export interface DayDeps extends CrewDeps {
  readonly scope: Scope;
  readonly reach: Reach;
  /** Another after every start: what phones keep of the ground is fetched anew. */
  readonly epoch: string;
}

export async function dayOf(deps: DayDeps, caller: Caller, since: string | undefined): Promise<DayView> {
  const { clock, community, territory } = deps;
  const now = clock.now();
  const groundKey = createHash('sha256')
    .update([deps.epoch, caller.party, ...caller.areas].join())
    .digest('hex')
    .slice(0, 12);
  const before = sequenceOf(since, groundKey);
  // First, because the answer's version must not be newer than the tasks that are read after it: what happens meanwhile is told twice.
  const open = await listOpen(deps, caller);
  const cases = caller.areas.length === 0 ? [] : open.slice(0, MOST_CASES);
  const [orders, judged, visits, bookings, shift, handovers] = await Promise.all([
    listOrders(deps, caller),
    listCaseTasks(deps, caller),
    listVisits(deps, caller),
    deps.bookings?.listVisits(caller, now) ?? [],
    community.findShift(caller.id),
    community.listHandovers(caller.id),
  ]);
  const tasks = [...orders, ...judged, ...visits, ...bookings.map(bookingTask)];
  const sequence = Math.max(0, before, ...open.map((each) => each.sequence));
  const party = territory.pack.parties.find(({ id }) => id === caller.party);
  return {
    now,
    version: `${sequence}.${groundKey}`,
    person: {
      id: caller.id,
      name: caller.name,
      party: caller.party,
      partyName: party?.name,
      maySeeOnSite: deps.reach.mayCheckOnSite(caller),
    },
    ground: before >= 0 ? undefined : await groundOf(deps, caller, tasks),
    // Visits and bookings are few, and told whole.
    tasks: tasks.filter(({ caseId, version }) => caseId === undefined || version > before),
    taskIds: tasks.map(({ id }) => id),
    cases: cases.map(openCase),
    shift: shift && { startedAt: shift.startedAt },
    handovers: handovers.map(({ id, accountName, endedAt, startedAt, note }) => ({
      id,
      from: accountName,
      at: endedAt ?? startedAt,
      note: note ?? '',
    })),
  };
}

/** Up to where the phone knows the ledger; -1 when it has nothing, or another ground. */
function sequenceOf(since: string | undefined, groundKey: string): number {
  const [sequence, key] = since?.split('.') ?? [];
  return key === groundKey ? Number(sequence) : -1;
}

/** Open cases within the caller's reach, most urgent first: by area, or by party for who is bound to none. */
async function listOpen({ casework, scope }: DayDeps, caller: Caller): Promise<CaseSummary[]> {
  const reach = caller.areas.length > 0 ? { areas: caller.areas } : { party: caller.party };
  const asked = { open: true, confidentialFor: scope.partiesOf(caller), ...reach, limit: MOST_OPEN };
  return (await casework.listCases(asked)).cases;
}

async function listOrders({ casework, reach, scope }: DayDeps, caller: Caller): Promise<TaskView[]> {
  if (!may(caller, 'case.handle')) return [];
  const confidentialFor = scope.partiesOf(caller);
  const parties = caller.party === undefined ? [undefined] : confidentialFor;
  const orders = (
    await Promise.all(parties.map((party) => casework.listOrders({ open: true, party, confidentialFor })))
  ).flat();
  const mine = orders.filter((order) => reach.isMine(caller, order)).slice(0, MOST_OF_A_KIND);
  const details = await detailsOf(
    casework,
    mine.map(({ caseId }) => caseId),
  );
  return mine.flatMap((order: WorkOrder) => {
    const detail = details.get(order.caseId);
    return detail === undefined || !reach.lies(caller, detail) ? [] : [orderTask(detail, order)];
  });
}

async function listCaseTasks({ casework, reach, scope }: DayDeps, caller: Caller): Promise<TaskView[]> {
  const areas = caller.areas.length === 0 ? undefined : caller.areas;
  const confidentialFor = scope.partiesOf(caller);
  const listed = async (state: 'collected' | 'handled') => {
    const { cases } = await casework.listCases({ states: [state], areas, confidentialFor, limit: MOST_OF_A_KIND });
    const worth = cases.filter(({ reports, state: its }) => its === 'handled' || reports > 0);
    return [
      ...(
        await detailsOf(
          casework,
          worth.map(({ id }) => id),
        )
      ).values(),
    ];
  };
  const checks = reach.mayCheckOnSite(caller) ? (await listed('collected')).filter(awaitsCheck).map(checkTask) : [];
  const verifications = may(caller, 'case.verify')
    ? (await listed('handled')).filter((detail) => isOthersWork(scope, caller, detail)).map(verifyTask)
    : [];
  return [...checks, ...verifications];
}

async function listVisits({ community, territory, scope }: DayDeps, caller: Caller): Promise<TaskView[]> {
  const visits = await community.listVisits({ carers: [caller.id, ...scope.partiesOf(caller)], due: true });
  const words: Localized = { zh: zh.visit, en: en.visit };
  return visits.slice(0, MOST_OF_A_KIND).map((visit) => {
    const area = territory.findArea(visit.cell);
    const place = visit.place ?? (area && middleOf(area.polygon[0] ?? []));
    const address = visit.place === undefined ? area?.name : territory.locate(visit.place).address;
    return visitTask(visit, { place, address: address ?? {} }, words, community.rules.visits.dueWithinHours);
  });
}

async function detailsOf(
  casework: DayDeps['casework'],
  ids: readonly string[],
): Promise<ReadonlyMap<string, CaseDetail>> {
  const distinct = [...new Set(ids)];
  const details = await Promise.all(distinct.map((id) => casework.getCase(id)));
  return new Map(details.map((detail) => [detail.id, detail]));
}

const middleOf = (ring: readonly Position[]): Position => {
  const [west, south, east, north] = boundsOf(ring);
  return [(west + east) / 2, (south + north) / 2];
};

async function groundOf(
  { community, territory, people, reach }: DayDeps,
  caller: Caller,
  tasks: readonly TaskView[],
): Promise<GroundView> {
  const { pack } = territory;
  const own = reach.cellsOf(caller);
  const around = tasks.flatMap(({ cell }) => (cell === undefined ? [] : (territory.findArea(cell) ?? [])));
  const cells = own.length > 0 ? own : [...new Map(around.map((cell) => [cell.id, cell])).values()];
  const ids = new Set(cells.map(({ id }) => id));
  const classes = new Map(
    pack.domains.flatMap(({ id, classes: its }) => its.map((each) => [`${id}/${each.id}`, each.name] as const)),
  );
  const bounds = widen(boundsOf(cells.flatMap(({ polygon }) => polygon[0] ?? [])), MARGIN_METRES);
  const accounts = caller.party === undefined ? [] : await people.listAccounts();
  return {
    city: { id: pack.id, name: pack.name, timeZone: pack.timeZone },
    cells: cells.map(({ id, name, polygon, worker }) => ({ id, name, polygon, worker: worker?.name })),
    components: pack.assets
      .filter(({ cell, geometry }) => geometry.type === 'Point' && ids.has(cell))
      .map(({ id, name, domain, assetClass, place, cell }) => ({
        id,
        name,
        className: classes.get(`${domain}/${assetClass}`) ?? {},
        domain,
        place,
        cell,
      })),
    roads: pack.roads
      .filter(({ line }) => line.some((position) => isWithin(position, bounds)))
      .map(({ name, kind, line }) => ({ name, kind, line })),
    categories: community.rules.patrol.map(({ code, name, icon }) => ({ code, name, icon })),
    walking: community.rules.walking,
    colleagues: accounts
      .filter(({ id, party, disabled }) => party === caller.party && id !== caller.id && !disabled)
      .map(({ id, displayName }) => ({ account: id, name: displayName })),
    base: pack.parties.find(({ id }) => id === caller.party)?.base,
  };
}

function widen([west, south, east, north]: Bounds, metres: number): Bounds {
  const [dWest, dSouth] = boundsAround([west, south], metres);
  const [, , dEast, dNorth] = boundsAround([east, north], metres);
  return [dWest, dSouth, dEast, dNorth];
}

const isWithin = ([lon, lat]: Position, [west, south, east, north]: Bounds): boolean =>
  lon >= west && lon <= east && lat >= south && lat <= north;
