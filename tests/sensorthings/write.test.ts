/** Making, changing and deleting entities: deep insert, links, history, cascades. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  callerWith,
  datastream,
  location,
  MEASUREMENT,
  makePressurePoint,
  NOON,
  names,
  openApi,
  PRESSURE,
  point,
  results,
  SENSOR,
} from './api.ts';

const COUNTED = [
  'Things',
  'Locations',
  'HistoricalLocations',
  'Datastreams',
  'Sensors',
  'ObservedProperties',
  'Observations',
  'FeaturesOfInterest',
];

test('a POST answers 201 with the address of the new entity and the entity itself', async (t) => {
  const api = await openApi(t);

  const made = await api.post('Things', { name: 'Manhole', description: 'A manhole', properties: { bore: 300 } });

  assert.equal(made.status, 201);
  assert.equal(made.headers.location, 'http://city.example/sensorthings/v1.1/Things(1)');
  assert.equal(made.body['@iot.id'], 1);
  assert.deepEqual(made.body, (await api.get('Things(1)')).body);
});

test('Prefer: return=minimal leaves the body out', async (t) => {
  const api = await openApi(t);
  const made = await api.post('Things', { name: 'Manhole', description: 'A manhole' }, { prefer: 'return=minimal' });
  assert.deepEqual(
    [made.status, made.text, made.headers.location],
    [201, '', 'http://city.example/sensorthings/v1.1/Things(1)'],
  );
});

test('a deep insert makes everything and links it, and sensing knows it at once', async (t) => {
  const api = await openApi(t);

  const { thing, stream } = await makePressurePoint(api);

  const { body } = await api.get(
    `Things(${thing})?$expand=Locations,Datastreams($expand=Sensor,ObservedProperty),HistoricalLocations($expand=Locations)`,
  );
  assert.equal(body.Locations[0]!.name, 'Ferry Steps 12');
  assert.equal((body.Datastreams[0]!.Sensor as { name: string }).name, SENSOR.name);
  assert.equal((body.Datastreams[0]!.ObservedProperty as { name: string }).name, PRESSURE.name);
  assert.equal((body.HistoricalLocations as { Locations: unknown[] }[])[0]!.Locations.length, 1);
  assert.equal(api.sensing.findDatastream(stream)?.thingId, thing);
  assert.deepEqual(api.sensing.findThing(thing)?.place, [106.58, 29.56]);
});

test('a deep insert may hold Observations', async (t) => {
  const api = await openApi(t);
  await api.make('Things', {
    name: 'Manhole',
    description: 'A manhole',
    Locations: [location('Steps', 106.6, 29.6)],
    Datastreams: [
      datastream('level', {
        Observations: [
          { result: 1, phenomenonTime: '2026-03-01T08:00:00Z' },
          { result: 2, phenomenonTime: '2026-03-01T08:01:00Z' },
        ],
      }),
    ],
  });
  assert.deepEqual(results(await api.get('Datastreams(1)/Observations')), [1, 2]);
});

const BROKEN: readonly (readonly [
  what: string,
  body: Parameters<Awaited<ReturnType<typeof openApi>>['post']>[1],
  code: string,
  field: string,
])[] = [
  [
    'a nested Sensor without a name',
    {
      name: 'T',
      description: 'T',
      Datastreams: [datastream('a'), datastream('b', { Sensor: { ...SENSOR, name: 3 } })],
    },
    'entity.bad_property',
    'Datastreams[1].Sensor.name',
  ],
  [
    'a nested Datastream without its ObservedProperty',
    {
      name: 'T',
      description: 'T',
      Locations: [location('L', 1, 1)],
      Datastreams: [
        { name: 'a', description: 'a', observationType: MEASUREMENT, unitOfMeasurement: {}, Sensor: SENSOR },
      ],
    },
    'entity.missing_relation',
    'Datastreams[0].ObservedProperty',
  ],
  [
    'a link to a Location that does not exist',
    { name: 'T', description: 'T', Datastreams: [datastream('a')], Locations: [{ '@iot.id': 99 }] },
    'entity.unknown',
    'Locations[0]',
  ],
  [
    'a geometry that is none',
    {
      name: 'T',
      description: 'T',
      Locations: [{ ...location('L', 1, 1), location: { type: 'Point', coordinates: ['1', 2] } }],
    },
    'entity.bad_geometry',
    'Locations[0].location.coordinates',
  ],
  ['an unknown property', { name: 'T', description: 'T', nmae: 'x' }, 'entity.unknown_property', 'nmae'],
  ['a missing name', { description: 'T' }, 'entity.missing_property', 'name'],
  [
    'properties that are no object',
    { name: 'T', description: 'T', properties: [1] },
    'entity.bad_property',
    'properties',
  ],
  ['a text with U+0000', { name: 'T\u0000', description: 'T' }, 'entity.bad_property', 'name'],
  [
    'an Observation in the future',
    {
      name: 'T',
      description: 'T',
      Datastreams: [datastream('a', { Observations: [{ result: 1, phenomenonTime: '2030-01-01T00:00:00Z' }] })],
    },
    'observation.in_future',
    'Datastreams[0].Observations[0].phenomenonTime',
  ],
  [
    'an Observation outside its range',
    {
      name: 'T',
      description: 'T',
      Datastreams: [datastream('a', { properties: { range: [0, 10] }, Observations: [{ result: 11 }] })],
    },
    'observation.out_of_range',
    'Datastreams[0].Observations[0].result',
  ],
  ['something that is no entity', [1, 2], 'entity.malformed', ''],
];
test('a bad entity anywhere inside leaves nothing behind, and is named', async (t) => {
  const api = await openApi(t);
  for (const [what, body, code, field] of BROKEN) {
    const answer = await api.post('Things', body);
    assert.deepEqual(
      [answer.status, answer.body.code, answer.body.field ?? ''],
      [400, code, field],
      `${what}: ${answer.text}`,
    );
  }
  for (const set of COUNTED) assert.equal((await api.get(`${set}/$count`)).text, '0', set);
  assert.deepEqual([...api.sensing.listThings()], []);
});

test('nesting has a limit', async (t) => {
  const api = await openApi(t);
  let body: Parameters<typeof api.post>[1] = {
    name: 'L',
    description: 'L',
    encodingType: 'application/geo+json',
    location: point(1, 1),
  };
  for (let depth = 0; depth < 12; depth++)
    body =
      depth % 2 === 0
        ? { name: 'T', description: 'T', Locations: [body as object as Record<string, never>] }
        : { ...location('L', 1, 1), Things: [body as object as Record<string, never>] };
  const answer = await api.post('Locations', body);
  assert.deepEqual([answer.status, answer.body.code], [413, 'entity.too_deep']);
});

test('JSON nested beyond reason is refused before anything can break on it', async (t) => {
  const api = await openApi(t);
  const { stream } = await makePressurePoint(api);
  const deep = (depth: number) => `${'['.repeat(depth)}1${']'.repeat(depth)}`;
  for (const depth of [200, 200_000]) {
    const entity = await api.post('Things', `{"name":"T","description":"T","properties":{"a":${deep(depth)}}}`);
    assert.deepEqual([entity.status, entity.body.code], [413, 'entity.too_deep']);
    const observation = await api.post(`Datastreams(${stream})/Observations`, `{"result":${deep(depth)}}`);
    assert.ok(observation.status === 400 || observation.status === 413, observation.text);
    assert.equal((await api.post('CreateObservations', deep(depth))).status, 400);
  }
});

test('an entity can be posted where it belongs', async (t) => {
  const api = await openApi(t);
  const { thing } = await makePressurePoint(api);

  const stream = await api.make(`Things(${thing})/Datastreams`, datastream('flow'));

  assert.equal((await api.get(`Datastreams(${stream})/Thing/@iot.id/$value`)).text, String(thing));
  assert.equal((await api.post('Things(99)/Datastreams', datastream('flow'))).status, 404);
  const twice = await api.post(`Things(${thing})/Datastreams`, datastream('flow', { Thing: { '@iot.id': thing } }));
  assert.deepEqual([twice.status, twice.body.code, twice.body.field], [400, 'entity.repeated_link', 'Thing']);
  assert.equal((await api.post(`Things(${thing})`, { name: 'x', description: 'x' })).status, 404);
});

test('what was read can be sent again', async (t) => {
  const api = await openApi(t);
  const { thing } = await makePressurePoint(api);
  const { body } = await api.get(`Things(${thing})`);

  const copy = await api.make('Things', body as unknown as Record<string, string>);

  assert.notEqual(copy, thing);
  assert.equal((await api.get(`Things(${copy})/name/$value`)).text, 'Ferry Steps 12');
});

test('PATCH changes what is named and keeps the rest', async (t) => {
  const api = await openApi(t);
  const { thing, stream } = await makePressurePoint(api);

  const changed = await api.send('PATCH', `Things(${thing})`, { name: 'Ferry Steps 14' });

  assert.equal(changed.status, 200);
  assert.equal(changed.body.name, 'Ferry Steps 14');
  assert.equal(changed.body.description, 'A manhole');
  assert.equal(api.sensing.findThing(thing)?.name, 'Ferry Steps 14');
  await api.send('PATCH', `Datastreams(${stream})`, { properties: { range: [0, 100] } });
  assert.deepEqual(api.sensing.findDatastream(stream)?.range, [0, 100]);
});

test('PATCH links to what is there and makes nothing new', async (t) => {
  const api = await openApi(t);
  const { stream } = await makePressurePoint(api);
  const sensor = await api.make('Sensors', { ...SENSOR, name: 'Newer logger' });

  assert.equal((await api.send('PATCH', `Datastreams(${stream})`, { Sensor: { '@iot.id': sensor } })).status, 200);
  assert.equal((await api.get(`Datastreams(${stream})/Sensor/name/$value`)).text, 'Newer logger');
  const inline = await api.send('PATCH', `Datastreams(${stream})`, { Sensor: SENSOR });
  assert.deepEqual([inline.status, inline.body.code, inline.body.field], [400, 'entity.inline_not_allowed', 'Sensor']);
  assert.equal((await api.send('PATCH', `Datastreams(${stream})`, { Sensor: { '@iot.id': 99 } })).status, 400);
});

test('PUT takes the place of the whole entity', async (t) => {
  const api = await openApi(t);
  const { thing } = await makePressurePoint(api);

  const replaced = await api.send('PUT', `Things(${thing})`, { name: 'N', description: 'D' });

  assert.equal(replaced.status, 200);
  assert.deepEqual([replaced.body.name, 'properties' in replaced.body], ['N', false]);
  assert.equal((await api.send('PUT', `Things(${thing})`, { name: 'N' })).body.code, 'entity.missing_property');
});

test('changes of what is not there are 404, and of what is not an entity 400', async (t) => {
  const api = await openApi(t);
  await makePressurePoint(api);
  for (const method of ['PATCH', 'PUT', 'DELETE'] as const) {
    assert.equal((await api.send(method, 'Things(99)', { name: 'N', description: 'D' })).status, 404, method);
    assert.equal(
      (await api.send(method, 'Things(9223372036854775807)', { name: 'N', description: 'D' })).status,
      404,
      method,
    );
    assert.equal((await api.send(method, 'Things', { name: 'N', description: 'D' })).status, 400, method);
    assert.equal((await api.send(method, 'Things(1)/name', { name: 'N' })).status, 400, method);
  }
});

test("every change of a Thing's Location is written into its history", async (t) => {
  const api = await openApi(t);
  const { thing } = await makePressurePoint(api);
  api.setTime(NOON + 60_000);

  await api.make(`Things(${thing})/Locations`, location('Depot', 106.7, 29.7));
  api.setTime(NOON + 120_000);
  await api.send('PATCH', `Things(${thing})`, { Locations: [{ '@iot.id': 1 }] });

  const history = await api.get(`Things(${thing})/HistoricalLocations?$orderby=time&$expand=Locations($select=name)`);
  assert.deepEqual(
    history.body.value.map((each) => [each.time, each.Locations.map(({ name }) => name)]),
    [
      ['2026-03-01T12:00:00.000Z', ['Ferry Steps 12']],
      ['2026-03-01T12:01:00.000Z', ['Depot']],
      ['2026-03-01T12:02:00.000Z', ['Ferry Steps 12']],
    ],
  );
  assert.deepEqual(names(await api.get(`Things(${thing})/Locations`)), ['Ferry Steps 12']);
});

test('a HistoricalLocation of an earlier time does not move the Thing; one of a later time does', async (t) => {
  const api = await openApi(t);
  const { thing } = await makePressurePoint(api);
  const depot = await api.make('Locations', location('Depot', 106.7, 29.7));
  const history = (time: string) => ({ time, Thing: { '@iot.id': thing }, Locations: [{ '@iot.id': depot }] });

  await api.make('HistoricalLocations', history('2025-01-01T00:00:00Z'));
  assert.deepEqual(names(await api.get(`Things(${thing})/Locations`)), ['Ferry Steps 12']);

  await api.make('HistoricalLocations', history('2026-03-01T12:30:00Z'));
  assert.deepEqual(names(await api.get(`Things(${thing})/Locations`)), ['Depot']);
  assert.deepEqual(api.sensing.findThing(thing)?.place, [106.7, 29.7]);
});

const CASCADES: readonly (readonly [path: string, left: Readonly<Record<string, number>>])[] = [
  [
    'Things(1)',
    {
      Things: 1,
      Locations: 2,
      HistoricalLocations: 1,
      Datastreams: 1,
      Sensors: 2,
      ObservedProperties: 2,
      Observations: 1,
      FeaturesOfInterest: 2,
    },
  ],
  [
    'Locations(1)',
    {
      Things: 2,
      Locations: 1,
      HistoricalLocations: 1,
      Datastreams: 2,
      Sensors: 2,
      ObservedProperties: 2,
      Observations: 3,
      FeaturesOfInterest: 2,
    },
  ],
  [
    'Datastreams(1)',
    {
      Things: 2,
      Locations: 2,
      HistoricalLocations: 2,
      Datastreams: 1,
      Sensors: 2,
      ObservedProperties: 2,
      Observations: 1,
      FeaturesOfInterest: 2,
    },
  ],
  [
    'Sensors(1)',
    {
      Things: 2,
      Locations: 2,
      HistoricalLocations: 2,
      Datastreams: 1,
      Sensors: 1,
      ObservedProperties: 2,
      Observations: 1,
      FeaturesOfInterest: 2,
    },
  ],
  [
    'ObservedProperties(1)',
    {
      Things: 2,
      Locations: 2,
      HistoricalLocations: 2,
      Datastreams: 1,
      Sensors: 2,
      ObservedProperties: 1,
      Observations: 1,
      FeaturesOfInterest: 2,
    },
  ],
  [
    'FeaturesOfInterest(1)',
    {
      Things: 2,
      Locations: 2,
      HistoricalLocations: 2,
      Datastreams: 2,
      Sensors: 2,
      ObservedProperties: 2,
      Observations: 1,
      FeaturesOfInterest: 1,
    },
  ],
  [
    'Observations(1)',
    {
      Things: 2,
      Locations: 2,
      HistoricalLocations: 2,
      Datastreams: 2,
      Sensors: 2,
      ObservedProperties: 2,
      Observations: 2,
      FeaturesOfInterest: 2,
    },
  ],
  [
    'HistoricalLocations(1)',
    {
      Things: 2,
      Locations: 2,
      HistoricalLocations: 1,
      Datastreams: 2,
      Sensors: 2,
      ObservedProperties: 2,
      Observations: 3,
      FeaturesOfInterest: 2,
    },
  ],
];
for (const [path, left] of CASCADES) {
  test(`deleting ${path} takes with it what the standard says, and nothing more`, async (t) => {
    const api = await openApi(t);
    const [first, second] = [await makePressurePoint(api, 'A'), await makePressurePoint(api, 'B')];
    for (const [stream, minute] of [
      [first.stream, 0],
      [first.stream, 1],
      [second.stream, 0],
    ] as const)
      await api.make(`Datastreams(${stream})/Observations`, {
        result: minute,
        phenomenonTime: `2026-03-01T08:0${minute}:00Z`,
      });

    assert.equal((await api.send('DELETE', path)).status, 200);

    assert.equal((await api.get(path)).status, 404);
    const counts: Record<string, number> = {};
    for (const set of COUNTED) counts[set] = Number((await api.get(`${set}/$count`)).text);
    assert.deepEqual(counts, left);
    assert.equal((await api.send('DELETE', path)).status, 404);
  });
}

test('after a Datastream is deleted nothing can be stored in it', async (t) => {
  const api = await openApi(t);
  const { stream } = await makePressurePoint(api);
  await api.send('DELETE', `Datastreams(${stream})`);
  assert.equal((await api.post(`Datastreams(${stream})/Observations`, { result: 1 })).status, 404);
  assert.equal(
    (await api.post('Observations', { result: 1, Datastream: { '@iot.id': stream } })).body.code,
    'datastream.unknown',
  );
});

test('who may only read changes nothing, and who may only write Observations makes no entities', async (t) => {
  const api = await openApi(t);
  const { thing } = await makePressurePoint(api);
  for (const role of ['analyst', 'device', 'auditor'] as const) {
    api.become(callerWith(role));
    for (const answer of [
      await api.post('Things', { name: 'N', description: 'D' }),
      await api.send('PATCH', `Things(${thing})`, { name: 'N' }),
      await api.send('PUT', `Things(${thing})`, { name: 'N', description: 'D' }),
      await api.send('DELETE', `Things(${thing})`),
    ]) {
      assert.deepEqual([answer.status, answer.body.code], [403, 'caller.not_permitted'], role);
    }
  }
  api.become(callerWith('device'));
  assert.equal((await api.get('Things')).status, 403);
  api.become(callerWith('device', { kind: 'anonymous', roles: [] }));
  assert.equal((await api.get('Things')).status, 401);
  assert.equal((await api.get('')).status, 401);
});

test('what the standard knows and we do not is 501', async (t) => {
  const api = await openApi(t);
  const { thing } = await makePressurePoint(api);
  assert.equal((await api.post('$batch', { requests: [] })).status, 501);
  assert.equal((await api.post('Things', '[]', { 'content-type': 'application/json-patch+json' })).status, 501);
  assert.equal((await api.send('DELETE', `Things(${thing})/Locations(1)/$ref`)).status, 501);
});
