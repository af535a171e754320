/**
 * Cheapest ways between many places at once: every goal climbs once and leaves its cost at each rank it reaches, every origin climbs
 * once and reads what lies there (Knopp et al. 2007). The work grows with the places, not with the pairs.
 */
import { Climber, type Start } from './climbing.ts';
import { Floats, Ints, startsOf } from './growing.ts';
import type { Hierarchy } from './hierarchy.ts';

/** Row-major origins × goals. Infinity where there is no way. */
export interface CostTable {
  readonly cost: Float64Array;
  readonly metres: Float64Array;
}

export function costsBetween(
  hierarchy: Hierarchy,
  origins: readonly (readonly Start[])[],
  goals: readonly (readonly Start[])[],
): CostTable {
  const left = leaveAtRanks(hierarchy, goals);
  const climber = new Climber(hierarchy.nodes, hierarchy.up, hierarchy.down);
  const cost = new Float64Array(origins.length * goals.length).fill(Infinity);
  const metres = new Float64Array(origins.length * goals.length).fill(Infinity);
  origins.forEach((starts, row) => {
    climber.climb(starts);
    const base = row * goals.length;
    for (let r = 0; r < climber.count; r++) {
      const rank = climber.reached[r]!;
      const [spent, driven] = [climber.cost[rank]!, climber.metres[rank]!];
      for (let i = left.first[rank]!; i < left.first[rank + 1]!; i++) {
        const total = spent + left.cost[i]!;
        const at = base + left.goal[i]!;
        if (total >= cost[at]!) continue;
        cost[at] = total;
        metres[at] = driven + left.metres[i]!;
      }
    }
  });
  return { cost, metres };
}

interface Left {
  readonly first: Int32Array;
  readonly goal: Int32Array;
  readonly cost: Float64Array;
  readonly metres: Float64Array;
}

function leaveAtRanks({ nodes, up, down }: Hierarchy, goals: readonly (readonly Start[])[]): Left {
  const climber = new Climber(nodes, down, up);
  const [ranks, goal, cost, metres] = [new Ints(), new Ints(), new Floats(), new Floats()];
  const counts = new Int32Array(nodes);
  goals.forEach((starts, row) => {
    climber.climb(starts);
    for (let r = 0; r < climber.count; r++) {
      const rank = climber.reached[r]!;
      counts[rank]! += 1;
      ranks.push(rank);
      goal.push(row);
      cost.push(climber.cost[rank]!);
      metres.push(climber.metres[rank]!);
    }
  });
  const first = startsOf(counts);
  const next = first.slice();
  const left = {
    first,
    goal: new Int32Array(ranks.size),
    cost: new Float64Array(ranks.size),
    metres: new Float64Array(ranks.size),
  };
  for (let i = 0; i < ranks.size; i++) {
    const at = next[ranks.values[i]!]!++;
    left.goal[at] = goal.values[i]!;
    left.cost[at] = cost.values[i]!;
    left.metres[at] = metres.values[i]!;
  }
  return left;
}
