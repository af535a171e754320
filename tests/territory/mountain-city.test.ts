/** The demonstration city is a city: whole, peopled, fitted together, and its water flows. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { CityPack } from '#kernel/city.ts';
import { distanceMetres, isInPolygon, type Position } from '#kernel/geo.ts';
import type { Network } from '#kernel/network.ts';
import { type Hydraulics, startHydraulics } from '#simulator/water/hydraulics.ts';
import { readWaterSystem } from '#simulator/water/system.ts';
import { indexCells } from '#territory/cell-index.ts';
import { loadPack } from '#territory/pack/load-pack.ts';
import { createTerritory } from '#territory/territory.ts';
import { MOUNTAIN_CITY } from './broken-packs.ts';

let city: CityPack;
before(async () => {
  const start = performance.now();
  city = await loadPack(MOUNTAIN_CITY);
  console.log(`the mountain city was read and checked in ${Math.round(performance.now() - start)} ms`);
});

const ofLevel = (level: string) => city.areas.filter((area) => area.level === level);

/** Places all over the territory, the same ones every time: Halton's sequence spreads them evenly. */
function placesInTheCity(count: number): Position[] {
  const halton = (index: number, base: number): number => {
    let [value, share] = [0, 1];
    for (let rest = index; rest > 0; rest = Math.floor(rest / base)) {
      share /= base;
      value += (rest % base) * share;
    }
    return value;
  };
  const [west, south, east, north] = city.bounds;
  const districts = ofLevel('district');
  return Array.from(
    { length: count * 2 },
    (_, i): Position => [west + (east - west) * halton(i + 1, 2), south + (north - south) * halton(i + 1, 3)],
  )
    .filter((place) => districts.some((district) => isInPolygon(place, district.polygon)))
    .slice(0, count);
}

describe('the areas', () => {
  test('3 districts, 12 streets, 60 communities, more than 1,500 cells', () => {
    assert.equal(ofLevel('district').length, 3);
    assert.equal(ofLevel('street').length, 12);
    assert.equal(ofLevel('community').length, 60);
    assert.ok(ofLevel('cell').length > 1_500);
  });

  test('every place in the city lies in exactly one cell, and in the community, street and district above it', () => {
    const cells = indexCells(ofLevel('cell'));
    const areas = new Map(city.areas.map((area) => [area.id, area]));
    for (const place of placesInTheCity(5_000)) {
      const own = cells.all(place);
      assert.equal(own.length, 1, `${place} lies in ${own.length} cells`);
      for (let area = areas.get(own[0]!.parent!); area; area = areas.get(area.parent ?? '')) {
        assert.ok(isInPolygon(place, area.polygon), `${place} lies in ${own[0]!.id} but not in ${area.id}`);
      }
    }
  });

  test('every cell has a named worker of its own community’s team', () => {
    for (const cell of ofLevel('cell')) {
      assert.equal(cell.worker?.party, `${cell.parent}-grid`);
      assert.ok(cell.worker.name.length >= 2);
    }
  });

  test('the residents of the cells are the residents of their community, and of the houses', () => {
    const sum = (items: readonly { residents?: number | undefined }[]) =>
      items.reduce((total, { residents }) => total + (residents ?? 0), 0);
    for (const community of ofLevel('community')) {
      assert.equal(sum(ofLevel('cell').filter((cell) => cell.parent === community.id)), community.residents);
    }
    assert.equal(sum(ofLevel('cell')), sum(city.buildings));
    assert.ok(sum(city.buildings) > 200_000);
  });
});

