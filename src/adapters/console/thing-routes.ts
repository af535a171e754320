/** One Thing, the history of one Datastream, and the search over everything that has a name. */

import { invalid, notFound } from '#kernel/errors.ts';
import type { Finding } from '#kernel/finding.ts';
import type { Caller } from '#kernel/roles.ts';
import { type Instant, SECOND } from '#kernel/time.ts';
import { type Grade, worstGrade } from '#kernel/words.ts';
import type { Scope } from '#people/scope.ts';
import type { DatastreamInfo, Latest, Liveness, ThingInfo } from '#sensing/sensing.types.ts';
import type { SearchResult, SeriesView, ThingState, ThingView } from './api.types.ts';
import { listSeen } from './case-routes.ts';
import { type CityIndex, limitsOf } from './city-index.ts';
import type { ConsoleDeps } from './console.types.ts';
import { AssetParams, AtQuery, NumericIdParams, SearchQuery, SeriesQuery } from './schemas.ts';
import { type StateTracker, urgency } from './state-tracker.ts';
import type { TypedServer } from './typed-routes.ts';

const READ = { permission: 'city.read' } as const;
const tags = ['things'];
const DEFAULT_POINTS = 600;

export interface ThingRouteDeps extends ConsoleDeps {
  readonly index: CityIndex;
  readonly tracker: StateTracker;
  readonly scope: Scope;
}

export function registerThingRoutes(server: TypedServer, deps: ThingRouteDeps): void {
  const { sensing } = deps;

  server.get(
    '/things/:id',
    { config: READ, schema: { tags, params: NumericIdParams, querystring: AtQuery } },
    ({ caller, params, query }) => thingView(deps, caller, sensing.findThing(params.id), query.at),
  );
  server.get(
    '/assets/:assetId',
    { config: READ, schema: { tags, params: AssetParams, querystring: AtQuery } },
    ({ caller, params, query }) => thingView(deps, caller, sensing.findThingByAsset(params.assetId), query.at),
  );

  server.get(
    '/datastreams/:id/series',
    { config: READ, schema: { tags, params: NumericIdParams, querystring: SeriesQuery } },
    async ({ params, query }): Promise<SeriesView> => {
      const datastream = sensing.findDatastream(params.id);
      if (!datastream) throw notFound('datastream.unknown', `There is no Datastream ${params.id}.`, 'id');
      if (query.to <= query.from) throw invalid('series.empty', '`to` comes after `from`.', 'to');
      const { bucketSeconds, points } = await sensing.series(
        params.id,
        query.from,
        query.to,
        query.points ?? DEFAULT_POINTS,
      );
      return {
        datastreamId: params.id,
        unit: datastream.unit,
        bucketSeconds,
        times: points.map(({ begin }) => begin),
        min: points.map(({ min }) => min),
        mean: points.map(({ mean }) => mean),
        max: points.map(({ max }) => max),
        count: points.map(({ count }) => count),
      };
    },
  );

  server.get('/search', { config: READ, schema: { tags, querystring: SearchQuery } }, async ({ caller, query }) => ({
    results: await search(deps, caller, query),
  }));
}

async function search(
  deps: ThingRouteDeps,
  caller: Caller,
  { q, limit = 12, language }: { q: string; limit?: number | undefined; language?: string | undefined },
): Promise<SearchResult[]> {
  const { territory, sensing } = deps;
  const { cases } = await listSeen(deps, caller, { text: q, limit });
  const found = cases.map(
    ({ id, name, reference, address, place }): SearchResult => ({
      kind: 'case',
      id,
      name: mapWords(name, (text) => `${reference} ${text}`),
      detail: address,
      place,
    }),
  );
  const places = territory.search(q, language ?? territory.pack.defaultLanguage, limit).map((each): SearchResult => {
    const thing = each.kind === 'asset' ? sensing.findThingByAsset(each.id) : undefined;
    return thing ? { ...each, thingId: thing.id } : each;
  });
  // Someone who types a reference wants the case; a word finds places first, with room kept for a few cases.
  const isReference = cases.some(({ reference }) => reference.toLowerCase().includes(q.trim().toLowerCase()));
  if (isReference) return [...found, ...places].slice(0, limit);
  const kept = found.slice(0, Math.max(limit - places.length, Math.ceil(limit / 4)));
  return [...places.slice(0, limit - kept.length), ...kept];
}

