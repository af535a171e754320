/** One cheapest way through a hierarchy, with its shortcuts put back into the turns they stand for. */
import { Climber, type Start } from './climbing.ts';
import type { Hierarchy } from './hierarchy.ts';

export interface CheapestWay {
  readonly cost: number;
  readonly metres: number;
  /** Nodes of the graph, from one of the origins to one of the goals. */
  readonly nodes: readonly number[];
}

/** Undefined when there is no way. */
export function findCheapestWay(
  hierarchy: Hierarchy,
  origins: readonly Start[],
  goals: readonly Start[],
): CheapestWay | undefined {
  const { nodes, up, down } = hierarchy;
  const [there, back] = [new Climber(nodes, up, down), new Climber(nodes, down, up)];
  there.climb(origins);
  back.climb(goals);
  let [best, top] = [Infinity, -1];
  for (let r = 0; r < there.count; r++) {
    const rank = there.reached[r]!;
    const cost = there.cost[rank]! + back.costOf(rank);
    if (cost < best) [best, top] = [cost, rank];
  }
  if (top === -1) return undefined;
  return {
    cost: best,
    metres: there.metres[top]! + back.metres[top]!,
    nodes: nodesThrough(hierarchy, there, back, top),
  };
}

function nodesThrough(hierarchy: Hierarchy, there: Climber, back: Climber, top: number): number[] {
  const { rankOf, tail, head } = hierarchy;
  const arcs: number[] = [];
  for (let by = there.by[top]!; by !== -1; by = there.by[rankOf[tail[by]!]!]!) arcs.push(by);
  arcs.reverse();
  for (let by = back.by[top]!; by !== -1; by = back.by[rankOf[head[by]!]!]!) arcs.push(by);
  if (arcs.length === 0) return [rankOf.indexOf(top)];
  const found = [tail[arcs[0]!]!];
  // A stack of arcs still to be put back, the next one last.
  for (const stack = arcs.reverse(); stack.length > 0; ) {
    const arc = stack.pop()!;
    if (hierarchy.firstHalf[arc] === -1) found.push(head[arc]!);
    else stack.push(hierarchy.secondHalf[arc]!, hierarchy.firstHalf[arc]!);
  }
  return found;
}
