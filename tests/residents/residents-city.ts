/** The residents' door over real rooms, a real database and real HTTP; only the clock is moved by hand. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Follow, ReceiptView } from '#adapters/residents/api.types.ts';
import { leadingZeroBits } from '#adapters/residents/proof-of-work.ts';
import { registerResidents } from '#adapters/residents/residents.ts';
import type { Residents } from '#adapters/residents/residents.types.ts';
import { furnishReceipts } from '#app/residents.ts';
import { responsibilityAt } from '#app/surroundings.ts';
import { createCasework } from '#casework/casework.ts';
import type { CaseChange, CaseDetail } from '#casework/casework.types.ts';
import { assign } from '#dispatch/assign.ts';
import type { CaseAction } from '#kernel/case.ts';
import type { CityPack } from '#kernel/city.ts';
import type { Log } from '#kernel/ports.ts';
import { NO_REPORTING, type ReportCategory, type ReportingRules } from '#kernel/reporting.ts';
import type { CaseClass } from '#kernel/rules.ts';
import { DAY } from '#kernel/time.ts';
import { createVault } from '#people/vault/vault.ts';
import { createHttpServer } from '#platform/http/server.ts';
import { openBlobs } from '#platform/storage/blobs.ts';
import { createTerritory } from '#territory/territory.ts';
import { ANALYST, LAMP, NOON, PLACE, RULES, VERIFIER, worker } from '#tests/casework/small-city.ts';
import { PACK } from '#tests/console/small-pack.ts';
import { someKey } from '#tests/people/locked-room.ts';
import { handClock } from '#tests/people/town-hall.ts';
import { quiet, testDatabase } from '#tests/support/database.ts';

export { ANALYST, PLACE };

const random = (count: number) => randomBytes(count);
const named = (en: string, zh: string) => ({ zh, en });

const ROAD: CaseClass = {
  ...LAMP,
  code: 'community.road-damage',
  domain: 'community',
  name: named('Damaged road', '路面破损'),
};
const NOISE: CaseClass = { ...LAMP, code: 'community.noise', domain: 'community', name: named('Noise', '噪声扰民') };

const category = (code: string, caseClass: string, more: Partial<ReportCategory> = {}): ReportCategory => ({
  code,
  group: 'street',
  name: named(code, code),
  description: named(code, code),
  icon: 'construction',
  caseClass,
  keywords: { zh: ['路面', '坑'], en: ['pothole'] },
  examples: {},
  questions: [],
  hotlineClass: 'ordinary',
  homeRelated: false,
  assetClasses: [],
  ...more,
});

export const REPORTING: ReportingRules = {
  ...NO_REPORTING,
  groups: [{ id: 'street', name: named('Street', '街面') }],
  categories: [
    category('road-damage', ROAD.code, {
      assetClasses: ['pressure-logger'],
      questions: [
        {
          code: 'where',
          datatype: 'singlevaluelist',
          required: false,
          question: named('Where?', '在哪里？'),
          hint: undefined,
          values: [
            { key: 'road', name: named('Road', '车行道') },
            { key: 'pavement', name: named('Pavement', '人行道') },
          ],
        },
      ],
    }),
    category('noise', NOISE.code, { homeRelated: true, keywords: { zh: ['吵'], en: ['loud'] } }),
  ],
  blockedWords: ['代开发票', 'casino bonus'],
  limits: { ...NO_REPORTING.limits, proofOfWorkBits: 4, reportsPerHourPerAddress: 60, reportsPerHourPerDevice: 10 },
};

export interface Sent {
  readonly status: number;
  readonly body: never;
  readonly headers: Headers;
}

export type ResidentsCity = Awaited<ReturnType<typeof residentsCity>>;

export async function residentsCity(t: TestContext, bend: Partial<ReportingRules> = {}, log: Log = quiet) {
  const folder = await mkdtemp(join(tmpdir(), 'cityloom-residents-'));
  const closers: (() => unknown)[] = [];
  t.after(async () => {
    for (const close of closers.reverse()) await close();
    await rm(folder, { recursive: true, force: true });
  });
  const database = await testDatabase(t);
  const clock = handClock(NOON);
  const reporting = { ...REPORTING, ...bend };
  const pack: CityPack = { ...PACK, caseClasses: [...PACK.caseClasses, ROAD, NOISE], reporting };
  const territory = createTerritory(pack, { thingIdOf: () => undefined });
  const vault = createVault({ database, clock, random, key: someKey() });
  const changes: CaseChange[] = [];
  let residents: Residents | undefined;
  const casework = createCasework({
    database,
    clock,
    log: quiet,
    random,
    rules: { ...RULES, classes: pack.caseClasses, reopenWithinDays: reporting.answers.reopenDays },
    responsibilityAt: (place) => responsibilityAt(territory, place),
    impactOf: () => undefined,
    assign,
    latestObservationAt: () => undefined,
    onChange(change) {
      changes.push(change);
      residents?.onCase(change);
    },
  });
  await casework.start();
  const { receipts, publicCases } = furnishReceipts({ database, clock, random, casework, vault, territory });
  await receipts.start();
  const observed: string[] = [];
  const server = await createHttpServer({
    log,
    version: '0',
    trustProxy: true,
    authenticate: () => ({
      kind: 'anonymous',
      id: '',
      name: '',
      roles: [],
      party: undefined,
      areas: [],
      thingIds: undefined,
    }),
    observe: (route, method, status) => observed.push(`${method} ${route} ${status}`),
  });
  const blobs = openBlobs(join(folder, 'blobs'));
  residents = await registerResidents(server, {
    territory,
    receipts,
    publicCases,
    casework,
    vault,
    blobs,
    clock,
    random,
    log,
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  closers.push(
    () => server.close(),
    () => residents?.stop(),
  );
  const url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}/api/v1/residents`;

  async function send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Sent> {
    const isBytes = body instanceof Uint8Array;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { ...(body !== undefined && !isBytes && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: isBytes ? Buffer.from(body) : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, body: (isJson ? JSON.parse(text) : text) as never, headers: response.headers };
  }

  const solve = async (headers: Record<string, string> = {}): Promise<string> => {
    const { body } = await send('POST', '/challenges', undefined, headers);
    return solved(body as { challenge: string; bits: number });
  };

  const reportBody = async (more: Record<string, unknown> = {}) => ({
    clientId: randomUUID(),
    proof: await solve(),
    category: 'road-damage',
    place: PLACE,
    description: '路口有个大坑',
    language: 'zh',
    ...more,
  });

  async function report(more: Record<string, unknown> = {}, headers: Record<string, string> = {}) {
    const sent = await send('POST', '/reports', await reportBody(more), headers);
    return { ...sent, body: sent.body as ReceiptView & { code: string; message: string; field?: string } };
  }

  const follow = async (code: string): Promise<Follow> => (await send('GET', `/receipts/${code}`)).body;
  const caseOf = async (code: string): Promise<CaseDetail> => {
    const reference = (await follow(code)).reference;
    const { cases } = await casework.listCases({ limit: 100 });
    return casework.getCase(cases.find((each) => each.reference === reference)!.id);
  };
  const act = (id: string, action: CaseAction, details: Record<string, unknown> = {}, actor = ANALYST) =>
    casework.act(id, action, details, actor);

  /** From wherever it stands to closed, as people do it. */
  async function close(id: string, feedback = '已修补路面'): Promise<CaseDetail> {
    const before = await casework.getCase(id);
    const opened = before.awaitsConfirmation ? await act(id, 'confirm') : before;
    const order = opened.workOrders.findLast(({ lead, state }) => lead && state === 'issued')!;
    const crew = worker(order.party);
    await casework.actOnOrder(order.id, 'accept', {}, crew);
    await casework.actOnOrder(order.id, 'finish', { feedback, photos: ['b'.repeat(64)] }, crew);
    return act(id, 'verify_pass', { photos: ['c'.repeat(64)] }, VERIFIER);
  }

  return {
    ...{ url, database, clock, casework, receipts, publicCases, vault, blobs, changes, observed, territory },
    ...{ send, solve, reportBody, report, follow, caseOf, act, close },
    later: (days: number) => clock.pass(days * DAY),
  };
}

export function solved({ challenge, bits }: { challenge: string; bits: number }): string {
  for (let nonce = 0; ; nonce++) {
    const proof = `${challenge}.${nonce}`;
    if (zeroBits(proof) >= bits) return proof;
  }
}

export const zeroBits = (proof: string): number => leadingZeroBits(createHash('sha256').update(proof).digest());
