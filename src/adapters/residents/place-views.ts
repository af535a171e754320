/** The city as a resident's page needs it: places, plates, and the words of its categories. */
import { createHash } from 'node:crypto';
import type { Area, Asset, CityPack } from '#kernel/city.ts';
import { isInPolygon, type Position } from '#kernel/geo.ts';
import type { ReportingRules } from '#kernel/reporting.ts';
import type { Territory } from '#territory/territory.types.ts';
import { middleOf } from '#territory/tiles.ts';
import type { CityView, PlaceView, PlateView } from './api.types.ts';

export function toCityView(pack: CityPack): CityView {
  const { reporting } = pack;
  const urgent = mostUrgent(reporting);
  return {
    id: pack.id,
    name: pack.name,
    fictional: pack.fictional,
    languages: pack.languages,
    defaultLanguage: pack.defaultLanguage,
    timeZone: pack.timeZone,
    center: pack.center,
    bounds: pack.bounds,
    hotlinePhone: reporting.hotlinePhone,
    groups: reporting.groups,
    categories: reporting.categories.map(
      ({ code, group, name, description, icon, questions, homeRelated, hotlineClass }) => ({
        code,
        group,
        name,
        description,
        icon,
        questions,
        homeRelated,
        urgent: hotlineClass === urgent,
      }),
    ),
    limits: {
      descriptionCharacters: reporting.limits.descriptionCharacters,
      photosPerReport: reporting.limits.photosPerReport,
    },
    communities: pack.areas
      .filter(({ level }) => level === 'community')
      .map(({ id, name, polygon }) => ({ id, name, center: middleOf(polygon[0] ?? []) })),
  };
}

/** The hotline class with the shortest clock is the one for danger, when there is more than one. */
function mostUrgent({ hotlineClasses }: ReportingRules): string | undefined {
  if (hotlineClasses.length < 2) return undefined;
  return hotlineClasses.reduce((a, b) => (b.minutes < a.minutes ? b : a)).id;
}

const named = (area: Area | undefined): PlaceView['community'] => area && { id: area.id, name: area.name };

export function toPlaceView(territory: Territory, place: Position): PlaceView {
  const { address, community, cell } = territory.locate(place);
  return { place, address, community: named(community), inCity: cell !== undefined };
}

/** A report is the city's when it lies in one of its cells, or in its outline where the cells leave a gap. */
export function isInCity(territory: Territory, place: Position): boolean {
  if (territory.locate(place).cell !== undefined) return true;
  return territory.pack.areas.some(({ level, polygon }) => level === 'district' && isInPolygon(place, polygon));
}

/** Places people look for by name: areas, roads and houses; not what the city has put there. */
export function searchPlaces(territory: Territory, text: string, language: string, limit: number): PlaceView[] {
  return territory
    .search(text, language, limit * 6)
    .filter(({ kind }) => kind === 'area' || kind === 'road' || kind === 'building')
    .slice(0, limit)
    .map(({ name, place }) => ({ ...toPlaceView(territory, place), address: name }));
}

// Plates ---------------------------------------------------------------------------------------------------------------------------------

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** What fits on a plate beside the square: six characters that follow from the asset's id, so that plates need no register. */
export function plateCodeOf(assetId: string): string {
  const digest = createHash('sha256').update(assetId).digest();
  return [...digest.subarray(0, 6)].map((byte) => ALPHABET[byte & 31]).join('');
}

export type FindPlate = (code: string) => PlateView | undefined;

/**
 * Plates by asset id or by their six characters. Only things that residents report about have one: nobody learns from here where the
 * mains and cables lie. Of two assets with the same six characters neither has them; both keep their ids.
 */
export function indexPlates(territory: Territory): FindPlate {
  const { pack } = territory;
  const categoriesOf = new Map<string, string[]>();
  for (const { code, assetClasses } of pack.reporting.categories)
    for (const assetClass of assetClasses)
      categoriesOf.set(assetClass, [...(categoriesOf.get(assetClass) ?? []), code]);
  const byCode = new Map<string, Asset | undefined>();
  for (const asset of pack.assets) {
    if (!categoriesOf.has(asset.assetClass)) continue;
    byCode.set(asset.id.toUpperCase(), asset);
    const short = plateCodeOf(asset.id);
    byCode.set(short, byCode.has(short) ? undefined : asset);
  }
  const classNames = new Map(
    pack.domains.flatMap(({ id, classes }) => classes.map((each) => [`${id}/${each.id}`, each.name] as const)),
  );
  return (code) => {
    const asset = byCode.get(code.trim().toUpperCase());
    if (asset === undefined) return undefined;
    return {
      ...toPlaceView(territory, asset.place),
      code: plateCodeOf(asset.id),
      name: asset.name,
      className: classNames.get(`${asset.domain}/${asset.assetClass}`) ?? asset.name,
      categories: categoriesOf.get(asset.assetClass) ?? [],
    };
  };
}
