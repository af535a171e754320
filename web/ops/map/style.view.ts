/**
 * The map's style, built in code from the palette. Few layers, each with one purpose; what changes by the second (state) is
 * feature-state, what changes by the click (selection, impact) is a filter, what changes by the hour (theme, language) is a repaint.
 */
import type { ExpressionSpecification, FilterSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import type { Bounds } from '#kernel/geo.ts';
import { GRADES, type Grade } from '#kernel/words.ts';
import { hueOf, type Palette, quietHue } from './palette.view.ts';

export interface StyleInput {
  readonly palette: Palette;
  readonly language: string;
  readonly origin: string;
  readonly bounds: Bounds;
  readonly domains: readonly { readonly id: string; readonly colour: string }[];
  readonly hiddenDomains: ReadonlySet<string>;
  readonly focusDomain: string | undefined;
  /** 1 at a desk; larger on a wall that is read from across the room. */
  readonly scale: number;
}

/** The custom layer of points lies under the first of these. */
export const FIRST_LAYER_ABOVE_POINTS = 'impact-links';
const FONT = ['Inter Variable', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC'];
const NOTHING: FilterSpecification = ['==', ['get', 'id'], '\u0000'];

/** 0 normal or unknown, −1 late or silent, 1 … 4 the grade: what `feature-state` carries for a line. */
const RANK: ExpressionSpecification = ['to-number', ['feature-state', 'rank'], 0];

export function buildStyle(input: StyleInput): StyleSpecification {
  const tiles = (layer: string): string[] => [`${input.origin}/api/v1/tiles/${layer}/{z}/{x}/{y}.mvt`];
  return {
    version: 8,
    sources: {
      base: { type: 'vector', tiles: tiles('base'), minzoom: 8, maxzoom: 15 },
      assets: { type: 'vector', tiles: tiles('assets'), minzoom: 8, maxzoom: 15 },
      cases: {
        type: 'geojson',
        data: { type: 'FeatureCollection', features: [] },
        cluster: true,
        clusterRadius: 34 * input.scale,
        clusterMaxZoom: 14,
        clusterProperties: { rank: ['max', ['get', 'rank']] },
      },
      edge: { type: 'geojson', data: edgeOf(input.bounds) },
      marks: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } },
    },
    layers: [
      ...ground(input),
      ...streets(input),
      edge(input),
      ...lifelines(input),
      ...names(input),
      ...situation(input),
    ],
  };
}

/** Frames around the city, each a little further out: drawn over each other they let the map fade away where it ends. */
function edgeOf([west, south, east, north]: Bounds): GeoJSON.FeatureCollection {
  const world = [
    [-180, -85],
    [180, -85],
    [180, 85],
    [-180, 85],
    [-180, -85],
  ];
  const frame = (share: number): number[][] => {
    const [dx, dy] = [(east - west) * share, (north - south) * share];
    return [
      [west + dx, south + dy],
      [west + dx, north - dy],
      [east - dx, north - dy],
      [east - dx, south + dy],
      [west + dx, south + dy],
    ];
  };
  const features = [0.05, 0.042, 0.034, 0.026, 0.018, 0.01, 0.004].map((share) => ({
    type: 'Feature' as const,
    properties: {},
    geometry: { type: 'Polygon' as const, coordinates: [world, frame(share)] },
  }));
  return { type: 'FeatureCollection', features };
}

const edge = ({ palette }: StyleInput): LayerSpecification => ({
  id: 'edge',
  type: 'fill',
  source: 'edge',
  paint: { 'fill-color': palette.ground, 'fill-opacity': 0.4, 'fill-antialias': false },
});

function ground({ palette }: StyleInput): LayerSpecification[] {
  const kind = (value: string): FilterSpecification => ['==', ['get', 'kind'], value];
  const base = { source: 'base', 'source-layer': 'ground' } as const;
  return [
    { id: 'land', type: 'background', paint: { 'background-color': palette.ground } },
    { id: 'park', type: 'fill', ...base, filter: kind('park'), paint: { 'fill-color': palette.park } },
    {
      id: 'square',
      type: 'fill',
      ...base,
      filter: kind('square'),
      minzoom: 13,
      paint: { 'fill-color': palette.square },
    },
    {
      id: 'contour',
      type: 'line',
      ...base,
      filter: kind('contour'),
      minzoom: 11,
      paint: {
        'line-color': palette.contour,
        'line-width': 1,
        'line-opacity': ['interpolate', ['linear'], ['zoom'], 11, 0.35, 13, 1],
      },
    },
    {
      id: 'water',
      type: 'fill',
      ...base,
      filter: kind('water'),
      paint: { 'fill-color': palette.water, 'fill-outline-color': palette.waterEdge },
    },
    {
      id: 'impact-cells',
      type: 'fill',
      source: 'base',
      'source-layer': 'areas',
      filter: NOTHING,
      paint: { 'fill-color': palette.accent, 'fill-opacity': palette.theme === 'light' ? 0.09 : 0.14 },
    },
    {
      id: 'boundary-cell',
      type: 'line',
      source: 'base',
      'source-layer': 'areas',
      filter: ['==', ['get', 'level'], 'cell'],
      minzoom: 15.5,
      paint: { 'line-color': palette.boundary, 'line-width': 0.5, 'line-opacity': 0.5, 'line-dasharray': [2, 3] },
    },
    {
      id: 'buildings',
      type: 'fill',
      source: 'base',
      'source-layer': 'buildings',
      minzoom: 13.2,
      paint: {
        'fill-color': ['case', ['to-boolean', ['get', 'critical']], palette.critical, palette.building],
        'fill-outline-color': palette.buildingEdge,
        'fill-opacity': ['interpolate', ['linear'], ['zoom'], 13.2, 0, 14, 1],
      },
    },
  ];
}

