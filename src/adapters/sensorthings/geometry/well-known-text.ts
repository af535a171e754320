/** Well-known text (`POINT (106.5 29.6)`) to GeoJSON, longitude first. Z is read and dropped; `SRID=4326;` may stand in front. */
import { notSupported, tooLarge, typeError } from '../query/query-errors.ts';

const MAX_POSITIONS = 10_000;
type Nested = number[] | Nested[];

const KINDS: Readonly<Record<string, { readonly type: GeoJSON.Geometry['type']; readonly depth: number }>> = {
  POINT: { type: 'Point', depth: 0 },
  LINESTRING: { type: 'LineString', depth: 1 },
  POLYGON: { type: 'Polygon', depth: 2 },
  MULTIPOINT: { type: 'MultiPoint', depth: 1 },
  MULTILINESTRING: { type: 'MultiLineString', depth: 2 },
  MULTIPOLYGON: { type: 'MultiPolygon', depth: 3 },
};
const HEAD = /^\s*(?:SRID\s*=\s*(\d+)\s*;)?\s*([A-Z]+)\s*(?:ZM|Z|M)?\s*(?=\()/i;
const TOKEN = /\s*([(),]|[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)/iy;

export function parseWellKnownText(value: string, option: string, at: number): GeoJSON.Geometry {
  const wrong = (message: string) =>
    typeError(option, at, `'${value.slice(0, 60)}' is not well-known text: ${message}`);
  const head = HEAD.exec(value);
  if (!head) throw wrong('a word like POINT and an opening parenthesis are expected');
  if (head[1] !== undefined && head[1] !== '4326')
    throw notSupported(option, `coordinates of SRID ${head[1]} are not supported, only 4326`);
  const kind = KINDS[head[2]!.toUpperCase()];
  if (!kind) throw notSupported(option, `${head[2]} is not supported`);
  let position = head[0].length;
  let count = 0;
  const token = (): string => {
    TOKEN.lastIndex = position;
    const match = TOKEN.exec(value);
    if (!match) throw wrong(`position ${position} is not understood`);
    position = TOKEN.lastIndex;
    return match[1]!;
  };
  const peek = (): string => {
    const before = position;
    const next = token();
    position = before;
    return next;
  };
  const readPosition = (): number[] => {
    if (++count > MAX_POSITIONS) throw tooLarge(option, `a geometry of more than ${MAX_POSITIONS} positions`);
    const numbers: number[] = [];
    while (!/^[(),]$/.test(peek())) numbers.push(Number(token()));
    if (numbers.length < 2 || numbers.length > 4) throw wrong('a position has a longitude and a latitude');
    return numbers.slice(0, 2);
  };
  const readLevel = (depth: number): Nested => {
    if (token() !== '(') throw wrong("'(' is expected");
    if (depth === 0) {
      const only = readPosition();
      if (token() !== ')') throw wrong("')' is expected");
      return only;
    }
    const items: Nested[] = [];
    for (;;) {
      // MULTIPOINT is written both `((1 2), (3 4))` and `(1 2, 3 4)`.
      items.push(depth > 1 || peek() === '(' ? readLevel(depth - 1) : readPosition());
      const mark = token();
      if (mark === ')') return items;
      if (mark !== ',') throw wrong("',' is expected");
    }
  };
  const coordinates = readLevel(kind.depth);
  if (value.slice(position).trim() !== '') throw wrong('something follows the geometry');
  return { type: kind.type, coordinates } as GeoJSON.Geometry;
}
