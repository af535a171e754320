/**
 * What each kind of action does to the city, and whether it still can.
 *
 * The person acted on what the phone knew then. When the city has moved on (taken by a colleague, closed, called off, handled anew)
 * the action is a conflict: nothing is changed, and the person is told what stands now. What would be wrong at any time (not theirs,
 * a photo missing) is refused. Both stay with the person until they decide.
 */
import type { CaseDetail } from '#casework/casework.types.ts';
import type { Outcome, Standing } from '#domains/community/community.types.ts';
import type { Actor, CaseAction, WorkOrderAction } from '#kernel/case.ts';
import { CityError, conflict, forbidden, invalid } from '#kernel/errors.ts';
import type { Position } from '#kernel/geo.ts';
import type { Caller } from '#kernel/roles.ts';
import { may } from '#kernel/roles.ts';
import type { Instant } from '#kernel/time.ts';
import type { Scope } from '#people/scope.ts';
import type { ActionBody, ActionKind } from './api.types.ts';
import type { CrewDeps } from './crew.types.ts';
import type { Reach } from './reach.ts';
import { awaitsCheck } from './reach.ts';

export interface Doing {
  readonly deps: CrewDeps & { readonly reach: Reach; readonly scope: Scope };
  readonly caller: Caller;
  readonly action: ActionBody;
  /** When it was done by the city's clock. */
  readonly doneAt: Instant;
}

const done = (caseId?: string): Outcome => ({ result: 'done', caseId });

const toActor = (caller: Caller, actingFor?: string): Actor => ({
  kind: caller.kind === 'key' ? 'key' : 'account',
  id: caller.id,
  name: caller.name,
  party: caller.party ?? actingFor,
});

const textOf = ({ action }: Doing, field: string): string | undefined => {
  const value = action.details?.[field];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value.length <= 4_000) return value.trim() || undefined;
  throw invalid('details.not_text', `${field} must be a text of at most 4,000 characters.`, `details.${field}`);
};

/** The photos as casework takes them. */
const photosOf = ({ action }: Doing): readonly string[] => action.photos ?? [];

function refuseOutside({ deps, caller }: Doing, detail: CaseDetail): void {
  if (!deps.reach.lies(caller, detail))
    throw forbidden('caller.out_of_scope', `There is no such case for ${caller.name}.`);
}

async function onOrder(doing: Doing, step: WorkOrderAction): Promise<Outcome> {
  const { deps, caller, action } = doing;
  const { casework, scope } = deps;
  const caseId =
    action.caseId ??
    (await casework.listOrders({ confidentialFor: scope.partiesOf(caller) })).find(({ id }) => id === action.target)
      ?.caseId;
  if (caseId === undefined) throw invalid('order.unknown', 'There is no such work order.', 'target');
  const detail = await casework.getCase(caseId);
  const order = detail.workOrders.find(({ id }) => id === action.target);
  if (order === undefined) throw invalid('order.unknown', 'There is no such work order.', 'target');
  refuseOutside(doing, detail);
  if (!may(caller, 'case.handle') || !scope.actsFor(caller, order.party))
    throw forbidden('order.not_yours', `This work order is ${order.party}'s.`);
  const details = {
    photos: photosOf(doing),
    feedback: textOf(doing, 'feedback'),
    reason: textOf(doing, 'reason'),
  };
  await casework.actOnOrder(order.id, step, details, toActor(caller, order.party));
  return done(caseId);
}

async function onCase(doing: Doing, move: CaseAction, details: Readonly<Record<string, unknown>>): Promise<Outcome> {
  await doing.deps.casework.act(doing.action.target, move, details, toActor(doing.caller));
  return done(doing.action.target);
}

