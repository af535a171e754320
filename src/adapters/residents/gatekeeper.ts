/** Who may come in how often, and with which proof. One for all of the residents' doors, services included. */
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { RandomBytes } from '#kernel/ids.ts';
import type { Clock } from '#kernel/ports.ts';
import type { ReportingRules } from '#kernel/reporting.ts';
import { HOUR, MINUTE } from '#kernel/time.ts';
import { createProofOfWork, type ProofOfWork } from './proof-of-work.ts';
import { addressOf, createRateLimits, type Limit, tooMany } from './rate-limits.ts';

/** What somebody wants to do. */
export type Asking = 'look' | 'suggest' | 'challenge' | 'photo' | 'report' | 'booking' | 'answer';

export interface Gatekeeper {
  readonly proofs: ProofOfWork;
  /** Counts one for the address, and for the device if it names itself. Error: `request.too_many` (429). */
  admit(request: FastifyRequest, asking: Asking): void;
  /**
   * Guards a secret code against guessing: who has missed too often is refused whatever they ask next.
   * `look` rejects with the room's own 404, which is the same for every code that does not exist.
   */
  guardCode<T>(request: FastifyRequest, look: () => Promise<T>): Promise<T>;
  /** True when this device has said the very same too often lately. */
  repeats(request: FastifyRequest, text: string): boolean;
  addressOf(request: FastifyRequest): string;
}

const DEVICE = /^[\w-]{8,64}$/;
const PHOTOS_PER_PHOTO_OF_REPORT = 2;
const MISSES: Limit = { name: 'miss', most: 20, withinMs: 10 * MINUTE };
/** The same words a third time within the hour. */
const REPEATS: Limit = { name: 'text', most: 2, withinMs: HOUR };
const SHORTEST_REPEAT = 10;

export function createGatekeeper(
  clock: Clock,
  random: RandomBytes,
  { limits }: Pick<ReportingRules, 'limits'>,
): Gatekeeper {
  const rates = createRateLimits(clock, random(16));
  const perHour = (name: string, most: number): Limit => ({ name, most, withinMs: HOUR });
  const perMinute = (name: string, most: number): Limit => ({ name, most, withinMs: MINUTE });
  const { reportsPerHourPerAddress: address, reportsPerHourPerDevice: device, photosPerReport } = limits;
  const photos = Math.max(1, photosPerReport) * PHOTOS_PER_PHOTO_OF_REPORT;
  const byAddress: Readonly<Record<Asking, Limit>> = {
    look: perMinute('look', 600),
    suggest: perMinute('suggest', 240),
    challenge: perHour('challenge', address * (photos + 2)),
    photo: perHour('photo', address * photos),
    report: perHour('report', address),
    booking: perHour('booking', address),
    answer: perHour('answer', address),
  };
  const byDevice: Readonly<Partial<Record<Asking, Limit>>> = {
    photo: perHour('device-photo', device * photos),
    report: perHour('device-report', device),
    booking: perHour('device-booking', device),
  };

  const deviceOf = (request: FastifyRequest): string | undefined => {
    const given = request.headers['x-device'];
    return typeof given === 'string' && DEVICE.test(given) ? given : undefined;
  };

  return {
    proofs: createProofOfWork(clock, random, limits.proofOfWorkBits),
    addressOf: (request) => addressOf(request.ip),
    admit(request, asking) {
      const named = deviceOf(request);
      const limit = byDevice[asking];
      // A kiosk is one device of many people: it signs in with a key and counts by its address alone.
      const counts = named !== undefined && limit !== undefined && request.caller.kind === 'anonymous';
      if (counts) {
        const wait = rates.waitMs(limit, named);
        if (wait > 0) throw tooMany(wait);
      }
      rates.take(byAddress[asking], addressOf(request.ip));
      if (counts) rates.note(limit, named);
    },
    async guardCode(request, look) {
      const who = addressOf(request.ip);
      const wait = rates.waitMs(MISSES, who);
      if (wait > 0) throw tooMany(wait);
      try {
        return await look();
      } catch (error) {
        if ((error as { kind?: unknown }).kind === 'not_found') rates.note(MISSES, who);
        throw error;
      }
    },
    repeats(request, text) {
      const said = text
        .normalize('NFKC')
        .toLowerCase()
        .replaceAll(/[\s\p{P}]/gu, '');
      if (said.length < SHORTEST_REPEAT) return false;
      const who = `${deviceOf(request) ?? addressOf(request.ip)}|${createHash('sha256').update(said).digest('base64url')}`;
      const isOften = rates.waitMs(REPEATS, who) > 0;
      rates.note(REPEATS, who);
      return isOften;
    },
  };
}
