/**
 * Bays that lie so close together that a position cannot tell them apart are one stand: they are counted and cleared together. Without
 * this a full kerb of small bays looks like one overfull bay beside an empty one, although nobody stands wrongly.
 */
import type { Shapes } from './shapes.ts';

export interface Stands {
  readonly count: number;
  /** The stand of each bay. */
  readonly ofBay: Int32Array;
  readonly capacity: Int32Array;
  /** Bays of a stand, in the order of the ground. */
  baysOf(stand: number): readonly number[];
}

/** Joins bays whose middles are at most `joinMetres` apart, never to a stand wider than `mostMetres`. */
export function joinStands(
  shapes: Pick<Shapes, 'count' | 'centre'>,
  capacities: readonly number[],
  { joinMetres, mostMetres }: { readonly joinMetres: number; readonly mostMetres: number },
): Stands {
  const { count } = shapes;
  const parent = Int32Array.from({ length: count }, (_, i) => i);
  const root = (i: number): number => {
    let at = i;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  };
  const boxes = Array.from({ length: count }, (_, i) => {
    const [x, y] = shapes.centre(i);
    return [x, y, x, y];
  });
  for (const [a, b] of pairsWithin(boxes, joinMetres)) {
    const [one, other] = [root(a), root(b)];
    if (one === other) continue;
    const [p, q] = [boxes[one]!, boxes[other]!];
    const joint = [Math.min(p[0]!, q[0]!), Math.min(p[1]!, q[1]!), Math.max(p[2]!, q[2]!), Math.max(p[3]!, q[3]!)];
    if (Math.hypot(joint[2]! - joint[0]!, joint[3]! - joint[1]!) > mostMetres) continue;
    parent[other] = one;
    boxes[one] = joint;
  }
  const ofBay = new Int32Array(count);
  const bays: number[][] = [];
  const standOf = new Map<number, number>();
  for (let bay = 0; bay < count; bay++) {
    const top = root(bay);
    let stand = standOf.get(top);
    if (stand === undefined) {
      stand = bays.length;
      standOf.set(top, stand);
      bays.push([]);
    }
    ofBay[bay] = stand;
    bays[stand]!.push(bay);
  }
  const capacity = Int32Array.from(bays, (each) => each.reduce((sum, bay) => sum + capacities[bay]!, 0));
  return { count: bays.length, ofBay, capacity, baysOf: (stand) => bays[stand]! };
}

/** Pairs of points at most `metres` apart, nearest first, by a grid. */
function pairsWithin(points: readonly number[][], metres: number): (readonly [number, number])[] {
  const squares = new Map<string, number[]>();
  const pairs: { readonly a: number; readonly b: number; readonly squared: number }[] = [];
  points.forEach(([x, y], b) => {
    const [column, row] = [Math.floor(x! / metres), Math.floor(y! / metres)];
    for (let c = column - 1; c <= column + 1; c++) {
      for (let r = row - 1; r <= row + 1; r++) {
        for (const a of squares.get(`${c},${r}`) ?? []) {
          const squared = (points[a]![0]! - x!) ** 2 + (points[a]![1]! - y!) ** 2;
          if (squared <= metres * metres) pairs.push({ a, b, squared });
        }
      }
    }
    const key = `${column},${row}`;
    squares.set(key, [...(squares.get(key) ?? []), b]);
  });
  return pairs.sort((p, q) => p.squared - q.squared).map(({ a, b }) => [a, b] as const);
}