describe('the lifelines', () => {
  const LIFELINES = ['water', 'power', 'gas', 'telecom', 'bridges', 'tunnels', 'rail', 'drainage'];

  test('about ten thousand assets and twenty thousand datastreams in all eight, and the cabins', () => {
    const indicators = new Map(
      city.domains.flatMap((domain) =>
        domain.classes.map((each) => [`${domain.id}/${each.id}`, each.indicators.length]),
      ),
    );
    let datastreams = 0;
    for (const asset of city.assets) datastreams += indicators.get(`${asset.domain}/${asset.assetClass}`)!;
    assert.deepEqual(new Set(city.assets.map((asset) => asset.domain)), new Set([...LIFELINES, 'resident-services']));
    assert.ok(city.assets.length > 9_000 && city.assets.length < 14_000, `${city.assets.length} assets`);
    assert.ok(datastreams > 18_000 && datastreams < 22_000, `${datastreams} datastreams`);
  });

  test('they send between 250 and 400 observations a second', () => {
    const perSecond = new Map(
      city.domains.flatMap((domain) =>
        domain.classes.map((each) => [
          `${domain.id}/${each.id}`,
          each.indicators.reduce((sum, rule) => sum + 1 / rule.intervalSeconds, 0),
        ]),
      ),
    );
    const total = city.assets.reduce((sum, asset) => sum + perSecond.get(`${asset.domain}/${asset.assetClass}`)!, 0);
    assert.ok(total > 250 && total < 400, `${total} per second`);
  });

  test('a main lies under a road: no water main of the streets is further than 20 m from one', () => {
    const territory = createTerritory(city, { thingIdOf: () => undefined });
    const mains = city.assets.filter(
      ({ assetClass, properties }) => assetClass === 'main' && properties.role === 'distribution',
    );
    for (const main of mains) {
      const road = territory.nearestRoad(main.place);
      const near = road?.line.some((corner, i) => i > 0 && nearSegment(main.place, road.line[i - 1]!, corner, 20));
      assert.ok(near, `${main.id} lies away from every road`);
    }
  });

  test('every role of every plan and case class finds its party wherever the trouble is', () => {
    const territory = createTerritory(city, { thingIdOf: () => undefined });
    const roles = new Set([
      ...city.plans.flatMap((plan) => plan.orders.map((order) => order.role)),
      ...city.caseClasses.flatMap((each) => each.handledBy),
    ]);
    for (const place of placesInTheCity(60)) {
      for (const role of roles) assert.ok(territory.partyFor(role, place), `nobody is ${role} at ${place}`);
    }
  });

  test('no case class is handled by a party of a level below its own', () => {
    const levels = ['city', 'district', 'street', 'community', 'cell'];
    const territory = createTerritory(city, { thingIdOf: () => undefined });
    const parties = new Map(city.parties.map((party) => [party.id, party]));
    for (const place of placesInTheCity(20)) {
      for (const { code, level, handledBy } of city.caseClasses) {
        const party = parties.get(territory.partyFor(handledBy[0]!, place)!)!;
        assert.ok(
          levels.indexOf(party.level) <= levels.indexOf(level),
          `${code} (${level}) goes to ${party.id} (${party.level})`,
        );
      }
    }
  });
});

function nearSegment(place: Position, from: Position, to: Position, metres: number): boolean {
  const steps = Math.max(1, Math.ceil(distanceMetres(from, to) / 5));
  return Array.from(
    { length: steps + 1 },
    (_, i): Position => [from[0] + ((to[0] - from[0]) * i) / steps, from[1] + ((to[1] - from[1]) * i) / steps],
  ).some((point) => distanceMetres(point, place) <= metres);
}

