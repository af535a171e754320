/**
 * The public door as an importer uses it: SensorThings over HTTP. Finds or makes the Datastreams, and hands over readings in bulk.
 * Everything here may be repeated: the same Observation sent twice is stored once.
 */
import { CityError, type ErrorKind, HTTP_STATUS } from '#kernel/errors.ts';
import type { DatastreamId } from '#kernel/words.ts';
import type { NewDatastream } from './mapping.ts';
import type { Reading, Target } from './translate.ts';

export interface Delivery {
  readonly accepted: number;
  readonly duplicates: number;
  /** What the city refused, by its own code. */
  readonly refused: readonly { readonly reading: Reading; readonly code: string; readonly message: string }[];
}

export interface CityIntake {
  findById(id: DatastreamId, field: string): Promise<Target>;
  findByAsset(assetId: string, indicator: string): Promise<Target | undefined>;
  create(wanted: NewDatastream, unit: string): Promise<Target>;
  deliver(readings: readonly Reading[]): Promise<Delivery>;
}

interface DatastreamJson {
  readonly '@iot.id': number;
  readonly name: string;
  readonly unitOfMeasurement: { readonly symbol?: string; readonly definition?: string };
  readonly properties?: { readonly range?: [number, number]; readonly unit?: string } & Record<string, unknown>;
}

const RETRY_MILLISECONDS = [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000];
const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export function connectIntake(server: string, key: string): CityIntake {
  const root = `${server.replace(/\/+$/, '')}/sensorthings/v1.1`;
  const call = (method: string, path: string, body?: unknown) => request(`${root}${path}`, key, method, body);

  const intake: CityIntake = {
    async findById(id, field) {
      const found = await call('GET', `/Datastreams(${id})`).catch((error: unknown) => {
        if (error instanceof CityError && error.kind === 'not_found')
          throw new CityError('invalid', 'datastream.unknown', `The city has no Datastream ${id}.`, field);
        throw error;
      });
      return toTarget((await found.json()) as DatastreamJson);
    },

    async findByAsset(assetId, indicator) {
      const filter = `Thing/properties/assetId eq ${quote(assetId)} and properties/indicator eq ${quote(indicator)}`;
      const answer = await call('GET', `/Datastreams?$top=2&$filter=${encodeURIComponent(filter)}`);
      const { value } = (await answer.json()) as { value: DatastreamJson[] };
      return value[0] && toTarget(value[0]);
    },

    async create(wanted, unit) {
      const thing = (await findThing(call, wanted.assetId)) ?? (await createThing(call, wanted));
      const made = await call('POST', `/Things(${thing})/Datastreams`, datastreamJson(wanted, unit));
      const location = made.headers.get('location') ?? '';
      return intake.findById(Number(/\((\d+)\)\/?$/.exec(location)?.[1]), 'create');
    },

    deliver: (readings) => deliver(call, readings),
  };
  return intake;
}

type Call = (method: string, path: string, body?: unknown) => Promise<Response>;

async function findThing(call: Call, assetId: string): Promise<number | undefined> {
  const answer = await call(
    'GET',
    `/Things?$top=1&$filter=${encodeURIComponent(`properties/assetId eq ${quote(assetId)}`)}`,
  );
  return ((await answer.json()) as { value: { '@iot.id': number }[] }).value[0]?.['@iot.id'];
}

async function createThing(call: Call, wanted: NewDatastream): Promise<number> {
  const made = await call('POST', '/Things', {
    name: wanted.name,
    description: wanted.description ?? wanted.name,
    properties: { assetId: wanted.assetId, domain: wanted.domain, assetClass: wanted.assetClass },
    Locations: [
      {
        name: wanted.name,
        description: wanted.name,
        encodingType: 'application/geo+json',
        location: { type: 'Point', coordinates: wanted.place },
      },
    ],
  });
  return Number(/\((\d+)\)\/?$/.exec(made.headers.get('location') ?? '')?.[1]);
}

function datastreamJson(wanted: NewDatastream, unit: string): object {
  const label = wanted.label ?? `${wanted.name} ${wanted.indicator}`;
  return {
    name: label,
    description: label,
    observationType: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement',
    unitOfMeasurement: { name: unit, symbol: unit, definition: unit },
    properties: {
      assetId: wanted.assetId,
      indicator: wanted.indicator,
      domain: wanted.domain,
      assetClass: wanted.assetClass,
      intervalSeconds: wanted.intervalSeconds,
      range: wanted.range,
      normal: wanted.normal,
    },
    Sensor: {
      name: `Recording of ${wanted.name}`,
      description: 'Imported from a recording',
      encodingType: 'text/plain',
      metadata: 'imported',
    },
    ObservedProperty: {
      name: wanted.indicator,
      definition: `urn:cityloom:indicator:${wanted.indicator}`,
      description: wanted.indicator,
    },
  };
}

