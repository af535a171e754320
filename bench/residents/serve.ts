/** The residents' door of the demonstration city in a process of its own, on a database of its own: what `reports.bench.ts` asks. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerResidents } from '#adapters/residents/residents.ts';
import type { Residents } from '#adapters/residents/residents.types.ts';
import { PACK_SECTIONS } from '#app/pack-sections.ts';
import { furnishReceipts } from '#app/residents.ts';
import { responsibilityAt } from '#app/surroundings.ts';
import { createCasework } from '#casework/casework.ts';
import { assign } from '#dispatch/assign.ts';
import type { Actor } from '#kernel/case.ts';
import { createVault } from '#people/vault/vault.ts';
import { newVaultKeyText, parseVaultKey } from '#people/vault/vault-key.ts';
import { createHttpServer } from '#platform/http/server.ts';
import { openBlobs } from '#platform/storage/blobs.ts';
import { loadPack } from '#territory/pack/load-pack.ts';
import { createTerritory } from '#territory/territory.ts';
import { quiet, testDatabase } from '#tests/support/database.ts';

/** Enough to be asked for, little enough that the client's work is not what is measured. */
const PROOF_BITS = 2;
const ANALYST: Actor = { kind: 'account', id: 'bench', name: 'bench' };

const closing: (() => unknown)[] = [];
const folder = await mkdtemp(join(tmpdir(), 'cityloom-bench-'));
closing.push(() => rm(folder, { recursive: true, force: true }));
const database = await testDatabase({ after: (work) => void closing.push(work) });
const pack = await loadPack('packs/mountain-city', PACK_SECTIONS);
const reporting = { ...pack.reporting, limits: { ...pack.reporting.limits, proofOfWorkBits: PROOF_BITS } };
const territory = createTerritory({ ...pack, reporting }, { thingIdOf: () => undefined });
const clock = { now: () => Date.now() };
const random = (count: number) => randomBytes(count);
const vault = createVault({ database, clock, random, key: parseVaultKey(newVaultKeyText(random), 'key') });
let residents: Residents | undefined;
const casework = createCasework({
  ...{ database, clock, random, assign, log: quiet },
  rules: {
    city: { id: pack.id, timeZone: pack.timeZone, referencePrefix: pack.referencePrefix },
    ...{ classes: pack.caseClasses, plans: pack.plans, parties: pack.parties },
    ...{ calendars: pack.calendars, defaultCalendar: pack.defaultCalendar },
  },
  responsibilityAt: (place) => responsibilityAt(territory, place),
  impactOf: () => undefined,
  latestObservationAt: () => undefined,
  onChange: (change) => residents?.onCase(change),
});
await casework.start();
const server = await createHttpServer({
  ...{ log: quiet, version: 'bench', trustProxy: true },
  authenticate: () => ({
    kind: 'anonymous',
    id: '',
    name: '',
    roles: [],
    party: undefined,
    areas: [],
    thingIds: undefined,
  }),
});
const { receipts, publicCases } = furnishReceipts({ database, clock, random, casework, vault, territory });
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
  log: quiet,
});
await server.register(async (raw) => {
  raw.addContentTypeParser(/^image\//, { parseAs: 'buffer', bodyLimit: 10 * 1_048_576 }, (_request, body, done) =>
    done(null, body),
  );
  raw.post('/raw', { config: { permission: 'public' }, bodyLimit: 10 * 1_048_576 }, (_request, reply) =>
    reply.status(201).send({}),
  );
});
await server.listen({ port: 0, host: '127.0.0.1' });

/** Confirms the case of a receipt and says when that was durable. */
async function confirm(code: string): Promise<void> {
  const [found] = await receipts.followMany([code]);
  if (found?.caseId !== undefined) await casework.act(found.caseId, 'note', { text: 'bench' }, ANALYST);
}

async function answer(message: { confirm?: string; memory?: true; stop?: true }): Promise<void> {
  if (message.confirm !== undefined) {
    await confirm(message.confirm);
    process.send?.({ confirmed: message.confirm, at: Date.now() });
  }
  if (message.memory) {
    globalThis.gc?.();
    const { user, system } = process.cpuUsage();
    process.send?.({ rss: process.memoryUsage().rss, cpuMs: (user + system) / 1_000 });
  }
  if (message.stop) {
    residents?.stop();
    await server.close();
    for (const close of closing.reverse()) await close();
    process.disconnect();
  }
}
process.on('message', (message) => void answer(message as Parameters<typeof answer>[0]));
const places = pack.areas.filter(({ level }) => level === 'cell').map(({ polygon }) => polygon[0]![0]!);
process.send?.({ port: (server.server.address() as AddressInfo).port, places, bits: PROOF_BITS });
