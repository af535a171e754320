/**
 * A city is data: reads a pack directory into the kernel's words. `loadPack` gives the city or refuses with every problem at once;
 * `checkPack` gives the problems alone. Nothing half-read ever leaves.
 */
import { resolve } from 'node:path';
import type { CityPack } from '#kernel/city.ts';
import { CityError } from '#kernel/errors.ts';
import { boundsOf } from '#kernel/geo.ts';
import type { PackSection } from '#kernel/pack-section.ts';
import { NO_REPORTING } from '#kernel/reporting.ts';
import { indexCells } from '../cell-index.ts';
import { checkReferences } from './check-references.ts';
import type { Problem } from './problem.ts';
import { type RawPack, readPackFiles } from './read-files.ts';
import { toAreas, toAssets, toBuildings, toGround, toNetwork, toRoads } from './to-places.ts';
import { toReporting } from './to-reporting.ts';
import { toAccounts, toCalendars, toCaseClasses, toClasses, toParties, toPlans } from './to-rules.ts';

export type { Problem } from './problem.ts';

/** Undefined when a required file was missing or wrong: then `raw.problems` says so. */
function toPack(raw: RawPack): CityPack | undefined {
  const { city, parties, calendars, caseClasses, areas, cells } = raw;
  if (!city || !parties || !calendars || !caseClasses || !areas || !cells) return undefined;
  const { languages } = city;
  const allAreas = toAreas(areas, cells, languages);
  const cellIndex = indexCells(allAreas.filter((area) => area.level === 'cell'));
  const assets = [...raw.assets].flatMap(([domain, file]) => toAssets(domain, file, languages, cellIndex));
  const networks = [...raw.networks].map(([domain, file]) => {
    const own = assets.filter((asset) => asset.domain === domain);
    return [domain, toNetwork(domain, file, own)] as const;
  });
  return {
    id: city.id,
    directory: raw.directory,
    name: city.name,
    fictional: city.fictional,
    timeZone: city.time_zone,
    languages,
    defaultLanguage: city.default_language,
    referencePrefix: city.reference_prefix,
    center: city.center,
    bounds: boundsOf(allAreas.flatMap((area) => area.polygon[0] ?? [])),
    domains: [...raw.domains.values()].map((domain) => ({
      id: domain.id,
      name: domain.name,
      colour: domain.colour,
      icon: domain.icon,
      classes: toClasses(domain),
      settings: domain.settings ?? {},
    })),
    areas: allAreas,
    roads: raw.roads ? toRoads(raw.roads, languages) : [],
    buildings: raw.buildings ? toBuildings(raw.buildings, languages) : [],
    ground: raw.ground ? toGround(raw.ground, languages) : [],
    assets,
    networks: new Map(networks),
    parties: toParties(parties),
    calendars: toCalendars(calendars, city.time_zone),
    defaultCalendar: city.default_calendar,
    caseClasses: toCaseClasses(caseClasses),
    plans: raw.plans ? toPlans(raw.plans) : [],
    accounts: raw.accounts ? toAccounts(raw.accounts) : [],
    reporting: raw.residents ? toReporting(raw.residents) : NO_REPORTING,
    sections: raw.sections,
  };
}

async function readPack(
  directory: string,
  sections: readonly PackSection[],
): Promise<{ pack: CityPack | undefined; problems: Problem[] }> {
  const raw = await readPackFiles(resolve(directory), sections);
  const pack = toPack(raw);
  if (pack === undefined) return { pack, problems: raw.problems };
  const inSections = sections.flatMap((section) => {
    const value = raw.sections.get(section.file);
    const found = value === undefined ? [] : (section.check?.(value, pack) ?? []);
    return found.map((problem) => ({ file: section.file, ...problem }));
  });
  return { pack, problems: [...raw.problems, ...checkReferences(pack, raw), ...inSections] };
}

/**
 * The city of a pack directory; of the files that belong to one domain only those named in `sections` are read. Throws CityError `pack.invalid`, naming the first problem in its message and all of them in
 * `details.problems`.
 */
export async function loadPack(directory: string, sections: readonly PackSection[] = []): Promise<CityPack> {
  const { pack, problems } = await readPack(directory, sections);
  const [first] = problems;
  if (pack !== undefined && first === undefined) return pack;
  const words = first === undefined ? 'nothing to read' : `${first.file}: ${first.path}: ${first.reason}`;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more; run cityloom check-pack)` : '';
  throw new CityError('invalid', 'pack.invalid', `The pack ${directory} cannot be used: ${words}${more}`, first?.path, {
    problems,
  });
}

/** Every problem of a pack: schema first, then what refers to what. Empty means the city can start. */
export const checkPack = async (directory: string, sections: readonly PackSection[] = []): Promise<Problem[]> =>
  (await readPack(directory, sections)).problems;
