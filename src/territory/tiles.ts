/** The city as Mapbox vector tiles, cut when they are first asked for. */
import GeoJSONVT from 'geojson-vt';
import { fromGeojsonVt } from 'vt-pbf';
import type { Area, CityPack } from '#kernel/city.ts';
import type { Position } from '#kernel/geo.ts';
import type { Localized } from '#kernel/words.ts';

export type TileLayer = 'base' | 'assets';

interface Feature {
  readonly type: 'Feature';
  readonly id?: number;
  readonly geometry: GeoJSON.Geometry;
  readonly properties: Record<string, string | number | boolean>;
}

/** A tile layer is there from this zoom on; below it nothing of it would be seen. */
interface Sheet {
  readonly name: string;
  /** Name of the tile layer it is put into, when that is another sheet's. */
  readonly into?: string;
  readonly minZoom: number;
  readonly features: () => Feature[];
}

const MAX_ZOOM = 16;
const BUFFER = 96;
const CACHED_TILES = 4_000;

export class Tiles {
  readonly #sheets: Readonly<Record<TileLayer, readonly Sheet[]>>;
  readonly #indexes = new Map<string, GeoJSONVT>();
  readonly #cache = new Map<string, Uint8Array | undefined>();

  constructor(pack: CityPack, thingIdOf: (assetId: string) => number | undefined) {
    this.#sheets = {
      base: [
        { name: 'ground', minZoom: 0, features: () => groundFeatures(pack) },
        { name: 'areas', minZoom: 8, features: () => areaFeatures(pack, (level) => level !== 'cell') },
        { name: 'cells', into: 'areas', minZoom: 13, features: () => areaFeatures(pack, (level) => level === 'cell') },
        { name: 'roads', minZoom: 10, features: () => roadFeatures(pack) },
        { name: 'buildings', minZoom: 14, features: () => buildingFeatures(pack) },
        { name: 'labels', minZoom: 8, features: () => labelFeatures(pack) },
      ],
      assets: [{ name: 'assets', minZoom: 10, features: () => assetFeatures(pack, thingIdOf) }],
    };
  }

  /** Things came or went: their features are made anew. */
  forgetAssets(): void {
    this.#indexes.delete('assets');
    for (const key of this.#cache.keys()) if (key.startsWith('assets/')) this.#cache.delete(key);
  }

  tile(layer: TileLayer, z: number, x: number, y: number): Uint8Array | undefined {
    const key = `${layer}/${z}/${x}/${y}`;
    if (this.#cache.has(key)) return this.#cache.get(key);
    const made = this.#cut(layer, z, x, y);
    if (this.#cache.size >= CACHED_TILES) this.#cache.delete(this.#cache.keys().next().value!);
    this.#cache.set(key, made);
    return made;
  }

  #cut(layer: TileLayer, z: number, x: number, y: number): Uint8Array | undefined {
    const layers: Record<string, { readonly features: unknown[] }> = {};
    for (const sheet of this.#sheets[layer]) {
      if (z < sheet.minZoom) continue;
      const tile = this.#indexOf(sheet).getTile(z, x, y);
      if (tile === null || tile.features.length === 0) continue;
      const name = sheet.into ?? sheet.name;
      const target = layers[name] ?? { features: [] };
      layers[name] = target;
      target.features.push(...tile.features);
    }
    if (Object.keys(layers).length === 0) return undefined;
    return fromGeojsonVt(layers, { version: 2 });
  }

  #indexOf(sheet: Sheet): GeoJSONVT {
    let index = this.#indexes.get(sheet.name);
    if (index === undefined) {
      const data = { type: 'FeatureCollection', features: sheet.features() } as never;
      index = new GeoJSONVT(data, { maxZoom: MAX_ZOOM, indexMaxZoom: 4, tolerance: 2, buffer: BUFFER, extent: 4_096 });
      this.#indexes.set(sheet.name, index);
    }
    return index;
  }
}

const named = (name: Localized | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(name ?? {}).map(([language, text]) => [`name_${language}`, text]));

