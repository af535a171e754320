/**
 * What can go wrong, as data: where, how it shows, how often and for how long. Means and durations are those of a lively day in a
 * city of some hundred thousand; `first` makes a newcomer see each kind within the first minutes.
 */
export interface Symptom {
  readonly indicators: RegExp;
  readonly side: 'above' | 'below';
}

export interface FaultKind {
  readonly id: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly domain: string | undefined;
  /** An asset is a candidate when it has a point for the first symptom; the others come along where it has them. */
  readonly symptoms: readonly Symptom[];
  readonly special?: 'burst' | 'silence' | 'freeze' | 'shower';
  readonly growSeconds: number;
  /** Metres within which like points feel it, weaker with distance: gas spreads, water gathers. */
  readonly spreadsMetres?: number;
  readonly firstAfterSeconds: number;
  readonly meanMinutes: number;
  /** It goes away by itself after so long, if nobody mends it. */
  readonly lastsMinutes: readonly [number, number];
}

export const FAULT_KINDS: readonly FaultKind[] = [
  kind('burst', '供水主管爆管', 'water-main burst', 'water', [], {
    special: 'burst',
    first: 6,
    mean: 40,
    lasts: [90, 150],
  }),
  kind('silence', '设备失联', 'silent device', undefined, [], {
    special: 'silence',
    first: 14,
    mean: 25,
    lasts: [15, 45],
  }),
  kind('leak', '燃气泄漏', 'gas leak', 'gas', [[/^methane$/, 'above']], {
    grow: 45,
    spreads: 150,
    first: 20,
    mean: 35,
    lasts: [25, 60],
  }),
  kind('undervoltage', '电压偏低', 'low voltage', 'power', [[/^voltage$/, 'below']], {
    grow: 20,
    first: 45,
    mean: 30,
    lasts: [15, 40],
  }),
  kind('co', '隧道空气污染', 'bad air in a tunnel', 'tunnels', [[/^co$|^extinction$/, 'above']], {
    grow: 60,
    first: 75,
    mean: 35,
    lasts: [10, 25],
  }),
  kind('stuck', '仪表读数卡死', 'stuck instrument', undefined, [], {
    special: 'freeze',
    first: 90,
    mean: 60,
    lasts: [100, 180],
  }),
  kind(
    'outage',
    '通信中断',
    'communications outage',
    'telecom',
    [
      [/^availability$/, 'below'],
      [/^packet-loss$|^delay$/, 'above'],
    ],
    { grow: 15, first: 120, mean: 30, lasts: [15, 40] },
  ),
  kind('shower', '短时强降雨积水', 'ponding after a shower', 'drainage', [[/^road-water$/, 'above']], {
    special: 'shower',
    grow: 100,
    spreads: 350,
    first: 170,
    mean: 60,
    lasts: [20, 45],
  }),
  kind('overload', '变压器过载', 'overloaded transformer', 'power', [[/^oil-temperature$|^current$/, 'above']], {
    grow: 60,
    first: 220,
    mean: 35,
    lasts: [25, 50],
  }),
  kind('cover', '井盖开启', 'open manhole cover', 'drainage', [[/^cover-tilt$/, 'above']], {
    grow: 5,
    first: 300,
    mean: 45,
    lasts: [20, 60],
  }),
  kind('pump', '水泵振动异常', 'pump vibration', 'water', [[/^vibration$/, 'above']], {
    grow: 60,
    first: 400,
    mean: 70,
    lasts: [20, 50],
  }),
  kind(
    'vibration',
    '桥梁异常振动',
    'unusual vibration of a bridge',
    'bridges',
    [[/^rms-acceleration$|^hanger-acceleration$/, 'above']],
    { grow: 60, first: 480, mean: 80, lasts: [12, 30] },
  ),
  kind('track', '轨道几何超限', 'track geometry out of tolerance', 'rail', [[/^gauge$|^cross-level$/, 'above']], {
    grow: 60,
    first: 600,
    mean: 80,
    lasts: [30, 60],
  }),
  kind('lights', '隧道照明故障', 'lights out in a tunnel', 'tunnels', [[/^illuminance$/, 'below']], {
    grow: 5,
    first: 720,
    mean: 70,
    lasts: [15, 40],
  }),
  kind('cable', '电缆接头过热', 'hot cable joint', 'power', [[/^joint-temperature$/, 'above']], {
    grow: 90,
    first: 840,
    mean: 80,
    lasts: [25, 50],
  }),
  kind('turbidity', '水质浊度升高', 'cloudy water', 'water', [[/^turbidity$/, 'above']], {
    grow: 120,
    first: 960,
    mean: 90,
    lasts: [25, 45],
  }),
  kind('turnout', '道岔转换阻力大', 'stiff turnout', 'rail', [[/^motor-current$|^gap$/, 'above']], {
    grow: 20,
    first: 1_100,
    mean: 90,
    lasts: [15, 40],
  }),
  kind('paper', '自助服务机缺纸', 'kiosk out of paper', 'resident-services', [[/^paper$/, 'below']], {
    grow: 200,
    first: 345,
    mean: 90,
    lasts: [50, 90],
  }),
  kind('backup', '机柜后备电源不足', 'weak backup power', 'telecom', [[/^ups-voltage$/, 'below']], {
    grow: 60,
    first: 1_300,
    mean: 80,
    lasts: [20, 40],
  }),
];

interface Course {
  readonly special?: FaultKind['special'];
  readonly grow?: number;
  readonly spreads?: number;
  readonly first: number;
  readonly mean: number;
  readonly lasts: readonly [number, number];
}

function kind(
  id: string,
  zh: string,
  en: string,
  domain: string | undefined,
  symptoms: readonly (readonly [RegExp, 'above' | 'below'])[],
  course: Course,
): FaultKind {
  return {
    id,
    name: { zh, en },
    domain,
    symptoms: symptoms.map(([indicators, side]) => ({ indicators, side })),
    ...(course.special && { special: course.special }),
    ...(course.spreads !== undefined && { spreadsMetres: course.spreads }),
    growSeconds: course.grow ?? 1,
    firstAfterSeconds: course.first,
    meanMinutes: course.mean,
    lastsMinutes: course.lasts,
  };
}

export const findKind = (id: string): FaultKind | undefined => FAULT_KINDS.find((kind) => kind.id === id);
