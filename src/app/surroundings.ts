/** What casework asks of the city around a case: who is responsible there, and what a trouble takes with it. */
import type { Impact, Responsibility } from '#casework/casework.types.ts';
import type { ImpactRequest } from '#casework/ground.ts';
import type { Isolation } from '#domains/water/isolation.ts';
import { findIsolation } from '#domains/water/isolation.ts';
import { distanceMetres, type Position } from '#kernel/geo.ts';
import type { Network } from '#kernel/network.ts';
import type { AssetId } from '#kernel/words.ts';
import type { Territory } from '#territory/territory.types.ts';

/** Fewer people than this are not told apart. */
const SMALLEST_COUNT = 5;
/** A building hangs on a pipe when it stands this near to it. */
const SERVICE_METRES = 60;

export function responsibilityAt(territory: Territory, place: Position): Responsibility {
  const { cell, community, street, district, address } = territory.locate(place);
  return {
    cell: cell?.id ?? '',
    community: community?.id ?? '',
    street: street?.id ?? '',
    district: district?.id ?? '',
    address,
    cellName: cell?.name,
    partyFor: (role) => territory.partyFor(role, place),
    gridWorker: cell?.worker,
  };
}

/**
 * Valves to close and what goes without: along the pipes that are shut off when the network knows the pipe, else within the plan's
 * distance around the place.
 */
export function impactOf(territory: Territory, request: ImpactRequest): Impact {
  const network = territory.pack.networks.get(request.domain);
  const pipe = pipeOf(request);
  const isolation =
    request.proposesIsolation && network !== undefined && pipe !== undefined && network.links.has(pipe)
      ? findIsolation(network, pipe)
      : undefined;
  const reached = isolation === undefined || network === undefined ? undefined : placesAlong(network, isolation.links);
  const metres = reached === undefined ? request.impactMetres : SERVICE_METRES;
  const around = reached ?? [request.place];
  const buildings = distinct(around.flatMap((place) => territory.buildingsWithin(place, metres)));
  const cells = distinct(around.flatMap((place) => territory.cellsWithin(place, metres)));
  const critical = distinct(
    [...buildings, ...territory.buildingsWithin(request.place, request.impactMetres)].filter(
      (building) => building.critical,
    ),
  );
  const residents = buildings.reduce((sum, building) => sum + building.residents, 0);
  return {
    valves: isolation === undefined ? [] : valvesOf(territory, isolation, request.place),
    links: isolation?.links ?? [],
    cells: cells.map(({ id }) => id),
    buildings: buildings.length,
    residents: residents < SMALLEST_COUNT ? undefined : residents,
    criticalSites: critical
      .map(({ id, name, use, place, address }) => ({
        id,
        name: name ?? address,
        kind: use,
        place,
        distanceMetres: Math.round(distanceMetres(place, request.place)),
      }))
      .sort((a, b) => a.distanceMetres - b.distanceMetres),
  };
}

/** The pipe a finding points at, or the asset itself when somebody located it. */
function pipeOf({ facts, assetId }: ImpactRequest): AssetId | undefined {
  return typeof facts['pipe'] === 'string' ? facts['pipe'] : assetId;
}

function placesAlong(network: Network, links: readonly AssetId[]): Position[] {
  return links.flatMap((id) => [...(network.links.get(id)?.line ?? [])]);
}

function valvesOf(territory: Territory, isolation: Isolation, place: Position): Impact['valves'] {
  const language = territory.pack.defaultLanguage;
  return isolation.valves
    .flatMap((id) => territory.findAsset(id) ?? [])
    .map((valve) => ({
      assetId: valve.id,
      name: valve.name[language] ?? valve.id,
      place: valve.place,
      distanceMetres: Math.round(distanceMetres(valve.place, place)),
    }))
    .sort((a, b) => a.distanceMetres - b.distanceMetres);
}

const distinct = <T extends { readonly id: string }>(all: readonly T[]): T[] => [
  ...new Map(all.map((each) => [each.id, each])).values(),
];
