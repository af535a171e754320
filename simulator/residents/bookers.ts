/** Residents who book a service at the doorstep now and then: one of the catalogue, a free slot, what it asks, and a code to come with. */
import { randomUUID } from 'node:crypto';
import type { Question } from '#kernel/reporting.ts';
import { type Instant, MINUTE, SECOND } from '#kernel/time.ts';
import type { Localized } from '#kernel/words.ts';
import { type Random, seeded } from '../random.ts';
import type { Doors, Say } from './door.ts';
import { aboutAt, type Home } from './homes.ts';
import { answersTo, inventContact } from './words.ts';

const EVERY_MINUTES = 12;
const FIRST_SECONDS = [60, 150] as const;
const AHEAD_DAYS = 3;
const HOUSEHOLDS = 40;
const LANGUAGE = 'zh';

interface ServiceSeen {
  readonly id: string;
  readonly kind: 'at-a-place' | 'at-the-door' | 'at-the-kiosk';
  readonly eligibility: readonly { readonly id: string; readonly needs: boolean }[];
  readonly asksContact: readonly string[];
  readonly questions: readonly Question[];
}
interface SlotSeen {
  readonly id: string;
  readonly free: number;
}

export interface BookersOptions {
  readonly doors: Doors;
  readonly home: (random: Random) => Home | undefined;
  readonly seed: string;
  readonly speed: number;
  readonly say: Say;
}

export interface Bookers {
  tick(at: Instant): Promise<void>;
}

export function createBookers({ doors, home, seed, speed, say }: BookersOptions): Bookers {
  const random = seeded(seed, 'bookers');
  let next: Instant | undefined;

  async function book(at: Instant): Promise<void> {
    const door = doors.of(Math.floor(random.next() * HOUSEHOLDS));
    const from = home(random);
    const offered = await door.get<{ services: ServiceSeen[] }>('/services');
    if (from === undefined || !offered?.services.length) return;
    const service = random.pick(offered.services);
    const open = await door.get<{ slots: SlotSeen[] }>(`/services/${service.id}/slots?days=${AHEAD_DAYS}`);
    const free = open?.slots.filter((slot) => slot.free > 0) ?? [];
    if (free.length === 0) return;
    const booking = await door.store<{ queueNumber: string }>('/bookings', {
      clientId: randomUUID(),
      service: service.id,
      slot: random.pick(free).id,
      contact: contactFor(service.asksContact, from.address, random),
      ...(service.kind === 'at-the-door' && { place: aboutAt(from.place, 2, random) }),
      eligibility: Object.fromEntries(service.eligibility.map(({ id, needs }) => [id, needs])),
      answers: answersTo(service.questions, at, random),
      language: LANGUAGE,
    });
    if (booking !== undefined) say('a resident has booked', { service: service.id, number: booking.queueNumber });
  }

  return {
    async tick(at) {
      next ??= at + (random.between(...FIRST_SECONDS) * SECOND) / speed;
      if (at < next) return;
      next = at + (EVERY_MINUTES * MINUTE * random.between(0.5, 1.5)) / speed;
      await book(at);
    },
  };
}

/** Only what the service asks for. */
function contactFor(asks: readonly string[], address: Localized, random: Random): Record<string, string> {
  const said: Record<string, string | undefined> = {
    ...inventContact(random),
    address: address[LANGUAGE] ?? Object.values(address)[0],
  };
  return Object.fromEntries(
    Object.entries(said).filter((each): each is [string, string] => each[1] !== undefined && asks.includes(each[0])),
  );
}