/** The case, while it still waits for somebody to go and see. */
async function getUnchecked(doing: Doing): Promise<CaseDetail> {
  const { deps, caller, action } = doing;
  const detail = await deps.casework.getCase(action.target);
  refuseOutside(doing, detail);
  if (!deps.reach.mayCheckOnSite(caller))
    throw forbidden('crew.not_grid', 'Checks on site are for the grid workers of the area.');
  if (!awaitsCheck(detail)) throw conflict('check.over', 'Somebody has decided on this case already.', 'target');
  return detail;
}

async function confirm(doing: Doing): Promise<Outcome> {
  await getUnchecked(doing);
  return onCase(doing, 'confirm', { reason: 'seen_on_site', photos: photosOf(doing) });
}

async function dismiss(doing: Doing): Promise<Outcome> {
  await getUnchecked(doing);
  const reason = textOf(doing, 'reason');
  return onCase(doing, 'dismiss', { reason, photos: photosOf(doing) });
}

/**
 * It is there, but it is something else: filed as what it is, by who stands before it, and what the residents told goes on in there,
 * so that they are answered.
 */
async function fileAsOther(doing: Doing): Promise<Outcome> {
  const found = await getUnchecked(doing);
  const text = textOf(doing, 'text') ?? Object.values(found.sentence)[0];
  const caseId = await file(doing, textOf(doing, 'category') ?? '', found.place, text);
  return joinFiled(doing, found, caseId);
}

async function joinFiled({ deps, caller }: Doing, told: CaseDetail, caseId: string): Promise<Outcome> {
  if (caseId !== told.id && told.state === 'collected')
    await deps.casework.act(told.id, 'merge', { into: caseId }, toActor(caller));
  return done(caseId);
}

function classOf({ deps }: Doing, category: string) {
  const found = deps.community.rules.patrol.find(({ code }) => code === category);
  if (found === undefined) throw invalid('patrol.category', `There is no patrol category ${category}.`, 'target');
  return found;
}

async function file(doing: Doing, category: string, place: Position, text: string | undefined): Promise<string> {
  const { deps, caller } = doing;
  const { caseClass, name } = classOf(doing, category);
  const { caseId } = await deps.casework.report({
    caseClass,
    place,
    description: text ?? name[deps.territory.pack.defaultLanguage] ?? Object.values(name)[0] ?? category,
    source: 'grid_worker',
    reporter: toActor(caller),
    photos: photosOf(doing),
  });
  return caseId;
}

async function patrol(doing: Doing): Promise<Outcome> {
  const { action, caller, deps } = doing;
  const { place } = action;
  if (!may(caller, 'report.create')) throw forbidden('caller.not_permitted', `${caller.name} may not report.`);
  if (place === undefined) throw invalid('patrol.place', 'A patrol report says where it is.', 'place');
  const at: Position = [place.lon, place.lat];
  if (deps.territory.locate(at).cell === undefined)
    throw invalid('place.outside', 'The city does not answer for this place.', 'place');
  return done(await file(doing, action.target, at, textOf(doing, 'text')));
}

async function verify(doing: Doing, move: 'verify_pass' | 'verify_fail'): Promise<Outcome> {
  const { deps, caller, action } = doing;
  const detail = await deps.casework.getCase(action.target);
  refuseOutside(doing, detail);
  if (!may(caller, 'case.verify')) throw forbidden('caller.not_permitted', `${caller.name} may not verify.`);
  if (wasHandledAnew(detail, action.baseVersion))
    throw conflict('verify.handled_anew', 'It has been handled again since you looked at it.', 'baseVersion');
  const details = { photos: photosOf(doing), comment: textOf(doing, 'comment'), reason: textOf(doing, 'reason') };
  return onCase(doing, move, details);
}

const wasHandledAnew = ({ events }: CaseDetail, since: number | undefined): boolean =>
  since !== undefined && events.some(({ sequence, type }) => sequence > since && type === 'finish');

