/** The three bridges over the river and the two tunnels under the hills, with what is fixed to them. */
import { Assets } from './features.ts';
import { type CityPlan, nameOfStretch } from './plan.ts';
import { along, type Line, lineLength, offsetLine, type Point } from './plane.ts';
import type { Name } from './words.ts';

interface Gauge {
  readonly prefix: string;
  readonly assetClass: string;
  readonly count: number;
  readonly zh: string;
  readonly en: string;
  /** Across the deck or the tube, metres from its middle. */
  readonly offset: number;
}

function fixGauges(
  assets: Assets,
  kind: 'bridge' | 'tunnel',
  owner: string,
  on: Name,
  id: string,
  line: Line,
  gauges: readonly Gauge[],
): void {
  const total = lineLength(line);
  for (const { prefix, assetClass, count, zh, en, offset } of gauges) {
    for (let k = 0; k < count; k++) {
      const { point, direction } = along(line, ((k + 0.5) / count) * total);
      const out = offset * (k % 2 === 0 ? 1 : -1);
      const at: Point = [point[0] - direction[1] * out, point[1] + direction[0] * out];
      assets.point(prefix, assetClass, { zh: `${on.zh}${k + 1}号${zh}`, en: `${en} ${k + 1}, ${on.en}` }, owner, at, {
        [kind]: id,
        at_m: Math.round(((k + 0.5) / count) * total),
      });
    }
  }
}

const BRIDGE_GAUGES: readonly Gauge[] = [
  { prefix: 'BA', assetClass: 'accelerometer', count: 20, zh: '加速度测点', en: 'Accelerometer', offset: 7 },
  { prefix: 'BS', assetClass: 'strain-gauge', count: 40, zh: '应变测点', en: 'Strain gauge', offset: 9 },
  { prefix: 'BD', assetClass: 'displacement-gauge', count: 10, zh: '位移测点', en: 'Displacement gauge', offset: 5 },
  { prefix: 'BC', assetClass: 'cable-gauge', count: 40, zh: '拉索索力测点', en: 'Cable force gauge', offset: 11 },
  { prefix: 'BT', assetClass: 'tiltmeter', count: 10, zh: '倾角测点', en: 'Tiltmeter', offset: 3 },
  { prefix: 'BW', assetClass: 'anemometer', count: 2, zh: '风速测点', en: 'Anemometer', offset: 12 },
];

export function buildBridges(plan: CityPlan): Assets {
  const assets = new Assets();
  for (const stretch of plan.graph.stretches.filter((s) => s.kind === 'bridge')) {
    const name = nameOfStretch(plan, stretch);
    const id = assets.line('BB', 'bridge', name, 'bridge-office', stretch.line, {
      length_m: Math.round(stretch.length),
      form: 'cable-stayed',
      lanes: 6,
    });
    fixGauges(assets, 'bridge', 'bridge-office', name, id, stretch.line, BRIDGE_GAUGES);
  }
  return assets;
}

const TUBE_GAUGES: readonly Gauge[] = [
  { prefix: 'UA', assetClass: 'air-station', count: 22, zh: '空气测点', en: 'Air station', offset: 3 },
  { prefix: 'UL', assetClass: 'light-station', count: 18, zh: '照度测点', en: 'Light station', offset: 4 },
  { prefix: 'UF', assetClass: 'fan', count: 14, zh: '射流风机', en: 'Jet fan', offset: 1 },
  { prefix: 'UP', assetClass: 'sump', count: 2, zh: '集水坑', en: 'Sump', offset: 5 },
];

export function buildTunnels(plan: CityPlan): Assets {
  const assets = new Assets();
  for (const stretch of plan.graph.stretches.filter((s) => s.kind === 'tunnel')) {
    const name = nameOfStretch(plan, stretch);
    for (const [side, zh, en] of [
      [1, '左洞', 'north tube'],
      [-1, '右洞', 'south tube'],
    ] as const) {
      const line = offsetLine(stretch.line, side * 11);
      const tube = { zh: `${name.zh}${zh}`, en: `${name.en}, ${en}` };
      const id = assets.line('UT', 'tube', tube, 'tunnel-office', line, {
        length_m: Math.round(stretch.length),
        lanes: 3,
        speed_limit_kmh: 80,
      });
      fixGauges(assets, 'tunnel', 'tunnel-office', tube, id, line, TUBE_GAUGES);
    }
  }
  return assets;
}
