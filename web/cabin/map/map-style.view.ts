/** A quiet map: ground, water, streets, houses and their names. What it shows of the city is for finding one's way, nothing else. */
import type { ExpressionSpecification, FilterSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';

export interface MapColours {
  readonly ground: string;
  readonly water: string;
  readonly park: string;
  readonly building: string;
  readonly road: string;
  readonly roadEdge: string;
  readonly ink: string;
}

export const COLOURS: Readonly<Record<'light' | 'dark', MapColours>> = {
  light: {
    ground: '#eef1f4',
    water: '#c6d9e8',
    park: '#dbe7dc',
    building: '#dde4ea',
    road: '#ffffff',
    roadEdge: '#c9d3dc',
    ink: '#3b4a57',
  },
  dark: {
    ground: '#0e1319',
    water: '#14273a',
    park: '#12201d',
    building: '#1b2530',
    road: '#2b3845',
    roadEdge: '#0c1116',
    ink: '#b6c3cf',
  },
};

const FONT = ['Inter Variable', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC'];

/** Widths in pixels at zoom 12, 15 and 18 by kind of road. */
function roadWidth(more: number): ExpressionSpecification {
  const at = (trunk: number, primary: number, small: number): ExpressionSpecification => [
    'match',
    ['get', 'kind'],
    ['trunk', 'bridge', 'tunnel'],
    trunk + more,
    ['primary', 'secondary'],
    primary + more,
    small + more,
  ];
  return ['interpolate', ['exponential', 1.5], ['zoom'], 12, at(2.4, 1.6, 0.5), 15, at(9, 7, 3.4), 18, at(26, 22, 14)];
}

export function buildMapStyle(origin: string, colours: MapColours, language: string): StyleSpecification {
  const base = (layer: string) => ({ source: 'base', 'source-layer': layer }) as const;
  const kind = (value: string): FilterSpecification => ['==', ['get', 'kind'], value];
  const round = { 'line-cap': 'round', 'line-join': 'round' } as const;
  const name: ExpressionSpecification = ['coalesce', ['get', `name_${language}`], ['get', 'name_en'], ''];
  const words = { 'text-color': colours.ink, 'text-halo-color': colours.ground, 'text-halo-width': 1.6 };
  const layers: LayerSpecification[] = [
    { id: 'land', type: 'background', paint: { 'background-color': colours.ground } },
    { id: 'park', type: 'fill', ...base('ground'), filter: kind('park'), paint: { 'fill-color': colours.park } },
    { id: 'water', type: 'fill', ...base('ground'), filter: kind('water'), paint: { 'fill-color': colours.water } },
    { id: 'houses', type: 'fill', ...base('buildings'), minzoom: 14, paint: { 'fill-color': colours.building } },
    {
      id: 'road-edge',
      type: 'line',
      ...base('roads'),
      minzoom: 13,
      layout: round,
      paint: { 'line-color': colours.roadEdge, 'line-width': roadWidth(1.6) },
    },
    {
      id: 'road',
      type: 'line',
      ...base('roads'),
      layout: round,
      paint: { 'line-color': colours.road, 'line-width': roadWidth(0) },
    },
    {
      id: 'road-names',
      type: 'symbol',
      ...base('roads'),
      minzoom: 14,
      layout: { 'symbol-placement': 'line', 'text-field': name, 'text-font': FONT, 'text-size': 15 },
      paint: words,
    },
    {
      id: 'area-names',
      type: 'symbol',
      ...base('labels'),
      layout: { 'text-field': name, 'text-font': FONT, 'text-size': 16 },
      paint: words,
    },
  ];
  return {
    version: 8,
    sources: {
      base: { type: 'vector', tiles: [`${origin}/api/v1/residents/tiles/{z}/{x}/{y}.mvt`], minzoom: 8, maxzoom: 15 },
    },
    layers,
  };
}
