/** The territory room: the city's shape in memory, asked by place, by name and by tile. */
import type { Area, Asset, Building, CityPack } from '#kernel/city.ts';
import type { Position } from '#kernel/geo.ts';
import type { Party } from '#kernel/rules.ts';
import { LEVELS, type Localized } from '#kernel/words.ts';
import { indexCells } from './cell-index.ts';
import { type Named, NameIndex } from './names.ts';
import { indexNear } from './near.ts';
import type { Territory, Whereabouts } from './territory.types.ts';
import { middleOf, Tiles } from './tiles.ts';

export interface TerritoryOptions {
  /** The integer a thing is known by on the map; undefined: it is not drawn. */
  readonly thingIdOf: (assetId: string) => number | undefined;
}

/** An address further away than this would be wrong rather than vague. */
const ADDRESS_METRES = 80;
const ROAD_METRES = 400;
/** Cells on the edge of the pack's mesh: a place just outside belongs to the nearest one. */
const EDGE_METRES = 60;

export function createTerritory(pack: CityPack, { thingIdOf }: TerritoryOptions): Territory {
  const areas = new Map(pack.areas.map((area) => [area.id, area]));
  const assets = new Map(pack.assets.map((asset) => [asset.id, asset]));
  const cells = pack.areas.filter(({ level }) => level === 'cell');
  const cellIndex = indexCells(cells);
  const nearCells = indexNear(cells, ({ polygon }) => ({ polygon }));
  const nearAssets = indexNear(pack.assets, shapeOfAsset);
  const nearBuildings = indexNear(pack.buildings, ({ polygon }) => ({ polygon }));
  const nearRoads = indexNear(pack.roads, ({ line }) => ({ line }));
  const names = new NameIndex(listNames(pack, areas));
  const tiles = new Tiles(pack, thingIdOf);
  const parties = indexParties(pack.parties);

  const parentOf = (area: Area | undefined): Area | undefined =>
    area?.parent === undefined ? undefined : areas.get(area.parent);
  const cellAt = (place: Position): Area | undefined => cellIndex.find(place) ?? nearCells.nearest(place, EDGE_METRES);

  function locate(place: Position): Whereabouts {
    const cell = cellAt(place);
    const community = parentOf(cell);
    const street = parentOf(community);
    const district = parentOf(street);
    return { cell, community, street, district, address: addressAt(place, community) };
  }

  function addressAt(place: Position, community: Area | undefined): Localized {
    const building = nearBuildings.nearest(place, ADDRESS_METRES);
    if (building !== undefined) return building.name ?? building.address;
    return nearRoads.nearest(place, ROAD_METRES)?.name ?? community?.name ?? pack.name;
  }

  return {
    pack,
    locate,
    findArea: (id) => areas.get(id),
    findAsset: (id) => assets.get(id),
    assetsWithin: (place, metres) => nearAssets.within(place, metres),
    buildingsWithin: (place, metres) => nearBuildings.within(place, metres),
    cellsWithin: (place, metres) => nearCells.within(place, metres),
    nearestRoad: (place) => nearRoads.nearest(place, ROAD_METRES),
    partyFor(role, place) {
      const { cell, community, street, district } = locate(place);
      const here = new Set([cell, community, street, district].flatMap((area) => area?.id ?? []));
      return parties.get(role)?.find((party) => party.areas.length === 0 || party.areas.some((id) => here.has(id)))?.id;
    },
    search: (text, _language, limit) => names.search(text, limit),
    tile: (layer, z, x, y) => tiles.tile(layer, z, x, y),
  };
}

function shapeOfAsset({ geometry }: Asset) {
  return geometry.type === 'Point' ? { point: geometry.coordinates } : { line: geometry.coordinates };
}

/** Parties by role, those of the smallest reach first: a community's before a street's before the city's. Crews are sent, not asked. */
function indexParties(parties: readonly Party[]): Map<string, Party[]> {
  const byRole = new Map<string, Party[]>();
  for (const party of parties) {
    if (party.kind === 'crew') continue;
    for (const role of party.roles) byRole.set(role, [...(byRole.get(role) ?? []), party]);
  }
  const reach = (party: Party): number => (party.areas.length === 0 ? -1 : LEVELS.indexOf(party.level));
  for (const list of byRole.values())
    list.sort((a, b) => reach(b) - reach(a) || a.areas.length - b.areas.length || (a.id < b.id ? -1 : 1));
  return byRole;
}

function* listNames(pack: CityPack, areas: ReadonlyMap<string, Area>): Generator<Named> {
  const nothing: Localized = {};
  for (const { id, level, name, parent, polygon } of pack.areas) {
    const detail = (parent === undefined ? undefined : areas.get(parent)?.name) ?? nothing;
    yield { kind: level === 'cell' ? 'cell' : 'area', id, name, detail, place: middleOf(polygon[0] ?? []) };
  }
  const roads = new Set<string>();
  for (const { id, name, line } of pack.roads) {
    const key = JSON.stringify(name);
    if (roads.has(key)) continue;
    roads.add(key);
    yield { kind: 'road', id, name, detail: nothing, place: line[Math.floor(line.length / 2)] ?? pack.center };
  }
  for (const { id, name, address, place } of pack.buildings.filter(hasName))
    yield { kind: 'building', id, name, detail: address, place };
  const classes = new Map(
    pack.domains.flatMap((domain) => domain.classes.map((each) => [`${domain.id}/${each.id}`, each.name] as const)),
  );
  for (const { id, name, domain, assetClass, place } of pack.assets) {
    yield { kind: 'asset', id, name, detail: classes.get(`${domain}/${assetClass}`) ?? nothing, place };
  }
}

const hasName = (building: Building): building is Building & { name: Localized } => building.name !== undefined;
