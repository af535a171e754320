/** The small town's water as a pack would hold it, with a few instruments of other domains around. */
import type { Asset, CityPack } from '#kernel/city.ts';
import type { Position } from '#kernel/geo.ts';
import type { NetworkLink, NetworkNode } from '#kernel/network.ts';
import type { IndicatorRule } from '#kernel/rules.ts';
import type { MeasuringPoint } from '#simulator/models/physics.ts';
import { lot } from '#simulator/random.ts';
import { smallTown } from './small-water.ts';

const place = (index: number): Position => [107.3 + (index % 40) * 0.0005, 30.48 + Math.floor(index / 40) * 0.0005];
const asset = (
  id: string,
  domain: string,
  assetClass: string,
  at: Position,
  properties: Record<string, unknown> = {},
): Asset => ({
  id,
  domain,
  assetClass,
  name: { en: id },
  owner: 'waterworks',
  geometry: { type: 'Point', coordinates: at },
  place: at,
  cell: 'cell-1',
  properties,
});

const rule = (
  id: string,
  unit: string,
  range: readonly [number, number],
  normal: readonly [number, number],
  more: Partial<IndicatorRule> = {},
): IndicatorRule => ({
  id,
  name: { en: id },
  unit,
  range,
  normal,
  intervalSeconds: 60,
  limits: [],
  ...more,
});
const limit = { forSeconds: 60, clearForSeconds: 60, opens: 'some.class' } as const;

export const RULES: Readonly<Record<string, IndicatorRule>> = {
  'water/pressure-logger/pressure': rule('pressure', 'kPa', [-100, 1_600], [380, 560], {
    limits: [{ grade: 'orange', belowRatioOfNormal: 0.85, ...limit }],
  }),
  'water/service-tank/level': rule('level', 'm', [0, 12], [0.5, 6]),
  'gas/detector/methane': rule('methane', '%{LEL}', [0, 100], [0, 5], {
    limits: [
      { grade: 'yellow', above: 20, ...limit },
      { grade: 'red', above: 80, ...limit },
    ],
    silence: { grade: 'yellow', lateAfterIntervals: 3, silentAfterIntervals: 10, opens: 'gas.instrument-silent' },
  }),
  'tunnels/air-station/co': rule('co', '[ppm]', [0, 1_000], [3, 70], {
    limits: [{ grade: 'orange', above: 250, ...limit }],
  }),
};

export function smallCity(): { readonly pack: CityPack; readonly points: readonly MeasuringPoint[] } {
  const town = smallTown();
  const nodes = new Map(
    town.nodes.map((node, index): [string, NetworkNode] => [
      node.id,
      {
        id: node.id,
        kind:
          node.kind === 'reservoir' ? 'source' : node.kind === 'tank' ? 'tank' : node.isValve ? 'valve' : 'junction',
        assetId: node.assetId,
        place: place(index),
        elevationMetres: node.elevationMetres,
        properties: {
          base_demand_lps: node.demandLps,
          pattern: node.pattern,
          head_m: node.headMetres,
          init_level_m: node.tank?.level,
          min_level_m: node.tank?.least,
          max_level_m: node.tank?.most,
          diameter_m: node.tank?.diameter,
        },
      },
    ]),
  );
  const mains = town.pipes.map(({ id, from, to, lengthMetres, boreMm, roughness }) =>
    asset(id, 'water', 'main', nodes.get(from)!.place, {
      from,
      to,
      length_m: lengthMetres,
      bore_mm: boreMm,
      roughness,
    }),
  );
  const links = town.pipes.map(({ id, from, to, lengthMetres, boreMm }): [string, NetworkLink] => [
    id,
    { id, from, to, line: [], lengthMetres, boreMm, material: undefined },
  ]);
  const pumps = town.pumps.map(({ id, from, to, curve, control }) =>
    asset(id, 'water', 'pump', nodes.get(to)!.place, {
      from,
      to,
      curve_flow_lps: curve.flowLps,
      curve_head_m: curve.headMetres,
      tank: control?.tank,
      start_level_m: control?.startLevel,
      stop_level_m: control?.stopLevel,
    }),
  );
  const loggers = ['J-0-0', 'J-2-2', 'J-3-2', 'J-2-3', 'J-5-0', 'J-0-5', 'J-4-4'].map((node) =>
    asset(`WL-${node}`, 'water', 'pressure-logger', nodes.get(node)!.place, { node }),
  );
  const others = [
    asset('WT-1', 'water', 'service-tank', nodes.get('TANK')!.place, { node: 'TANK' }),
    ...[0, 1, 2, 3].map((index) => asset(`GD-${index}`, 'gas', 'detector', place(index * 2))),
    asset('UA-1', 'tunnels', 'air-station', place(90)),
  ];
  const assets = [...mains, ...pumps, ...loggers, ...others];
  const settings = {
    patterns: town.patterns,
    pattern_step_seconds: 3_600,
    burst: { discharge_coefficient: 0.75, area_share_of_bore: 0.4 },
  };
  const pack = {
    timeZone: 'Asia/Shanghai',
    assets,
    networks: new Map([['water', { domain: 'water', nodes, links: new Map(links) }]]),
    domains: [{ id: 'water', settings }],
  } as unknown as CityPack; // the rest of a pack is of no concern to physics
  return { pack, points: [...loggers, ...others].map(toPoint) };
}

function toPoint({ id, domain, assetClass }: Asset, index: number): MeasuringPoint {
  const rule = Object.entries(RULES).find(([name]) => name.startsWith(`${domain}/${assetClass}/`))![1];
  return {
    datastreamId: index + 1,
    assetId: id,
    domain,
    assetClass,
    indicator: rule.id,
    range: rule.range,
    normal: rule.normal!,
    isNormalDeclared: true,
    intervalSeconds: rule.intervalSeconds,
    silentAfterIntervals: 10,
    lot: lot(id),
  };
}

export const ruleOf = (domain: string, assetClass: string, indicator: string): IndicatorRule | undefined =>
  RULES[`${domain}/${assetClass}/${indicator}`];
