/** What a failed statement means for the rows it carried. */
import { type CityError, unavailable } from '#kernel/errors.ts';

/**
 * - `duplicate`: a row of the same key is stored already; nothing of this statement was.
 * - `full`: the disk is full; nothing of this statement was stored.
 * - `busy`: the server could not just now; nothing was stored, and it may work in a moment.
 * - `lost`: the session broke or the server goes down; whether it was stored is not known.
 * - `refused`: the server understood and said no; nothing was stored, and the same bytes will be refused again.
 */
export type Trouble = 'duplicate' | 'full' | 'busy' | 'lost' | 'refused';

const BY_CLASS: Readonly<Record<string, Trouble>> = {
  '08': 'lost',
  '57': 'lost',
  '25': 'busy', // read-only while a standby is promoted
  '40': 'busy',
  '53': 'busy',
  '55': 'busy',
  '58': 'busy',
  XX: 'busy',
};

export function troubleOf(error: unknown): Trouble {
  const code = (error as { code?: unknown } | undefined)?.code;
  // Five characters are a SQLSTATE: the server answered. Anything else happened to the connection.
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code) || code === 'EPIPE') return 'lost';
  if (code === '23505') return 'duplicate';
  if (code === '53100') return 'full';
  return BY_CLASS[code.slice(0, 2)] ?? 'refused';
}

export const storageFull = (): CityError =>
  unavailable(
    'storage.full',
    'The disk of the database is full. Nothing of this request was stored; free space, then send it again.',
  );

export const storageUnavailable = (): CityError =>
  unavailable(
    'storage.unavailable',
    'The database does not answer. Nothing of this request was acknowledged; send it again in a few seconds: what was stored all the same is not stored twice.',
  );

export const overloaded = (): CityError =>
  unavailable(
    'intake.overloaded',
    'More Observations are waiting than can be stored. Nothing of this request was taken; send it again in a few seconds.',
  );