async function settleVisit(doing: Doing, state: 'done' | 'missed'): Promise<Outcome> {
  const { deps, caller, action, doneAt } = doing;
  const visit = await deps.community.findVisit(action.target);
  if (visit === undefined) throw invalid('visit.unknown', 'There is no such visit.', 'target');
  if (![caller.id, ...deps.scope.partiesOf(caller)].includes(visit.carer))
    throw forbidden('visit.not_yours', 'Somebody else looks in on this home.');
  const by = { account: caller.id, name: caller.name, party: caller.party };
  const note = textOf(doing, 'note') ?? textOf(doing, 'reason');
  if (state === 'missed' && note === undefined)
    throw invalid('reason.missing', 'Say why nobody was met: it decides what is done next.', 'details.reason');
  await deps.community.settleVisit(visit.id, state, by, doneAt, note);
  return done();
}

async function settleBooking(doing: Doing, state: 'done' | 'missed'): Promise<Outcome> {
  const { bookings } = doing.deps;
  if (bookings === undefined) throw invalid('booking.unknown', 'This city takes no bookings.', 'target');
  await bookings.settle(doing.action.target, state, doing.caller, textOf(doing, 'note') ?? textOf(doing, 'reason'));
  return done();
}

async function note(doing: Doing): Promise<Outcome> {
  const detail = await doing.deps.casework.getCase(doing.action.target);
  refuseOutside(doing, detail);
  return onCase(doing, 'note', { text: textOf(doing, 'text') });
}

async function startShift({ deps, caller, doneAt }: Doing): Promise<Outcome> {
  await deps.community.startShift({ account: caller.id, name: caller.name, party: caller.party }, doneAt);
  return done();
}

async function endShift(doing: Doing): Promise<Outcome> {
  const { deps, caller, doneAt } = doing;
  const to = textOf(doing, 'next');
  const account = to === undefined ? undefined : (await deps.people.listAccounts()).find(({ id }) => id === to);
  if (to !== undefined && (account === undefined || account.party !== caller.party))
    throw invalid('handover.next', 'It is handed over to a colleague of the own team.', 'details.next');
  const next = account && { account: account.id, name: account.displayName };
  await deps.community.endShift(caller.id, doneAt, { next, note: textOf(doing, 'note') ?? '' });
  return done();
}

async function readHandover({ deps, caller, action, doneAt }: Doing): Promise<Outcome> {
  await deps.community.readHandover(action.target, caller.id, doneAt);
  return done();
}

export const DO: Readonly<Record<ActionKind, (doing: Doing) => Promise<Outcome>>> = {
  'order.accept': (doing) => onOrder(doing, 'accept'),
  'order.set_out': (doing) => onOrder(doing, 'set_out'),
  'order.arrive': (doing) => onOrder(doing, 'arrive'),
  'order.finish': (doing) => onOrder(doing, 'finish'),
  'order.refuse': (doing) => onOrder(doing, 'refuse'),
  'check.confirm': confirm,
  'check.dismiss': dismiss,
  'check.other': fileAsOther,
  'verify.pass': (doing) => verify(doing, 'verify_pass'),
  'verify.fail': (doing) => verify(doing, 'verify_fail'),
  patrol,
  'visit.done': (doing) => settleVisit(doing, 'done'),
  'visit.missed': (doing) => settleVisit(doing, 'missed'),
  'booking.done': (doing) => settleBooking(doing, 'done'),
  'booking.missed': (doing) => settleBooking(doing, 'missed'),
  note,
  'shift.start': startShift,
  'shift.end': endShift,
  'handover.read': readHandover,
};

// After an interruption ---------------------------------------------------------------------------------------------------------------

/** The ledger's word for what an action writes; the event that proves that it was done. */
const WRITES: Readonly<Partial<Record<ActionKind, string>>> = {
  'order.accept': 'order.accept',
  'order.set_out': 'order.set_out',
  'order.arrive': 'order.arrive',
  'order.finish': 'order.finish',
  'order.refuse': 'order.refuse',
  'check.confirm': 'confirm',
  'check.dismiss': 'dismiss',
  'verify.pass': 'verify_pass',
  'verify.fail': 'verify_fail',
  note: 'note',
};

