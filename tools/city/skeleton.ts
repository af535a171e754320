/** The roads a planner drew by hand: riverside roads, three bridges, two tunnels, avenues and the rings. Everything smaller grows between them. */

import { BUILT_UP_BELOW, elevation, halfWidth, inTerritory, RIVER, shore } from './land.ts';
import { distance, type Line, offsetLine, type Point, simplify, smooth } from './plane.ts';

export interface MainRoad {
  readonly key: string;
  readonly zh: string;
  readonly en: string;
  readonly kind: 'trunk' | 'primary' | 'secondary' | 'residential';
  readonly line: Line;
}

/** A road beside the river, following every bend of the water's edge. */
function riverside(side: 1 | -1, back: number): Point[] {
  const middle = RIVER.filter(([x]) => x > -200 && x < 7300);
  const edge = middle.map((point, i): Point => {
    const beside = offsetLine(middle, side * (halfWidth(point[0]) + back))[i]!;
    return beside;
  });
  return simplify(smooth(thin(edge, 150), 24), 0.8).filter((p) => inTerritory(p, 75));
}

function thin(line: Line, metres: number): Point[] {
  const kept: Point[] = [];
  for (const point of line) if (kept.length === 0 || distance(kept.at(-1)!, point) >= metres) kept.push(point);
  return kept;
}

const curve = (...control: Point[]): Point[] => smooth(control, 24).filter((p) => inTerritory(p, 75));

export const MAIN_ROADS: readonly MainRoad[] = [
  { key: 'riverside-north', zh: '滨江北路', en: 'Riverside Road North', kind: 'primary', line: riverside(1, 62) },
  { key: 'riverside-south', zh: '滨江南路', en: 'Riverside Road South', kind: 'primary', line: riverside(-1, 62) },
  {
    key: 'morning-light',
    zh: '朝晖大道',
    en: 'Morning Light Avenue',
    kind: 'trunk',
    line: curve(
      [60, 3260],
      [600, 3420],
      [1250, 3640],
      [2150, 4080],
      [2800, 4430],
      [3450, 4560],
      [4200, 4470],
      [4900, 4290],
      [5450, 4230],
      [6050, 4190],
      [6500, 4080],
      [6990, 3930],
    ),
  },
  {
    key: 'north-ring',
    zh: '北环路',
    en: 'North Ring Road',
    kind: 'primary',
    line: curve(
      [300, 4300],
      [650, 4720],
      [1300, 4970],
      [2100, 5140],
      [2900, 5290],
      [3700, 5310],
      [4500, 5230],
      [5300, 5180],
      [6050, 5020],
      [6480, 4600],
      [6560, 4080],
      [6420, 3500],
      [6300, 3000],
      [6240, 2640],
    ),
  },
  {
    key: 'crane-bridge',
    zh: '白鹤大道',
    en: 'White Crane Avenue',
    kind: 'trunk',
    line: curve(
      [930, 5560],
      [960, 4960],
      [1080, 4300],
      [1190, 3620],
      [1250, 3000],
      [1310, 2470],
      [1480, 2000],
      [2020, 1660],
      [2260, 1250],
      [2210, 700],
      [2140, 200],
    ),
  },
  {
    key: 'stone-gate',
    zh: '石门大道',
    en: 'Stone Gate Avenue',
    kind: 'trunk',
    line: curve(
      [2720, 5760],
      [2800, 5200],
      [2830, 4440],
      [2870, 3900],
      [2930, 3400],
      [3000, 2980],
      [2870, 2500],
      [2830, 1950],
      [2980, 1380],
      [3020, 800],
      [2930, 120],
    ),
  },
  {
    key: 'phoenix',
    zh: '凤栖大道',
    en: 'Phoenix Rest Avenue',
    kind: 'trunk',
    line: curve(
      [4300, 5380],
      [4330, 5200],
      [4450, 4420],
      [4560, 3700],
      [4690, 3120],
      [4800, 2700],
      [5010, 2120],
      [4960, 1400],
      [4820, 850],
      [4760, 150],
    ),
  },
  {
    key: 'half-slope',
    zh: '半坡路',
    en: 'Half Slope Road',
    kind: 'primary',
    line: curve(
      [520, 1660],
      [980, 1800],
      [1480, 2000],
      [2080, 2160],
      [2480, 2560],
      [3000, 2980],
      [3450, 3020],
      [3900, 2760],
      [4280, 2330],
      [4620, 2090],
      [5010, 2060],
      [5700, 1880],
      [6300, 1900],
      [6950, 2150],
    ),
  },
  {
    key: 'south-avenue',
    zh: '南岭大道',
    en: 'South Ridge Avenue',
    kind: 'trunk',
    line: curve(
      [60, 1330],
      [560, 1230],
      [1050, 1170],
      [1480, 1130],
      [1900, 1170],
      [2250, 1250],
      [2980, 1380],
      [3800, 1470],
      [4400, 1400],
      [4960, 1400],
      [5700, 1240],
      [6300, 1230],
      [6980, 1400],
    ),
  },
  {
    key: 'south-ring',
    zh: '南环路',
    en: 'South Ring Road',
    kind: 'primary',
    line: curve(
      [520, 1660],
      [330, 1100],
      [620, 640],
      [1300, 520],
      [2170, 600],
      [3000, 640],
      [3800, 600],
      [4780, 560],
      [5500, 640],
      [6000, 900],
      [6260, 1260],
      [6300, 1900],
      [6230, 2200],
    ),
  },
  {
    key: 'old-wall',
    zh: '城墙街',
    en: 'Old Wall Street',
    kind: 'secondary',
    line: curve(
      [2480, 2560],
      [2640, 2900],
      [2980, 3240],
      [3400, 3370],
      [3760, 3230],
      [4000, 2930],
      [4020, 2500],
      [3900, 2050],
      [3500, 1820],
      [2830, 1900],
    ),
  },
  {
    key: 'pavilion-winding',
    zh: '盘山道',
    en: 'Winding Hill Drive',
    kind: 'residential',
    line: curve(
      [5080, 3520],
      [5400, 3560],
      [5640, 3640],
      [5680, 3710],
      [5480, 3760],
      [5330, 3790],
      [5290, 3850],
      [5440, 3900],
      [5620, 3930],
      [5640, 4000],
      [5500, 4050],
      [5440, 4120],
    ),
  },
  {
    key: 'west-lake',
    zh: '荷塘路',
    en: 'Lotus Pond Road',
    kind: 'secondary',
    line: curve(
      [1080, 4300],
      [1500, 4240],
      [1900, 4220],
      [2150, 4330],
      [2300, 4520],
      [2810, 4760],
      [3250, 4880],
      [3800, 4900],
      [4400, 4800],
      [5000, 4760],
    ),
  },
];

/** Where a main road leaves the ground: over the river on a bridge, under a hill in a tunnel. */
export function structureAt(p: Point): 'bridge' | 'tunnel' | undefined {
  if (shore(p) < 22) return 'bridge';
  return elevation(p) > BUILT_UP_BELOW + 4 ? 'tunnel' : undefined;
}
