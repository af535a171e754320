/** A town that takes reports over Open311: real rooms, a real database, real HTTP; only the clock is moved by hand. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { XMLParser } from 'fast-xml-parser';
import { type ClientDeps, createOpen311Client } from '#adapters/open311/client/client.ts';
import type { ConnectionConfig } from '#adapters/open311/client/section.ts';
import { registerOpen311 } from '#adapters/open311/open311.ts';
import { responsibilityAt } from '#app/surroundings.ts';
import { createCasework } from '#casework/casework.ts';
import { createPublicRequests } from '#casework/receipts/public-requests.ts';
import { createReceipts } from '#casework/receipts/receipts.ts';
import { assign } from '#dispatch/assign.ts';
import type { CityPack } from '#kernel/city.ts';
import { NO_REPORTING, type Question, type ReportCategory } from '#kernel/reporting.ts';
import type { Role } from '#kernel/roles.ts';
import { createPeople } from '#people/people.ts';
import { createVault } from '#people/vault/vault.ts';
import { newVaultKeyText, parseVaultKey } from '#people/vault/vault-key.ts';
import { createHttpServer } from '#platform/http/server.ts';
import { cleanImage } from '#platform/image.ts';
import { openBlobs } from '#platform/storage/blobs.ts';
import { createTerritory } from '#territory/territory.ts';
import { IMPACT, LAMP, NOON, PLACE } from '#tests/casework/small-city.ts';
import { PACK } from '#tests/console/small-pack.ts';
import { CHEAP, handClock } from '#tests/people/town-hall.ts';
import { quiet, testDatabase } from '#tests/support/database.ts';

export { NOON, PLACE };

const named = (en: string, zh: string) => ({ en, zh });
const question = (code: string, datatype: Question['datatype'], more: Partial<Question> = {}): Question => ({
  code,
  datatype,
  required: false,
  question: named(`${code}?`, `${code}？`),
  hint: undefined,
  values: [],
  ...more,
});
const values = (...keys: string[]) => keys.map((key) => ({ key, name: named(`The ${key}`, `值${key}`) }));

const category = (code: string, more: Partial<ReportCategory> = {}): ReportCategory => ({
  code,
  group: 'street',
  name: named('Street light out', '路灯不亮'),
  description: named('A lamp is out', '路灯熄灭'),
  icon: 'lightbulb-off',
  caseClass: LAMP.code,
  keywords: { zh: ['路灯', '不亮'], en: ['lamp', 'dark'] },
  examples: {},
  questions: [],
  hotlineClass: 'ordinary',
  homeRelated: false,
  assetClasses: [],
  ...more,
});

/** One question of every datatype, in an order that is not the alphabet's. */
export const SURVEY: readonly Question[] = [
  question('post', 'string', { hint: named('On the post', '在灯杆上') }),
  question('lamps', 'number'),
  question('since', 'datetime'),
  question('story', 'text'),
  question('colour', 'singlevaluelist', { required: true, values: values('white', 'yellow') }),
  question('when', 'multivaluelist', { values: values('dusk', 'night', 'dawn') }),
];

export const TOWN: CityPack = {
  ...PACK,
  caseClasses: [...PACK.caseClasses, LAMP],
  reporting: {
    ...NO_REPORTING,
    groups: [{ id: 'street', name: named('Streets & squares', '道路与街面') }],
    categories: [
      category('street-light'),
      category('survey', { name: named('Survey', '调查'), questions: SURVEY }),
      category('no-light-at-home', { name: named('No light at home', '家中无电'), homeRelated: true }),
    ],
    hotlinePhone: '000-5550-12345',
    blockedWords: ['casino bonus'],
    limits: { ...NO_REPORTING.limits, reportsPerHourPerAddress: 40 },
  },
};

/** The smallest PNG that draws: one red pixel; the text chunk is what a camera would say of its owner. */
export const PHOTO = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

const xml = new XMLParser({ parseTagValue: false, ignoreAttributes: false });

export interface Heard {
  readonly status: number;
  readonly text: string;
  readonly type: string | null;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the server answered, and fails where it is something else.
  readonly body: any;
}

export async function hear(url: string, init?: RequestInit): Promise<Heard> {
  const response = await fetch(url, init);
  const text = await response.text();
  const type = response.headers.get('content-type');
  const body = text === '' ? undefined : type?.includes('json') === true ? JSON.parse(text) : xml.parse(text);
  return { status: response.status, text, type, headers: response.headers, body };
}