/** Widths in pixels at zoom 11, 14 and 17 by kind of road. */
const roadWidth = (more: number): ExpressionSpecification => {
  const at = (
    trunk: number,
    primary: number,
    secondary: number,
    small: number,
    path: number,
  ): ExpressionSpecification => [
    'match',
    ['get', 'kind'],
    ['trunk', 'bridge', 'tunnel'],
    trunk + more,
    'primary',
    primary + more,
    'secondary',
    secondary + more,
    'path',
    path + more,
    small + more,
  ];
  return [
    'interpolate',
    ['exponential', 1.5],
    ['zoom'],
    11,
    at(1.6, 1.2, 0.8, 0.3, 0),
    14,
    at(5, 4, 3, 1.6, 0.6),
    17,
    at(20, 16, 12, 9, 3),
  ];
};

function streets({ palette }: StyleInput): LayerSpecification[] {
  const base = { source: 'base', 'source-layer': 'roads' } as const;
  const layout = { 'line-cap': 'round', 'line-join': 'round' } as const;
  return [
    {
      id: 'road-edge',
      type: 'line',
      ...base,
      minzoom: 13,
      layout,
      paint: { 'line-color': palette.roadEdge, 'line-width': roadWidth(1.4) },
    },
    { id: 'road', type: 'line', ...base, layout, paint: { 'line-color': palette.road, 'line-width': roadWidth(0) } },
    {
      id: 'boundary',
      type: 'line',
      source: 'base',
      'source-layer': 'areas',
      filter: ['match', ['get', 'level'], ['district', 'street'], true, false],
      paint: {
        'line-color': palette.boundary,
        'line-width': ['match', ['get', 'level'], 'district', 1.2, 0.6],
        'line-opacity': ['interpolate', ['linear'], ['zoom'], 11, 0.55, 15, 0.3],
        'line-dasharray': [4, 3],
      },
    },
  ];
}

function lifelines({ palette, domains, hiddenDomains, focusDomain }: StyleInput): LayerSpecification[] {
  const colour = (id: string, pack: string): string =>
    focusDomain === id ? hueOf(id, pack) : quietHue(hueOf(id, pack), palette);
  const hues = domains.flatMap(({ id, colour: pack }) => [id, colour(id, pack)]);
  const byDomain =
    hues.length === 0
      ? palette.ink3
      : (['match', ['get', 'domain'], ...hues, palette.ink3] as unknown as ExpressionSpecification);
  const byState = [
    'match',
    RANK,
    ...GRADES.flatMap((grade, index) => [index + 1, palette.grades[grade]]),
    -1,
    palette.silent,
    byDomain,
  ] as unknown as ExpressionSpecification;
  return [
    {
      id: 'lifelines',
      type: 'line',
      source: 'assets',
      'source-layer': 'assets',
      filter: lineFilter(hiddenDomains),
      layout: { 'line-cap': 'butt', 'line-join': 'miter' },
      paint: {
        'line-color': byState,
        'line-opacity':
          focusDomain === undefined
            ? 0.9
            : ['case', ['!=', RANK, 0], 1, ['case', ['==', ['get', 'domain'], focusDomain], 1, 0.18]],
        // One width for all: state is told by colour, and only one property is uploaded again when it changes.
        'line-width': ['interpolate', ['linear'], ['zoom'], 11, 0.6, 14, 1.4, 17, 3],
      },
    },
  ];
}

export const lineFilter = (hiddenDomains: ReadonlySet<string>): FilterSpecification => [
  'all',
  ['==', ['geometry-type'], 'LineString'],
  ['!', ['in', ['get', 'domain'], ['literal', [...hiddenDomains]]]],
];

