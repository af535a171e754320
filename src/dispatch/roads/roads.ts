/**
 * The road network in use: built once from a StreetMap, then asked for matrices and routes. Building takes seconds for a large city and
 * blocks; asking for a thousand by a thousand takes less than one. A place counts from the nearest point of the nearest street: the
 * straight line to it costs nothing, and no rush hour is known.
 *
 * Only the largest part in which everything reaches everything is kept, so that between two places on streets there is always a way.
 */
import { invalid } from '#kernel/errors.ts';
import type { Position } from '#kernel/geo.ts';
import { findCheapestWay } from './cheapest-way.ts';
import type { Start } from './climbing.ts';
import { findComponents } from './components.ts';
import { startsOf } from './growing.ts';
import { buildHierarchy, type Graph, type Hierarchy } from './hierarchy.ts';
import { costsBetween } from './many-to-many.ts';
import type { RoadFigures, RoadMatrix, RoadRoute, Roads, Snap, StreetMap, WayPoint } from './roads.types.ts';
import { cutIntoSections, type Sections } from './sections.ts';
import { indexStreets, type NearestStreet } from './snapping.ts';
import { findTurns, isDriven, opposite } from './turns.ts';

const SNAP_METRES = 300;
const MILLISECONDS = 1_000;

/** Throws `roads.no_streets` when nothing in the map can be driven in a circle or there and back. */
export function buildRoads(map: StreetMap): Roads {
  const sections = cutIntoSections(map);
  const turns = findTurns(map, sections);
  const parts = findComponents(turns.ways, turns.first, turns.next);
  const largest = parts.sizes.reduce((best, size, part) => (size > (parts.sizes[best] ?? 0) ? part : best), 0);
  const nodeOf = new Int32Array(turns.ways).fill(-1);
  const ways: number[] = [];
  for (let way = 0; way < turns.ways; way++) {
    if (parts.of[way] === largest && isDriven(sections, way)) nodeOf[way] = ways.push(way) - 1;
  }
  if (ways.length === 0) throw invalid('roads.no_streets', 'No street in the map can be driven.');
  const graph = toGraph(sections, turns, nodeOf, ways);
  const hierarchy = buildHierarchy(graph);
  const nearest = indexStreets(
    map,
    sections,
    (section) => nodeOf[2 * section] !== -1 || nodeOf[2 * section + 1] !== -1,
  );
  const driven = countDriven(sections);
  const absent = turns.ways - driven;
  const figures: RoadFigures = {
    vertices: map.longitudes.length,
    sections: sections.count,
    ways: ways.length,
    turns: graph.head.length,
    components: parts.count - absent,
    waysLeftOut: driven - ways.length,
    turnRules: { applied: turns.rulesApplied, withoutEffect: turns.rulesWithoutEffect },
    shortcuts: hierarchy.shortcuts,
  };
  return new RoadNetwork({ map, sections, graph, hierarchy, nearest, nodeOf, ways, figures });
}

function countDriven({ count, isOneWay }: Sections): number {
  return isOneWay.reduce((sum, oneWay) => sum - oneWay, count * 2);
}

/** Nodes are kept ways, met at their start; an arc costs what the way it leaves costs to drive to its end. */
function toGraph(
  sections: Sections,
  turns: { readonly first: Int32Array; readonly next: Int32Array },
  nodeOf: Int32Array,
  ways: readonly number[],
): Graph {
  const keptNext = (way: number) =>
    turns.next.subarray(turns.first[way], turns.first[way + 1]).filter((w) => nodeOf[w] !== -1);
  const first = startsOf(Int32Array.from(ways, (way) => keptNext(way).length));
  const arcs = first[ways.length]!;
  const graph = {
    nodes: ways.length,
    first,
    head: new Int32Array(arcs),
    cost: new Float64Array(arcs),
    metres: new Float64Array(arcs),
  };
  ways.forEach((way, node) => {
    const end = sections.pointFirst[(way >> 1) + 1]! - 1;
    let at = first[node]!;
    for (const next of keptNext(way)) {
      graph.head[at] = nodeOf[next]!;
      graph.cost[at] = sections.pointMilliseconds[end]!;
      graph.metres[at++] = sections.pointMetres[end]!;
    }
  });
  return graph;
}

