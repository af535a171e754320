/** Seeding a pack's assets, what memory knows of them, and the features their Observations observe. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { citySensing, countRows, logger, NOON, pressure } from './city-of-sensors.ts';

test('an asset becomes a Thing with Location, Sensor, ObservedProperty and Datastreams, known in memory', async (t) => {
  const { sensing, database } = await citySensing(t, 2);

  const thing = sensing.findThingByAsset('water-logger-1')!;
  const stream = sensing.findDatastream(thing.datastreamIds[0]!)!;

  assert.deepEqual(thing, {
    id: thing.id,
    name: 'Pressure logger 1',
    assetId: 'water-logger-1',
    domain: 'water',
    assetClass: 'pressure-logger',
    place: [114.001, 30.5],
    datastreamIds: thing.datastreamIds,
    properties: { bore: 300, assetId: 'water-logger-1', domain: 'water', assetClass: 'pressure-logger' },
  });
  assert.deepEqual(stream, {
    id: stream.id,
    thingId: thing.id,
    name: 'Pressure at logger 1',
    unit: 'kPa',
    range: [0, 1600],
    normal: [310, 420],
    intervalSeconds: 60,
    lateAfterIntervals: 2,
    silentAfterIntervals: 5,
    domain: 'water',
    assetId: 'water-logger-1',
    assetClass: 'pressure-logger',
    indicator: 'pressure',
    place: [114.001, 30.5],
  });
  const tables = ['things', 'locations', 'historical_locations', 'sensors', 'observed_properties', 'datastreams'];
  const rows = await Promise.all(tables.map((table) => countRows(database, table)));
  assert.deepEqual(rows, [2, 2, 2, 1, 1, 2], 'one Sensor per class, one ObservedProperty per indicator');
});

test('seeding the same again changes nothing; what differs is brought up to date under the same ids', async (t) => {
  const { sensing, database, streams } = await citySensing(t, 2);
  const unchanged = { thingsCreated: 0, thingsChanged: 0, datastreamsCreated: 0, datastreamsChanged: 0 };
  assert.deepEqual(await sensing.seedThings([logger(1), logger(2)]), unchanged);

  const [pressureStream] = logger(2).datastreams;
  const result = await sensing.seedThings([
    logger(1),
    logger(2, {
      name: 'Logger at the ferry',
      geometry: { type: 'Point', coordinates: [115, 31] },
      place: [115, 31],
      datastreams: [
        { ...pressureStream!, range: [0, 2000] },
        { ...pressureStream!, indicator: 'flow', name: 'Flow' },
      ],
    }),
    logger(3),
  ]);

  assert.deepEqual(result, { thingsCreated: 1, thingsChanged: 1, datastreamsCreated: 2, datastreamsChanged: 1 });
  const thing = sensing.findThingByAsset('water-logger-2')!;
  assert.deepEqual([thing.name, thing.place, thing.datastreamIds[0]], ['Logger at the ferry', [115, 31], streams[1]]);
  assert.deepEqual(sensing.findDatastream(streams[1]!)?.range, [0, 2000]);
  assert.equal(await countRows(database, 'locations'), 3);
  await sensing.submit([pressure(streams[1]!, 1_999)]);
});

test('a line is found by its bounds and drawn from the place given', async (t) => {
  const { sensing, database } = await citySensing(t, 0);
  const line = {
    type: 'LineString',
    coordinates: [
      [114, 30],
      [114.2, 30.1],
      [114.1, 30.3],
    ],
  } as const;

  await sensing.seedThings([logger(1, { geometry: line as unknown as GeoJSON.LineString, place: [114.15, 30.1] })]);

  const rows = await database.query('select longitude, latitude, west, south, east, north from locations');
  assert.deepEqual(rows, [{ longitude: 114.15, latitude: 30.1, west: 114, south: 30, east: 114.2, north: 30.3 }]);
});

test('an Observation without a feature observes the place of its Thing, one feature for all of them', async (t) => {
  const { sensing, database, streams } = await citySensing(t, 2);
  await sensing.submit([pressure(streams[0]!, 1), pressure(streams[0]!, 2), pressure(streams[1]!, 3)]);

  const rows = await database.query<{ feature_id: number; lon: number }>(
    `select feature_id, longitude as lon from observations o join features_of_interest f on f.id = o.feature_id order by o.id`,
  );

  assert.deepEqual(
    rows.map(({ lon }) => lon),
    [114.001, 114.001, 114.002],
  );
  assert.equal(rows[0]!.feature_id, rows[1]!.feature_id);
});

test('when the Thing has moved, later Observations observe the new place and earlier ones the old', async (t) => {
  const { sensing, database, streams } = await citySensing(t, 1);
  const { thingId } = sensing.findDatastream(streams[0]!)!;
  await sensing.submit([pressure(streams[0]!, 1)]);
  await database.query('delete from things_locations');
  await database.query(
    `with moved as (insert into locations (name, description, encoding_type, location, longitude, latitude)
       values ('Depot', '', 'application/geo+json', '{"type":"Point","coordinates":[120,31]}', 120, 31) returning id)
     insert into things_locations select $1, id from moved`,
    [thingId],
  );
  await sensing.refresh([thingId]);

  await sensing.submit([pressure(streams[0]!, 2)]);
  await sensing.submitColumns({
    count: 1,
    datastreamIds: Float64Array.of(streams[0]!),
    phenomenonTimes: Float64Array.of(NOON),
    resultTimes: Float64Array.of(NOON),
    results: Float64Array.of(3),
  });

  const rows = await database.query(
    'select o.result, f.longitude as lon from observations o join features_of_interest f on f.id = o.feature_id order by o.id',
  );
  assert.deepEqual(rows, [
    { result: 1, lon: 114.001 },
    { result: 2, lon: 120 },
    { result: 3, lon: 120 },
  ]);
  assert.deepEqual(sensing.findThing(thingId)?.place, [120, 31]);
});

test('a named feature must exist; deleting it deletes its Observations and no others', async (t) => {
  const { sensing, database, streams } = await citySensing(t, 1);
  const [feature] = await database.query<{ id: number }>(
    `insert into features_of_interest (name, description, encoding_type, feature)
     values ('Reach', '', 'application/geo+json', '{}') returning id`,
  );
  await assert.rejects(sensing.submit([pressure(streams[0]!, 1, { featureOfInterestId: 4_711 })]), {
    code: 'feature_of_interest.unknown',
  });
  await sensing.submit([pressure(streams[0]!, 1, { featureOfInterestId: feature!.id }), pressure(streams[0]!, 2)]);

  await database.query('delete from features_of_interest where id = $1', [feature!.id]);

  assert.deepEqual(await database.query('select result from observations'), [{ result: 2 }]);
});

test('deleting follows the standard: a Sensor takes its Datastreams, their Observations and buckets along', async (t) => {
  const { sensing, database, streams } = await citySensing(t, 2);
  await sensing.submit([pressure(streams[0]!, 1)]);
  await sensing.settle();

  await database.query('delete from sensors');
  await sensing.refresh();

  const tables = ['datastreams', 'observations', 'buckets_hour', 'buckets_day', 'datastreams_features'];
  assert.deepEqual(await Promise.all(tables.map((table) => countRows(database, table))), [0, 0, 0, 0, 0]);
  assert.equal(await countRows(database, 'things'), 2);
  assert.deepEqual([...sensing.listDatastreams()], []);
  assert.equal(sensing.findLatest(streams[0]!), undefined);
});

test('a Location takes its HistoricalLocations along', async (t) => {
  const { database } = await citySensing(t, 2);

  await database.query('delete from locations where id = (select min(id) from locations)');

  assert.equal(await countRows(database, 'historical_locations'), 1);
  assert.equal(await countRows(database, 'things'), 2);
});

test('extents written back in the background are those answered from memory', async (t) => {
  const { sensing, database, streams } = await citySensing(t, 1);
  await sensing.submit([
    pressure(streams[0]!, 1, { phenomenonTime: NOON - 5_000, phenomenonEnd: NOON + 1_000 }),
    pressure(streams[0]!, 2, { resultTime: NOON + 2_000 }),
  ]);

  await sensing.settle();

  assert.deepEqual(sensing.extent(streams[0]!), {
    phenomenonTime: [NOON - 5_000, NOON + 1_000],
    resultTime: [NOON + 2_000, NOON + 2_000],
  });
  const [row] = await database.query(
    'select phenomenon_time_begin as a, phenomenon_time_end as b, result_time_begin as c, result_time_end as d from datastreams',
  );
  assert.deepEqual(row, {
    a: new Date(NOON - 5_000),
    b: new Date(NOON + 1_000),
    c: new Date(NOON + 2_000),
    d: new Date(NOON + 2_000),
  });
});
