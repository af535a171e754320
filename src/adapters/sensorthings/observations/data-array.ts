/**
 * `CreateObservations`: many Observations in one body, component by component. The hot path of bulk senders: rows of a time and a
 * number go straight into typed arrays, without an object for each.
 */
import { CityError, forbidden, invalid } from '#kernel/errors.ts';
import type { IncomingObservation, Json } from '#kernel/observation.ts';
import type { Caller } from '#kernel/roles.ts';
import type { Instant } from '#kernel/time.ts';
import type { ObservationColumns, Sensing } from '#sensing/sensing.types.ts';
import { parseInstant } from './instant-text.ts';
import { checkExtra, isObject, readId, readResultTime, readTime } from './observation-body.ts';

export const MAX_ROWS = 100_000;

export interface BulkAnswer {
  /** In the order given: an id, or NaN where the Observation was refused. */
  readonly ids: Float64Array;
  readonly duplicates: number;
  readonly refused: readonly { readonly field: string; readonly error: CityError }[];
}

interface Group {
  readonly datastreamId: number;
  readonly components: readonly string[];
  readonly rows: readonly unknown[];
  /** Index of its first row among all rows of the request. */
  readonly first: number;
}

const COMPONENTS = new Set([
  'phenomenonTime',
  'resultTime',
  'result',
  'resultQuality',
  'validTime',
  'parameters',
  'FeatureOfInterest/id',
  'FeatureOfInterest/@iot.id',
]);

export interface BulkDeps {
  readonly sensing: Sensing;
  /** Which of these features exist. */
  readonly findFeatures: (ids: readonly number[]) => Promise<ReadonlySet<number>>;
  /** A row was refused before it reached intake, which counts for itself. */
  readonly onRefused?: ((code: string) => void) | undefined;
}

/**
 * Stores the rows that are in order and lists the others (`strict`: throws at the first that is not, and stores nothing). Errors of
 * the form of the whole body are thrown either way. Fields read `[group].dataArray[row].component`.
 */
export async function createObservations(
  deps: BulkDeps,
  caller: Caller,
  body: unknown,
  now: Instant,
  strict: boolean,
): Promise<BulkAnswer> {
  const groups = parseGroups(body);
  for (const [index, group] of groups.entries()) checkOwnThing(deps.sensing, caller, group, index);
  const columns = fillColumns(groups);
  return columns ? submitColumns(deps.sensing, groups, columns, strict) : submitRows(deps, groups, now, strict);
}

function checkOwnThing(sensing: Sensing, caller: Caller, { datastreamId }: Group, index: number): void {
  if (caller.thingIds === undefined) return;
  const datastream = sensing.findDatastream(datastreamId);
  if (datastream !== undefined && !caller.thingIds.includes(datastream.thingId)) {
    throw forbidden(
      'observation.not_own_thing',
      `[${index}].Datastream: ${caller.name} may write Observations of its own Things only`,
    );
  }
}

function parseGroups(body: unknown): Group[] {
  if (!Array.isArray(body))
    throw invalid(
      'observation.malformed',
      'CreateObservations takes a list of groups, each with Datastream, components and dataArray',
      '',
    );
  const groups: Group[] = [];
  let first = 0;
  for (const [index, group] of (body as readonly unknown[]).entries()) {
    const parsed = parseGroup(group, `[${index}]`, first);
    first += parsed.rows.length;
    if (first > MAX_ROWS)
      throw new CityError(
        'too_large',
        'observation.too_many',
        `One request takes ${MAX_ROWS} Observations`,
        `[${index}].dataArray`,
      );
    groups.push(parsed);
  }
  return groups;
}