/** What became of an action whose run was interrupted: found in the ledger, by who did it and when it was begun. */
export async function recover(doing: Doing, since: Instant): Promise<Outcome | undefined> {
  const { deps, caller, action } = doing;
  if (action.kind === 'patrol') {
    const filed = await findFiled(doing, since);
    return filed === undefined ? undefined : done(filed);
  }
  if (action.kind === 'check.other') {
    const filed = await findFiled(doing, since);
    return filed === undefined ? undefined : joinFiled(doing, await deps.casework.getCase(action.target), filed);
  }
  const type = WRITES[action.kind];
  if (type === undefined) return undefined;
  const caseId = action.kind.startsWith('order.') ? action.caseId : action.target;
  const detail = caseId === undefined ? undefined : await deps.casework.getCase(caseId).catch(ignoreUnknown);
  const wrote = detail?.events.some(
    (event) =>
      event.type === type &&
      event.at >= since &&
      event.actor.id === caller.id &&
      (event.details.order === undefined || event.details.order === action.target),
  );
  return wrote ? done(caseId) : undefined;
}

const ignoreUnknown = (error: unknown): undefined => {
  if (error instanceof CityError && error.kind === 'not_found') return undefined;
  throw error;
};

const MOST_FILED = 1_000;

/** The case that holds this very report of the caller: same photos, made since. Without photos it cannot be told apart. */
async function findFiled(doing: Doing, since: Instant): Promise<string | undefined> {
  const { deps, caller, action } = doing;
  const photos = JSON.stringify(photosOf(doing));
  if (photos === '[]') return undefined;
  const confidentialFor = deps.scope.partiesOf(caller);
  const { cases } = await deps.casework.listCases({ open: true, confidentialFor, limit: MOST_FILED });
  const near = cases.filter(({ updatedAt, id }) => updatedAt >= since && id !== action.target);
  for (const { id } of near) {
    const { events } = await deps.casework.getCase(id);
    const reports = events.flatMap(({ at, details }) =>
      at < since ? [] : [details.report, ...((details.children as unknown[] | undefined) ?? [])],
    ) as ({ reporter?: Actor; photos?: readonly string[] } | undefined)[];
    if (reports.some((report) => report?.reporter?.id === caller.id && JSON.stringify(report.photos) === photos))
      return id;
  }
  return undefined;
}

// What stands now ---------------------------------------------------------------------------------------------------------------------

/** What the city has about the target at this moment, for who is told that theirs did not go through. */
export async function standingOf({ deps, caller, action }: Doing): Promise<Standing | undefined> {
  if (action.kind.startsWith('visit.')) {
    const visit = await deps.community.findVisit(action.target);
    return (
      visit && {
        state: visit.state,
        by: visit.settledBy,
        change: undefined,
        at: visit.settledAt,
        version: visit.version,
      }
    );
  }
  const caseId = action.kind.startsWith('order.') ? action.caseId : action.target;
  const detail = caseId === undefined ? undefined : await deps.casework.getCase(caseId).catch(ignoreUnknown);
  // Who is told no does not learn by it what is kept from them.
  if (detail === undefined || !deps.reach.lies(caller, detail)) return undefined;
  const order = detail.workOrders.find(({ id }) => id === action.target);
  const about = detail.events.filter(({ type, to, details }) =>
    order === undefined ? to !== undefined && type !== 'note' : details.order === order.id,
  );
  // Who did it says more than what the city did of itself after it.
  const last = about.findLast(({ actor }) => actor.kind !== 'system') ?? about.at(-1);
  return {
    state: order?.state ?? detail.state,
    by: last?.actor.name,
    change: last?.type,
    at: last?.at,
    version: detail.sequence,
  };
}
