/** What the territory room offers: the city's shape in memory. Implemented by `createTerritory` in `territory.ts`; pure, no database. */
import type { Area, Asset, Building, CityPack, Road } from '#kernel/city.ts';
import type { Position } from '#kernel/geo.ts';
import type { AssetId, Localized } from '#kernel/words.ts';

export interface Whereabouts {
  readonly cell: Area | undefined;
  readonly community: Area | undefined;
  readonly street: Area | undefined;
  readonly district: Area | undefined;
  /** Nearest building's or road's words: "12 Ferry Steps Road", never more precise than the map is. */
  readonly address: Localized;
}

export interface Territory {
  readonly pack: CityPack;
  locate(place: Position): Whereabouts;
  findArea(id: string): Area | undefined;
  findAsset(id: AssetId): Asset | undefined;
  assetsWithin(place: Position, metres: number): Asset[];
  buildingsWithin(place: Position, metres: number): Building[];
  cellsWithin(place: Position, metres: number): Area[];
  nearestRoad(place: Position): Road | undefined;
  /** Party responsible for a role at a place: the most local whose areas hold it, else the city-wide one. */
  partyFor(role: string, place: Position): string | undefined;
  search(
    text: string,
    language: string,
    limit: number,
  ): {
    kind: 'asset' | 'road' | 'area' | 'cell' | 'building';
    id: string;
    name: Localized;
    detail: Localized;
    place: Position;
  }[];
  /**
   * Mapbox vector tile or undefined when nothing is there. Names travel as `name_zh`, `name_en`; `base` has the tile layers `ground`
   * (`kind` water, park, square, contour; contours with `elevation`), `areas` (polygons; `id`, `level`), `roads` (`id`, `kind`),
   * `buildings` (`id`, `use`, `levels`, `critical`) and `labels` (points; `kind` district, street, community, water, park). `assets`
   * has one tile layer `assets`: every asset, feature id given by `thingIdOf`, with `asset`, `domain`, `class`, `name_zh`, `name_en`, `bore`.
   */
  tile(layer: 'base' | 'assets', z: number, x: number, y: number): Uint8Array | undefined;
}
