/**
 * One climb through a hierarchy, from several nodes at once, each with what it cost to get there. It keeps its arrays from climb to
 * climb; what it found is valid until the next.
 */
import type { Climb } from './hierarchy.ts';
import { MinQueue } from './min-queue.ts';

/** A rank to begin at, and what was spent before. */
export interface Start {
  readonly rank: number;
  readonly cost: number;
  readonly metres: number;
}

export class Climber {
  /** Ranks reached, and how many; those that a detour from above reaches cheaper are left out. */
  readonly reached: Int32Array;
  count = 0;
  readonly cost: Float64Array;
  readonly metres: Float64Array;
  /** The hierarchy's arc by which a rank was reached, −1 at the start. */
  readonly by: Int32Array;
  private readonly labelled: Int32Array;
  private readonly done: Int32Array;
  private stamp = 0;
  private readonly along: Climb;
  private readonly against: Climb;
  private readonly queue = new MinQueue();

  /** `along` is climbed; `against` holds the arcs that lead from above into a rank, in the sense of this climb. */
  constructor(nodes: number, along: Climb, against: Climb) {
    this.along = along;
    this.against = against;
    this.reached = new Int32Array(nodes);
    this.cost = new Float64Array(nodes);
    this.metres = new Float64Array(nodes);
    this.by = new Int32Array(nodes);
    this.labelled = new Int32Array(nodes);
    this.done = new Int32Array(nodes);
  }

  climb(starts: readonly Start[]): void {
    const { first, head, cost, metres, arc } = this.along;
    const { queue, done } = this;
    this.stamp += 1;
    this.count = 0;
    queue.clear();
    for (const start of starts) this.label(start.rank, start.cost, start.metres, -1);
    while (queue.size > 0) {
      const rank = queue.pop();
      if (done[rank] === this.stamp) continue;
      done[rank] = this.stamp;
      if (this.isCheaperFromAbove(rank)) continue;
      this.reached[this.count++] = rank;
      const [spent, driven] = [this.cost[rank]!, this.metres[rank]!];
      for (let i = first[rank]!; i < first[rank + 1]!; i++)
        this.label(head[i]!, spent + cost[i]!, driven + metres[i]!, arc[i]!);
    }
  }

  private label(rank: number, cost: number, metres: number, by: number): void {
    if (this.labelled[rank] === this.stamp && this.cost[rank]! <= cost) return;
    this.labelled[rank] = this.stamp;
    this.cost[rank] = cost;
    this.metres[rank] = metres;
    this.by[rank] = by;
    this.queue.push(cost, rank);
  }

  /** Then no cheapest way climbs on from here. */
  private isCheaperFromAbove(rank: number): boolean {
    const { first, head, cost } = this.against;
    const spent = this.cost[rank]!;
    for (let i = first[rank]!; i < first[rank + 1]!; i++) {
      const above = head[i]!;
      if (this.labelled[above] === this.stamp && this.cost[above]! + cost[i]! < spent) return true;
    }
    return false;
  }

  /** What it cost to reach a rank; Infinity when it was not. */
  costOf(rank: number): number {
    return this.labelled[rank] === this.stamp ? this.cost[rank]! : Infinity;
  }
}