interface Parts {
  readonly map: StreetMap;
  readonly sections: Sections;
  readonly graph: Graph;
  readonly hierarchy: Hierarchy;
  readonly nearest: NearestStreet;
  /** Node of the graph for each way, −1 when it is not kept, and back. */
  readonly nodeOf: Int32Array;
  readonly ways: readonly number[];
  readonly figures: RoadFigures;
}

class RoadNetwork implements Roads {
  readonly figures: RoadFigures;
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
    this.figures = parts.figures;
  }

  snap(place: Position, withinMetres = SNAP_METRES): Snap | undefined {
    const found = this.parts.nearest.find(place, withinMetres);
    if (found === undefined) return undefined;
    const { pointMetres, pointMilliseconds, pointFirst } = this.parts.sections;
    const between = (values: Float64Array) =>
      values[found.point]! + (values[found.point + 1]! - values[found.point]!) * found.along;
    const [metres, milliseconds] = [between(pointMetres), between(pointMilliseconds)];
    const end = pointFirst[found.section + 1]! - 1;
    const way = found.section * 2;
    const both: readonly WayPoint[] = [
      { way, metres, milliseconds },
      { way: opposite(way), metres: pointMetres[end]! - metres, milliseconds: pointMilliseconds[end]! - milliseconds },
    ];
    const on = both.filter((point) => this.parts.nodeOf[point.way] !== -1);
    return { place: found.place, offMetres: found.offMetres, on };
  }

  matrix(places: readonly Position[], withinMetres = SNAP_METRES): RoadMatrix {
    const n = places.length;
    const snaps = places.map((place) => this.snap(place, withinMetres));
    const rows = [...snaps.keys()].filter((row) => snaps[row] !== undefined);
    const known = rows.map((row) => snaps[row]!);
    const table = costsBetween(this.parts.hierarchy, known.map(this.departures), known.map(this.arrivals));
    withinSections(known, table.cost, table.metres);
    const [durations, distances] = [new Float32Array(n * n).fill(Infinity), new Float32Array(n * n).fill(Infinity)];
    rows.forEach((from, a) => {
      rows.forEach((to, b) => {
        durations[from * n + to] = table.cost[a * rows.length + b]! / MILLISECONDS;
        distances[from * n + to] = table.metres[a * rows.length + b]!;
      });
    });
    for (let row = 0; row < n; row++) durations[row * n + row] = distances[row * n + row] = 0;
    return { places: n, durations, distances, offRoad: [...snaps.keys()].filter((row) => snaps[row] === undefined) };
  }

  route(from: Position, to: Position, withinMetres = SNAP_METRES): RoadRoute | undefined {
    const [start, end] = [this.snap(from, withinMetres), this.snap(to, withinMetres)];
    if (start === undefined || end === undefined) return undefined;
    const way = findCheapestWay(this.parts.hierarchy, this.departures(start), this.arrivals(end));
    const straight = straightOn(start, end);
    if (straight !== undefined && straight.milliseconds <= (way?.cost ?? Infinity)) {
      const { on, milliseconds, metres } = straight;
      const line = [start.place, ...this.shape(on.way, on.metres, on.metres + metres), end.place];
      return { seconds: milliseconds / MILLISECONDS, metres, line: withoutRepeats(line) };
    }
    if (way === undefined) return undefined;
    return { seconds: way.cost / MILLISECONDS, metres: way.metres, line: this.draw(start, end, way.nodes) };
  }

  /** Whatever may follow the ways it is on, after what is left of them. */
  private departures = ({ on }: Snap): Start[] => {
    const { graph, hierarchy, nodeOf } = this.parts;
    return on.flatMap(({ way, metres, milliseconds }) => {
      const node = nodeOf[way]!;
      const found: Start[] = [];
      for (let i = graph.first[node]!; i < graph.first[node + 1]!; i++) {
        const left = { cost: graph.cost[i]! - milliseconds, metres: graph.metres[i]! - metres };
        found.push({ rank: hierarchy.rankOf[graph.head[i]!]!, ...left });
      }
      return found;
    });
  };

  private arrivals = ({ on }: Snap): Start[] =>
    on.map(({ way, metres, milliseconds }) => {
      const rank = this.parts.hierarchy.rankOf[this.parts.nodeOf[way]!]!;
      return { rank, cost: milliseconds, metres };
    });

  private draw(start: Snap, end: Snap, nodes: readonly number[]): Position[] {
    const { graph, ways } = this.parts;
    const leads = ({ way }: WayPoint): number => {
      const node = this.parts.nodeOf[way]!;
      const arcs = graph.head.subarray(graph.first[node], graph.first[node + 1]);
      return arcs.includes(nodes[0]!) ? graph.cost[graph.first[node]!]! : Infinity;
    };
    const left = (point: WayPoint) => leads(point) - point.milliseconds;
    const first = start.on.reduce((best, point) => (left(point) < left(best) ? point : best));
    const last = end.on.find(({ way }) => way === ways[nodes.at(-1)!])!;
    const line = [start.place, ...this.shape(first.way, first.metres, Infinity)];
    for (const node of nodes.slice(0, -1)) line.push(...this.shape(ways[node]!, 0, Infinity));
    line.push(...this.shape(last.way, 0, last.metres), end.place);
    return withoutRepeats(line);
  }

  /** The points of a way between two distances from its start, in driving direction. */
  private shape(way: number, fromMetres: number, toMetres: number): Position[] {
    const { map, sections } = this.parts;
    const [first, end] = [sections.pointFirst[way >> 1]!, sections.pointFirst[(way >> 1) + 1]! - 1];
    const isBackwards = (way & 1) === 1;
    const found: Position[] = [];
    for (let i = 0; i <= end - first; i++) {
      const point = isBackwards ? end - i : first + i;
      const driven = isBackwards
        ? sections.pointMetres[end]! - sections.pointMetres[point]!
        : sections.pointMetres[point]!;
      const vertex = sections.pointVertex[point]!;
      if (driven >= fromMetres && driven <= toMetres) found.push([map.longitudes[vertex]!, map.latitudes[vertex]!]);
    }
    return found;
  }
}