function toTarget({ '@iot.id': datastreamId, unitOfMeasurement, properties }: DatastreamJson): Target {
  const definition = unitOfMeasurement.definition ?? '';
  const unit =
    properties?.unit ??
    /^(?:ucum:|.*unitsofmeasure\.org\/ucum.*#)(.+)$/.exec(definition)?.[1] ??
    unitOfMeasurement.symbol ??
    '1';
  return { datastreamId, unit, range: properties?.range };
}

/**
 * Sends one group per Datastream. The city takes a call whole or not at all, so one refused reading is taken out and counted and
 * the rest sent again; refusals that name no reading are shared by all.
 */
async function deliver(call: Call, readings: readonly Reading[]): Promise<Delivery> {
  const groups = [...Map.groupBy(readings, ({ datastreamId }) => datastreamId).values()];
  const refused: { reading: Reading; code: string; message: string }[] = [];
  for (let left = readings.length; left > 0; ) {
    try {
      const answer = await call(
        'POST',
        '/CreateObservations',
        groups.filter((group) => group.length > 0).map(groupJson),
      );
      const marks = ((await answer.json()) as unknown[]).map(
        (mark) => typeof mark === 'string' && mark.startsWith('error'),
      );
      const failed = marks.filter(Boolean).length;
      groups.flat().forEach((reading, at) => {
        if (marks[at]) refused.push({ reading, code: 'observation.refused', message: 'the city answered "error"' });
      });
      return { accepted: left - failed, duplicates: Number(answer.headers.get('cityloom-duplicates') ?? 0), refused };
    } catch (error) {
      if (!(error instanceof CityError) || (error.kind !== 'invalid' && error.kind !== 'forbidden')) throw error;
      const at = whichReading(error.field);
      const live = groups.filter((group) => group.length > 0);
      const [reading] = at ? (live[at.group]?.splice(at.row, 1) ?? []) : [];
      if (!reading) throw error;
      refused.push({ reading, code: error.code, message: error.message });
      left--;
    }
  }
  return { accepted: 0, duplicates: 0, refused };
}

/** `[2].dataArray[17].result` → group 2, row 17. */
function whichReading(field: string | undefined): { group: number; row: number } | undefined {
  const found = /^\[(\d+)\]\.dataArray\[(\d+)\]/.exec(field ?? '');
  return found ? { group: Number(found[1]), row: Number(found[2]) } : undefined;
}

const groupJson = (group: readonly Reading[]): object => ({
  Datastream: { '@iot.id': group[0]!.datastreamId },
  components: ['phenomenonTime', 'result'],
  'dataArray@iot.count': group.length,
  dataArray: group.map(({ at, value }) => [new Date(at).toISOString(), value]),
});

/** One call; tries again while the city is away or asks for patience, for about half a minute. Other answers become CityErrors. */
async function request(url: string, key: string, method: string, body: unknown): Promise<Response> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers: Record<string, string> = { authorization: `Bearer ${key}`, accept: 'application/json' };
  if (text !== undefined) headers['content-type'] = 'application/json';
  // All or nothing, so that a refusal names the row and its reason instead of just "error".
  if (method === 'POST') headers.prefer = 'handling=strict';
  for (let attempt = 0; ; attempt++) {
    const answer = await fetch(url, { method, headers, ...(text === undefined ? {} : { body: text }) }).catch(
      (error: unknown) => error as Error,
    );
    const isAway = answer instanceof Error || answer.status === 429 || answer.status === 502 || answer.status === 503;
    if (!isAway && answer.ok) return answer;
    const pause = RETRY_MILLISECONDS[attempt];
    if (isAway && pause !== undefined) {
      if (!(answer instanceof Error)) await answer.body?.cancel();
      await new Promise((resolve) => setTimeout(resolve, pause));
      continue;
    }
    throw await toError(answer, url);
  }
}

async function toError(answer: Response | Error, url: string): Promise<CityError> {
  if (answer instanceof Error)
    return new CityError(
      'unavailable',
      'city.unreachable',
      `${new URL(url).origin} does not answer: ${(answer.cause as Error | undefined)?.message ?? answer.message}.`,
    );
  const kinds = Object.entries(HTTP_STATUS) as [ErrorKind, number][];
  const kind = kinds.find(([, status]) => status === answer.status)?.[0] ?? 'unavailable';
  const text = await answer.text();
  try {
    const { code, message, field } = JSON.parse(text) as { code?: string; message?: string; field?: string };
    return new CityError(kind, code ?? `http.${answer.status}`, message ?? text, field);
  } catch {
    return new CityError(kind, `http.${answer.status}`, text.slice(0, 300) || `HTTP ${answer.status}`);
  }
}
