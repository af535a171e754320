/**
 * The content of an Observation as 64 bits: resultTime, result with its JSON type, phenomenonEnd. Together with Datastream and
 * phenomenonTime it is the key that makes the same Observation sent twice one row, and keeps two different ones apart.
 *
 * Numbers, nearly all of the traffic, are mixed with integer arithmetic; anything else is hashed by SHA-256 over its canonical JSON
 * (keys sorted), cut to 64 bits. Two contents of one Datastream and one instant would have to collide to be mistaken for each other.
 * The value is stored: changing the mix means storing resent Observations twice.
 */
import { createHash } from 'node:crypto';
import type { Json } from '#kernel/observation.ts';
import type { Instant } from '#kernel/time.ts';

const float = new Float64Array(1);
const words = new Int32Array(float.buffer);
/** Stands for "no time given": the bits of a NaN that no instant has. */
const ABSENT_HIGH = 0x7ff80000;

/** Where the two halves of a digest are left: `[high, low]`, so that the hot path makes no objects. */
export const digest = new Int32Array(2);

let high = 0;
let low = 0;

function mix(word: number): void {
  high = Math.imul(high ^ word, 0x9e3779b1);
  high ^= high >>> 15;
  low = Math.imul(low + word + high, 0x85ebca6b) | 0;
  low = (low << 13) | (low >>> 19);
  high = (high + low) | 0;
}

function mixFloat(value: number): void {
  if (Number.isNaN(value)) {
    mix(0);
    mix(ABSENT_HIGH);
    return;
  }
  float[0] = value + 0; // −0 and 0 are the same number
  mix(words[0]!);
  mix(words[1]!);
}

function finish(): void {
  for (let round = 0; round < 2; round++) {
    high = Math.imul(high ^ (high >>> 16), 0xc2b2ae35);
    low = Math.imul(low ^ (low >>> 15), 0x27d4eb2f);
    high = (high + low) | 0;
    low = (low ^ (high >>> 13)) | 0;
  }
  digest[0] = high;
  digest[1] = low;
}

/** Leaves the digest of a numeric Observation in `digest`; NaN means "not given" for both times. */
export function digestNumber(result: number, resultTime: number, phenomenonEnd: number): void {
  high = 0x3c6ef372;
  low = 0x510e527f;
  mixFloat(result);
  mixFloat(resultTime);
  mixFloat(phenomenonEnd);
  finish();
}

/** Leaves the digest of any other Observation in `digest`. `canonical` is the result's canonical JSON. */
export function digestJson(canonical: string, resultTime: number, phenomenonEnd: number): void {
  const hash = createHash('sha256').update(`${canonical}\n${resultTime}\n${phenomenonEnd}`).digest();
  digest[0] = hash.readInt32BE(0);
  digest[1] = hash.readInt32BE(4);
}

/** The digest as the database holds it (`bigint`), for whoever changes a stored Observation. */
export function digestOf(result: Json, resultTime: Instant | null, phenomenonEnd: Instant | undefined): bigint {
  const [at, end] = [resultTime ?? Number.NaN, phenomenonEnd ?? Number.NaN];
  if (typeof result === 'number') digestNumber(result, at, end);
  else digestJson(canonicalJson(result), at, end);
  return (BigInt(digest[0]!) << 32n) | BigInt(digest[1]! >>> 0);
}

/** JSON text with the keys of every object sorted: equal values have equal text. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const fields = value as { readonly [key: string]: Json };
  const members = Object.keys(fields)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(fields[key]!)}`);
  return `{${members.join(',')}}`;
}