export async function reportingTown(t: TestContext, pack: CityPack = TOWN) {
  const folder = await mkdtemp(join(tmpdir(), 'cityloom-open311-'));
  const closers: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
  t.after(async () => {
    for (const close of closers.reverse()) await close();
  });
  const database = await testDatabase(t);
  const clock = handClock(NOON);
  const random = (count: number) => randomBytes(count);
  const people = createPeople({ database, clock, random, log: quiet, cost: CHEAP });
  const vault = createVault({ database, clock, random, key: parseVaultKey(newVaultKeyText(random), 'key') });
  const territory = createTerritory(pack, { thingIdOf: () => undefined });
  const casework = createCasework({
    database,
    clock,
    log: quiet,
    random,
    rules: {
      city: { id: pack.id, timeZone: pack.timeZone, referencePrefix: pack.referencePrefix },
      classes: pack.caseClasses,
      plans: pack.plans,
      parties: pack.parties,
      calendars: pack.calendars,
      defaultCalendar: pack.defaultCalendar,
    },
    responsibilityAt: (place) => responsibilityAt(territory, place),
    impactOf: () => IMPACT,
    assign,
    latestObservationAt: () => undefined,
    onChange: () => undefined,
  });
  const receipts = createReceipts({
    database,
    clock,
    random,
    casework,
    reporting: pack.reporting,
    isInCity: ([lon, lat]) => lon > 106.4 && lon < 106.7 && lat > 29.4 && lat < 29.7,
    addressAt: (place) => territory.locate(place).address,
    looksAt: async () => [],
    onCaseOver: (contact, until) => vault.release(contact, until),
  });
  const requests = createPublicRequests({ database, reporting: pack.reporting });
  const server = await createHttpServer({
    log: quiet,
    version: '0',
    authenticate: (request) => people.authenticate({ bearer: request.headers.authorization?.replace('Bearer ', '') }),
  });
  const blobs = openBlobs(join(folder, 'blobs'));
  await registerOpen311(server, {
    database,
    territory,
    casework,
    receipts,
    requests,
    vault,
    blobs,
    cleanImage,
    authenticate: (bearer) => people.authenticate({ bearer }),
    clock,
    random,
    log: quiet,
  });
  await casework.start();
  closers.push(() => casework.stop());
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  closers.push(() => server.close());
  const endpoint = `${url}/open311/v2`;

  const post = (path: string, fields: Iterable<readonly [string, string]> | FormData) =>
    hear(`${endpoint}/${path}`, {
      method: 'POST',
      body: fields instanceof FormData ? fields : new URLSearchParams([...fields] as [string, string][]),
    });
  const key = async (...roles: Role[]) => (await people.createKey({ name: roles.join(' '), roles })).secret;

  /** A lamp that somebody reports; answers the number it got. */
  async function reportLamp(more: Record<string, string> = {}): Promise<string> {
    const fields = {
      service_code: 'street-light',
      lat: String(PLACE[1]),
      long: String(PLACE[0]),
      description: 'Dark',
      ...more,
    };
    const { status, body, text } = await post('requests.json', Object.entries(fields));
    assert.equal(status, 200, text);
    return body[0].service_request_id;
  }

  /** Who works on it, step by step, up to the state that is named. */
  async function bring(requestId: string, to: 'dispatched' | 'in_progress' | 'closed' | 'dismissed'): Promise<void> {
    const [request] = await requests.list({ ids: [requestId], limit: 1 });
    const id = request!.caseId!;
    const desk = { kind: 'account' as const, id: 'desk', name: 'desk', party: 'centre' };
    if (to === 'dismissed') return void (await casework.act(id, 'dismiss', { reason: 'nothing there' }, desk));
    const { party } = await casework.act(id, 'confirm', {}, desk);
    if (to === 'dispatched') return;
    const worker = { kind: 'account' as const, id: 'worker', name: 'worker', party };
    await casework.act(id, 'accept', {}, worker);
    if (to === 'in_progress') return;
    await casework.act(id, 'finish', { feedback: 'Bulb changed by Wang' }, worker);
    const photo = createHash('sha256').update('after').digest('hex');
    await casework.act(id, 'verify_pass', { photos: [photo] }, desk);
  }

  const client = (connection: Partial<ConnectionConfig> & { url: string }, more: Partial<ClientDeps> = {}) =>
    createOpen311Client({
      connections: [{ id: 'east-bank', interval_seconds: 5, services: [], ...connection }],
      database,
      casework,
      receipts,
      clock,
      log: quiet,
      language: 'en',
      findSecret: () => undefined,
      timeoutMs: 1_500,
      ...more,
    });

  return {
    endpoint,
    url,
    clock,
    database,
    casework,
    receipts,
    requests,
    vault,
    people,
    get: (path: string, init?: RequestInit) => hear(`${endpoint}/${path}`, init),
    post,
    key,
    reportLamp,
    bring,
    client,
  };
}

export type Town = Awaited<ReturnType<typeof reportingTown>>;
