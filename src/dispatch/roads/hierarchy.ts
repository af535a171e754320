/**
 * A contraction hierarchy (Geisberger et al. 2008): nodes are taken out one after the other, least important first, and where a
 * cheapest way led through the node, a shortcut takes its place. A search then only ever climbs to more important nodes, a few
 * hundred of them from anywhere, and both halves meet at the top. Costs are at least 0; whole numbers keep comparisons exact.
 *
 * Inside, nodes are called by rank: 0 was taken out first.
 */
import { startsOf } from './growing.ts';
import { MinQueue } from './min-queue.ts';

/** Arcs of node v: `first[v]` up to `first[v + 1]`. */
export interface Graph {
  readonly nodes: number;
  readonly first: Int32Array;
  readonly head: Int32Array;
  readonly cost: Float64Array;
  readonly metres: Float64Array;
}

/** Arcs from each rank to higher ones. `arc` numbers them in the hierarchy. */
export interface Climb {
  readonly first: Int32Array;
  readonly head: Int32Array;
  readonly cost: Float64Array;
  readonly metres: Float64Array;
  readonly arc: Int32Array;
}

export interface Hierarchy {
  readonly nodes: number;
  readonly rankOf: Int32Array;
  /** Arcs that leave a rank upwards, and arcs that come down to it, read against their direction. */
  readonly up: Climb;
  readonly down: Climb;
  /** By arc: where from and to (nodes of the graph), and the two arcs a shortcut stands for (−1: none, it is a turn itself). */
  readonly tail: Int32Array;
  readonly head: Int32Array;
  readonly firstHalf: Int32Array;
  readonly secondHalf: Int32Array;
  readonly shortcuts: number;
}

/** A search for a way round gives up after so many nodes: a shortcut too many costs little, a long look at each costs minutes. */
const LOOK_WHEN_RANKING = 25;
const LOOK_WHEN_TAKING = 120;

export function buildHierarchy(graph: Graph): Hierarchy {
  return new Contraction(graph).run();
}

class Contraction {
  private readonly nodes: number;
  private arcs = 0;
  private readonly originals: number;
  private tail: Int32Array;
  private head: Int32Array;
  private cost: Float64Array;
  private metres: Float64Array;
  private firstHalf: Int32Array;
  private secondHalf: Int32Array;
  /** How many original arcs it stands for. */
  private hops: Int32Array;
  /** Arcs of a node as lists: the next one of the same tail, and of the same head. */
  private nextOut: Int32Array;
  private nextIn: Int32Array;
  private readonly outOf: Int32Array;
  private readonly into: Int32Array;
  private readonly level: Int32Array;
  private readonly rankOf: Int32Array;
  private readonly label: Float64Array;
  private readonly labelStamp: Int32Array;
  private readonly doneStamp: Int32Array;
  private readonly goalStamp: Int32Array;
  private stamp = 0;
  private goals = 0;
  private readonly queue = new MinQueue();

  constructor(graph: Graph) {
    const { nodes } = graph;
    this.nodes = nodes;
    const room = graph.head.length * 3 + 64;
    this.tail = new Int32Array(room);
    this.head = new Int32Array(room);
    this.cost = new Float64Array(room);
    this.metres = new Float64Array(room);
    this.firstHalf = new Int32Array(room);
    this.secondHalf = new Int32Array(room);
    this.hops = new Int32Array(room);
    this.nextOut = new Int32Array(room);
    this.nextIn = new Int32Array(room);
    this.outOf = new Int32Array(nodes).fill(-1);
    this.into = new Int32Array(nodes).fill(-1);
    this.level = new Int32Array(nodes);
    this.rankOf = new Int32Array(nodes).fill(-1);
    this.label = new Float64Array(nodes);
    this.labelStamp = new Int32Array(nodes);
    this.doneStamp = new Int32Array(nodes);
    this.goalStamp = new Int32Array(nodes);
    for (let node = 0; node < nodes; node++) {
      for (let i = graph.first[node]!; i < graph.first[node + 1]!; i++) {
        if (graph.head[i] !== node) this.addArc(node, graph.head[i]!, graph.cost[i]!, graph.metres[i]!, -1, -1, 1);
      }
    }
    this.originals = this.arcs;
  }

