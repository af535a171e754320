/**
 * Residents who tell the city of small troubles as the cabin does (a challenge, perhaps a photo, the report), follow what becomes of it
 * by their code, and say at the end whether it is solved. Who sees that a neighbour has told it already joins them.
 */
import { randomUUID } from 'node:crypto';
import type { Position } from '#kernel/geo.ts';
import type { ReportCategory } from '#kernel/reporting.ts';
import { type Instant, MINUTE, SECOND } from '#kernel/time.ts';
import { drawPhoto } from '../people/photo.ts';
import { type Random, seeded } from '../random.ts';
import type { Door, Doors, Say } from './door.ts';
import { aboutAt, type Home } from './homes.ts';
import { answersTo, COMPLAINTS, inOwnWords, inventContact, THANKS } from './words.ts';

/** Mean between two reports; where all share one address they stay well under what one address may tell in an hour. */
const EVERY_SECONDS = 30;
const EVERY_SECONDS_SHARED = 100;
const FIRST_SECONDS = [8, 20] as const;
const HOUSEHOLDS = 40;
const PHOTO_SHARE = 0.35;
const CONTACT_SHARE = 0.4;
const JOIN_SHARE = 0.18;
const ENGLISH_SHARE = 0.12;
const RATING_SHARE = 0.8;
const SOLVED_SHARE = 0.88;
const LOOK_EVERY = 40 * SECOND;
const THINK_SECONDS = [10, 60] as const;
const MOST_FOLLOWED = 80;
const FOLLOW_FOR = 90 * MINUTE;
const JOIN_METRES = 150;

interface Followed {
  readonly code: string;
  readonly door: Door;
  readonly since: Instant;
  lookAt: Instant;
  /** When they will say what they think of it. */
  rateAt?: Instant;
}

interface Seen {
  readonly category: string;
  readonly place: Position;
}

export interface ReportersOptions {
  readonly doors: Doors;
  readonly categories: readonly ReportCategory[];
  readonly home: (random: Random) => Home | undefined;
  readonly seed: string;
  readonly speed: number;
  readonly say: Say;
}

export interface Reporters {
  tick(at: Instant): Promise<void>;
}

export function createReporters({ doors, categories, home, seed, speed, say }: ReportersOptions): Reporters {
  const random = seeded(seed, 'reporters');
  const every = ((doors.isShared ? EVERY_SECONDS_SHARED : EVERY_SECONDS) * SECOND) / speed;
  const followed: Followed[] = [];
  /** What was told lately, for who stands before the same. */
  const lately: Seen[] = [];
  let next: Instant | undefined;

  async function tell(at: Instant): Promise<void> {
    const door = doors.of(Math.floor(random.next() * HOUSEHOLDS));
    const again = random.next() < JOIN_SHARE && lately.length > 0 ? random.pick(lately) : undefined;
    const spot = again?.place ?? home(random)?.place;
    const category = again ? categories.find(({ code }) => code === again.category) : random.pick(categories);
    if (spot === undefined || category === undefined) return;
    const place = aboutAt(spot, again ? 8 : 18, random);
    const language = random.next() < ENGLISH_SHARE && category.examples.en?.length ? 'en' : 'zh';
    const example = random.pick(category.examples[language] ?? Object.values(category.examples)[0] ?? ['']);
    const photo =
      random.next() < PHOTO_SHARE ? await door.photo(drawPhoto(`before/${randomUUID()}`, 'trouble')) : undefined;
    const contact = random.next() < CONTACT_SHARE ? inventContact(random) : undefined;
    const report = {
      clientId: randomUUID(),
      category: category.code,
      place,
      accuracyMetres: Math.round(random.between(5, 30)),
      description: inOwnWords(example, language, random),
      photos: photo === undefined ? [] : [photo],
      answers: answersTo(category.questions, at, random),
      language,
      ...(contact && { contact }),
      ...(again && { joins: await findSame(door, { category: category.code, place }) }),
    };
    const receipt = await door.store<{ code: string; reference: string; merged: boolean }>('/reports', report);
    if (receipt === undefined) return;
    say('a resident has told something', {
      reference: receipt.reference,
      category: category.code,
      merged: receipt.merged,
    });
    if (!again) remember({ category: category.code, place });
    if (followed.length < MOST_FOLLOWED)
      followed.push({ code: receipt.code, door, since: at, lookAt: at + LOOK_EVERY / speed });
  }

  function remember(seen: Seen): void {
    lately.push(seen);
    if (lately.length > 8) lately.shift();
  }

  async function look(one: Followed, at: Instant): Promise<void> {
    one.lookAt = at + LOOK_EVERY / speed;
    const follow = await one.door.get<{ state: string; rating?: object }>(`/receipts/${one.code}`);
    if (follow === undefined) return;
    const isOver = follow.state === 'dismissed' || follow.rating !== undefined;
    if (isOver || (follow.state === 'closed' && random.next() > RATING_SHARE)) return forget(one);
    if (follow.state !== 'closed') return;
    one.rateAt = at + (random.between(...THINK_SECONDS) * SECOND) / speed;
    one.lookAt = one.rateAt;
  }

  async function rate(one: Followed): Promise<void> {
    forget(one);
    const solved = random.next() < SOLVED_SHARE;
    const satisfied = solved ? (random.next() < 0.15 ? 3 : random.next() < 0.4 ? 4 : 5) : random.next() < 0.5 ? 1 : 2;
    const comment = random.next() < 0.5 ? random.pick(solved ? THANKS : COMPLAINTS) : undefined;
    const answered = await one.door.post(`/receipts/${one.code}/rating`, {
      solved,
      satisfied,
      ...(comment && { comment }),
    });
    if (answered !== undefined) say('a resident has rated', { solved, satisfied });
  }

  function forget(one: Followed): void {
    const index = followed.indexOf(one);
    if (index >= 0) followed.splice(index, 1);
  }

  return {
    async tick(at) {
      next ??= at + (random.between(...FIRST_SECONDS) * SECOND) / speed;
      if (at >= next) {
        next = at + every * random.between(2 / 3, 4 / 3);
        if (categories.length > 0) await tell(at);
      }
      for (const one of followed.filter(({ since }) => at - since > FOLLOW_FOR)) forget(one);
      const due = followed.find(({ lookAt }) => at >= lookAt);
      if (due) await (due.rateAt === undefined ? look(due, at) : rate(due));
    },
  };
}

/** The nearest open case of the same kind, as the cabin shows it before anything is sent. */
async function findSame(door: Door, { category, place: [lon, lat] }: Seen): Promise<string | undefined> {
  interface Near {
    readonly caseId: string;
    readonly category?: string;
    readonly distanceMetres: number;
  }
  const near = await door.get<{ cases: Near[] }>(`/nearby?lon=${lon}&lat=${lat}`);
  return near?.cases.find((each) => each.category === category && each.distanceMetres < JOIN_METRES)?.caseId;
}