const nameOf = (language: string): ExpressionSpecification => [
  'coalesce',
  ['get', `name_${language}`],
  ['get', 'name_en'],
  '',
];

function names({ palette, language, scale }: StyleInput): LayerSpecification[] {
  const paint = { 'text-halo-color': palette.ground, 'text-halo-width': 1.4 };
  const kinds = (...values: string[]): FilterSpecification => ['match', ['get', 'kind'], values, true, false];
  return [
    {
      id: 'road-names',
      type: 'symbol',
      source: 'base',
      'source-layer': 'roads',
      minzoom: 14,
      filter: ['!=', ['get', 'kind'], 'path'],
      layout: {
        'symbol-placement': 'line',
        'text-field': nameOf(language),
        'text-font': FONT,
        'text-size': 11 * scale,
        'text-letter-spacing': language === 'zh' ? 0.12 : 0.02,
        'symbol-spacing': 320,
      },
      paint: { ...paint, 'text-color': palette.ink3 },
    },
    {
      id: 'ground-names',
      type: 'symbol',
      source: 'base',
      'source-layer': 'labels',
      minzoom: 11,
      filter: kinds('water', 'park'),
      layout: {
        'text-field': nameOf(language),
        'text-font': FONT,
        'text-size': 12 * scale,
        'text-letter-spacing': 0.08,
      },
      paint: { ...paint, 'text-color': palette.ink3, 'text-halo-width': 0 },
    },
    areaNames('community-names', 'community', 14.6, 11 * scale, 18),
    areaNames('street-names', 'street', 12.4 + Math.log2(scale) / 2, 12 * scale, 15.5),
    areaNames('district-names', 'district', 8, 15 * scale, 13.5 + Math.log2(scale)),
  ];

  function areaNames(id: string, kind: string, minzoom: number, size: number, maxzoom: number): LayerSpecification {
    return {
      id,
      type: 'symbol',
      source: 'base',
      'source-layer': 'labels',
      minzoom,
      maxzoom,
      filter: kinds(kind),
      layout: {
        'text-field': nameOf(language),
        'text-font': FONT,
        'text-size': size,
        'text-letter-spacing': kind === 'district' ? 0.1 : 0.03,
        'text-padding': 8,
      },
      paint: { ...paint, 'text-color': kind === 'district' ? palette.ink2 : palette.ink3 },
    };
  }
}

const byRank = (name: (grade: Grade) => string): ExpressionSpecification =>
  [
    'match',
    ['get', 'rank'],
    ...GRADES.flatMap((grade, index) => [index + 1, name(grade)]),
    name('blue'),
  ] as unknown as ExpressionSpecification;

function situation({ palette, scale }: StyleInput): LayerSpecification[] {
  const wide: ExpressionSpecification = ['interpolate', ['linear'], ['zoom'], 11, 3 * scale, 17, 8 * scale];
  const lines = { source: 'assets', 'source-layer': 'assets' } as const;
  const round = { 'line-cap': 'round', 'line-join': 'round' } as const;
  return [
    {
      id: 'impact-links',
      type: 'line',
      ...lines,
      filter: NOTHING,
      layout: round,
      paint: { 'line-color': palette.accent, 'line-width': wide, 'line-opacity': 0.35 },
    },
    {
      id: 'selected-line',
      type: 'line',
      ...lines,
      filter: NOTHING,
      layout: round,
      paint: { 'line-color': palette.accent, 'line-width': wide, 'line-opacity': 0.9 },
    },
    {
      id: 'marks',
      type: 'symbol',
      source: 'marks',
      layout: {
        'icon-image': ['get', 'icon'],
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
        'text-field': ['get', 'label'],
        'text-font': FONT,
        'text-size': 11 * scale,
        'text-offset': [0, 1.2],
        'text-anchor': 'top',
        'text-optional': true,
      },
      paint: { 'text-color': palette.ink, 'text-halo-color': palette.ground, 'text-halo-width': 1.5 },
    },
    {
      id: 'case-clusters',
      type: 'symbol',
      source: 'cases',
      filter: ['has', 'point_count'],
      layout: {
        'icon-image': byRank((grade) => `cluster-${grade}`),
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
        'icon-size': scale,
        'text-field': ['to-string', ['get', 'point_count']],
        'text-font': FONT,
        'text-size': 12 * scale,
        'text-allow-overlap': true,
        'symbol-sort-key': ['get', 'rank'],
      },
      paint: { 'text-color': palette.ink },
    },
    {
      id: 'case-marks',
      type: 'symbol',
      source: 'cases',
      filter: ['!', ['has', 'point_count']],
      layout: {
        'icon-image': byRank((grade) => `case-${grade}`),
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
        'icon-size': scale,
        'symbol-sort-key': ['get', 'rank'],
      },
    },
  ];
}
