/**
 * Who reports in which second. Every device reports at its own interval with a phase of its own, so the city hums evenly instead of
 * shouting on the minute. A device that notices something out of the ordinary may speak at once.
 */
import { lot } from '../random.ts';

export interface Scheduled {
  readonly datastreamId: number;
  readonly intervalSeconds: number;
}

export class Timetable<T extends Scheduled> {
  /** Per interval: second of the interval → who reports then. */
  readonly #rounds = new Map<number, Map<number, T[]>>();
  readonly #urgent = new Map<number, Set<T>>();

  constructor(points: Iterable<T>) {
    for (const point of points) {
      const interval = Math.max(1, Math.round(point.intervalSeconds));
      const round = this.#rounds.get(interval) ?? new Map<number, T[]>();
      this.#rounds.set(interval, round);
      const phase = Math.floor(lot(`phase/${point.datastreamId}`) * interval);
      round.set(phase, [...(round.get(phase) ?? []), point]);
    }
  }

  /** Speaks in that second as well, whatever its interval. */
  bringForward(point: T, second: number): void {
    const points = this.#urgent.get(second) ?? new Set<T>();
    this.#urgent.set(second, points.add(point));
  }

  /** Everyone who reports in this second (since 1970), once. */
  due(second: number): T[] {
    const due = new Set<T>(this.#urgent.get(second));
    this.#urgent.delete(second);
    for (const [interval, round] of this.#rounds)
      for (const point of round.get(second % interval) ?? []) due.add(point);
    return [...due];
  }

  /** Observations a second, on average. */
  rate(): number {
    let rate = 0;
    for (const [interval, round] of this.#rounds) for (const points of round.values()) rate += points.length / interval;
    return rate;
  }
}
