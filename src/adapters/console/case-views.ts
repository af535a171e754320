/** Cases as one caller sees them: with the actions open to this caller, the evidence behind them, and their photos. */
import type { CaseDetail, CaseSummary, Casework } from '#casework/casework.types.ts';
import { notFound } from '#kernel/errors.ts';
import type { Finding } from '#kernel/finding.ts';
import type { Caller } from '#kernel/roles.ts';
import type { DatastreamId } from '#kernel/words.ts';
import type { Scope } from '#people/scope.ts';
import type { Sensing } from '#sensing/sensing.types.ts';
import type { Territory } from '#territory/territory.types.ts';
import type { CaseDetailView, CaseView } from './api.types.ts';
import { type CaseFacts, refusalOf, sees } from './case-permissions.ts';
import { type CityIndex, limitsOf } from './city-index.ts';

export interface Desk {
  readonly casework: Pick<Casework, 'allowedActions'>;
  readonly scope: Scope;
}

export function toCaseView({ casework, scope }: Desk, caller: Caller, facts: CaseFacts): CaseView {
  const { summary } = facts;
  const actions = casework
    .allowedActions(summary)
    .filter((action) => refusalOf(scope, caller, action, facts) === undefined);
  return { ...summary, actions };
}

/** Events by which an account has put its hand to a case. */
const HANDLING = new Set(['accept', 'finish', 'order.accept', 'order.set_out', 'order.arrive', 'order.finish']);

export const factsOf = (detail: CaseDetail): CaseFacts => ({
  summary: detail,
  orderParties: detail.workOrders.flatMap(({ party, crew }) => (crew === undefined ? [party] : [party, crew])),
  handledBy: new Set(detail.events.filter(({ type }) => HANDLING.has(type)).map(({ actor }) => actor.id)),
});

/** Errors: `case.unknown` also when the case is outside the caller's scope, so that references cannot be probed. */
export function refuseUnseen(scope: Scope, caller: Caller, facts: CaseFacts): void {
  if (!sees(scope, caller, facts))
    throw notFound('case.unknown', `There is no case ${facts.summary.id} for ${caller.name}.`, 'id');
}

export interface EvidenceDeps extends Desk {
  readonly sensing: Sensing;
  readonly territory: Territory;
  readonly index: CityIndex;
  readonly findFinding: (key: string) => Promise<Finding | undefined>;
}

export async function toCaseDetailView(
  deps: EvidenceDeps,
  caller: Caller,
  detail: CaseDetail,
): Promise<CaseDetailView> {
  const facts = factsOf(detail);
  const { actions } = toCaseView(deps, caller, facts);
  return { ...detail, actions, evidence: await evidenceOf(deps, detail), photos: photosOf(detail) };
}

interface Alarm {
  readonly datastreamId: DatastreamId;
  readonly alarmAt: number;
  readonly clearedAt: number | undefined;
}

/** One chart per Datastream: those of the children first, then those a domain drew its finding from; the earliest alarm first. */
async function evidenceOf(deps: EvidenceDeps, detail: CaseDetail): Promise<CaseDetailView['evidence']> {
  const alarms: Alarm[] = [];
  for (const { kind, id, at, clearedAt, datastreamId } of detail.children) {
    if (kind !== 'finding') continue;
    if (datastreamId !== undefined) alarms.push({ datastreamId, alarmAt: at, clearedAt });
    else alarms.push(...(await basisOf(deps, id)));
  }
  const earliest = new Map<DatastreamId, Alarm>();
  for (const alarm of alarms.toSorted((a, b) => a.alarmAt - b.alarmAt))
    if (!earliest.has(alarm.datastreamId)) earliest.set(alarm.datastreamId, alarm);
  return [...earliest.values()].slice(0, MOST_CHARTS).flatMap((alarm) => toEvidence(deps, alarm) ?? []);
}

const MOST_CHARTS = 12;

async function basisOf({ findFinding }: EvidenceDeps, key: string): Promise<Alarm[]> {
  const finding = await findFinding(key);
  const basis = await Promise.all((finding?.basis ?? []).slice(0, MOST_CHARTS).map(findFinding));
  return basis.flatMap((each) =>
    each?.datastreamId === undefined
      ? []
      : [{ datastreamId: each.datastreamId, alarmAt: each.since, clearedAt: each.clearedAt }],
  );
}

function toEvidence({ sensing, territory, index }: EvidenceDeps, { datastreamId, alarmAt, clearedAt }: Alarm) {
  const datastream = sensing.findDatastream(datastreamId);
  if (!datastream) return undefined;
  const rule = index.findIndicator(datastream);
  const thing = sensing.findThing(datastream.thingId);
  const asset = thing?.assetId === undefined ? undefined : territory.findAsset(thing.assetId);
  const normal = datastream.normal ?? rule?.normal;
  return {
    datastreamId,
    name: rule?.name ?? index.inEveryLanguage(datastream.name),
    thingName: asset?.name ?? index.inEveryLanguage(thing?.name ?? ''),
    unit: datastream.unit,
    normal,
    limits: limitsOf(rule, normal),
    alarmAt,
    clearedAt,
  };
}

type PhotoKind = CaseDetailView['photos'][number]['kind'];

function photoKind(type: string): PhotoKind {
  if (type.startsWith('report')) return 'report';
  if (type.startsWith('verify')) return 'verify';
  return type === 'finish' || type === 'order.finish' ? 'after' : 'before';
}

/** Every photo named in the history, in its order, once. */
function photosOf(detail: Pick<CaseSummary, 'id'> & Pick<CaseDetail, 'events'>): CaseDetailView['photos'] {
  const photos = new Map<string, CaseDetailView['photos'][number]>();
  for (const { type, at, details } of detail.events) {
    const keys = [details.photo, ...(Array.isArray(details.photos) ? details.photos : [])];
    for (const key of keys)
      if (typeof key === 'string' && !photos.has(key)) photos.set(key, { key, kind: photoKind(type), at });
  }
  return [...photos.values()];
}
