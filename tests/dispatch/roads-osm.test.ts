/** OpenStreetMap extracts become streets for vans; what is no whole extract is refused by name. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import test, { type TestContext } from 'node:test';
import { drivable, isStopping, signedKph } from '#adapters/osm/car-profile.ts';
import { readStreetMap } from '#adapters/osm/street-map.ts';
import { main } from '#app/cli/cityloom.ts';
import { readOsmRoads } from '#app/roads.ts';
import { distanceMetres } from '#kernel/geo.ts';
import { type Extract, writeExtract } from './osm-file.ts';
import { at } from './roads-town.ts';

const OSLO = resolve(process.env.CITYLOOM_DATA ?? '../shared/data', 'osm/oslo-east.osm.pbf');
const withoutOslo = existsSync(OSLO) ? false : `${OSLO} is not there; set CITYLOOM_DATA`;

/** Ids above 2^33, as the newest nodes have. */
const node = (row: number, x: number, y: number) => {
  const [lon, lat] = at(x, y);
  return { id: 12_000_000_000 + row, lon, lat };
};
const [A, B, C, D, T, FOOT] = [
  node(1, 0, 0),
  node(2, 2, 0),
  node(3, 2, 2),
  node(4, 0, 2),
  node(5, -1, 0),
  node(6, 5, 5),
];
const way = (id: number, nodes: { id: number }[], highway = 'residential', tags = {}) => ({
  id,
  nodes: nodes.map((each) => each.id),
  tags: { highway, ...tags },
});
const TOWN: Extract = {
  nodes: [A, B, C, D, T, FOOT],
  ways: [way(10, [A, B]), way(11, [B, C]), way(12, [C, D, A]), way(13, [T, A]), way(14, [A, FOOT], 'footway')],
};
const turn = (from: number, via: { id: number }, to: number, tags: Record<string, string>) => ({
  tags,
  members: [
    { kind: 'way', id: from, role: 'from' },
    { kind: 'node', id: via.id, role: 'via' },
    { kind: 'way', id: to, role: 'to' },
  ] as const,
});

async function fileOf(t: TestContext, bytes: Uint8Array): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cityloom-osm-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'town.osm.pbf'), bytes);
  return join(folder, 'town.osm.pbf');
}

const driven = async (t: TestContext, town: Extract) => {
  const { roads } = await readOsmRoads(await fileOf(t, writeExtract(town)));
  return Math.round(roads.route(at(-0.5, 0), at(0, 1))!.metres);
};

test('streets are read with the places of their nodes, and what vans may not use is left out', async (t) => {
  const { map, figures } = await readStreetMap(await fileOf(t, writeExtract(TOWN)));
  assert.equal(figures.streets, 4);
  assert.equal(map.longitudes.length, 5);
  const last = map.streets.at(-1)!.vertices[0]!;
  assert.ok(distanceMetres([map.longitudes[last]!, map.latitudes[last]!], [T.lon, T.lat]) < 0.02);
});

test('nodes one by one in blocks that are not deflated give the same streets', async (t) => {
  const dense = await readStreetMap(await fileOf(t, writeExtract(TOWN)));
  assert.deepEqual(await readStreetMap(await fileOf(t, writeExtract({ ...TOWN, isPlain: true }))), dense);
});

test('a turn restriction makes the detour', async (t) => {
  assert.equal(await driven(t, TOWN), 150);
  assert.equal(
    await driven(t, { ...TOWN, restrictions: [turn(13, A, 12, { restriction: 'no_left_turn' })] }),
    50 + 600 + 100,
  );
  assert.equal(
    await driven(t, { ...TOWN, restrictions: [turn(13, A, 10, { restriction: 'only_straight_on' })] }),
    50 + 600 + 100,
  );
});

test('restrictions that do not bind vans always are counted, and change nothing', async (t) => {
  const restrictions = [
    turn(13, A, 12, { restriction: 'no_left_turn', except: 'bicycle;motorcar' }),
    turn(13, A, 12, { 'restriction:hgv': 'no_left_turn' }),
    turn(13, A, 12, { 'restriction:conditional': 'no_left_turn @ (07:00-09:00)' }),
    turn(13, { id: 99 }, 12, { restriction: 'no_left_turn' }),
    {
      tags: { restriction: 'no_u_turn' },
      members: [13, 10, 12].map((id, i) => ({ kind: 'way', id, role: ['from', 'via', 'to'][i]! }) as const),
    },
  ];
  const town = { ...TOWN, restrictions };
  const { figures } = await readStreetMap(await fileOf(t, writeExtract(town)));
  assert.deepEqual(figures.restrictions, { taken: 0, throughStreets: 1, atSomeHours: 1, unfit: 1, forOthers: 2 });
  assert.equal(await driven(t, town), 150);
});

test('oneway=-1 is driven against the drawing', async (t) => {
  const against = {
    ...TOWN,
    ways: [...TOWN.ways.slice(0, 2), way(12, [A, D, C], 'residential', { oneway: '-1' }), TOWN.ways[3]!],
  };
  assert.equal(await driven(t, against), 50 + 600 + 100);
});

test('a bollard ends the street on both sides, unless a tag lets cars through', async (t) => {
  const withBarrier = (tags: Record<string, string>) => {
    const post = { ...node(7, 0, 0.5), tags: { barrier: 'bollard', ...tags } };
    const ways = [...TOWN.ways.slice(0, 2), way(12, [C, D, post, A]), TOWN.ways[3]!];
    return { nodes: [...TOWN.nodes, post], ways };
  };
  assert.equal(await driven(t, withBarrier({})), 50 + 600 + 100);
  assert.equal(await driven(t, withBarrier({ motor_vehicle: 'yes' })), 150);
});

