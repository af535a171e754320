/**
 * Streets cut into sections at junctions. A vertex where exactly two pieces of street go on into each other is no junction: most
 * vertices of a map only give a street its shape, and a section through them costs a search one step instead of twenty.
 *
 * A section driven forwards is way `2 * section`, backwards `2 * section + 1` (absent when it is one-way). Costs are whole
 * milliseconds, so that sums compare exactly however they were added up.
 */
import { distanceMetres } from '#kernel/geo.ts';
import { Floats, Ints, startsOf } from './growing.ts';
import type { StreetMap } from './roads.types.ts';

const MILLISECONDS_PER_HOUR = 3_600_000;

export interface Sections {
  readonly count: number;
  /** Vertex at the start and end, driven forwards. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly isOneWay: Uint8Array;
  /** Row of the street it begins on and ends on, driven forwards. */
  readonly firstStreet: Int32Array;
  readonly lastStreet: Int32Array;
  /** Points of section s: `pointFirst[s]` up to `pointFirst[s + 1]`, with metres and milliseconds since its start. */
  readonly pointFirst: Int32Array;
  readonly pointVertex: Int32Array;
  readonly pointMetres: Float64Array;
  readonly pointMilliseconds: Float64Array;
}

/** Straight pieces between two vertices that follow each other in a street. */
interface Pieces {
  readonly count: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly street: Int32Array;
  /** Pieces that touch vertex v: `touching[first[v]]` up to `first[v + 1]`. */
  readonly first: Int32Array;
  readonly touching: Int32Array;
}

export function cutIntoSections(map: StreetMap): Sections {
  const pieces = piecesOf(map);
  const goesOn = throughVertices(map, pieces);
  const drawing = new Drawing(map, pieces, goesOn);
  for (let vertex = 0; vertex < goesOn.length; vertex++) if (goesOn[vertex] === 0) drawing.drawFrom(vertex);
  // What is left are rings without a junction: each is cut at any vertex.
  for (let piece = 0; piece < pieces.count; piece++) drawing.drawRing(piece);
  return drawing.finish();
}

function piecesOf({ streets, longitudes }: StreetMap): Pieces {
  const [from, to, street] = [new Ints(), new Ints(), new Ints()];
  streets.forEach(({ vertices }, row) => {
    for (let i = 1; i < vertices.length; i++) {
      if (vertices[i - 1] === vertices[i]) continue;
      from.push(vertices[i - 1]!);
      to.push(vertices[i]!);
      street.push(row);
    }
  });
  const counts = new Int32Array(longitudes.length);
  for (let i = 0; i < from.size; i++) {
    counts[from.values[i]!]! += 1;
    counts[to.values[i]!]! += 1;
  }
  const first = startsOf(counts);
  const next = first.slice();
  const touching = new Int32Array(from.size * 2);
  for (let i = 0; i < from.size; i++) {
    touching[next[from.values[i]!]!++] = i;
    touching[next[to.values[i]!]!++] = i;
  }
  return { count: from.size, from: from.values, to: to.values, street: street.values, first, touching };
}

/** 1 where two pieces go on into each other and no turn rule speaks of the vertex. */
function throughVertices({ streets, turnRules, longitudes }: StreetMap, pieces: Pieces): Uint8Array {
  const named = new Set(turnRules.map(({ via }) => via));
  return Uint8Array.from(longitudes, (_, vertex) => {
    const at = pieces.first[vertex]!;
    if (pieces.first[vertex + 1]! - at !== 2 || named.has(vertex)) return 0;
    const [a, b] = [pieces.touching[at]!, pieces.touching[at + 1]!];
    const isOneWay = streets[pieces.street[a]!]!.isOneWay;
    if (isOneWay !== streets[pieces.street[b]!]!.isOneWay) return 0;
    const isSameDirection = (pieces.from[a] === vertex) !== (pieces.from[b] === vertex);
    return isOneWay && !isSameDirection ? 0 : 1;
  });
}

