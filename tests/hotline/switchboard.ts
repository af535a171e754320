/** The hotline of a small city: real receipts, cases and vault behind it; only the clock is moved by hand. */
import type { TestContext } from 'node:test';
import { listenForHotline, toNews } from '#app/hotline.ts';
import { furnishReceipts } from '#app/residents.ts';
import { createHotline } from '#domains/resident-services/hotline/hotline.ts';
import type { CallForm } from '#domains/resident-services/hotline/hotline.types.ts';
import { workingTime } from '#kernel/calendar.ts';
import type { CityPack } from '#kernel/city.ts';
import { NO_REPORTING, type ReportCategory, type ReportingRules } from '#kernel/reporting.ts';
import { createVault } from '#people/vault/vault.ts';
import { createTerritory } from '#territory/territory.ts';
import { BURST, CALENDAR, LAMP, NOON, PLACE, SMALL_BORE, smallCity } from '#tests/casework/small-city.ts';
import { PACK } from '#tests/console/small-pack.ts';
import { random, someKey } from '#tests/people/locked-room.ts';
import { handClock } from '#tests/people/town-hall.ts';
import { quiet, testDatabase } from '#tests/support/database.ts';

const words = (en: string, zh: string) => ({ en, zh });
const category = (code: string, caseClass: string, hotlineClass: string): ReportCategory => ({
  code,
  group: 'street',
  name: words(code, code),
  description: words(code, code),
  icon: 'circle',
  caseClass,
  keywords: {},
  examples: {},
  questions: [],
  hotlineClass,
  homeRelated: false,
  assetClasses: [],
});
const promise = (id: string, minutes: number, basis: 'calendar' | 'working' = 'calendar') => ({
  id,
  name: words(id, id),
  description: words(id, id),
  minutes,
  basis,
  source: undefined,
});
export const REPORTING: ReportingRules = {
  ...NO_REPORTING,
  groups: [{ id: 'street', name: words('Street', '街面') }],
  categories: [category('burst', BURST.code, 'lifeline'), category('lamp', LAMP.code, 'ordinary')],
  hotlineClasses: [
    promise('danger', 120),
    promise('lifeline', 1_440),
    promise('ordinary', 10_080),
    promise('office-hour', 60, 'working'),
  ],
};
export const DESK = { id: 'account_desk', name: 'Zhou Lan' };
export const OTHER_DESK = { id: 'account_other', name: 'Wen Qi' };

export async function switchboard(t: TestContext) {
  const database = await testDatabase(t);
  const clock = handClock(NOON);
  const pack: CityPack = { ...PACK, reporting: REPORTING };
  const territory = createTerritory(pack, { thingIdOf: () => undefined });
  const vault = createVault({ database, clock, random, key: someKey() });
  const city = await smallCity(
    t,
    { reopenWithinDays: 30, plans: [{ ...SMALL_BORE, when: {} }] },
    {
      database,
      clock,
      random,
      onChange(change) {
        ear.onCase(change);
        void receipts.onCase(change);
      },
    },
  );
  const { casework } = city;
  const { receipts } = furnishReceipts({ database, clock, random, casework, vault, territory });
  const hotline = createHotline({
    database,
    clock,
    random,
    timeZone: 'Asia/Shanghai',
    working: workingTime(CALENDAR),
    reporting: REPORTING,
    targets: { answerWithinSeconds: 15, connectedRatio: 0.95 },
    districtAt: () => ({ district: 'district-1', community: 'community-1' }),
    findCase: async (id) => toNews(await casework.getCase(id)),
    vault,
    receipts,
  });
  const ear = listenForHotline(hotline, quiet);
  /** Everything that the city has said so far has been heard. */
  const heard = () => ear.settled();
  /** The telephone rings and is answered so many seconds later. */
  const taken = async (seconds = 5, phone?: string) => {
    const { id } = await hotline.ring({ clientId: undefined, line: undefined, phone, rangAt: undefined });
    clock.pass(seconds * 1_000);
    return hotline.answer(id, DESK);
  };
  return { database, clock, vault, city, casework, receipts, hotline, heard, taken };
}

export const aForm = (more: Partial<CallForm> = {}): CallForm => ({
  category: 'lamp',
  classId: undefined,
  classReason: undefined,
  place: PLACE,
  address: undefined,
  description: 'The lamp at the corner is out',
  answers: {},
  joins: undefined,
  caller: { phone: '138-0013-8000', name: 'Li Mei' },
  language: 'en',
  ...more,
});