describe('the water', () => {
  let water: Hydraulics;
  let network: Network;
  /** Lowest and highest over one day: kPa at nodes, metres in tanks. */
  const seen = new Map<string, [low: number, high: number]>();
  before(async () => {
    network = city.networks.get('water')!;
    water = await startHydraulics(readWaterSystem(city)!, 0);
    for (let quarter = 0; quarter < 96; quarter++) {
      for (const { id, kind } of network.nodes.values()) {
        const value = kind === 'tank' ? water.levelMetres(id) : water.pressureKpa(id);
        const [low, high] = seen.get(id) ?? [value, value];
        seen.set(id, [Math.min(low, value), Math.max(high, value)]);
      }
      water.advance(900);
    }
  });
  after(() => water.close());

  const loggers = () => city.assets.filter(({ assetClass }) => assetClass === 'pressure-logger');
  const seenAt = ({ properties }: { properties: Readonly<Record<string, unknown>> }) =>
    seen.get(String(properties.node))!;
  const normalOf = ({ properties }: { properties: Readonly<Record<string, unknown>> }) =>
    (properties.normal as { pressure: [number, number] }).pressure;

  test('reaches every node from the works', () => {
    const neighbours = new Map<string, string[]>();
    for (const { from, to } of network.links.values()) {
      neighbours.set(from, [...(neighbours.get(from) ?? []), to]);
      neighbours.set(to, [...(neighbours.get(to) ?? []), from]);
    }
    const source = [...network.nodes.values()].find(({ kind }) => kind === 'source')!;
    const reached = new Set([source.id]);
    for (const node of reached) for (const next of neighbours.get(node) ?? []) reached.add(next);
    assert.equal(reached.size, network.nodes.size);
  });

  test('has pressure everywhere, all day', () => {
    for (const { id, kind } of network.nodes.values()) {
      assert.ok(kind === 'tank' || kind === 'source' || seen.get(id)![0] > 0, `${id} falls to ${seen.get(id)![0]} kPa`);
    }
  });

  test('keeps every logger between 250 and 700 kPa, and inside the normal range the pack gives it', () => {
    assert.ok(loggers().length >= 250);
    for (const logger of loggers()) {
      const [[low, high], normal] = [seenAt(logger), normalOf(logger)];
      assert.ok(low >= 250 && high <= 700, `${logger.id}: ${low}…${high} kPa`);
      assert.ok(normal[0] <= low && high <= normal[1], `${logger.id}: ${low}…${high} is not normal (${normal})`);
    }
  });

  test('gives nine loggers in ten 310 to 550 kPa all day', () => {
    const usual = loggers().filter((logger) => seenAt(logger)[0] >= 310 && seenAt(logger)[1] <= 550);
    assert.ok(usual.length / loggers().length > 0.9, `${usual.length} of ${loggers().length}`);
  });

  test('leaves no tank empty and none overflowing', () => {
    for (const { id, kind, properties } of network.nodes.values()) {
      const [low, high] = kind === 'tank' ? seen.get(id)! : [1, 1];
      assert.ok(low > 0.9 && high < Number(properties?.max_level_m ?? 2), `tank ${id}: ${low}…${high} m`);
    }
  });

  test('can be cut off from half of the mains by closing a dozen valves at most', () => {
    const mains = city.assets.filter(
      ({ assetClass, properties }) => assetClass === 'main' && properties.role === 'distribution',
    );
    const counts = mains
      .map(({ id }) => water.isolationValves(id)?.length ?? Number.POSITIVE_INFINITY)
      .sort((a, b) => a - b);
    assert.ok(
      counts[Math.floor(counts.length / 2)]! <= 12,
      `the middle one needs ${counts[Math.floor(counts.length / 2)]}`,
    );
  });

  test('falls by a quarter at some logger when a wide main breaks, for most of them', () => {
    const wide = city.assets.filter(
      ({ assetClass, properties }) =>
        assetClass === 'main' &&
        properties.bore_mm === 400 &&
        Number(properties.length_m) > 60 &&
        properties.role === 'trunk',
    );
    const broken = wide.filter((_, i) => i % Math.ceil(wide.length / 8) === 0);
    const felt = broken.filter(({ id }) => {
      water.burst(id, 0.4);
      const isFelt = loggers().some(
        (logger) => water.pressureKpa(String(logger.properties.node)) < 0.75 * normalOf(logger)[0],
      );
      water.repair(id);
      return isFelt;
    });
    assert.ok(felt.length > broken.length / 2, `${felt.length} of ${broken.length}`);
  });
});
