/**
 * Takes what was done without a network, in the order in which it was done, each action exactly once.
 *
 * The phone's clock is put right by the offset it had measured against the city, and never trusted for a deadline: those run by the
 * city's own clock. Where and when it was done is kept as proof beside the hashes of the photos.
 *
 * When one action meets a conflict, those after it on the same target are conflicts too: who could not take a work order did not
 * arrive for it either.
 */
import type { NewAction, Outcome, ProofFlag } from '#domains/community/community.types.ts';
import { CityError, invalid } from '#kernel/errors.ts';
import { distanceMetres, type Position } from '#kernel/geo.ts';
import type { Caller } from '#kernel/roles.ts';
import { type Instant, MINUTE } from '#kernel/time.ts';
import { DO, type Doing, recover, standingOf } from './actions.ts';
import type { ActionBody, ResultView, SyncBody, SyncView } from './api.types.ts';
import type { DayDeps } from './day.ts';

/** The phone's clock was set meanwhile when its offset has moved by more than this. */
const CLOCK_DRIFT_MS = 2 * MINUTE;

export async function syncActions(deps: DayDeps, caller: Caller, body: SyncBody): Promise<SyncView> {
  const receivedAt = deps.clock.now();
  const offsetNow = receivedAt - body.sentAt;
  const blocked = new Map<string, ResultView>();
  const results: ResultView[] = [];
  for (const action of body.actions) {
    const proof = await proofOf(deps, caller, action, receivedAt, offsetNow);
    const doing: Doing = { deps, caller, action, doneAt: proof.doneAt };
    const record = toRecord(caller, action, proof, receivedAt);
    const task = taskOf(action);
    const before = task === undefined ? undefined : blocked.get(task);
    const outcome = await deps.community.perform(record, {
      work: () => (before === undefined ? attempt(doing) : behind(before)),
      recover: (since) => (before === undefined ? recover(doing, since) : behind(before)),
    });
    const result = { id: action.id, ...outcome, flags: proof.flags, doneAt: proof.doneAt };
    if (outcome.result !== 'done' && task !== undefined) blocked.set(task, result);
    results.push(result);
  }
  return { now: deps.clock.now(), results };
}

/** `order:ID`: steps that build on each other; reports, notes and shifts stand by themselves. */
const taskOf = ({ kind, target }: ActionBody): string | undefined =>
  /^(order|check|verify|visit|booking)\./.test(kind) ? `${kind.split('.')[0]}:${target}` : undefined;

const behind = async ({ standing }: ResultView): Promise<Outcome> => ({
  result: 'conflict',
  code: 'crew.after_conflict',
  message: 'A step before this one did not go through.',
  standing,
});

async function attempt(doing: Doing): Promise<Outcome> {
  try {
    for (const [index, key] of (doing.action.photos ?? []).entries())
      if ((await doing.deps.blobs.find(key)) === undefined)
        throw invalid('photo.unknown', 'This photo has not arrived.', `photos[${index}]`);
    return await DO[doing.action.kind](doing);
  } catch (error) {
    if (!(error instanceof CityError) || error.kind === 'unavailable') throw error;
    const { code, message, kind } = error;
    const result = kind === 'conflict' ? 'conflict' : 'refused';
    return { result, code, message, standing: await standingOf(doing) };
  }
}

interface Proof {
  readonly doneAt: Instant;
  readonly distanceMetres: number | undefined;
  readonly flags: readonly ProofFlag[];
  readonly cell: string | undefined;
}

/** Kinds that say something about a place; the others need no proof of it. */
const ON_SITE = /^(order\.(arrive|finish)|check\.|verify\.|visit\.|booking\.)/;

async function proofOf(
  deps: DayDeps,
  caller: Caller,
  action: ActionBody,
  receivedAt: Instant,
  offsetNow: number,
): Promise<Proof> {
  const { territory, community } = deps;
  const { place, kind } = action;
  const target = ON_SITE.test(kind) ? await placeOf(deps, caller, action) : undefined;
  const here: Position | undefined = place && [place.lon, place.lat];
  const away = here && target && distanceMetres(here, target);
  const flags: ProofFlag[] = [];
  if (target !== undefined && here === undefined) flags.push('no-place');
  if (away !== undefined && away > place!.accuracy + community.rules.proof.graceMetres) flags.push('far-from-place');
  if (Math.abs(offsetNow - action.offset) > CLOCK_DRIFT_MS) flags.push('clock-changed');
  const at = target ?? here;
  return {
    doneAt: Math.min(action.at + action.offset, receivedAt),
    distanceMetres: away === undefined ? undefined : Math.round(away),
    flags,
    cell: at && territory.locate(at).cell?.id,
  };
}

/** Of what is kept from the caller not even the distance is told. */
async function placeOf({ casework, community, reach, scope }: DayDeps, caller: Caller, action: ActionBody) {
  const { kind, target, caseId } = action;
  if (kind.startsWith('visit.')) {
    const visit = await community.findVisit(target);
    return visit && [caller.id, ...scope.partiesOf(caller)].includes(visit.carer) ? visit.place : undefined;
  }
  const id = kind.startsWith('order.') ? caseId : target;
  if (id === undefined || kind.startsWith('booking.')) return undefined;
  try {
    const detail = await casework.getCase(id);
    return reach.lies(caller, detail) ? detail.place : undefined;
  } catch (error) {
    if (error instanceof CityError) return undefined;
    throw error;
  }
}

const toRecord = (caller: Caller, action: ActionBody, proof: Proof, receivedAt: Instant): NewAction => ({
  id: action.id.toLowerCase(),
  account: caller.id,
  accountName: caller.name,
  party: caller.party,
  kind: action.kind,
  target: action.target,
  caseId: action.caseId ?? (/^(check|verify|note)/.test(action.kind) ? action.target : undefined),
  cell: proof.cell,
  doneAt: proof.doneAt,
  receivedAt,
  whereabouts: action.place && {
    lon: action.place.lon,
    lat: action.place.lat,
    accuracyMetres: action.place.accuracy,
  },
  distanceMetres: proof.distanceMetres,
  flags: proof.flags,
  photos: action.photos ?? [],
  details: action.details ?? {},
});
