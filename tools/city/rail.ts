/** Metro line 1: under Morning Light Avenue, under the river beside Stone Gate Bridge, under the peninsula to the east. */
import { Assets } from './features.ts';
import { elevation, shore } from './land.ts';
import { along, distance, type Line, lineLength, type Point, slice, smooth } from './plane.ts';
import { MAIN_ROADS } from './skeleton.ts';
import type { Name } from './words.ts';

const OWNER = 'metro-company';

/** The part of a main road between the points nearest to two places. */
function along2(key: string, from: Point, to: Point): Point[] {
  const { line } = MAIN_ROADS.find((road) => road.key === key)!;
  const nearest = (p: Point) => line.map((q, i) => ({ i, d: distance(p, q) })).sort((a, b) => a.d - b.d)[0]!.i;
  const [i, j] = [nearest(from), nearest(to)];
  return i <= j ? line.slice(i, j + 1) : line.slice(j, i + 1).toReversed();
}

export function metroLine(): Point[] {
  const thin = (line: Line) => line.filter((_, i) => i % 8 === 0 || i === line.length - 1);
  const control = [
    ...thin(along2('morning-light', [330, 3340], [2700, 4390])),
    ...thin(along2('stone-gate', [2835, 4250], [2990, 3080])),
    ...thin(along2('half-slope', [3200, 3040], [6720, 2040])),
  ];
  return smooth(control, 40);
}

const STATIONS: readonly Name[] = [
  { zh: '渡口站', en: 'Old Ferry' },
  { zh: '白鹤大道站', en: 'White Crane Avenue' },
  { zh: '柏树湾站', en: 'Cypress Bay' },
  { zh: '荷塘路站', en: 'Lotus Pond Road' },
  { zh: '石门站', en: 'Stone Gate' },
  { zh: '石门桥北站', en: 'Stone Gate Bridge North' },
  { zh: '下半城站', en: 'Lower Terrace' },
  { zh: '亭子山站', en: 'Pavilion Hill' },
  { zh: '半坡路站', en: 'Half Slope Road' },
  { zh: '凤栖桥南站', en: 'Phoenix Rest Bridge South' },
  { zh: '体育中心站', en: 'Sports Centre' },
  { zh: '东滩站', en: 'East Shoal' },
];

export function buildRail(): Assets {
  const assets = new Assets();
  const line = metroLine();
  const total = lineLength(line);
  const id = assets.line('RR', 'metro-line', { zh: '轨道交通1号线', en: 'Metro Line 1' }, OWNER, line, {
    length_m: Math.round(total),
  });
  STATIONS.forEach((name, i) => {
    const at = 120 + (i * (total - 240)) / (STATIONS.length - 1);
    const spot = along(line, at).point;
    const dry = shore(spot) > 30 ? spot : along(line, at - 220).point;
    assets.point('RS', 'station', { zh: name.zh, en: `${name.en} Station` }, OWNER, dry, {
      line: id,
      depth_m: Math.round(16 + (elevation(dry) - 190) * 0.25),
    });
  });
  const sections = Math.round(total / 52);
  for (let k = 0; k < sections; k++) {
    const [a, b] = [(k * total) / sections, ((k + 1) * total) / sections];
    const number = String(k + 1).padStart(3, '0');
    const part = slice(line, a, b);
    const properties = { line: id, from_m: Math.round(a), to_m: Math.round(b) };
    assets.line(
      'RT',
      'track-section',
      { zh: `1号线${number}区段`, en: `Line 1, section ${number}` },
      OWNER,
      part,
      properties,
    );
    assets.point(
      'RL',
      'lining-gauge',
      { zh: `1号线${number}区段衬砌测点`, en: `Lining gauge, line 1 section ${number}` },
      OWNER,
      along(line, (a + b) / 2).point,
      { line: id, at_m: Math.round((a + b) / 2) },
    );
  }
  for (let k = 0; k < 16; k++) {
    const at = along(line, ((k + 0.4) * total) / 16).point;
    assets.point('RW', 'turnout', { zh: `1号线${k + 1}号道岔`, en: `Turnout ${k + 1}, line 1` }, OWNER, at, {
      line: id,
    });
  }
  for (let k = 0; k < 6; k++) {
    const at = along(line, ((k + 0.5) * total) / 6).point;
    assets.point(
      'RP',
      'traction-substation',
      { zh: `1号线${k + 1}号牵引所`, en: `Traction substation ${k + 1}, line 1` },
      OWNER,
      at,
      { line: id },
    );
  }
  return assets;
}
