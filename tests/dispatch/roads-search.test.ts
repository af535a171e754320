/** The fast search says what a slow and obvious one says, on graphs nobody drew. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { findCheapestWay } from '#dispatch/roads/cheapest-way.ts';
import { findComponents } from '#dispatch/roads/components.ts';
import { buildHierarchy, type Graph } from '#dispatch/roads/hierarchy.ts';
import { costsBetween } from '#dispatch/roads/many-to-many.ts';
import { buildRoads } from '#dispatch/roads/roads.ts';
import type { StreetMap, TurnRule } from '#dispatch/roads/roads.types.ts';
import type { Position } from '#kernel/geo.ts';
import { at } from './roads-town.ts';
import { seeded } from './routing-town.ts';

function randomGraph(seed: number): Graph {
  const random = seeded(seed);
  const nodes = 2 + Math.floor(random() * 60);
  const arcs = Array.from({ length: nodes }, () => Math.floor(random() * 5));
  const first = Int32Array.from([0, ...arcs.map((_, i) => arcs.slice(0, i + 1).reduce((a, b) => a + b, 0))]);
  const count = first[nodes]!;
  const head = Int32Array.from({ length: count }, () => Math.floor(random() * nodes));
  const cost = Float64Array.from({ length: count }, () => Math.floor(random() * 20));
  return { nodes, first, head, cost, metres: cost.map((c) => c * 3) };
}

/** Floyd and Warshall: n³, and nothing to get wrong. */
function allCosts({ nodes, first, head, cost }: Graph): Float64Array {
  const table = new Float64Array(nodes * nodes).fill(Infinity);
  for (let from = 0; from < nodes; from++) {
    table[from * nodes + from] = 0;
    for (let i = first[from]!; i < first[from + 1]!; i++) {
      const cell = from * nodes + head[i]!;
      table[cell] = Math.min(table[cell]!, cost[i]!);
    }
  }
  for (let via = 0; via < nodes; via++)
    for (let from = 0; from < nodes; from++)
      for (let to = 0; to < nodes; to++) {
        const round = table[from * nodes + via]! + table[via * nodes + to]!;
        table[from * nodes + to] = Math.min(table[from * nodes + to]!, round);
      }
  return table;
}

test('every cost between every two nodes is the least, on 200 random graphs', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const graph = randomGraph(seed);
    const hierarchy = buildHierarchy(graph);
    const starts = Array.from({ length: graph.nodes }, (_, node) => [
      { rank: hierarchy.rankOf[node]!, cost: 0, metres: 0 },
    ]);
    const { cost, metres } = costsBetween(hierarchy, starts, starts);
    const expected = allCosts(graph);
    assert.deepEqual(cost, expected, `seed ${seed}`);
    assert.deepEqual(
      metres,
      expected.map((c) => c * 3),
      `metres, seed ${seed}`,
    );
  }
});

test('a way unpacked is a way of the graph and costs what it should, on 60 random graphs', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const graph = randomGraph(seed);
    const hierarchy = buildHierarchy(graph);
    const expected = allCosts(graph);
    const start = (node: number) => [{ rank: hierarchy.rankOf[node]!, cost: 0, metres: 0 }];
    for (let pair = 0; pair < graph.nodes; pair++) {
      const [from, to] = [pair, (pair * 7 + seed) % graph.nodes];
      const way = findCheapestWay(hierarchy, start(from), start(to));
      assert.equal(way?.cost ?? Infinity, expected[from * graph.nodes + to], `seed ${seed}`);
      const nodes = way?.nodes ?? [from, to];
      assert.deepEqual([nodes[0], nodes.at(-1)], [from, to]);
      const driven = nodes.slice(1).reduce((sum, node, i) => sum + cheapestArc(graph, nodes[i]!, node), 0);
      assert.equal(way === undefined ? 0 : driven, way?.cost ?? 0, `seed ${seed}`);
    }
  }
});

function cheapestArc({ first, head, cost }: Graph, from: number, to: number): number {
  const costs = [...cost.subarray(first[from], first[from + 1])];
  return Math.min(Infinity, ...costs.filter((_, i) => head[first[from]! + i] === to));
}

test('two nodes are in one component exactly when each reaches the other, on 60 random graphs', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const graph = randomGraph(seed);
    const { nodes } = graph;
    const { of, sizes, count } = findComponents(nodes, graph.first, graph.head);
    const costs = allCosts(graph);
    for (let a = 0; a < nodes; a++)
      for (let b = 0; b < nodes; b++)
        assert.equal(of[a] === of[b], costs[a * nodes + b]! + costs[b * nodes + a]! < Infinity, `seed ${seed}`);
    assert.equal(sizes.length, count);
    assert.equal(
      sizes.reduce((a, b) => a + b, 0),
      nodes,
    );
  }
});

