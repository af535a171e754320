/**
 * A StreetMap from lines that were only drawn, as in a city pack. Lines on the ground meet where they share a point, where they cross,
 * and where one ends on another. A bridge or tunnel meets others only at its two ends, whatever lies below or above.
 */
import Flatbush from 'flatbush';
import type { Position } from '#kernel/geo.ts';
import type { Street, StreetMap } from './roads.types.ts';

export interface DrawnStreet {
  readonly line: readonly Position[];
  readonly kph: number;
  readonly isOneWay: boolean;
  readonly isOnGround: boolean;
}

/** About a metre: an end as near as this to a line was meant to be on it. */
const TOUCHING_DEGREES = 0.000_01;
/** Points are the same when they agree to a tenth of a metre. */
const POINTS_PER_DEGREE = 1e6;

/** A straight piece on the ground, and where along it (0 to 1) others meet it. */
interface Piece {
  readonly street: number;
  readonly at: number;
  readonly a: Position;
  readonly b: Position;
  readonly meetings: { readonly along: number; readonly place: Position }[];
}

/** Streets are numbered as the lines are. */
export function joinLines(lines: readonly DrawnStreet[]): StreetMap {
  const pieces = lines.flatMap(({ line, isOnGround }, street) =>
    isOnGround ? line.slice(1).map((b, at): Piece => ({ street, at, a: line[at]!, b, meetings: [] })) : [],
  );
  if (pieces.length > 0) findMeetings(lines, pieces);
  const byStreet = Map.groupBy(pieces, ({ street }) => street);
  const vertices = new Vertices();
  const streets = lines.map(({ line, kph, isOneWay, isOnGround }, id): Street => {
    const points = isOnGround ? withMeetings(line, byStreet.get(id) ?? []) : line;
    const isPrivate = (i: number) => !isOnGround && i > 0 && i < points.length - 1;
    return {
      id,
      kph,
      isOneWay,
      vertices: points.map((place, i) => (isPrivate(i) ? vertices.add(place) : vertices.at(place))),
    };
  });
  return { ...vertices.finish(), streets: streets.filter((street) => street.vertices.length > 1), turnRules: [] };
}

function findMeetings(lines: readonly DrawnStreet[], pieces: readonly Piece[]): void {
  const index = new Flatbush(pieces.length);
  for (const { a, b } of pieces)
    index.add(Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1]));
  index.finish();
  pieces.forEach((piece, row) => {
    const { a, b } = piece;
    const near = index.search(Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1]));
    for (const other of near) if (other > row) cross(piece, pieces[other]!);
  });
  for (const { line } of lines) {
    for (const [x, y] of [line[0], line.at(-1)].filter((end) => end !== undefined)) {
      const near = index.search(x - TOUCHING_DEGREES, y - TOUCHING_DEGREES, x + TOUCHING_DEGREES, y + TOUCHING_DEGREES);
      for (const row of near) touch(pieces[row]!, [x, y]);
    }
  }
}

/** Notes where two pieces cross in the course of both. */
function cross(one: Piece, other: Piece): void {
  const [dx, dy] = [one.b[0] - one.a[0], one.b[1] - one.a[1]];
  const [ex, ey] = [other.b[0] - other.a[0], other.b[1] - other.a[1]];
  const turn = dx * ey - dy * ex;
  if (turn === 0) return;
  const [gx, gy] = [other.a[0] - one.a[0], other.a[1] - one.a[1]];
  const along = (gx * ey - gy * ex) / turn;
  const alongOther = (gx * dy - gy * dx) / turn;
  if (along < 0 || along > 1 || alongOther < 0 || alongOther > 1) return;
  const place: Position = [one.a[0] + dx * along, one.a[1] + dy * along];
  one.meetings.push({ along, place });
  other.meetings.push({ along: alongOther, place });
}

/** Notes an end that lies on the piece, at the end's own position. */
function touch({ a, b, meetings }: Piece, end: Position): void {
  const shrink = Math.cos((a[1] * Math.PI) / 180);
  const [dx, dy] = [(b[0] - a[0]) * shrink, b[1] - a[1]];
  const [px, py] = [(end[0] - a[0]) * shrink, end[1] - a[1]];
  const squared = dx * dx + dy * dy;
  const along = squared === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / squared));
  if (Math.hypot(px - dx * along, py - dy * along) <= TOUCHING_DEGREES) meetings.push({ along, place: end });
}

function withMeetings(line: readonly Position[], pieces: readonly Piece[]): Position[] {
  const found = line.slice(0, 1);
  for (const { meetings, b } of pieces) {
    meetings.sort((one, other) => one.along - other.along);
    found.push(...meetings.map(({ place }) => place), b);
  }
  return found;
}

class Vertices {
  private readonly longitudes: number[] = [];
  private readonly latitudes: number[] = [];
  private readonly known = new Map<string, number>();

  /** The vertex at a place, new or met before. */
  at(place: Position): number {
    const key = `${Math.round(place[0] * POINTS_PER_DEGREE)} ${Math.round(place[1] * POINTS_PER_DEGREE)}`;
    const vertex = this.known.get(key) ?? this.add(place);
    this.known.set(key, vertex);
    return vertex;
  }

  /** A vertex that nothing else meets. */
  add([longitude, latitude]: Position): number {
    this.latitudes.push(latitude);
    return this.longitudes.push(longitude) - 1;
  }

  finish(): { longitudes: Float64Array; latitudes: Float64Array } {
    return { longitudes: Float64Array.from(this.longitudes), latitudes: Float64Array.from(this.latitudes) };
  }
}
