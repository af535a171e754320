/** From the pack's assets to what sensing and detection need: Things with Datastreams, and rules resolved for each of them. */
import type { Subject } from '#detection/detection.types.ts';
import type { Asset, CityPack } from '#kernel/city.ts';
import type { Json } from '#kernel/observation.ts';
import type { AssetClass, IndicatorRule } from '#kernel/rules.ts';
import type { Localized } from '#kernel/words.ts';
import type { DatastreamInfo, ThingSeed } from '#sensing/sensing.types.ts';

const LATE_AFTER_INTERVALS = 2;
const SILENT_AFTER_INTERVALS = 5;

type Range = readonly [number, number];

/** Asset classes of every domain, by domain and class id. */
export function indexClasses(pack: CityPack): Map<string, AssetClass> {
  return new Map(
    pack.domains.flatMap((domain) => domain.classes.map((each) => [`${domain.id}/${each.id}`, each] as const)),
  );
}

/** Every asset of the pack as a Thing; an asset without indicators is a Thing without Datastreams. */
export function* toThingSeeds(pack: CityPack): Generator<ThingSeed> {
  const classes = indexClasses(pack);
  for (const asset of pack.assets) {
    const assetClass = classes.get(`${asset.domain}/${asset.assetClass}`);
    if (assetClass !== undefined) yield toThingSeed(asset, assetClass, pack.defaultLanguage);
  }
}

function toThingSeed(asset: Asset, assetClass: AssetClass, language: string): ThingSeed {
  const name = say(asset.name, language);
  return {
    assetId: asset.id,
    name,
    description: say(assetClass.name, language),
    domain: asset.domain,
    assetClass: asset.assetClass,
    place: asset.place,
    geometry: asset.geometry as unknown as GeoJSON.Geometry,
    properties: {
      ...(asset.properties as Record<string, Json>),
      name: asset.name,
      owner: asset.owner,
      cell: asset.cell,
    },
    datastreams: assetClass.indicators.map((rule) => ({
      indicator: rule.id,
      name: `${name} · ${say(rule.name, language)}`,
      description: say(rule.name, language),
      unit: { name: rule.unit, symbol: rule.unit, ucum: rule.unit },
      range: rule.range,
      normal: normalOf(asset.properties, rule),
      intervalSeconds: rule.intervalSeconds,
      lateAfterIntervals: rule.silence?.lateAfterIntervals ?? LATE_AFTER_INTERVALS,
      silentAfterIntervals: rule.silence?.silentAfterIntervals ?? SILENT_AFTER_INTERVALS,
    })),
  };
}

/** The normal range of this very asset when the pack gives one, else the class's. */
export function normalOf(properties: Readonly<Record<string, unknown>>, rule: IndicatorRule): Range | undefined {
  const own = (properties['normal'] as Record<string, Range> | undefined)?.[rule.id];
  return own ?? rule.normal;
}

/** The rules that watch a Datastream; undefined when the pack has none for it. */
export function toSubject(
  datastream: DatastreamInfo,
  pack: CityPack,
  classes: ReadonlyMap<string, AssetClass>,
  findAsset: (id: string) => Asset | undefined,
): Subject | undefined {
  const { domain, assetClass, indicator, place } = datastream;
  if (domain === undefined || assetClass === undefined || indicator === undefined) return undefined;
  const rule = classes.get(`${domain}/${assetClass}`)?.indicators.find((each) => each.id === indicator);
  if (rule === undefined) return undefined;
  const asset = datastream.assetId === undefined ? undefined : findAsset(datastream.assetId);
  return {
    datastreamId: datastream.id,
    thingId: datastream.thingId,
    assetId: datastream.assetId,
    assetName: asset?.name ?? { [pack.defaultLanguage]: datastream.name },
    domain,
    place: asset?.place ?? place ?? pack.center,
    rule,
    normal: datastream.normal ?? (asset === undefined ? rule.normal : normalOf(asset.properties, rule)),
    facts: plainFacts(asset?.properties ?? {}),
  };
}

function plainFacts(properties: Readonly<Record<string, unknown>>): Record<string, string | number | boolean> {
  const facts: Record<string, string | number | boolean> = {};
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') facts[key] = value;
  }
  return facts;
}

const say = (text: Localized, language: string): string => text[language] ?? text['en'] ?? Object.values(text)[0] ?? '';