  run(): Hierarchy {
    const order = new MinQueue();
    for (let node = 0; node < this.nodes; node++) order.push(this.importance(node), node);
    for (let rank = 0; order.size > 0; ) {
      const node = order.pop();
      const importance = this.importance(node);
      if (importance > order.least) {
        order.push(importance, node);
        continue;
      }
      this.forEachShortcut(node, LOOK_WHEN_TAKING, (a, b) => this.addShortcut(a, b));
      this.takeOut(node);
      this.rankOf[node] = rank++;
    }
    return this.finish();
  }

  /** Few new arcs for many taken away, and nothing deep before what is shallow around it. */
  private importance(node: number): number {
    let [added, addedHops, removed, removedHops] = [0, 0, 0, 0];
    for (let arc = this.outOf[node]!; arc !== -1; arc = this.nextOut[arc]!) {
      removed += 1;
      removedHops += this.hops[arc]!;
    }
    for (let arc = this.into[node]!; arc !== -1; arc = this.nextIn[arc]!) {
      removed += 1;
      removedHops += this.hops[arc]!;
    }
    this.forEachShortcut(node, LOOK_WHEN_RANKING, (a, b) => {
      added += 1;
      addedHops += this.hops[a]! + this.hops[b]!;
    });
    return removed === 0 ? this.level[node]! : this.level[node]! + added / removed + addedHops / removedHops;
  }

  /** Names each pair of arcs through the node for which no other way as cheap was found. */
  private forEachShortcut(node: number, look: number, found: (into: number, out: number) => void): void {
    if (this.outOf[node] === -1) return;
    for (let a = this.into[node]!; a !== -1; a = this.nextIn[a]!) {
      const start = this.tail[a]!;
      let dearest = -1;
      this.stamp += 1;
      this.goals = 0;
      for (let b = this.outOf[node]!; b !== -1; b = this.nextOut[b]!) {
        if (this.head[b] === start) continue;
        dearest = Math.max(dearest, this.cost[b]!);
        this.goalStamp[this.head[b]!] = this.stamp;
        this.goals += 1;
      }
      if (this.goals === 0) continue;
      this.lookAround(start, node, this.cost[a]! + dearest, look);
      for (let b = this.outOf[node]!; b !== -1; b = this.nextOut[b]!) {
        const end = this.head[b]!;
        if (end === start) continue;
        const through = this.cost[a]! + this.cost[b]!;
        if (this.labelStamp[end] !== this.stamp || this.label[end]! > through) found(a, b);
      }
    }
  }

  /** Labels what can be reached from `start` without `avoided` for at most `limit`, up to `look` nodes. */
  private lookAround(start: number, avoided: number, limit: number, look: number): void {
    const { queue, stamp, label, labelStamp, doneStamp } = this;
    queue.clear();
    label[start] = 0;
    labelStamp[start] = stamp;
    queue.push(0, start);
    for (let seen = 0; queue.size > 0 && seen < look && queue.least <= limit; ) {
      const node = queue.pop();
      if (doneStamp[node] === stamp) continue;
      doneStamp[node] = stamp;
      seen += 1;
      if (this.goalStamp[node] === stamp && --this.goals === 0) return;
      const base = label[node]!;
      for (let arc = this.outOf[node]!; arc !== -1; arc = this.nextOut[arc]!) {
        const next = this.head[arc]!;
        const cost = base + this.cost[arc]!;
        if (next === avoided || cost > limit || (labelStamp[next] === stamp && label[next]! <= cost)) continue;
        label[next] = cost;
        labelStamp[next] = stamp;
        queue.push(cost, next);
      }
    }
  }

  private addShortcut(a: number, b: number): void {
    const [tail, head] = [this.tail[a]!, this.head[b]!];
    const [cost, metres] = [this.cost[a]! + this.cost[b]!, this.metres[a]! + this.metres[b]!];
    this.addArc(tail, head, cost, metres, a, b, this.hops[a]! + this.hops[b]!);
  }

