/**
 * Passwords as argon2id, stored as PHC strings. A stored string names its own parameters, so raising ours leaves the old ones
 * valid: `isOutdated` says when to store a new one, which happens at the next successful sign-in.
 */
import { argon2, timingSafeEqual } from 'node:crypto';
import { CityError, invalid } from '#kernel/errors.ts';
import type { RandomBytes } from '#kernel/ids.ts';

export interface Cost {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

/** OWASP's recommended minimum for argon2id: about 50 ms and 19 MiB on a small server. */
export const COST: Cost = { memoryKiB: 19_456, passes: 2, lanes: 1 };

const TAG_BYTES = 32;
const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

function derive(password: string, salt: Uint8Array, cost: Cost, bytes: number): Promise<Buffer> {
  const parameters = {
    message: password.normalize('NFKC'),
    nonce: salt,
    parallelism: cost.lanes,
    tagLength: bytes,
    memory: cost.memoryKiB,
    passes: cost.passes,
  };
  return new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, tag) => (error ? reject(error) : resolve(tag)));
  });
}

const unpadded = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replaceAll('=', '');

export const toPhc = (salt: Uint8Array, tag: Uint8Array, { memoryKiB, passes, lanes }: Cost): string =>
  `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(tag)}`;

export async function hashPassword(password: string, random: RandomBytes, cost: Cost = COST): Promise<string> {
  const salt = random(16);
  return toPhc(salt, await derive(password, salt, cost, TAG_BYTES), cost);
}

function parsePhc(phc: string) {
  const match = PHC.exec(phc);
  if (!match) return undefined;
  const [, memoryKiB, passes, lanes, salt, tag] = match;
  return {
    cost: { memoryKiB: Number(memoryKiB), passes: Number(passes), lanes: Number(lanes) },
    salt: Buffer.from(salt!, 'base64'),
    tag: Buffer.from(tag!, 'base64'),
  };
}

/** False for a string that is no argon2id PHC string: such an account can only be given a new password. */
export async function verifyPassword(password: string, phc: string): Promise<boolean> {
  const stored = parsePhc(phc);
  if (!stored) return false;
  return timingSafeEqual(await derive(password, stored.salt, stored.cost, stored.tag.length), stored.tag);
}

/** True when the string was made with less than today's cost. */
export function isOutdated(phc: string, cost: Cost = COST): boolean {
  const stored = parsePhc(phc);
  return !stored || stored.cost.memoryKiB < cost.memoryKiB || stored.cost.passes < cost.passes;
}

/** Length is what resists guessing; composition rules only make passwords harder to remember. */
export function checkPassword(password: string, name: string, field: string): void {
  if (password.length < 10) throw invalid('password.too_short', 'A password has at least 10 characters.', field);
  if (password.length > 256) throw invalid('password.too_long', 'A password has at most 256 characters.', field);
  if (password.toLowerCase().includes(name.toLowerCase()))
    throw invalid('password.contains_name', 'A password does not contain the sign-in name.', field);
}

/**
 * At most `width` derivations at once and `waiting` in line: each takes a core and 19 MiB, and sign-in is open to the world.
 * Beyond that callers are told to come back (`sign_in.busy`, 429).
 */
export function createTurnstile(width: number, waiting: number) {
  let inside = 0;
  const line: (() => void)[] = [];
  return async function pass<T>(work: () => Promise<T>): Promise<T> {
    if (inside >= width) {
      if (line.length >= waiting)
        throw new CityError(
          'too_many',
          'sign_in.busy',
          'Too many people are signing in at once; try again in a moment.',
        );
      await new Promise<void>((resolve) => line.push(resolve));
    } else {
      inside++;
    }
    try {
      return await work();
    } finally {
      const next = line.shift();
      if (next) next();
      else inside--;
    }
  };
}