function parseGroup(group: unknown, field: string, first: number): Group {
  if (!isObject(group)) throw invalid('observation.malformed', `${field}: an object is expected`, field);
  const { Datastream: datastream, components, dataArray } = group;
  if (!isObject(datastream) || datastream['@iot.id'] === undefined)
    throw invalid(
      'entity.missing_relation',
      `'${field}.Datastream' is required: {"@iot.id": 1}`,
      `${field}.Datastream`,
    );
  if (!Array.isArray(components))
    throw invalid('observation.malformed', `'${field}.components' is a list of names`, `${field}.components`);
  for (const [index, name] of (components as readonly Json[]).entries()) {
    const place = `${field}.components[${index}]`;
    if (typeof name !== 'string' || !COMPONENTS.has(name))
      throw invalid(
        'observation.unknown_component',
        `'${place}': '${String(name)}' is not a component of an Observation`,
        place,
      );
    if (components.indexOf(name) !== index) throw invalid('observation.malformed', `'${place}' stands twice`, place);
  }
  if (!components.includes('result'))
    throw invalid('observation.no_result', `'${field}.components' needs 'result'`, `${field}.components`);
  if (!Array.isArray(dataArray))
    throw invalid('observation.malformed', `'${field}.dataArray' is a list`, `${field}.dataArray`);
  return {
    datastreamId: readId(datastream['@iot.id'], `${field}.Datastream.@iot.id`),
    components: components as string[],
    rows: dataArray,
    first,
  };
}

const rowCount = (groups: readonly Group[]): number => groups.reduce((sum, group) => sum + group.rows.length, 0);

/** Typed columns when every row is an instant and a number (and perhaps a result time); undefined when anything else is among them. */
function fillColumns(groups: readonly Group[]): ObservationColumns | undefined {
  const count = rowCount(groups);
  const columns = {
    count,
    datastreamIds: new Float64Array(count),
    phenomenonTimes: new Float64Array(count),
    resultTimes: new Float64Array(count),
    results: new Float64Array(count),
  };
  return groups.every((group) => fillGroup(group, columns)) ? columns : undefined;
}

function fillGroup({ components, rows, datastreamId, first }: Group, columns: ObservationColumns): boolean {
  const time = components.indexOf('phenomenonTime');
  const result = components.indexOf('result');
  const resultTime = components.indexOf('resultTime');
  const width = components.length;
  if (time < 0 || width > (resultTime < 0 ? 2 : 3)) return false;
  const { phenomenonTimes, resultTimes, results } = columns;
  columns.datastreamIds.fill(datastreamId, first, first + rows.length);
  if (resultTime < 0) resultTimes.fill(Number.NaN, first, first + rows.length);
  for (let index = 0, at = first; index < rows.length; index++, at++) {
    const row = rows[index];
    if (!Array.isArray(row) || row.length !== width) return false;
    const value: unknown = row[result];
    const text: unknown = row[time];
    if (typeof value !== 'number' || typeof text !== 'string') return false;
    const instant = parseInstant(text);
    if (Number.isNaN(instant)) return false;
    phenomenonTimes[at] = instant;
    results[at] = value;
    if (resultTime < 0) continue;
    const given = readOptionalInstant(row[resultTime]);
    if (given === undefined) return false;
    resultTimes[at] = given;
  }
  return true;
}

