/**
 * Seeded chance. Everything uncertain in the simulator draws from one of these, each part from its own, so that the same seed gives
 * the same faults whatever else happens to be drawn in between.
 */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  between(low: number, high: number): number;
  /** Normal distribution, cut off at three deviations so that nothing impossible is ever drawn. */
  normal(deviation: number): number;
  /** Waiting time of an event that happens on average every `mean`. */
  waiting(mean: number): number;
  pick<T>(items: readonly T[]): T;
}

/** 32 bits of a text (FNV-1a), well mixed. */
export function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  return (h ^ (h >>> 13)) >>> 0;
}

/** A generator of its own for each name under one seed. */
export function seeded(seed: string, name: string): Random {
  let state = hash(`${seed}/${name}`);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    normal: (deviation) => {
      const drawn = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return deviation * Math.max(-3, Math.min(3, drawn));
    },
    waiting: (mean) => -mean * Math.log(1 - next()),
    pick: (items) => items[Math.floor(next() * items.length)]!,
  };
}

/** A number in [0, 1) that belongs to a name for ever. */
export const lot = (name: string): number => hash(name) / 4_294_967_296;