test('a street whose middle lies outside the extract ends there', async (t) => {
  const { map } = await readStreetMap(
    await fileOf(
      t,
      writeExtract({ nodes: TOWN.nodes, ways: [way(10, [A, B, { id: 77 }, C, D]), way(11, [{ id: 78 }, A])] }),
    ),
  );
  assert.deepEqual(
    map.streets.map(({ vertices }) => vertices.length),
    [2, 2],
  );
});

test('tags say which way and how fast', () => {
  const said = (tags: Record<string, string>) => drivable(new Map(Object.entries(tags)));
  assert.equal(said({ highway: 'motorway' })?.direction, 'forward');
  assert.equal(said({ highway: 'motorway', oneway: 'no' })?.direction, 'both');
  assert.equal(said({ highway: 'primary', junction: 'roundabout' })?.direction, 'forward');
  assert.equal(said({ highway: 'primary' })?.direction, 'both');
  assert.equal(said({ highway: 'primary', oneway: 'reversible' }), undefined);
  assert.equal(said({ highway: 'primary', maxspeed: '50' })?.kph, 40);
  assert.equal(said({ highway: 'residential', access: 'private' }), undefined);
  assert.notEqual(said({ highway: 'residential', access: 'private', motor_vehicle: 'destination' }), undefined);
  assert.equal(said({ highway: 'residential', access: 'yes', motor_vehicle: 'no' }), undefined);
  assert.equal(said({ route: 'ferry', motor_vehicle: 'yes' }), undefined);
  assert.equal(said({ highway: 'pedestrian', area: 'yes' }), undefined);
});

test('a signed speed is a number with or without a unit, or nothing', () => {
  assert.equal(signedKph('30'), 30);
  assert.equal(Math.round(signedKph('30 mph')!), 48);
  for (const text of [undefined, '', 'none', 'walk', 'PT:urban', '0', '-30', '999', '50;30'])
    assert.equal(signedKph(text), undefined, text);
});

test('a gate stands open unless it is said to be closed', () => {
  const stops = (tags: Record<string, string>) => isStopping(new Map(Object.entries(tags)));
  assert.equal(stops({ barrier: 'gate' }), false);
  assert.equal(stops({ barrier: 'gate', access: 'private' }), true);
  assert.equal(stops({ barrier: 'bollard' }), true);
  assert.equal(stops({ highway: 'crossing' }), false);
});

test('an extract cut short anywhere is refused, and the file is named', async (t) => {
  const whole = writeExtract(TOWN);
  for (let length = 0; length < whole.length; length += 7) {
    const path = await fileOf(t, whole.subarray(0, length));
    await assert.rejects(
      readStreetMap(path),
      { code: 'osm.broken', message: new RegExp(`^${path}`) },
      `${length} bytes`,
    );
  }
});

test('an extract with flipped bytes is read or refused, never a defect', async (t) => {
  const whole = writeExtract({ ...TOWN, isPlain: true });
  for (let i = 0; i < whole.length; i += 3) {
    const bytes = Buffer.from(whole);
    bytes[i] = bytes[i]! ^ 0xff;
    const path = await fileOf(t, bytes);
    const said = await readOsmRoads(path).then(
      () => 'read',
      (error: { code?: string }) => error.code,
    );
    assert.ok(
      ['read', 'osm.broken', 'osm.unsupported', 'roads.no_streets'].includes(said ?? 'no code'),
      `byte ${i}: ${said}`,
    );
  }
});

test('no such file, not an extract, a feature of the future, and more than 500 MB are told apart', async (t) => {
  await assert.rejects(readStreetMap('/nowhere/town.osm.pbf'), { code: 'osm.not_found' });
  const text = await fileOf(t, Buffer.from('<osm version="0.6"></osm>'));
  await assert.rejects(readStreetMap(text), { code: 'osm.broken' });
  const future = await fileOf(t, writeExtract({ ...TOWN, features: ['OsmSchema-V0.6', 'HistoricalInformation'] }));
  await assert.rejects(readStreetMap(future), { code: 'osm.unsupported', message: /HistoricalInformation/ });
  const large = await fileOf(t, Buffer.alloc(0));
  const handle = await open(large, 'r+');
  await handle.truncate(500 * 1024 * 1024 + 1);
  await handle.close();
  await assert.rejects(readStreetMap(large), { code: 'osm.too_large', kind: 'too_large' });
});

test('the command says what an extract gives', async (t) => {
  const path = await fileOf(t, writeExtract(TOWN));
  const out = new PassThrough({ encoding: 'utf8' });
  const context = { stdout: out, stderr: out, env: {}, cwd: '/' };
  assert.equal(await main(['roads', path], context), 0);
  assert.match(out.read(), /4 with 5 vertices/);
  assert.equal(await main(['roads'], context), 2);
  await writeFile(path, (await readFile(path)).subarray(0, 100));
  assert.equal(await main(['roads', path], context), 2);
  assert.match(out.read(), /town\.osm\.pbf is not a whole .*\(osm\.broken\)/);
});

test('the east of Oslo holds together', { skip: withoutOslo }, async () => {
  const { roads, read } = await readOsmRoads(OSLO);
  const { ways, waysLeftOut, sections, turnRules } = roads.figures;
  assert.ok(read.streets > 4_000 && sections > 5_000, `${read.streets} streets, ${sections} sections`);
  assert.ok(waysLeftOut < ways / 10, `${waysLeftOut} of ${ways} ways left out`);
  assert.ok(turnRules.applied > 0.8 * read.restrictions.taken && read.restrictions.taken > 20);
});
