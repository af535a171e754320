/** The street plan as a graph: junctions and the stretches of road between them. */
import { elevation } from './land.ts';
import { between, crossing, distance, type Line, lineLength, type Point, simplify, slice } from './plane.ts';
import { MAIN_ROADS, structureAt } from './skeleton.ts';
import type { Street } from './streets.ts';

export interface Junction {
  readonly id: number;
  readonly point: Point;
  readonly elevation: number;
  /** Indexes of the stretches that meet here. */
  readonly stretches: number[];
}

export type StretchKind = Street['kind'] | 'path' | 'bridge' | 'tunnel';

export interface Stretch {
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly line: Line;
  readonly kind: StretchKind;
  /** Rank of the street it belongs to, whatever it is built as. */
  readonly rank: Street['kind'];
  /** Index of the street in the list given. */
  readonly street: number;
  readonly length: number;
}

export interface StreetGraph {
  readonly junctions: readonly Junction[];
  readonly stretches: readonly Stretch[];
}

interface Cut {
  /** Distance from the start of the street. */
  readonly at: number;
  readonly point: Point;
}

const isStructure = (street: Street, p: Point): boolean => {
  const structure = structureAt(p);
  return structure === 'bridge' || (structure === 'tunnel' && street.kind === 'trunk');
};

/** Where streets cross on the ground. A bridge or a tunnel passes over or under without meeting. */
function findCuts(streets: readonly Street[]): Cut[][] {
  const size = 60;
  const buckets = new Map<string, [street: number, segment: number][]>();
  const starts = streets.map((street) => {
    const at = [0];
    for (let i = 1; i < street.line.length; i++) at.push(at[i - 1]! + distance(street.line[i - 1]!, street.line[i]!));
    return at;
  });
  const cuts: Cut[][] = streets.map((street, s) => [
    { at: 0, point: street.line[0]! },
    { at: starts[s]!.at(-1)!, point: street.line.at(-1)! },
  ]);
  const done = new Set<string>();
  streets.forEach((street, s) => {
    for (let i = 1; i < street.line.length; i++) {
      const [a, b] = [street.line[i - 1]!, street.line[i]!];
      for (
        let u = Math.floor((Math.min(a[0], b[0]) - 1) / size);
        u <= Math.floor((Math.max(a[0], b[0]) + 1) / size);
        u++
      ) {
        for (
          let v = Math.floor((Math.min(a[1], b[1]) - 1) / size);
          v <= Math.floor((Math.max(a[1], b[1]) + 1) / size);
          v++
        ) {
          const key = `${u},${v}`;
          const bucket = buckets.get(key) ?? [];
          for (const [other, j] of bucket) {
            if (other === s) continue;
            const pair = `${other}:${j}/${s}:${i}`;
            if (done.has(pair)) continue;
            done.add(pair);
            const line = streets[other]!.line;
            const hit = crossing(a, b, line[j - 1]!, line[j]!);
            if (!hit || isStructure(street, hit.point) || isStructure(streets[other]!, hit.point)) continue;
            cuts[s]!.push({ at: starts[s]![i - 1]! + hit.t * distance(a, b), point: hit.point });
            cuts[other]!.push({
              at: starts[other]![j - 1]! + hit.u * distance(line[j - 1]!, line[j]!),
              point: hit.point,
            });
          }
          bucket.push([s, i]);
          buckets.set(key, bucket);
        }
      }
    }
  });
  // The ends of a bridge and of a tunnel are junctions too.
  streets.forEach((street, s) => {
    if (s >= MAIN_ROADS.length) return;
    const total = starts[s]!.at(-1)!;
    const onGround = (at: number) => !isStructure(street, slice(street.line, at, at + 0.5)[0]!);
    for (let at = 10; at < total; at += 10) {
      if (onGround(at) !== onGround(at - 10))
        cuts[s]!.push({
          at: onGround(at) ? at : at - 10,
          point: slice(street.line, onGround(at) ? at : at - 10, total)[0]!,
        });
    }
  });
  return cuts.map((list) => list.sort((a, b) => a.at - b.at));
}

/** Gives every cut its junction; cuts closer than `reach` to a junction share it. */
function makeJunctions(
  streets: readonly Street[],
  cuts: readonly Cut[][],
  reach: number,
): { points: Point[]; of: number[][] } {
  const points: Point[] = [];
  const buckets = new Map<string, number[]>();
  const of = streets.map((_, s) =>
    cuts[s]!.map(({ point }) => {
      const [u, v] = [Math.floor(point[0] / reach), Math.floor(point[1] / reach)];
      let best = -1;
      let least = reach;
      for (let i = u - 1; i <= u + 1; i++) {
        for (let j = v - 1; j <= v + 1; j++) {
          for (const candidate of buckets.get(`${i},${j}`) ?? []) {
            const d = distance(points[candidate]!, point);
            if (d < least) [least, best] = [d, candidate];
          }
        }
      }
      if (best >= 0) return best;
      points.push(point);
      const key = `${u},${v}`;
      buckets.set(key, [...(buckets.get(key) ?? []), points.length - 1]);
      return points.length - 1;
    }),
  );
  return { points, of };
}

