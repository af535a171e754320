/**
 * The nearest point of the network to a place, by a grid over the straight pieces of its sections. The grid's cells are about a
 * hundred metres, wider where a large map has few streets. Distances are measured on a plane around the place: right to a per mille
 * for anything within walking distance.
 */
import type { Position } from '#kernel/geo.ts';
import { Ints, startsOf } from './growing.ts';
import type { StreetMap } from './roads.types.ts';
import type { Sections } from './sections.ts';

const METRES_PER_DEGREE = 111_195;
const CELL_DEGREES = 0.001;
const CELLS_PER_PIECE = 4;

export interface NearestPoint {
  readonly section: number;
  /** The point of the section (row in its points) that the piece begins with, and how far along the piece, 0 to 1. */
  readonly point: number;
  readonly along: number;
  readonly place: Position;
  readonly offMetres: number;
}

export interface NearestStreet {
  find(place: Position, withinMetres: number): NearestPoint | undefined;
}

/** Only sections that `isKept` are found. */
export function indexStreets(map: StreetMap, sections: Sections, isKept: (section: number) => boolean): NearestStreet {
  const index = new Grid(map, sections);
  for (let section = 0; section < sections.count; section++) if (isKept(section)) index.note(section);
  index.layOut();
  return index;
}

class Grid implements NearestStreet {
  private readonly map: StreetMap;
  private readonly sections: Sections;
  private readonly pieces = new Ints();
  private readonly ofSection = new Ints();
  private first: Int32Array = new Int32Array(1);
  private inCell: Int32Array = new Int32Array(0);
  private west = 0;
  private south = 0;
  private columns = 0;
  private rows = 0;
  private cellLon = CELL_DEGREES;
  private cellLat = CELL_DEGREES;

  constructor(map: StreetMap, sections: Sections) {
    this.map = map;
    this.sections = sections;
  }

  note(section: number): void {
    const { pointFirst } = this.sections;
    for (let point = pointFirst[section]!; point < pointFirst[section + 1]! - 1; point++) {
      this.pieces.push(point);
      this.ofSection.push(section);
    }
  }

  layOut(): void {
    if (this.pieces.size === 0) return;
    this.fit();
    const counts = new Int32Array(this.columns * this.rows);
    for (let piece = 0; piece < this.pieces.size; piece++) this.eachCell(piece, (cell) => (counts[cell]! += 1));
    this.first = startsOf(counts);
    const next = this.first.slice();
    this.inCell = new Int32Array(this.first[counts.length]!);
    for (let piece = 0; piece < this.pieces.size; piece++)
      this.eachCell(piece, (cell) => (this.inCell[next[cell]!++] = piece));
  }

  private fit(): void {
    let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < this.pieces.size; i++) {
      for (const point of [this.pieces.values[i]!, this.pieces.values[i]! + 1]) {
        const [lon, lat] = this.at(point);
        west = Math.min(west, lon);
        east = Math.max(east, lon);
        south = Math.min(south, lat);
        north = Math.max(north, lat);
      }
    }
    const shrink = shrinkAt((south + north) / 2);
    const area = (east - west) * shrink * (north - south);
    this.cellLat = Math.max(CELL_DEGREES, Math.sqrt(area / (CELLS_PER_PIECE * this.pieces.size)));
    this.cellLon = this.cellLat / shrink;
    this.west = west;
    this.south = south;
    this.columns = Math.floor((east - west) / this.cellLon) + 1;
    this.rows = Math.floor((north - south) / this.cellLat) + 1;
  }

  private at(point: number): Position {
    const vertex = this.sections.pointVertex[point]!;
    return [this.map.longitudes[vertex]!, this.map.latitudes[vertex]!];
  }

  private column = (lon: number): number => Math.floor((lon - this.west) / this.cellLon);
  private row = (lat: number): number => Math.floor((lat - this.south) / this.cellLat);

  private eachCell(piece: number, tell: (cell: number) => void): void {
    const point = this.pieces.values[piece]!;
    const [a, b] = [this.at(point), this.at(point + 1)];
    const [left, right] = [this.column(Math.min(a[0], b[0])), this.column(Math.max(a[0], b[0]))];
    const [low, high] = [this.row(Math.min(a[1], b[1])), this.row(Math.max(a[1], b[1]))];
    for (let row = low; row <= high; row++)
      for (let column = left; column <= right; column++) tell(row * this.columns + column);
  }

  /** Looks in the cell of the place, then in ring after ring around it, until no farther ring can hold anything nearer. */
  find(place: Position, withinMetres: number): NearestPoint | undefined {
    const shrink = shrinkAt(place[1]);
    const ringMetres = Math.min(this.cellLat, this.cellLon * shrink) * METRES_PER_DEGREE;
    const [column, row] = [this.column(place[0]), this.row(place[1])];
    let best: NearestPoint | undefined;
    for (let ring = 0; (ring - 1) * ringMetres <= Math.min(withinMetres, best?.offMetres ?? Infinity); ring++) {
      for (const cell of this.ring(column, row, ring)) best = this.nearestIn(cell, place, shrink, best);
    }
    return best !== undefined && best.offMetres <= withinMetres ? best : undefined;
  }

  private *ring(column: number, row: number, ring: number): Generator<number> {
    for (let r = Math.max(0, row - ring); r <= Math.min(this.rows - 1, row + ring); r++) {
      const isWhole = Math.abs(r - row) === ring;
      const step = isWhole || ring === 0 ? 1 : 2 * ring;
      for (let c = column - ring; c <= column + ring; c += step)
        if (c >= 0 && c < this.columns) yield r * this.columns + c;
    }
  }

  private nearestIn(cell: number, place: Position, shrink: number, best: NearestPoint | undefined) {
    let nearest = best;
    for (let i = this.first[cell]!; i < this.first[cell + 1]!; i++) {
      const piece = this.inCell[i]!;
      const point = this.pieces.values[piece]!;
      const [a, b] = [this.at(point), this.at(point + 1)];
      const [dx, dy] = [(b[0] - a[0]) * shrink, b[1] - a[1]];
      const [px, py] = [(place[0] - a[0]) * shrink, place[1] - a[1]];
      const squared = dx * dx + dy * dy;
      const along = squared === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / squared));
      const offMetres = Math.hypot(px - dx * along, py - dy * along) * METRES_PER_DEGREE;
      if (nearest !== undefined && offMetres >= nearest.offMetres) continue;
      const on: Position = [a[0] + (b[0] - a[0]) * along, a[1] + (b[1] - a[1]) * along];
      nearest = { section: this.ofSection.values[piece]!, point, along, place: on, offMetres };
    }
    return nearest;
  }
}

const shrinkAt = (latitude: number): number => Math.max(0.01, Math.cos((latitude * Math.PI) / 180));
