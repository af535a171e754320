/** GeoJSON as the pack wants it: one feature per line, six decimals, so that files are small and differences readable. */
import { type Line, type Point, toPosition } from './plane.ts';
import type { Name } from './words.ts';

export type Properties = Record<string, unknown>;

export interface Feature {
  readonly id: string;
  readonly properties: Properties;
  readonly geometry: GeoJSON.Geometry;
}

export const pointOf = (p: Point): GeoJSON.Point => ({ type: 'Point', coordinates: [...toPosition(p)] });
export const lineOf = (line: Line): GeoJSON.LineString => ({
  type: 'LineString',
  coordinates: line.map((p) => [...toPosition(p)]),
});
export const polygonOf = (rings: readonly Line[]): GeoJSON.Polygon => ({
  type: 'Polygon',
  coordinates: rings.map((ring) => ring.map((p) => [...toPosition(p)])),
});
export const named = (name: Name): Properties => ({ name_zh: name.zh, name_en: name.en });

export function toGeoJson(features: readonly Feature[]): string {
  const lines = features.map(({ id, properties, geometry }) =>
    JSON.stringify({ type: 'Feature', id, properties, geometry }),
  );
  return `{"type":"FeatureCollection","features":[\n${lines.join(',\n')}\n]}\n`;
}

export const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;

/** The assets of one domain, numbered per class: `WM-0001`. */
export class Assets {
  readonly features: Feature[] = [];
  private readonly counts = new Map<string, number>();

  nextId(prefix: string): string {
    const count = (this.counts.get(prefix) ?? 0) + 1;
    this.counts.set(prefix, count);
    return `${prefix}-${String(count).padStart(4, '0')}`;
  }

  add(
    id: string,
    assetClass: string,
    name: Name,
    owner: string,
    geometry: GeoJSON.Geometry,
    properties: Properties = {},
  ): string {
    this.features.push({ id, properties: { class: assetClass, ...named(name), owner, ...properties }, geometry });
    return id;
  }

  point(prefix: string, assetClass: string, name: Name, owner: string, at: Point, properties: Properties = {}): string {
    return this.add(this.nextId(prefix), assetClass, name, owner, pointOf(at), properties);
  }

  line(prefix: string, assetClass: string, name: Name, owner: string, line: Line, properties: Properties = {}): string {
    return this.add(this.nextId(prefix), assetClass, name, owner, lineOf(line), properties);
  }
}
