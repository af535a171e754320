/**
 * The small riddle that a sender solves before the city takes a report: find a nonce so that the SHA-256 of `<challenge>.<nonce>`
 * begins with so many zero bits. Written out here because WebCrypto answers one hash per turn of the event loop, which is fifty times
 * slower than the arithmetic itself.
 */
const K = new Uint32Array(64);
const START = new Uint32Array(8);
/** The constants are the fractions of the cube and square roots of the first primes. */
for (let prime = 2, found = 0; found < 64; prime++) {
  let isPrime = true;
  for (let divisor = 2; divisor * divisor <= prime; divisor++) if (prime % divisor === 0) isPrime = false;
  if (!isPrime) continue;
  if (found < 8) START[found] = fraction(Math.sqrt(prime));
  K[found++] = fraction(Math.cbrt(prime));
}

function fraction(root: number): number {
  return ((root - Math.floor(root)) * 0x1_0000_0000) >>> 0;
}

const W = new Uint32Array(64);
const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

/** One block of 64 bytes, read from `words`, into the state. */
function compress(state: Uint32Array, words: Uint32Array): void {
  W.set(words);
  for (let i = 16; i < 64; i++) {
    const [a, b] = [W[i - 15]!, W[i - 2]!];
    const s0 = turn(a, 7) ^ turn(a, 18) ^ (a >>> 3);
    const s1 = turn(b, 17) ^ turn(b, 19) ^ (b >>> 10);
    W[i] = (W[i - 16]! + s0 + W[i - 7]! + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let i = 0; i < 64; i++) {
    const t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i]! + W[i]!) | 0;
    const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
  state[4]! += e;
  state[5]! += f;
  state[6]! += g;
  state[7]! += h;
}

const BLOCK = 64;

/** The hash's eight words. `text` is ASCII. */
export function sha256(text: string): Uint32Array {
  const state = START.slice();
  const length = text.length;
  const blocks = Math.ceil((length + 9) / BLOCK);
  const words = new Uint32Array(16);
  for (let block = 0; block < blocks; block++) {
    words.fill(0);
    for (let i = 0; i < BLOCK; i++) {
      const at = block * BLOCK + i;
      const byte = at < length ? text.charCodeAt(at) : at === length ? 0x80 : 0;
      words[i >> 2]! |= byte << (24 - 8 * (i & 3));
    }
    if (block === blocks - 1) words[15] = length * 8;
    compress(state, words);
  }
  return state;
}

export const hasZeroBits = (hash: Uint32Array, bits: number): boolean =>
  bits <= 0 || (bits <= 32 ? hash[0]! >>> (32 - bits) === 0 : hash[0] === 0 && hash[1]! >>> (64 - bits) === 0);

/** The first nonce that solves it. The expected number of tries is 2^bits. */
export function solve(challenge: string, bits: number): number {
  for (let nonce = 0; ; nonce++) if (hasZeroBits(sha256(`${challenge}.${nonce}`), bits)) return nonce;
}