const groundFeatures = (pack: CityPack): Feature[] =>
  pack.ground.map(({ kind, name, geometry, elevationMetres }) => ({
    type: 'Feature',
    geometry,
    properties: { kind, ...named(name), ...(elevationMetres !== undefined && { elevation: elevationMetres }) },
  }));

const areaFeatures = (pack: CityPack, isWanted: (level: Area['level']) => boolean): Feature[] =>
  pack.areas
    .filter(({ level }) => isWanted(level))
    .map(({ id, level, name, polygon }) => ({
      type: 'Feature',
      geometry: { type: 'Polygon', coordinates: polygon as unknown as GeoJSON.Position[][] },
      properties: { id, level, ...named(name) },
    }));

const roadFeatures = (pack: CityPack): Feature[] =>
  pack.roads.map(({ id, kind, name, line }) => ({
    type: 'Feature',
    geometry: { type: 'LineString', coordinates: line as unknown as GeoJSON.Position[] },
    properties: { id, kind, ...named(name) },
  }));

const buildingFeatures = (pack: CityPack): Feature[] =>
  pack.buildings.map(({ id, use, levels, critical, polygon, name }) => ({
    type: 'Feature',
    geometry: { type: 'Polygon', coordinates: polygon as unknown as GeoJSON.Position[][] },
    properties: { id, use, levels, critical, ...named(name) },
  }));

function labelFeatures(pack: CityPack): Feature[] {
  const point = (place: Position): GeoJSON.Geometry => ({ type: 'Point', coordinates: [place[0], place[1]] });
  const areas = pack.areas
    .filter(({ level }) => level !== 'cell')
    .map(
      ({ level, name, polygon }): Feature => ({
        type: 'Feature',
        geometry: point(middleOf(polygon[0] ?? [])),
        properties: { kind: level, ...named(name) },
      }),
    );
  const sites = pack.buildings
    .filter(({ critical, name }) => critical && name !== undefined)
    .map(
      ({ place, name, use }): Feature => ({
        type: 'Feature',
        geometry: point(place),
        properties: { kind: 'site', use, ...named(name) },
      }),
    );
  const ground = pack.ground.flatMap(({ kind, name, geometry }): Feature[] => {
    if (name === undefined || kind === 'contour') return [];
    const ring =
      geometry.type === 'Polygon'
        ? geometry.coordinates[0]
        : geometry.type === 'LineString'
          ? geometry.coordinates
          : undefined;
    return ring === undefined
      ? []
      : [
          {
            type: 'Feature',
            geometry: point(middleOf(ring as unknown as Position[])),
            properties: { kind, ...named(name) },
          },
        ];
  });
  return [...areas, ...sites, ...ground];
}

const assetFeatures = (pack: CityPack, thingIdOf: (assetId: string) => number | undefined): Feature[] =>
  pack.assets.flatMap((asset): Feature[] => {
    const id = thingIdOf(asset.id);
    if (id === undefined) return [];
    const bore = asset.properties.bore_mm;
    return [
      {
        type: 'Feature',
        id,
        geometry: asset.geometry as unknown as GeoJSON.Geometry,
        properties: {
          asset: asset.id,
          domain: asset.domain,
          class: asset.assetClass,
          ...named(asset.name),
          ...(typeof bore === 'number' && { bore }),
        },
      },
    ];
  });

/** The centroid of an outline's corners, weighted by area; good enough to stand a name on. */
export function middleOf(ring: readonly Position[]): Position {
  let [area, x, y] = [0, 0, 0];
  const [ox, oy] = ring[0] ?? [0, 0];
  for (let i = 0; i < ring.length; i++) {
    const [ax, ay] = [ring[i]![0] - ox, ring[i]![1] - oy];
    const next = ring[(i + 1) % ring.length]!;
    const [bx, by] = [next[0] - ox, next[1] - oy];
    const cross = ax * by - bx * ay;
    area += cross;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  }
  return Math.abs(area) < 1e-15 ? [ox, oy] : [ox + x / (3 * area), oy + y / (3 * area)];
}