/** NaN for null; undefined for anything that is not an instant. */
function readOptionalInstant(value: unknown): number | undefined {
  if (value === null) return Number.NaN;
  const at = typeof value === 'string' ? parseInstant(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

async function submitColumns(
  sensing: Sensing,
  groups: readonly Group[],
  columns: ObservationColumns,
  strict: boolean,
): Promise<BulkAnswer> {
  try {
    const { ids, duplicates, skipped } = await sensing.submitColumns(columns, strict ? 'refuse' : 'skip');
    return { ids, duplicates, refused: skipped.map(({ index, error }) => placed(groups, index, error)) };
  } catch (error) {
    throw renamed(groups, error);
  }
}

/** Names the row as the sender knows it: `[group].dataArray[row].result`. */
function placed(groups: readonly Group[], index: number, error: CityError): { field: string; error: CityError } {
  const group = groups.findLastIndex(({ first, rows }) => first <= index && rows.length > 0);
  const component = error.field?.replace(/^\[\d+\]\.?/, '') ?? '';
  const where =
    component === 'Datastream'
      ? `[${group}].Datastream`
      : `[${group}].dataArray[${index - groups[group]!.first}]${component === '' ? '' : `.${component}`}`;
  return { field: where, error: new CityError(error.kind, error.code, error.message, where, error.details) };
}

function renamed(groups: readonly Group[], error: unknown): unknown {
  const index = error instanceof CityError ? /^\[(\d+)\]/.exec(error.field ?? '')?.[1] : undefined;
  return index === undefined ? error : placed(groups, Number(index), error as CityError).error;
}

/** The general way: intervals, texts, objects, features. */
async function submitRows(
  { sensing, findFeatures, onRefused }: BulkDeps,
  groups: readonly Group[],
  now: Instant,
  strict: boolean,
): Promise<BulkAnswer> {
  const total = rowCount(groups);
  const ids = new Float64Array(total).fill(Number.NaN);
  const good: IncomingObservation[] = [];
  const places: number[] = [];
  const refused: { field: string; error: CityError }[] = [];
  const features = await findFeatures(featuresIn(groups));
  for (const group of groups) {
    for (const [index, row] of group.rows.entries()) {
      const problem = readRow(group, row, now, features);
      const error = problem instanceof CityError ? problem : sensing.findProblem(problem);
      if (error && strict) throw placed(groups, group.first + index, error).error;
      if (error) {
        onRefused?.(error.code);
        refused.push(placed(groups, group.first + index, error));
      } else {
        good.push(problem as IncomingObservation);
        places.push(group.first + index);
      }
    }
  }
  const accepted = good.length > 0 ? await sensing.submit(good) : [];
  for (const [index, { id }] of accepted.entries()) ids[places[index]!] = id;
  return { ids, duplicates: accepted.filter(({ duplicate }) => duplicate).length, refused };
}

const featureComponent = (components: readonly string[]): number =>
  components.findIndex((name) => name.startsWith('FeatureOfInterest/'));

function featuresIn(groups: readonly Group[]): number[] {
  const ids = new Set<number>();
  for (const { components, rows } of groups) {
    const feature = featureComponent(components);
    if (feature >= 0)
      for (const row of rows)
        if (Array.isArray(row) && Number.isSafeInteger(row[feature])) ids.add(row[feature] as number);
  }
  return [...ids];
}

function readRow(
  { components, datastreamId }: Group,
  row: unknown,
  now: Instant,
  features: ReadonlySet<number>,
): IncomingObservation | CityError {
  if (!Array.isArray(row) || row.length !== components.length)
    return invalid('observation.malformed', `a list of ${components.length} values is expected`, '');
  const value = (name: string): Json | undefined => (row as Json[])[components.indexOf(name)];
  try {
    const time = readTime(value('phenomenonTime'), now);
    const feature = (row as Json[])[featureComponent(components)];
    return {
      datastreamId,
      phenomenonTime: time.begin,
      phenomenonEnd: time.end,
      resultTime: readResultTime(value('resultTime')),
      result: value('result')!,
      featureOfInterestId: feature === undefined || feature === null ? undefined : readFeature(feature, features),
      extra: readExtra(value),
    };
  } catch (error) {
    if (error instanceof CityError) return error;
    throw error;
  }
}

function readFeature(value: Json, features: ReadonlySet<number>): number {
  const id = readId(value, 'FeatureOfInterest/id');
  if (!features.has(id)) throw invalid('entity.unknown', `There is no FeatureOfInterest ${id}`, 'FeatureOfInterest/id');
  return id;
}

function readExtra(value: (name: string) => Json | undefined): { readonly [key: string]: Json } | undefined {
  let extra: Record<string, Json> | undefined;
  for (const key of ['resultQuality', 'validTime', 'parameters']) {
    const given = value(key);
    if (given !== undefined && given !== null) {
      extra ??= {};
      extra[key] = checkExtra(key, given);
    }
  }
  return extra;
}

/** The standard's answer: a self link for every Observation, in order, and `"error"` for one that was refused. */
export function renderBulk(base: string, ids: Float64Array): string {
  const head = `,${JSON.stringify(`${base}/Observations(`).slice(0, -1)}`;
  let text = '';
  for (let index = 0; index < ids.length; index++) {
    const id = ids[index]!;
    text += Number.isNaN(id) ? ',"error"' : `${head}${id})"`;
  }
  return `[${text.slice(1)}]`;
}