/** From one point to another further on in the same section. Searches do not see it: they begin after the section's end. */
function straightOn(start: Snap, end: Snap): { on: WayPoint; milliseconds: number; metres: number } | undefined {
  for (const on of start.on) {
    const goal = end.on.find(({ way }) => way === on.way);
    if (goal === undefined || goal.milliseconds < on.milliseconds) continue;
    return { on, milliseconds: goal.milliseconds - on.milliseconds, metres: goal.metres - on.metres };
  }
  return undefined;
}

/** Puts `straightOn` into the table where two places share a section. */
function withinSections(snaps: readonly Snap[], cost: Float64Array, metres: Float64Array): void {
  const bySection = Map.groupBy(snaps.keys(), (row) => snaps[row]!.on[0]!.way >> 1);
  for (const rows of bySection.values()) {
    for (const from of rows) {
      for (const to of rows) {
        const straight = straightOn(snaps[from]!, snaps[to]!);
        const at = from * snaps.length + to;
        if (straight === undefined || straight.milliseconds > cost[at]!) continue;
        cost[at] = straight.milliseconds;
        metres[at] = straight.metres;
      }
    }
  }
}

const withoutRepeats = (line: readonly Position[]): Position[] =>
  line.filter((at, i) => i === 0 || at[0] !== line[i - 1]![0] || at[1] !== line[i - 1]![1]);