interface Draft {
  from: number;
  to: number;
  line: Point[];
  street: number;
}

function makeDrafts(
  streets: readonly Street[],
  cuts: readonly Cut[][],
  points: readonly Point[],
  of: readonly number[][],
): Draft[] {
  const drafts: Draft[] = [];
  const seen = new Set<string>();
  streets.forEach((street, s) => {
    const list = cuts[s]!;
    for (let i = 1; i < list.length; i++) {
      const [from, to] = [of[s]![i - 1]!, of[s]![i]!];
      if (from === to) continue;
      const middle = slice(street.line, list[i - 1]!.at, list[i]!.at).slice(1, -1);
      const inner = middle.filter((p) => distance(p, points[from]!) > 14 && distance(p, points[to]!) > 14);
      const line = simplify([points[from]!, ...inner, points[to]!], 0.9);
      const key = from < to ? `${from}-${to}` : `${to}-${from}`;
      if (seen.has(key)) continue;
      seen.add(key);
      drafts.push({ from, to, line, street: s });
    }
  });
  return drafts;
}

/** Removes stubs shorter than `least` and everything not connected to the main body. */
function prune(drafts: readonly Draft[], least: number): Draft[] {
  let kept = [...drafts];
  for (let round = 0; round < 3; round++) {
    const degree = new Map<number, number>();
    for (const { from, to } of kept) for (const end of [from, to]) degree.set(end, (degree.get(end) ?? 0) + 1);
    kept = kept.filter((d) => (degree.get(d.from)! > 1 && degree.get(d.to)! > 1) || lineLength(d.line) >= least);
  }
  const neighbours = new Map<number, number[]>();
  for (const { from, to } of kept) {
    neighbours.set(from, [...(neighbours.get(from) ?? []), to]);
    neighbours.set(to, [...(neighbours.get(to) ?? []), from]);
  }
  let largest = new Set<number>();
  const visited = new Set<number>();
  for (const start of neighbours.keys()) {
    if (visited.has(start)) continue;
    const body = new Set([start]);
    for (const node of body) for (const next of neighbours.get(node) ?? []) body.add(next);
    for (const node of body) visited.add(node);
    if (body.size > largest.size) largest = body;
  }
  return kept.filter((d) => largest.has(d.from));
}

const STEPS_FROM_GRADE = 0.155;

function kindOf(street: Street, draft: Draft): StretchKind {
  const middle = between(
    draft.line[Math.floor((draft.line.length - 1) / 2)]!,
    draft.line[Math.ceil((draft.line.length - 1) / 2)]!,
    0.5,
  );
  const structure = structureAt(middle);
  if (structure === 'bridge') return 'bridge';
  if (structure === 'tunnel' && street.kind === 'trunk') return 'tunnel';
  const rise = Math.abs(elevation(draft.line[0]!) - elevation(draft.line.at(-1)!));
  return street.kind === 'residential' &&
    draft.street >= MAIN_ROADS.length &&
    rise / lineLength(draft.line) > STEPS_FROM_GRADE
    ? 'path'
    : street.kind;
}

export function buildGraph(streets: readonly Street[]): StreetGraph {
  const cuts = findCuts(streets);
  const { points, of } = makeJunctions(streets, cuts, 24);
  const drafts = prune(makeDrafts(streets, cuts, points, of), 60);
  const renumbered = new Map<number, number>();
  const junctions: Junction[] = [];
  const junction = (old: number): number => {
    const known = renumbered.get(old);
    if (known !== undefined) return known;
    renumbered.set(old, junctions.length);
    junctions.push({ id: junctions.length, point: points[old]!, elevation: elevation(points[old]!), stretches: [] });
    return junctions.length - 1;
  };
  const stretches = drafts.map((draft, id): Stretch => {
    const [from, to] = [junction(draft.from), junction(draft.to)];
    junctions[from]!.stretches.push(id);
    junctions[to]!.stretches.push(id);
    const street = streets[draft.street]!;
    return {
      id,
      from,
      to,
      line: draft.line,
      kind: kindOf(street, draft),
      rank: street.kind,
      street: draft.street,
      length: lineLength(draft.line),
    };
  });
  return { junctions, stretches };
}