/** A chessboard of streets, some one-way, some with a bend in the middle, with random turn rules. */
function randomTown(seed: number): { map: StreetMap; size: number } {
  const random = seeded(seed);
  const size = 3 + Math.floor(random() * 3);
  const places: Position[] = [];
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) places.push(at(x, y));
  const streets = places.flatMap((_, corner) => {
    const next = [corner % size < size - 1 ? corner + 1 : -1, corner + size < places.length ? corner + size : -1];
    return next.flatMap((to) => (to === -1 || random() < 0.1 ? [] : [[corner, to] as const]));
  });
  const map: StreetMap = {
    longitudes: Float64Array.from(places, ([lon]) => lon),
    latitudes: Float64Array.from(places, ([, lat]) => lat),
    streets: streets.map(([from, to], id) => ({
      id,
      vertices: random() < 0.5 ? [from, to] : [to, from],
      kph: 18 + Math.floor(random() * 40),
      isOneWay: random() < 0.25,
    })),
    turnRules: streets.flatMap(([, via], from): TurnRule[] => {
      const others = streets.flatMap(([a, b], id) => (id !== from && (a === via || b === via) ? [id] : []));
      const to = others[Math.floor(random() * others.length)];
      return to === undefined || random() < 0.6 ? [] : [{ kind: random() < 0.7 ? 'no' : 'only', from, via, to }];
    }),
  };
  return { map, size };
}

/** States are a street and a direction; written from the rules, and not from how the network is built. */
function slowSeconds({ streets, turnRules, longitudes }: StreetMap, seconds: readonly number[]) {
  const moves = streets.flatMap(({ id, vertices, isOneWay }) => {
    const [a, b] = [vertices[0]!, vertices[1]!];
    return isOneWay
      ? [{ id, from: a, to: b }]
      : [
          { id, from: a, to: b },
          { id, from: b, to: a },
        ];
  });
  const leaving = Array.from(longitudes, (_, vertex) => moves.filter(({ from }) => from === vertex));
  const follows = (one: (typeof moves)[number]) => {
    const ahead = leaving[one.to]!.filter(({ id }) => id !== one.id);
    const open = ahead.length > 0 ? ahead : leaving[one.to]!;
    const rules = turnRules.filter(({ from, via }) => from === one.id && via === one.to);
    const only = rules.filter(({ kind, to }) => kind === 'only' && open.some(({ id }) => id === to));
    return open
      .filter(({ id }) => only.length === 0 || only.some(({ to }) => to === id))
      .filter(({ id }) => !rules.some(({ kind, to }) => kind === 'no' && to === id));
  };
  const next = new Map(moves.map((move) => [move, follows(move)]));
  /** From the middle of one street to the middle of another, by relaxing until nothing changes. */
  return (from: number, to: number): number => {
    const best = new Map(moves.map((move) => [move, move.id === from ? seconds[from]! / 2 : Infinity]));
    for (let changed = true; changed; ) {
      changed = false;
      for (const move of moves) {
        for (const then of next.get(move)!) {
          const cost = best.get(move)! + seconds[then.id]!;
          if (cost >= best.get(then)!) continue;
          best.set(then, cost);
          changed = true;
        }
      }
    }
    const arrivals = moves.filter(({ id }) => id === to).map((move) => best.get(move)! - seconds[to]! / 2);
    return from === to ? 0 : Math.min(...arrivals);
  };
}

test('with one-ways and turn rules the seconds are those of the slow search, in 40 random towns', () => {
  let compared = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const { map } = randomTown(seed);
    const roads = buildRoads(map);
    const seconds = map.streets.map(({ kph }) => 100 / (kph / 3.6));
    const slow = slowSeconds(map, seconds);
    const middle = ({ vertices }: StreetMap['streets'][number]): Position => [
      (map.longitudes[vertices[0]!]! + map.longitudes[vertices[1]!]!) / 2,
      (map.latitudes[vertices[0]!]! + map.latitudes[vertices[1]!]!) / 2,
    ];
    // A direction that leads out of the kept part, or only into it, is not driven; the slow search does not know that.
    const kept = map.streets.filter((street) => roads.snap(middle(street), 1)?.on.length === (street.isOneWay ? 1 : 2));
    const { places, durations } = roads.matrix(kept.map(middle));
    kept.forEach((from, a) => {
      kept.forEach((to, b) => {
        const [mine, other] = [durations[a * places + b]!, slow(from.id, to.id)];
        assert.ok(
          Math.abs(mine - other) < 0.2,
          `seed ${seed}, street ${from.id} to ${to.id}: ${mine}, slowly ${other}`,
        );
        compared += 1;
      });
    });
  }
  assert.ok(compared > 1_000, `${compared} pairs compared`);
});
