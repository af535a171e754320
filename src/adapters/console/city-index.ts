/** Names, rules and shapes of the pack, looked up by id; built once at start. Pure. */
import type { Asset, CityPack } from '#kernel/city.ts';
import { boundsOf } from '#kernel/geo.ts';
import type { AssetClass, IndicatorRule, LimitRule } from '#kernel/rules.ts';
import type { Localized } from '#kernel/words.ts';
import type { DatastreamInfo, Sensing } from '#sensing/sensing.types.ts';
import type { CityView } from './api.types.ts';

export interface CityIndex {
  findClass(domain: string | undefined, assetClass: string | undefined): AssetClass | undefined;
  findIndicator(datastream: DatastreamInfo): IndicatorRule | undefined;
  /** A text that has no translation, in every language of the city. */
  inEveryLanguage(text: string): Localized;
  partyName(id: string | undefined): Localized | undefined;
}

export function createCityIndex(pack: CityPack): CityIndex {
  const classes = new Map<string, AssetClass>();
  for (const domain of pack.domains) for (const each of domain.classes) classes.set(`${domain.id}/${each.id}`, each);
  const indicators = new Map<string, IndicatorRule>();
  for (const [key, each] of classes) for (const rule of each.indicators) indicators.set(`${key}/${rule.id}`, rule);
  const parties = new Map(pack.parties.map((party) => [party.id, party.name]));
  return {
    findClass: (domain, assetClass) => classes.get(`${domain}/${assetClass}`),
    findIndicator: ({ domain, assetClass, indicator }) => indicators.get(`${domain}/${assetClass}/${indicator}`),
    inEveryLanguage: (text) => Object.fromEntries(pack.languages.map((language) => [language, text])),
    partyName: (id) => (id === undefined ? undefined : parties.get(id)),
  };
}

/** The limits with ratios turned into figures of this Datastream's own normal range, as a chart draws them. */
export function limitsOf(rule: IndicatorRule | undefined, normal: readonly [number, number] | undefined): LimitRule[] {
  if (!rule) return [];
  const [low, high] = normal ?? rule.normal ?? [];
  return rule.limits.map((limit) => {
    const above = limit.above ?? times(limit.aboveRatioOfNormal, high);
    const below = limit.below ?? times(limit.belowRatioOfNormal, low);
    const clearAt = limit.clearAt ?? times(limit.clearAtRatio, above === undefined ? low : high);
    return { ...limit, above, below, clearAt };
  });
}

const times = (ratio: number | undefined, value: number | undefined): number | undefined =>
  ratio === undefined || value === undefined ? undefined : ratio * value;

/** Everything about the city that does not change while it runs. */
export function toCityView(pack: CityPack, sensing: Pick<Sensing, 'listDatastreams'>, now: number): CityView {
  const assets = countBy(pack.assets, (asset: Asset) => asset.domain);
  const datastreams = countBy(sensing.listDatastreams(), (datastream: DatastreamInfo) => datastream.domain ?? '');
  return {
    name: pack.name,
    timeZone: pack.timeZone,
    languages: pack.languages,
    defaultLanguage: pack.defaultLanguage,
    center: pack.center,
    bounds: pack.bounds,
    fictional: pack.fictional,
    now,
    domains: pack.domains.map(({ id, name, colour, icon, classes }) => ({
      id,
      name,
      colour,
      icon,
      assets: assets.get(id) ?? 0,
      datastreams: datastreams.get(id) ?? 0,
      classes: classes.map((each) => ({ id: each.id, name: each.name, geometry: each.geometry })),
    })),
    caseClasses: pack.caseClasses,
    parties: pack.parties,
    plans: pack.plans,
    areas: pack.areas.flatMap(({ id, level, name, parent, polygon }) => {
      if (level === 'cell') return [];
      const bounds = boundsOf(polygon[0] ?? []);
      const center = [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2] as const;
      return [{ id, level, name, parent, center, bounds }];
    }),
  };
}

function countBy<T>(all: Iterable<T>, keyOf: (each: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const each of all) counts.set(keyOf(each), (counts.get(keyOf(each)) ?? 0) + 1);
  return counts;
}
