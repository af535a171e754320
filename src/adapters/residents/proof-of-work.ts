/**
 * A small piece of work in place of a captcha: whoever wants to store something finds a number for which a hash begins with enough
 * zero bits. A person waits a fraction of a second; who sends a million pays for a million. No third party, no picture to decipher.
 *
 * Challenges are not stored: each carries when it ends and our signature. What is stored, until it ends, is that it has been used. The
 * signing key is made at every start, so challenges do not outlive the process; a page that is refused asks for another.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { CityError, conflict, invalid } from '#kernel/errors.ts';
import type { RandomBytes } from '#kernel/ids.ts';
import type { Clock } from '#kernel/ports.ts';
import { type Instant, MINUTE } from '#kernel/time.ts';
import type { ChallengeView } from './api.types.ts';

const LASTS_MS = 10 * MINUTE;
const TIME_BYTES = 6;
const RANDOM_BYTES = 12;
const SIGNATURE_BYTES = 16;
const LENGTH = TIME_BYTES + RANDOM_BYTES + SIGNATURE_BYTES;
const PROOF = /^([A-Za-z0-9_-]{46})\.(\d{1,16})$/;

export interface ProofOfWork {
  issue(): ChallengeView;
  /**
   * Uses a proof up; the answer gives it back, for when the request it came with was refused.
   * Errors: `proof.malformed`, `proof.expired`, `proof.insufficient` (400), `proof.used` (409); all name the field.
   */
  spend(proof: unknown, field: string): () => void;
}

export function createProofOfWork(clock: Clock, random: RandomBytes, bits: number): ProofOfWork {
  const key = Buffer.concat([random(16), random(16)]);
  const used = new Map<string, Instant>();
  let swept = 0;

  const sign = (payload: Uint8Array): Buffer =>
    createHmac('sha256', key).update(payload).digest().subarray(0, SIGNATURE_BYTES);

  /** Once a minute, and in order of their ends, which is the order they came in but for minutes. */
  function forgetEnded(now: Instant): void {
    if (now - swept < MINUTE) return;
    swept = now;
    for (const [challenge, end] of used) if (end < now) used.delete(challenge);
  }

  function endOf(challenge: string, field: string): Instant {
    const bytes = Buffer.from(challenge, 'base64url');
    if (bytes.length !== LENGTH) throw malformed(field);
    const payload = bytes.subarray(0, TIME_BYTES + RANDOM_BYTES);
    if (!timingSafeEqual(sign(payload), bytes.subarray(TIME_BYTES + RANDOM_BYTES))) throw expired(field);
    return bytes.readUIntBE(0, TIME_BYTES);
  }

  return {
    issue() {
      const expiresAt = clock.now() + LASTS_MS;
      const payload = Buffer.alloc(TIME_BYTES + RANDOM_BYTES);
      payload.writeUIntBE(expiresAt, 0, TIME_BYTES);
      payload.set(random(16).subarray(0, RANDOM_BYTES), TIME_BYTES);
      return { challenge: Buffer.concat([payload, sign(payload)]).toString('base64url'), bits, expiresAt };
    },
    spend(proof, field) {
      const [, challenge] = (typeof proof === 'string' ? PROOF.exec(proof) : undefined) ?? [];
      if (challenge === undefined) throw malformed(field);
      const now = clock.now();
      const end = endOf(challenge, field);
      if (end < now) throw expired(field);
      if (
        leadingZeroBits(
          createHash('sha256')
            .update(proof as string)
            .digest(),
        ) < bits
      )
        throw new CityError(
          'invalid',
          'proof.insufficient',
          `The hash of the proof must begin with ${bits} zero bits.`,
          field,
          { bits },
        );
      if (used.has(challenge))
        throw conflict('proof.used', 'This challenge was used before; ask for another one.', field);
      used.set(challenge, end);
      forgetEnded(now);
      return () => used.delete(challenge);
    },
  };
}

const malformed = (field: string) =>
  invalid('proof.malformed', 'A proof is a challenge of this city, a dot, and a decimal number.', field);
const expired = (field: string) =>
  invalid('proof.expired', 'This challenge has ended; ask for another one and solve that.', field);

export function leadingZeroBits(hash: Uint8Array): number {
  let bits = 0;
  for (const byte of hash) {
    if (byte !== 0) return bits + Math.clz32(byte) - 24;
    bits += 8;
  }
  return bits;
}
