/** The small city with a vault, receipts and care behind real doors. */
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { registerResidentDesk } from '#adapters/console/resident-desk.ts';
import { listTables, quoted } from '#app/backup/catalogue.ts';
import { furnishCare } from '#app/care.ts';
import { createReceipts } from '#casework/receipts/receipts.ts';
import { countByCommunity } from '#casework/tallies.ts';
import { createCommunity } from '#domains/community/community.ts';
import { crewRulesOf } from '#domains/community/crew-rules.ts';
import type { CityPack } from '#kernel/city.ts';
import type { Database } from '#kernel/ports.ts';
import { NO_REPORTING, type ReportCategory } from '#kernel/reporting.ts';
import { createScope } from '#people/scope.ts';
import { createVault } from '#people/vault/vault.ts';
import { LOW_PRESSURE, PLACE } from '#tests/casework/small-city.ts';
import { operationsCentre } from '#tests/console/operations-centre.ts';
import { PACK } from '#tests/console/small-pack.ts';
import { someKey } from '#tests/people/locked-room.ts';

const random = (count: number) => randomBytes(count);

const NO_WATER: ReportCategory = {
  code: 'no-water',
  group: 'home',
  name: { zh: '没水', en: 'No water' },
  description: { zh: '家里没水', en: 'No water at home' },
  icon: 'droplet',
  caseClass: LOW_PRESSURE.code,
  keywords: {},
  examples: {},
  questions: [],
  hotlineClass: 'ordinary',
  homeRelated: true,
  assetClasses: [],
};

const CARE_PACK: CityPack = {
  ...PACK,
  caseClasses: [
    ...PACK.caseClasses,
    {
      ...LOW_PRESSURE,
      code: 'community.care-check',
      domain: 'community',
      name: { zh: '约定照看', en: 'Look in on somebody' },
      level: 'cell',
      handledBy: ['grid-worker'],
      needsConfirmation: false,
      mergeWithinMetres: 0,
      mergeWithinMinutes: 0,
      mergesInto: [],
      verifyBy: 'sensors',
      normalForMinutes: 0,
    },
  ],
  reporting: { ...NO_REPORTING, categories: [NO_WATER] },
  sections: new Map([
    [
      'care.yaml',
      {
        opens: 'community.care-check',
        grade: 'yellow',
        longest_days: 366,
        rules: { 'water-silent': { hours: 12, flow_above: 0.5 }, 'missed-visit': { hours: 0 } },
      },
    ],
  ]),
};

type Furnished = ReturnType<typeof furnish>;

function furnish(rooms: Parameters<NonNullable<Parameters<typeof operationsCentre>[2]>>[1]) {
  const { database, clock, territory, casework } = rooms;
  const vault = createVault({ database, clock, random, key: someKey() });
  const community = createCommunity({ database, clock, random, rules: crewRulesOf(CARE_PACK.sections) });
  const care = furnishCare({ ...rooms, pack: CARE_PACK, random, vault, community });
  const receipts = createReceipts({
    ...{ database, clock, random, casework },
    reporting: CARE_PACK.reporting,
    isInCity: () => true,
    addressAt: (place) => territory.locate(place).address,
    looksAt: (contact) => vault.accesses(contact),
    onCaseOver: (contact, until) => vault.release(contact, until),
  });
  return { vault, community, care, receipts };
}

export async function lookedAfter(t: TestContext) {
  let furnished: Furnished | undefined;
  const centre = await operationsCentre(t, CARE_PACK, async (server, rooms) => {
    furnished = furnish(rooms);
    await registerResidentDesk(server, {
      ...rooms,
      ...furnished,
      scope: createScope(CARE_PACK.parties),
      countByCommunity: (from, to) => countByCommunity(rooms.database, from, to),
    });
  });
  const { vault, community, care, receipts } = furnished!;

  /** A resident reports and leaves a contact, as the cabin does it. */
  async function tell(contact: { name: string; phone: string }) {
    const pseudonym = await vault.keep(contact, 'report');
    const receipt = await receipts.receive({
      ...{ clientId: `client-${randomBytes(6).toString('hex')}`, category: 'no-water', place: PLACE },
      ...{ accuracyMetres: undefined, address: undefined, description: 'No water since this morning', photos: [] },
      ...{
        answers: {},
        joins: undefined,
        contact: pseudonym,
        language: 'en',
        source: 'resident',
        writtenAt: undefined,
      },
    });
    return { pseudonym, ...receipt };
  }
  return { ...centre, vault, community, care, receipts, tell };
}

/** Every row of every table outside the vault, as text. */
export async function dumpOutsideVault(database: Database): Promise<string> {
  const parts: string[] = [];
  for (const { schema, name } of await listTables(database)) {
    if (schema === 'vault') continue;
    const rows = await database.query<{ row: string }>(`select t::text as row from ${quoted(schema, name)} t`);
    parts.push(...rows.map(({ row }) => row));
  }
  return parts.join('\n');
}
