/** A town with a counter, a machine and a worker who comes to the door; the vault is the city's own, the clock is moved by hand. */
import type { TestContext } from 'node:test';
import type { Service } from '#domains/resident-services/catalogue.types.ts';
import { createResidentServices } from '#domains/resident-services/resident-services.ts';
import type { NewBooking } from '#domains/resident-services/resident-services.types.ts';
import type { Instant } from '#kernel/time.ts';
import { createVault } from '#people/vault/vault.ts';
import { CALENDAR, metresEast, PLACE } from '#tests/casework/small-city.ts';
import { random, someKey } from '#tests/people/locked-room.ts';
import { handClock } from '#tests/people/town-hall.ts';
import { testDatabase } from '#tests/support/database.ts';

/** Monday, 28 September 2026, 08:00 in the city; the holiday begins on Thursday and is made up for on Saturday the 10th. */
export const MONDAY: Instant = Date.parse('2026-09-28T08:00:00+08:00');
export const at = (local: string): Instant => Date.parse(`${local}:00+08:00`);

const words = (en: string, zh: string) => ({ en, zh });
const ROOM = { id: 'room', name: words('Community room', '活动室'), at: PLACE, address: undefined };
const HALL = { ...ROOM, id: 'hall', name: words('Hall', '大厅'), at: metresEast(500) };

export const REPAIR: Service = {
  id: 'repair',
  name: words('Small repairs', '居家小修'),
  description: words('We come and mend it', '上门小修'),
  icon: 'wrench',
  kind: 'at-the-door',
  price: undefined,
  documents: [],
  eligibility: [],
  questions: [],
  asks: ['name', 'phone', 'address', 'note'],
  places: [],
  within: [],
  hours: CALENDAR,
  slotMinutes: 60,
  capacity: 7,
  horizonDays: 14,
  noticeMinutes: 60,
  changeMinutesBefore: 120,
  letter: 'X',
  role: 'grid-worker',
};
export const CHECK: Service = {
  ...REPAIR,
  id: 'check',
  name: words('Blood-pressure check', '量血压'),
  kind: 'at-a-place',
  asks: ['name', 'phone'],
  places: [ROOM, HALL],
  slotMinutes: 30,
  capacity: 2,
  noticeMinutes: 0,
  letter: 'B',
};
export const CARD: Service = {
  ...CHECK,
  id: 'card',
  eligibility: [
    {
      id: 'age-60',
      question: words('60 or older?', '满60岁了吗？'),
      needs: true,
      refusal: words('From 60.', '须满60岁。'),
    },
  ],
  questions: [
    {
      code: 'how',
      datatype: 'singlevaluelist',
      required: true,
      question: words('How?', '怎么办？'),
      hint: undefined,
      values: [{ key: 'new', name: words('New', '新办') }],
    },
  ],
};

export async function doorstep(t: TestContext, more: { services?: readonly Service[] } = {}) {
  const database = await testDatabase(t, ['people', 'domains']);
  const clock = handClock(MONDAY);
  const vault = createVault({ database, clock, random, key: someKey() });
  const services = createResidentServices({
    database,
    clock,
    random,
    catalogue: { services: more.services ?? [REPAIR, CHECK, CARD], hotline: undefined },
    timeZone: 'Asia/Shanghai',
    contactDays: 30,
    contacts: vault,
    partyFor: (role, place) => `${role}-${place === PLACE ? 'here' : 'there'}`,
    whereIs: (place) =>
      place[0] > 100
        ? { address: words('1 Ferry Road', '渡口路1号'), cell: 'cell-1', areas: ['cell-1', 'community-1'] }
        : { address: {}, cell: undefined, areas: [] },
  });
  const slotsOf = async (service: string, day?: string, days = 1) => services.listSlots(service, day, days);
  /** People whom the vault knows; and until when it keeps the newest of them. */
  const listKept = () =>
    database.query<{ keep_until: Date | null }>('SELECT keep_until FROM vault.people ORDER BY since');
  return { database, clock, services, vault, listKept, slotsOf };
}

let count = 0;
export const aBooking = (service: Service, slot: string, more: Partial<NewBooking> = {}): NewBooking => ({
  clientId: `client-${String(++count).padStart(6, '0')}`,
  service: service.id,
  slot,
  contact: { name: 'Li Mei', phone: '000-5550-7001', address: '3F, 1 Ferry Road' },
  place: PLACE,
  eligibility: {},
  answers: {},
  language: 'zh',
  ...more,
});