/** Follows pieces from junction to junction and writes each section once. */
class Drawing {
  private readonly map: StreetMap;
  private readonly pieces: Pieces;
  private readonly goesOn: Uint8Array;
  private readonly isDrawn: Uint8Array;
  private readonly from = new Ints();
  private readonly to = new Ints();
  private readonly isOneWay = new Ints();
  private readonly firstStreet = new Ints();
  private readonly lastStreet = new Ints();
  private readonly pointFirst = new Ints();
  private readonly pointVertex = new Ints();
  private readonly pointMetres = new Floats();
  private readonly pointMilliseconds = new Floats();

  constructor(map: StreetMap, pieces: Pieces, goesOn: Uint8Array) {
    this.map = map;
    this.pieces = pieces;
    this.goesOn = goesOn;
    this.isDrawn = new Uint8Array(pieces.count);
  }

  drawFrom(vertex: number): void {
    const { first, touching, from } = this.pieces;
    for (let i = first[vertex]!; i < first[vertex + 1]!; i++) {
      const piece = touching[i]!;
      if (this.isDrawn[piece] === 1) continue;
      if (this.isOneWayPiece(piece) && from[piece] !== vertex) continue;
      this.draw(vertex, piece);
    }
  }

  drawRing(piece: number): void {
    if (this.isDrawn[piece] === 1) return;
    const start = this.pieces.from[piece]!;
    this.goesOn[start] = 0;
    this.draw(start, piece);
  }

  private isOneWayPiece(piece: number): boolean {
    return this.map.streets[this.pieces.street[piece]!]!.isOneWay;
  }

  private draw(start: number, firstPiece: number): void {
    const { from, to, street, first, touching } = this.pieces;
    this.from.push(start);
    this.isOneWay.push(this.isOneWayPiece(firstPiece) ? 1 : 0);
    this.firstStreet.push(street[firstPiece]!);
    this.pointFirst.push(this.pointVertex.size);
    this.addPoint(start, 0, 0);
    let [vertex, piece, metres, milliseconds] = [start, firstPiece, 0, 0];
    for (;;) {
      this.isDrawn[piece] = 1;
      const next = from[piece] === vertex ? to[piece]! : from[piece]!;
      const step = this.metresBetween(vertex, next);
      metres += step;
      milliseconds += ((step / 1_000) * MILLISECONDS_PER_HOUR) / this.map.streets[street[piece]!]!.kph;
      vertex = next;
      if (this.goesOn[vertex] === 0) break;
      this.addPoint(vertex, metres, milliseconds);
      const at = first[vertex]!;
      piece = touching[at] === piece ? touching[at + 1]! : touching[at]!;
    }
    this.addPoint(vertex, metres, Math.max(1, Math.round(milliseconds)));
    this.to.push(vertex);
    this.lastStreet.push(street[piece]!);
  }

  private addPoint(vertex: number, metres: number, milliseconds: number): void {
    this.pointVertex.push(vertex);
    this.pointMetres.push(metres);
    this.pointMilliseconds.push(milliseconds);
  }

  private metresBetween(a: number, b: number): number {
    const { longitudes, latitudes } = this.map;
    return distanceMetres([longitudes[a]!, latitudes[a]!], [longitudes[b]!, latitudes[b]!]);
  }

  finish(): Sections {
    const count = this.from.size;
    this.pointFirst.push(this.pointVertex.size);
    return {
      count,
      from: this.from.values.slice(0, count),
      to: this.to.values.slice(0, count),
      isOneWay: Uint8Array.from(this.isOneWay.values.subarray(0, count)),
      firstStreet: this.firstStreet.values.slice(0, count),
      lastStreet: this.lastStreet.values.slice(0, count),
      pointFirst: this.pointFirst.values.slice(0, count + 1),
      pointVertex: this.pointVertex.values.slice(0, this.pointVertex.size),
      pointMetres: this.pointMetres.values.slice(0, this.pointMetres.size),
      pointMilliseconds: this.pointMilliseconds.values.slice(0, this.pointMilliseconds.size),
    };
  }
}