  /** One arc per pair of nodes is enough: a dearer one is forgotten, a cheaper one takes its place. Nothing refers to it yet. */
  private addArc(tail: number, head: number, cost: number, metres: number, a: number, b: number, hops: number): void {
    let arc = this.outOf[tail]!;
    while (arc !== -1 && this.head[arc] !== head) arc = this.nextOut[arc]!;
    if (arc !== -1 && this.cost[arc]! <= cost) return;
    if (arc === -1) {
      if (this.arcs === this.tail.length) this.widen();
      arc = this.arcs++;
      this.tail[arc] = tail;
      this.head[arc] = head;
      this.nextOut[arc] = this.outOf[tail]!;
      this.outOf[tail] = arc;
      this.nextIn[arc] = this.into[head]!;
      this.into[head] = arc;
    }
    this.cost[arc] = cost;
    this.metres[arc] = metres;
    this.firstHalf[arc] = a;
    this.secondHalf[arc] = b;
    this.hops[arc] = hops;
  }

  /** Its arcs leave the lists of its neighbours and stay in its own: they are what it climbs by. */
  private takeOut(node: number): void {
    const level = this.level[node]! + 1;
    for (let arc = this.outOf[node]!; arc !== -1; arc = this.nextOut[arc]!) {
      const next = this.head[arc]!;
      this.level[next] = Math.max(this.level[next]!, level);
      unlink(this.into, this.nextIn, next, arc);
    }
    for (let arc = this.into[node]!; arc !== -1; arc = this.nextIn[arc]!) {
      const before = this.tail[arc]!;
      this.level[before] = Math.max(this.level[before]!, level);
      unlink(this.outOf, this.nextOut, before, arc);
    }
  }

  private widen(): void {
    const room = this.tail.length * 2;
    const ints = (old: Int32Array): Int32Array => {
      const wider = new Int32Array(room);
      wider.set(old);
      return wider;
    };
    const floats = (old: Float64Array): Float64Array => {
      const wider = new Float64Array(room);
      wider.set(old);
      return wider;
    };
    this.tail = ints(this.tail);
    this.head = ints(this.head);
    this.cost = floats(this.cost);
    this.metres = floats(this.metres);
    this.firstHalf = ints(this.firstHalf);
    this.secondHalf = ints(this.secondHalf);
    this.hops = ints(this.hops);
    this.nextOut = ints(this.nextOut);
    this.nextIn = ints(this.nextIn);
  }

  private finish(): Hierarchy {
    const { nodes, rankOf, arcs } = this;
    return {
      nodes,
      rankOf,
      up: this.climb(this.outOf, this.nextOut, this.head),
      down: this.climb(this.into, this.nextIn, this.tail),
      tail: this.tail.slice(0, arcs),
      head: this.head.slice(0, arcs),
      firstHalf: this.firstHalf.slice(0, arcs),
      secondHalf: this.secondHalf.slice(0, arcs),
      shortcuts: arcs - this.originals,
    };
  }

  private climb(lists: Int32Array, next: Int32Array, other: Int32Array): Climb {
    const counts = new Int32Array(this.nodes);
    for (let node = 0; node < this.nodes; node++)
      for (let arc = lists[node]!; arc !== -1; arc = next[arc]!) counts[this.rankOf[node]!]! += 1;
    const first = startsOf(counts);
    const arcs = first[this.nodes]!;
    const [head, arcOf] = [new Int32Array(arcs), new Int32Array(arcs)];
    const [cost, metres] = [new Float64Array(arcs), new Float64Array(arcs)];
    for (let node = 0; node < this.nodes; node++) {
      let at = first[this.rankOf[node]!]!;
      for (let arc = lists[node]!; arc !== -1; arc = next[arc]!, at++) {
        head[at] = this.rankOf[other[arc]!]!;
        cost[at] = this.cost[arc]!;
        metres[at] = this.metres[arc]!;
        arcOf[at] = arc;
      }
    }
    return { first, head, cost, metres, arc: arcOf };
  }
}

/** Takes `arc` out of the list of `owner`. */
function unlink(lists: Int32Array, next: Int32Array, owner: number, arc: number): void {
  if (lists[owner] === arc) {
    lists[owner] = next[arc]!;
    return;
  }
  let before = lists[owner]!;
  while (next[before] !== arc) before = next[before]!;
  next[before] = next[arc]!;
}
