/**
 * What was read and not yet acknowledged. While the city is away it is kept, up to a bound; beyond it the oldest is given up first,
 * because an operator who comes back needs to know how things stand now. Sending again is harmless: the city stores it once.
 */
import type { Instant } from '#kernel/time.ts';

export interface Reading {
  readonly datastreamId: number;
  readonly at: Instant;
  readonly value: number;
}

export interface Outlet {
  send(readings: readonly Reading[]): void;
  counts(): OutletCounts;
  stop(): Promise<void>;
}

export interface OutletCounts {
  readonly sent: number;
  readonly waiting: number;
  /** Given up because the city was away for too long. */
  readonly lost: number;
  readonly refused: number;
}

/** First in, first out, with a bound. */
export class Backlog {
  readonly #most: number;
  #readings: Reading[] = [];
  #lost = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(readings: readonly Reading[]): void {
    for (const reading of readings) this.#readings.push(reading);
    const over = this.#readings.length - this.#most;
    if (over <= 0) return;
    this.#readings = this.#readings.slice(over);
    this.#lost += over;
  }

  /** The oldest `count`, taken out. */
  take(count: number): Reading[] {
    return this.#readings.splice(0, count);
  }

  /** Puts back what could not be sent, before everything else. */
  putBack(readings: readonly Reading[]): void {
    const waiting = this.#readings;
    this.#readings = [...readings];
    this.add(waiting);
  }

  get size(): number {
    return this.#readings.length;
  }

  get lost(): number {
    return this.#lost;
  }
}