const mapWords = (words: Readonly<Record<string, string>>, change: (text: string) => string) =>
  Object.fromEntries(Object.entries(words).map(([language, text]) => [language, change(text)]));

async function thingView(
  deps: ThingRouteDeps,
  caller: Caller,
  thing: ThingInfo | undefined,
  at: Instant | undefined,
): Promise<ThingView> {
  if (!thing) throw notFound('thing.unknown', 'There is no such Thing.', 'id');
  const { sensing, territory, index, detection, tracker, clock } = deps;
  const past = at !== undefined && at < clock.now() ? at : undefined;
  const asset = thing.assetId === undefined ? undefined : territory.findAsset(thing.assetId);
  const latest = past === undefined ? undefined : await sensing.latestAt(past);
  const grades = past === undefined ? gradesOf(thing, detection.active()) : undefined;
  const datastreams = thing.datastreamIds.flatMap((id) => {
    const info = sensing.findDatastream(id);
    if (!info) return [];
    const rule = index.findIndicator(info);
    const normal = info.normal ?? rule?.normal;
    const value = latest ? latest.get(id) : sensing.findLatest(id);
    return {
      id,
      indicator: info.indicator,
      name: rule?.name ?? index.inEveryLanguage(info.name),
      unit: info.unit,
      normal,
      range: info.range,
      limits: limitsOf(rule, normal),
      latest: value,
      liveness: past === undefined ? sensing.liveness(id, clock.now()) : livenessThen(info, value, past),
      grade: grades?.get(id),
    };
  });
  return {
    id: thing.id,
    assetId: thing.assetId,
    name: asset?.name ?? index.inEveryLanguage(thing.name),
    domain: thing.domain,
    assetClass: thing.assetClass,
    className: index.findClass(thing.domain, thing.assetClass)?.name,
    owner: asset && { id: asset.owner, name: index.partyName(asset.owner) ?? index.inEveryLanguage(asset.owner) },
    place: thing.place,
    state: past === undefined ? tracker.stateOf(thing.id) : await stateThen(deps, thing, datastreams, past),
    properties: asset?.properties ?? thing.properties,
    datastreams,
    openCases: await openCasesOf(deps, caller, thing, past),
  };
}

function gradesOf(thing: ThingInfo, active: Iterable<Finding>): Map<number, Grade> {
  const grades = new Map<number, Grade>();
  for (const { thingId, datastreamId, grade, kind } of active) {
    if (thingId !== thing.id || datastreamId === undefined || kind === 'silence') continue;
    grades.set(datastreamId, worstGrade(grades.get(datastreamId), grade)!);
  }
  return grades;
}

/** The same judgement as sensing makes now, from the newest Observation known at that instant. */
function livenessThen(info: DatastreamInfo, latest: Latest | undefined, at: Instant): Liveness {
  if (info.intervalSeconds === undefined) return 'unexpected';
  if (!latest) return 'expected';
  const missed = (at - latest.at) / (info.intervalSeconds * SECOND);
  if (missed > info.silentAfterIntervals) return 'silent';
  return missed > info.lateAfterIntervals ? 'late' : 'reporting';
}

async function stateThen(
  { detection }: ThingRouteDeps,
  thing: ThingInfo,
  datastreams: readonly { liveness: Liveness }[],
  at: Instant,
): Promise<ThingState> {
  const grade = (await detection.activeAt(at)).get(thing.id);
  if (grade) return grade;
  const heard = datastreams.map(
    ({ liveness }): ThingState => (liveness === 'silent' || liveness === 'late' ? liveness : 'ok'),
  );
  return heard.toSorted((a, b) => urgency(b) - urgency(a))[0] ?? 'ok';
}

async function openCasesOf(deps: ThingRouteDeps, caller: Caller, thing: ThingInfo, at: Instant | undefined) {
  if (thing.assetId === undefined) return [];
  const { cases } = await listSeen(deps, caller, { open: true, at, limit: 1_000 });
  return cases
    .filter(({ assetId }) => assetId === thing.assetId)
    .map(({ id, reference, name, grade }) => ({ id, reference, name, grade }));
}
