/** The crew's door over real rooms, a real database and real HTTP; only the clock is moved by hand. Two communities, one cell each. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { findCredentials, refuseForeignWrite } from '#adapters/console/request-origin.ts';
import type { ActionBody, ActionKind, DayView, SyncView } from '#adapters/crew/api.types.ts';
import { registerCrew } from '#adapters/crew/crew.ts';
import { responsibilityAt } from '#app/surroundings.ts';
import { createCasework } from '#casework/casework.ts';
import { createCommunity } from '#domains/community/community.ts';
import { crewRulesOf } from '#domains/community/crew-rules.ts';
import type { Actor } from '#kernel/case.ts';
import type { CityPack } from '#kernel/city.ts';
import type { Position } from '#kernel/geo.ts';
import type { Role } from '#kernel/roles.ts';
import { createPeople } from '#people/people.ts';
import { createHttpServer } from '#platform/http/server.ts';
import { openBlobs } from '#platform/storage/blobs.ts';
import { createTerritory } from '#territory/territory.ts';
import { BURST, NOON, PARTIES, PLACE } from '#tests/casework/small-city.ts';
import { EAST, PACK } from '#tests/console/small-pack.ts';
import { CHEAP, handClock } from '#tests/people/town-hall.ts';
import { quiet, testDatabase } from '#tests/support/database.ts';

const random = (count: number) => randomBytes(count);

const RUBBISH = {
  ...BURST,
  code: 'community.rubbish',
  domain: 'community',
  name: { en: 'Exposed rubbish', zh: '暴露垃圾' },
  grade: 'blue' as const,
  handledBy: ['street-cleaning'],
  needsConfirmation: false,
  mergeWithinMetres: 20,
  verifyBy: 'person' as const,
};
const TREE = { ...RUBBISH, code: 'community.tree', name: { en: 'Fallen tree', zh: '树木倒伏' } };

const party = (id: string, kind: 'grid' | 'department', roles: string[]) => ({
  ...PARTIES[0]!,
  id,
  name: { en: id, zh: id },
  kind,
  roles,
});

const TOWN: CityPack = {
  ...PACK,
  caseClasses: [RUBBISH, TREE],
  plans: [],
  parties: [
    ...PACK.parties,
    party('cleaning', 'department', ['street-cleaning']),
    { ...party('grid-c1', 'grid', ['grid-worker']), level: 'community', areas: ['C1'] },
    { ...party('grid-c2', 'grid', ['grid-worker']), level: 'community', areas: ['C2'] },
  ],
  sections: new Map([
    [
      'community.yaml',
      {
        patrol: [
          { code: 'rubbish', name: RUBBISH.name, icon: 'trash-2', case_class: RUBBISH.code },
          { code: 'tree', name: TREE.name, icon: 'trees', case_class: TREE.code },
        ],
      },
    ],
  ]),
};

const RESIDENT: Actor = { kind: 'resident', id: 'resident-1', name: 'Resident' };
const PIXEL = Buffer.from('/9j/2wBDAAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB/9k=', 'base64');

export async function crewTown(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'cityloom-crew-'));
  const closers: (() => unknown)[] = [];
  t.after(async () => {
    for (const close of closers.reverse()) await close();
    await rm(folder, { recursive: true, force: true });
  });
  const database = await testDatabase(t, ['people', 'casework', 'domains']);
  const clock = handClock(NOON);
  const people = createPeople({ database, clock, random, log: quiet, cost: CHEAP });
  const territory = createTerritory(TOWN, { thingIdOf: () => undefined });
  const blobs = openBlobs(join(folder, 'blobs'));
  const casework = createCasework({
    database,
    clock,
    log: quiet,
    random,
    rules: {
      city: { id: TOWN.id, timeZone: TOWN.timeZone, referencePrefix: TOWN.referencePrefix },
      classes: TOWN.caseClasses,
      plans: TOWN.plans,
      parties: TOWN.parties,
      calendars: TOWN.calendars,
      defaultCalendar: TOWN.defaultCalendar,
    },
    responsibilityAt: (place) => responsibilityAt(territory, place),
    impactOf: () => undefined,
    latestObservationAt: () => undefined,
    onChange() {},
  });
  await casework.start();
  closers.push(() => casework.stop());

  /** The same city after a start: what was in memory is gone. */
  async function open() {
    const community = createCommunity({ database, clock, random, rules: crewRulesOf(TOWN.sections) });
    const server = await createHttpServer({
      log: quiet,
      version: '0',
      authenticate: (request) => people.authenticate(findCredentials(request)),
    });
    await registerCrew(server, {
      community,
      casework,
      territory,
      people,
      blobs,
      clock,
      log: quiet,
      guard: refuseForeignWrite,
    });
    const url = await server.listen({ port: 0, host: '127.0.0.1' });
    closers.push(() => server.close());
    return { url, community };
  }
  const { url, community } = await open();
  const photo = await blobs.put(PIXEL, 'image/jpeg');

  /** Somebody with a phone; `roles` and area as the pack gives them to grid workers. */
  async function phone(partyId: string, roles: Role[] = ['handler', 'verifier'], areas: string[] = []) {
    const { key, secret } = await people.createKey({ name: partyId, roles, party: partyId, areas });
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    const get = async (path: string, at = url) => {
      const response = await fetch(`${at}/api/v1/crew${path}`, { headers });
      return { status: response.status, body: await response.json() };
    };
    const post = async (actions: readonly ActionBody[], at = url, sentAt = clock.now()) => {
      const body = JSON.stringify({ sentAt, actions });
      const response = await fetch(`${at}/api/v1/crew/sync`, { method: 'POST', headers, body });
      return { status: response.status, body: (await response.json()) as SyncView };
    };
    return {
      id: key.id,
      get,
      post,
      day: async (since?: string) => (await get(`/day${since === undefined ? '' : `?since=${since}`}`)).body as DayView,
      sync: async (...actions: ActionBody[]) => (await post(actions)).body.results,
    };
  }

  const action = (kind: ActionKind, target: string, more: Partial<ActionBody> = {}): ActionBody => ({
    id: randomUUID(),
    kind,
    target,
    at: clock.now(),
    offset: 0,
    place: { lon: PLACE[0], lat: PLACE[1], accuracy: 10 },
    ...more,
  });

  /** A resident tells of rubbish; answers the case. */
  const told = async (place: Position = PLACE) =>
    (
      await casework.report({
        caseClass: RUBBISH.code,
        place,
        description: 'Rubbish under the stairs',
        source: 'resident',
        reporter: RESIDENT,
        photos: [],
      })
    ).caseId;

  return { clock, database, people, casework, community, blobs, photo, phone, action, told, open };
}

export { EAST, NOON, PLACE, RUBBISH };
