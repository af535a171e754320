import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import type { Position } from '#kernel/geo.ts';
import { distanceMetres } from '#kernel/geo.ts';
import { loadPack } from '#territory/pack/load-pack.ts';
import { createTerritory } from '#territory/territory.ts';
import type { Territory } from '#territory/territory.types.ts';
import { MOUNTAIN_CITY } from './broken-packs.ts';

let territory: Territory;
before(async () => {
  const pack = await loadPack(MOUNTAIN_CITY);
  const ids = new Map(pack.assets.map((asset, i) => [asset.id, i + 1]));
  territory = createTerritory(pack, { thingIdOf: (id) => ids.get(id) });
});

const someAsset = (assetClass: string) => territory.pack.assets.find((asset) => asset.assetClass === assetClass)!;

describe('where a place is', () => {
  test('a house is found by its own address', () => {
    const house = territory.pack.buildings.find(({ name, use }) => name === undefined && use === 'residential')!;
    assert.deepEqual(territory.locate(house.place).address, house.address);
  });

  test('a named site is called by its name', () => {
    const hospital = territory.pack.buildings.find(({ use }) => use === 'hospital')!;
    assert.deepEqual(territory.locate(hospital.place).address, hospital.name);
  });

  test('cell, community, street and district are each other’s parents', () => {
    const { cell, community, street, district } = territory.locate(someAsset('pressure-logger').place);
    assert.deepEqual([cell?.parent, community?.parent, street?.parent], [community?.id, street?.id, district?.id]);
  });

  test('far outside the city there is no cell and no district', () => {
    const { cell, district } = territory.locate([100, 20]);
    assert.deepEqual([cell, district], [undefined, undefined]);
  });
});

describe('who is responsible', () => {
  test('a grid worker is the team of the very community', () => {
    const place = someAsset('hydrant').place;
    assert.equal(territory.partyFor('grid-worker', place), `${territory.locate(place).community!.id}-grid`);
  });

  test('the waterworks of the bank come before the city’s', () => {
    const south = territory.pack.assets.find(
      ({ owner, assetClass }) => owner === 'waterworks-south' && assetClass === 'main',
    )!;
    assert.equal(territory.partyFor('waterworks', south.place), 'waterworks-south');
  });

  test('who answers for the whole city answers everywhere', () => {
    assert.equal(territory.partyFor('metro', someAsset('station').place), 'metro-company');
  });

  test('nobody is responsible for a role that does not exist', () => {
    assert.equal(territory.partyFor('weather', someAsset('station').place), undefined);
  });
});

describe('what lies near', () => {
  test('assets and houses within a distance, nearest first, nothing further away', () => {
    const { place } = someAsset('transformer');
    const near = territory.buildingsWithin(place, 150);
    assert.ok(near.length > 3);
    const all = territory.pack.buildings.filter((house) => distanceMetres(house.place, place) < 60);
    for (const house of all) assert.ok(near.includes(house), `${house.id} is near but was not found`);
    assert.ok(territory.assetsWithin(place, 1).some(({ id }) => id === someAsset('transformer').id));
    assert.deepEqual(territory.assetsWithin([100, 20], 500), []);
  });

  test('the cells around a place hold its own cell', () => {
    const { place, cell } = someAsset('transformer');
    const around = territory.cellsWithin(place, 200).map(({ id }) => id);
    assert.ok(around.includes(cell));
    assert.ok(around.length > 1 && around.length < 20);
  });
});

describe('search', () => {
  test('finds a road by the beginning of its Chinese name', () => {
    const [first] = territory.search('朝晖', 'zh', 5);
    assert.deepEqual([first?.kind, first?.name.zh], ['road', '朝晖大道']);
  });

  test('finds the same road by its English name, whatever the case', () => {
    const [first] = territory.search('morning li', 'en', 5);
    assert.deepEqual([first?.kind, first?.name.en], ['road', 'Morning Light Avenue']);
  });

  test('finds an asset by its id', () => {
    assert.equal(territory.search('wl-0001', 'en', 1)[0]?.id, 'WL-0001');
  });

  test('gives no more than asked for, and nothing for nothing', () => {
    assert.equal(territory.search('路', 'zh', 7).length, 7);
    assert.deepEqual(territory.search('  ', 'zh', 7), []);
  });
});

/** The tile that holds a place. */
function tileAt([lon, lat]: Position, z: number): [z: number, x: number, y: number] {
  const n = 2 ** z;
  const radians = (lat * Math.PI) / 180;
  return [z, Math.floor(((lon + 180) / 360) * n), Math.floor(((1 - Math.asinh(Math.tan(radians)) / Math.PI) / 2) * n)];
}

describe('tiles', () => {
  const decode = (layer: 'base' | 'assets', place: Position, z: number): VectorTile =>
    new VectorTile(new PbfReader(territory.tile(layer, ...tileAt(place, z))!));
  const featuresOf = (tile: VectorTile, layer: string) =>
    Array.from({ length: tile.layers[layer]?.length ?? 0 }, (_, i) => tile.layers[layer]!.feature(i));

  test('the base map of a street corner holds ground, streets with names, houses, areas and their names', () => {
    const tile = decode('base', territory.pack.center, 15);
    assert.deepEqual(Object.keys(tile.layers).sort(), ['areas', 'buildings', 'ground', 'labels', 'roads']);
    const [road] = featuresOf(tile, 'roads');
    assert.match(String(road!.properties.name_zh), /[路街道巷坡桥]/);
    assert.ok(featuresOf(tile, 'areas').some(({ properties }) => properties.level === 'cell'));
  });

  test('seen from far away there are no houses and no cells', () => {
    const tile = decode('base', territory.pack.center, 11);
    assert.equal(tile.layers.buildings?.length, undefined);
    assert.ok(featuresOf(tile, 'areas').every(({ properties }) => properties.level !== 'cell'));
    assert.ok(featuresOf(tile, 'ground').some(({ properties }) => properties.kind === 'water'));
  });

  test('contours carry their height', () => {
    const contour = featuresOf(decode('base', territory.pack.center, 12), 'ground').find(
      ({ properties }) => properties.kind === 'contour',
    );
    assert.ok(Number(contour?.properties.elevation) >= 200);
  });

  test('an asset carries the integer its thing is known by, its class and both names', () => {
    const asset = someAsset('service-tank');
    const wanted = territory.pack.assets.indexOf(asset) + 1;
    const feature = featuresOf(decode('assets', asset.place, 15), 'assets').find(({ id }) => id === wanted)!;
    assert.deepEqual(
      {
        asset: feature.properties.asset,
        domain: feature.properties.domain,
        class: feature.properties.class,
        name_zh: feature.properties.name_zh,
        name_en: feature.properties.name_en,
      },
      { asset: asset.id, domain: 'water', class: 'service-tank', name_zh: asset.name.zh, name_en: asset.name.en },
    );
  });

  test('every asset is in some tile', () => {
    const seen = new Set<number>();
    const [west, south, east, north] = territory.pack.bounds;
    const [z, x0, y0] = tileAt([west, north], 12);
    const [, x1, y1] = tileAt([east, south], 12);
    for (let x = x0; x <= x1; x++) {
      for (let y = y0; y <= y1; y++) {
        const bytes = territory.tile('assets', z, x, y);
        for (const { id } of bytes ? featuresOf(new VectorTile(new PbfReader(bytes)), 'assets') : []) seen.add(id!);
      }
    }
    assert.equal(seen.size, territory.pack.assets.length);
  });

  test('there is no tile where there is no city', () => {
    assert.equal(territory.tile('base', 12, 0, 0), undefined);
  });
});
