/** Seeded randomness and smooth noise: the same seed gives the same city, byte for byte. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  between(low: number, high: number): number;
  /** Integer in [low, high]. */
  integer(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
  chance(probability: number): boolean;
}

/** Mulberry32 started from a hash of the name, so that one part of the city can change without moving the others. */
export function seededRandom(name: string): Random {
  let state = 2_166_136_261;
  for (const letter of name) state = Math.imul(state ^ letter.codePointAt(0)!, 16_777_619);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    integer: (low, high) => low + Math.floor((high - low + 1) * next()),
    pick: (items) => items[Math.floor(next() * items.length)]!,
    chance: (probability) => next() < probability,
  };
}

const latticeValue = (ix: number, iy: number, salt: number): number => {
  let h = Math.imul(ix, 374_761_393) ^ Math.imul(iy, 668_265_263) ^ Math.imul(salt, 2_147_483_647);
  h = Math.imul(h ^ (h >>> 13), 1_274_126_177);
  return (((h ^ (h >>> 16)) >>> 0) / 4_294_967_296) * 2 - 1;
};

/** Smooth value noise in [-1, 1] with features of the given size in metres. */
export function noise(x: number, y: number, sizeMetres: number, salt: number): number {
  const [u, v] = [x / sizeMetres, y / sizeMetres];
  const [ix, iy] = [Math.floor(u), Math.floor(v)];
  const ease = (t: number) => t * t * t * (t * (t * 6 - 15) + 10);
  const [a, b] = [ease(u - ix), ease(v - iy)];
  const at = (dx: number, dy: number) => latticeValue(ix + dx, iy + dy, salt);
  const low = at(0, 0) + (at(1, 0) - at(0, 0)) * a;
  const high = at(0, 1) + (at(1, 1) - at(0, 1)) * a;
  return low + (high - low) * b;
}
