/**
 * Polygons on a plane, found by place. Every square of a grid knows the polygons that come within reach of it, so that one lookup
 * answers which of fourteen thousand bays could be meant; the distance to each is then worked out exactly.
 */
import type { Polygon } from '#kernel/geo.ts';
import type { Plane } from './plane.ts';

export interface Shapes {
  readonly count: number;
  /**
   * The polygon nearest to a point, if one lies within `reach` metres (at most the reach the index was made with). Answers its index or
   * −1; `distance()` then says how far its edge is: 0 inside. Of two that hold the point the first counts.
   */
  nearest(x: number, y: number, reach: number): number;
  distance(): number;
  /** Calls `visit` with every polygon that holds the point, and how deep inside it lies in metres. */
  holding(x: number, y: number, visit: (index: number, depth: number) => void): void;
  /** Middle of the bounding box. */
  centre(index: number): readonly [x: number, y: number];
  areaSquareMetres(index: number): number;
}

const MOST_SQUARES = 8_000_000;
/** Side of a square when nothing outside a polygon is asked for, in metres. */
const FAR_SQUARE = 50;

interface Flat {
  /** Corners of all rings, one after the other: `x0 y0 x1 y1 …`. */
  readonly corners: Float64Array;
  /** First corner of each ring, and the end of the last. */
  readonly rings: Int32Array;
  /** First ring of each polygon, and the end of the last. */
  readonly first: Int32Array;
  /** `minX minY maxX maxY` of each polygon. */
  readonly boxes: Float64Array;
}

function flatten(polygons: readonly Polygon[], { lon0, lat0, perLon, perLat }: Plane): Flat {
  const ringCount = polygons.reduce((sum, polygon) => sum + polygon.length, 0);
  const cornerCount = polygons.reduce((sum, polygon) => sum + polygon.reduce((n, ring) => n + ring.length, 0), 0);
  const corners = new Float64Array(cornerCount * 2);
  const rings = new Int32Array(ringCount + 1);
  const first = new Int32Array(polygons.length + 1);
  const boxes = new Float64Array(polygons.length * 4);
  let [corner, ringIndex] = [0, 0];
  polygons.forEach((polygon, index) => {
    let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
    first[index] = ringIndex;
    for (const ring of polygon) {
      rings[ringIndex++] = corner;
      for (const [lon, lat] of ring) {
        const [x, y] = [(lon - lon0) * perLon, (lat - lat0) * perLat];
        corners[corner * 2] = x;
        corners[corner * 2 + 1] = y;
        corner++;
        [minX, minY, maxX, maxY] = [Math.min(minX, x), Math.min(minY, y), Math.max(maxX, x), Math.max(maxY, y)];
      }
    }
    boxes.set([minX, minY, maxX, maxY], index * 4);
  });
  rings[ringIndex] = corner;
  first[polygons.length] = ringIndex;
  return { corners, rings, first, boxes };
}

interface Grid {
  readonly x0: number;
  readonly y0: number;
  readonly size: number;
  readonly columns: number;
  readonly rows: number;
  /** Squares' shares of `items`: `starts[s]` to `starts[s + 1]`. */
  readonly starts: Int32Array;
  readonly items: Int32Array;
}

function layGrid({ boxes, first }: Flat, reach: number, wantedSize: number): Grid {
  const count = first.length - 1;
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < count; i++) {
    minX = Math.min(minX, boxes[i * 4]! - reach);
    minY = Math.min(minY, boxes[i * 4 + 1]! - reach);
    maxX = Math.max(maxX, boxes[i * 4 + 2]! + reach);
    maxY = Math.max(maxY, boxes[i * 4 + 3]! + reach);
  }
  if (count === 0) [minX, minY, maxX, maxY] = [0, 0, 1, 1];
  const size = Math.max(wantedSize, Math.sqrt(((maxX - minX) * (maxY - minY)) / MOST_SQUARES));
  const [columns, rows] = [Math.floor((maxX - minX) / size) + 1, Math.floor((maxY - minY) / size) + 1];
  const starts = new Int32Array(columns * rows + 1);
  const squaresOf = (i: number, visit: (square: number) => void) => {
    const fromX = Math.floor((boxes[i * 4]! - reach - minX) / size);
    const toX = Math.floor((boxes[i * 4 + 2]! + reach - minX) / size);
    const fromY = Math.floor((boxes[i * 4 + 1]! - reach - minY) / size);
    const toY = Math.floor((boxes[i * 4 + 3]! + reach - minY) / size);
    for (let row = fromY; row <= toY; row++)
      for (let column = fromX; column <= toX; column++) visit(row * columns + column);
  };
  const add = (square: number) => {
    starts[square + 1]!++;
  };
  for (let i = 0; i < count; i++) squaresOf(i, add);
  for (let square = 0; square < columns * rows; square++) starts[square + 1]! += starts[square]!;
  const items = new Int32Array(starts[columns * rows]!);
  const next = starts.slice();
  for (let i = 0; i < count; i++)
    squaresOf(i, (square) => {
      items[next[square]!++] = i;
    });
  return { x0: minX, y0: minY, size, columns, rows, starts, items };
}

