/** One pump whose gauge reports to a running city, and everything a sender over HTTP can do, right or wrong. */
import assert from 'node:assert/strict';

export const SENSING = '/sensorthings/v1.1';
const BEGIN = Date.parse('2026-03-01T00:00:00Z');
/** Instants a second apart, long enough ago that nothing is late or in the future. */
export const at = (second: number): string => new Date(BEGIN + second * 1_000).toISOString();

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  /** `[status, code, field]` of a coded error. */
  readonly refusal: readonly [number, string | undefined, string | undefined];
}

export interface Sender {
  /** `body`: a string goes as it is, anything else as JSON. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export function senderOf(url: string, key: string | undefined): Sender {
  const send: Sender['send'] = async (method, path, body, headers = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const { code, field } = toError(text);
    return { status: response.status, text, headers: response.headers, refusal: [response.status, code, field] };
  };
  return {
    send,
    get: (path) => send('GET', path),
    post: (path, body, headers) => send('POST', path, body, headers),
  };
}

function toError(text: string): { code?: string; field?: string } {
  try {
    return (JSON.parse(text) ?? {}) as { code?: string; field?: string };
  } catch {
    return {};
  }
}

const pump = (name: string) => ({
  name,
  description: 'A pump',
  Locations: [
    {
      name: 'Well',
      description: 'Where it stands',
      encodingType: 'application/geo+json',
      location: { type: 'Point', coordinates: [107, 30] },
    },
  ],
  Datastreams: [
    {
      name: `Pressure of ${name}`,
      description: 'Pressure behind the pump',
      observationType: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement',
      unitOfMeasurement: { name: 'kilopascal', symbol: 'kPa', definition: 'ucum:kPa' },
      properties: { range: [0, 1_000] },
      ObservedProperty: { name: 'pressure', definition: 'pressure', description: 'pressure' },
      Sensor: { name: 'gauge', description: 'gauge', encodingType: 'text/html', metadata: 'none' },
    },
  ],
});

/** Makes a pump with one Datastream, which measures pressure from 0 to 1,000 kPa. */
export async function makePump(sender: Sender, name: string): Promise<{ thing: number; stream: number }> {
  const made = await sender.post(`${SENSING}/Things`, pump(name));
  assert.equal(made.status, 201, made.text);
  const thing = (JSON.parse(made.text) as { '@iot.id': number })['@iot.id'];
  const listed = await sender.get(`${SENSING}/Things(${thing})/Datastreams`);
  return { thing, stream: (JSON.parse(listed.text) as { value: { '@iot.id': number }[] }).value[0]!['@iot.id'] };
}

const SETS = [
  'Things',
  'Locations',
  'Datastreams',
  'Sensors',
  'ObservedProperties',
  'Observations',
  'FeaturesOfInterest',
];

/** How many of everything the city holds. */
export async function countAll(sender: Sender): Promise<Record<string, number>> {
  const counts = await Promise.all(
    SETS.map(async (set) => [set, Number((await sender.get(`${SENSING}/${set}/$count`)).text)] as const),
  );
  return Object.fromEntries(counts);
}
