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
  {
    id: 'burst',
    name: { zh: '供水主管爆管', en: 'water-main burst' },
    domain: 'water',
    symptoms: [],
    special: 'burst',
    growSeconds: 1,
    firstAfterSeconds: 6,
    meanMinutes: 40,
    lastsMinutes: [90, 150],
  },
  {
    id: 'silence',
    name: { zh: '传感器失联', en: 'silent device' },
    domain: undefined,
    symptoms: [],
    special: 'silence',
    growSeconds: 1,
    firstAfterSeconds: 14,
    meanMinutes: 14,
    lastsMinutes: [12, 40],
  },
  {
    id: 'leak',
    name: { zh: '燃气泄漏', en: 'gas leak' },
    domain: 'gas',
    symptoms: [{ indicators: /methane|gas-concentration/, side: 'above' }],
    growSeconds: 45,
    spreadsMetres: 150,
    firstAfterSeconds: 22,
    meanMinutes: 35,
    lastsMinutes: [25, 60],
  },
  {
    id: 'overload',
    name: { zh: '变压器过载', en: 'overloaded transformer' },
    domain: 'power',
    symptoms: [
      { indicators: /oil-temperature|load|current|winding-temperature/, side: 'above' },
      { indicators: /voltage/, side: 'below' },
    ],
    growSeconds: 90,
    firstAfterSeconds: 60,
    meanMinutes: 25,
    lastsMinutes: [15, 40],
  },
  {
    id: 'co',
    name: { zh: '隧道一氧化碳升高', en: 'carbon monoxide in a tunnel' },
    domain: 'tunnels',
    symptoms: [{ indicators: /^co\b|extinction|visibility/, side: 'above' }],
    growSeconds: 60,
    firstAfterSeconds: 110,
    meanMinutes: 30,
    lastsMinutes: [8, 20],
  },
  {
    id: 'shower',
    name: { zh: '短时强降雨积水', en: 'ponding after a shower' },
    domain: 'drainage',
    symptoms: [{ indicators: /road-water|ponding|water-depth|^depth/, side: 'above' }],
    special: 'shower',
    growSeconds: 120,
    spreadsMetres: 400,
    firstAfterSeconds: 170,
    meanMinutes: 55,
    lastsMinutes: [20, 45],
  },
  {
    id: 'outage',
    name: { zh: '通信中断', en: 'communications outage' },
    domain: 'telecom',
    symptoms: [
      { indicators: /availability/, side: 'below' },
      { indicators: /loss|delay|latency/, side: 'above' },
    ],
    growSeconds: 15,
    firstAfterSeconds: 240,
    meanMinutes: 30,
    lastsMinutes: [10, 30],
  },
  {
    id: 'vibration',
    name: { zh: '桥梁异常振动', en: 'unusual vibration of a bridge' },
    domain: 'bridges',
    symptoms: [{ indicators: /acceleration/, side: 'above' }],
    growSeconds: 60,
    firstAfterSeconds: 330,
    meanMinutes: 70,
    lastsMinutes: [10, 25],
  },
  {
    id: 'track',
    name: { zh: '轨道几何超限', en: 'track geometry out of tolerance' },
    domain: 'rail',
    symptoms: [{ indicators: /gauge|cross-level|alignment|profile|twist|settlement/, side: 'above' }],
    growSeconds: 60,
    firstAfterSeconds: 420,
    meanMinutes: 80,
    lastsMinutes: [30, 60],
  },
  {
    id: 'undervoltage',
    name: { zh: '电压偏低', en: 'low voltage' },
    domain: 'power',
    symptoms: [{ indicators: /voltage/, side: 'below' }],
    growSeconds: 30,
    firstAfterSeconds: 520,
    meanMinutes: 45,
    lastsMinutes: [10, 30],
  },
  {
    id: 'turbidity',
    name: { zh: '水质浊度升高', en: 'cloudy water' },
    domain: 'water',
    symptoms: [{ indicators: /^turbidity/, side: 'above' }],
    growSeconds: 120,
    firstAfterSeconds: 640,
    meanMinutes: 80,
    lastsMinutes: [20, 40],
  },
  {
    id: 'stuck',
    name: { zh: '仪表读数卡死', en: 'stuck instrument' },
    domain: undefined,
    symptoms: [],
    special: 'freeze',
    growSeconds: 1,
    firstAfterSeconds: 90,
    meanMinutes: 45,
    lastsMinutes: [30, 90],
  },
];

export const findKind = (id: string): FaultKind | undefined => FAULT_KINDS.find((kind) => kind.id === id);