const mostInOneSquare = (starts: Int32Array): number =>
  starts.reduce((most, start, square) => Math.max(most, (starts[square + 1] ?? start) - start), 0);

/** `reach`: how far outside a polygon it can still be meant, in metres. */
export function indexShapes(polygons: readonly Polygon[], plane: Plane, reach: number): Shapes {
  const flat = flatten(polygons, plane);
  const { corners, rings, first, boxes } = flat;
  const grid = layGrid(flat, reach, reach === 0 ? FAR_SQUARE : Math.max(8, reach / 2));
  const { x0, y0, size, columns, rows, starts, items } = grid;
  const boxDistances = new Float64Array(mostInOneSquare(starts));
  let isInside = false;
  let found = 0;

  /** Squared distance to the nearest edge; `isInside` is set on the way. */
  function edgeSquared(index: number, x: number, y: number): number {
    let best = Infinity;
    isInside = false;
    for (let ring = first[index]!; ring < first[index + 1]!; ring++) {
      const begin = rings[ring]!;
      const end = rings[ring + 1]!;
      let ax = corners[(end - 1) * 2]!;
      let ay = corners[(end - 1) * 2 + 1]!;
      for (let corner = begin; corner < end; corner++) {
        const bx = corners[corner * 2]!;
        const by = corners[corner * 2 + 1]!;
        const dx = bx - ax;
        const dy = by - ay;
        if (ay > y !== by > y && x < (dx * (y - ay)) / dy + ax) isInside = !isInside;
        const length = dx * dx + dy * dy;
        let t = length === 0 ? 0 : ((x - ax) * dx + (y - ay) * dy) / length;
        t = t < 0 ? 0 : t > 1 ? 1 : t;
        const ex = x - ax - t * dx;
        const ey = y - ay - t * dy;
        const squared = ex * ex + ey * ey;
        if (squared < best) best = squared;
        ax = bx;
        ay = by;
      }
    }
    return best;
  }

  /** Squared distance to the bounding box; 0 inside it. */
  function boxSquared(index: number, x: number, y: number): number {
    const box = index * 4;
    const west = boxes[box]! - x;
    const south = boxes[box + 1]! - y;
    const east = x - boxes[box + 2]!;
    const north = y - boxes[box + 3]!;
    const outX = west > 0 ? west : east > 0 ? east : 0;
    const outY = south > 0 ? south : north > 0 ? north : 0;
    return outX * outX + outY * outY;
  }

  const squareOf = (x: number, y: number): number => {
    const column = Math.floor((x - x0) / size);
    const row = Math.floor((y - y0) / size);
    return column < 0 || row < 0 || column >= columns || row >= rows ? -1 : row * columns + column;
  };

  return {
    count: polygons.length,
    nearest(x, y, within) {
      const square = squareOf(x, y);
      if (square < 0) return -1;
      const begin = starts[square]!;
      const end = starts[square + 1]!;
      // The one whose box is nearest is measured first: it rules nearly all others out by their boxes alone.
      let first = -1;
      let firstSquared = within * within;
      for (let k = begin; k < end; k++) {
        const squared = boxSquared(items[k]!, x, y);
        boxDistances[k - begin] = squared;
        if (squared <= firstSquared) {
          firstSquared = squared;
          first = k;
        }
      }
      found = 0;
      if (first < 0) return -1;
      let best = -1;
      let bestSquared = edgeSquared(items[first]!, x, y);
      if (isInside) return items[first]!;
      if (bestSquared <= within * within) best = items[first]!;
      else bestSquared = within * within;
      for (let k = begin; k < end; k++) {
        if (k === first || boxDistances[k - begin]! > bestSquared) continue;
        const squared = edgeSquared(items[k]!, x, y);
        if (isInside) return items[k]!;
        if (squared <= bestSquared) {
          bestSquared = squared;
          best = items[k]!;
        }
      }
      found = Math.sqrt(bestSquared);
      return best;
    },
    distance: () => found,
    holding(x, y, visit) {
      const square = squareOf(x, y);
      if (square < 0) return;
      for (let k = starts[square]!; k < starts[square + 1]!; k++) {
        const index = items[k]!;
        const box = index * 4;
        if (x < boxes[box]! || x > boxes[box + 2]! || y < boxes[box + 1]! || y > boxes[box + 3]!) continue;
        const squared = edgeSquared(index, x, y);
        if (isInside) visit(index, Math.sqrt(squared));
      }
    },
    centre: (index) => [
      (boxes[index * 4]! + boxes[index * 4 + 2]!) / 2,
      (boxes[index * 4 + 1]! + boxes[index * 4 + 3]!) / 2,
    ],
    areaSquareMetres(index) {
      let doubled = 0;
      for (let ring = first[index]!; ring < first[index + 1]!; ring++) {
        let part = 0;
        const [begin, end] = [rings[ring]!, rings[ring + 1]!];
        for (let a = end - 1, b = begin; b < end; a = b++)
          part += corners[a * 2]! * corners[b * 2 + 1]! - corners[b * 2]! * corners[a * 2 + 1]!;
        doubled += ring === first[index] ? Math.abs(part) : -Math.abs(part);
      }
      return doubled / 2;
    },
  };
}
