/** Where people live and what they tell of: homes of the pack, those near a cabin more often, because who has a door close by uses it. */
import type { CityPack } from '#kernel/city.ts';
import { distanceMetres, type Position } from '#kernel/geo.ts';
import type { ReportCategory } from '#kernel/reporting.ts';
import { DAY, MINUTE } from '#kernel/time.ts';
import type { Random } from '../random.ts';

const NEAR_CABIN_METRES = 400;
const NEAR_CABIN_SHARE = 0.6;
const METRE_DEGREES = 1 / 111_195;

export type Home = CityPack['buildings'][number];

/** Picks a home; undefined in a city without houses. */
export function homesOf({
  buildings,
  assets,
}: Pick<CityPack, 'buildings' | 'assets'>): (random: Random) => Home | undefined {
  const lived = buildings.filter(({ residents }) => residents > 0);
  const cabins = assets
    .filter(({ domain }) => domain === 'resident-services')
    .flatMap(({ place }) => {
      const near = lived.filter((home) => distanceMetres(home.place, place) < NEAR_CABIN_METRES);
      return near.length === 0 ? [] : [near];
    });
  return (random) => {
    if (lived.length === 0) return undefined;
    return cabins.length > 0 && random.next() < NEAR_CABIN_SHARE
      ? random.pick(random.pick(cabins))
      : random.pick(lived);
  };
}

/** Within some metres of a place, as somebody points at a map. */
export function aboutAt([lon, lat]: Position, metres: number, random: Random): Position {
  const east = random.normal(metres) * METRE_DEGREES;
  const north = random.normal(metres) * METRE_DEGREES;
  return [Number((lon + east / Math.cos((lat * Math.PI) / 180)).toFixed(6)), Number((lat + north).toFixed(6))];
}

/** What is nobody's emergency and what only people see: no instrument would contradict them, and a person says when it is done. */
export function smallTroubles({
  reporting,
  caseClasses,
}: Pick<CityPack, 'reporting' | 'caseClasses'>): ReportCategory[] {
  const unhurried = new Set(
    reporting.hotlineClasses.filter(({ minutes }) => minutes * MINUTE > DAY).map(({ id }) => id),
  );
  const byPeople = new Set(caseClasses.filter(({ verifyBy }) => verifyBy === 'person').map(({ code }) => code));
  return reporting.categories.filter(
    ({ hotlineClass, caseClass, examples }) =>
      unhurried.has(hotlineClass) && byPeople.has(caseClass) && Object.values(examples).some((said) => said.length > 0),
  );
}
