/** Observations: one by one, and many at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '#kernel/observation.ts';
import {
  callerWith,
  datastream,
  location,
  makePressurePoint,
  NOON,
  openApi,
  PRESSURE,
  results,
  SENSOR,
} from './api.ts';

const EIGHT = '2026-03-01T08:00:00.000Z';

test('an Observation is answered with its address, itself, and resultTime null when there was none', async (t) => {
  const api = await openApi(t);
  const { stream } = await makePressurePoint(api);

  const made = await api.post('Observations', {
    result: 310.5,
    phenomenonTime: '2026-03-01T08:00:00Z',
    Datastream: { '@iot.id': stream },
  });

  const self = 'http://city.example/sensorthings/v1.1/Observations(1)';
  assert.equal(made.status, 201);
  assert.equal(made.headers.location, self);
  assert.deepEqual(made.body, {
    '@iot.id': 1,
    '@iot.selfLink': self,
    phenomenonTime: EIGHT,
    resultTime: null,
    result: 310.5,
    'Datastream@iot.navigationLink': `${self}/Datastream`,
    'FeatureOfInterest@iot.navigationLink': `${self}/FeatureOfInterest`,
  });
  assert.deepEqual((await api.get('Observations(1)')).body, made.body);
});

test('the answer to a POST is what a GET answers later, with all that came along', async (t) => {
  const api = await openApi(t);
  const { stream } = await makePressurePoint(api);
  const made = await api.post(`Datastreams(${stream})/Observations`, {
    result: { a: [1, 'x'] },
    phenomenonTime: '2026-03-01T08:00:00Z/2026-03-01T09:00:00Z',
    resultTime: '2026-03-01T09:00:01.5+00:00',
    validTime: '2026-03-01T00:00:00Z/2026-03-02T00:00:00Z',
    resultQuality: { code: 'good' },
    parameters: { crew: '北' },
  });
  assert.equal(made.status, 201);
  assert.deepEqual((await api.get('Observations(1)')).body, made.body);
  assert.equal(made.body.phenomenonTime, '2026-03-01T08:00:00.000Z/2026-03-01T09:00:00.000Z');
});

test('a result keeps its JSON type', async (t) => {
  const api = await openApi(t);
  const { stream } = await makePressurePoint(api);
  const all: Json[] = [0, -1.25, 1e300, 'text', '3', '', true, false, null, { a: { b: [1] } }, [1, 'x', null], []];
  for (const [minute, result] of all.entries())
    await api.make(`Datastreams(${stream})/Observations`, {
      result,
      phenomenonTime: new Date(NOON - minute * 60_000).toISOString(),
    });
  assert.deepEqual(results(await api.get('Observations')), all);
});

test("the same Observation sent twice is stored once and answered with the first one's id; two different ones are both kept", async (t) => {
  const api = await openApi(t);
  const { stream } = await makePressurePoint(api);
  const send = (result: Json) => api.post(`Datastreams(${stream})/Observations`, { result, phenomenonTime: EIGHT });

  const [first, again, other] = [await send(1), await send(1), await send(2)];

  assert.deepEqual([first.status, again.status, other.status], [201, 201, 201]);
  assert.equal(again.body['@iot.id'], first.body['@iot.id']);
  assert.notEqual(other.body['@iot.id'], first.body['@iot.id']);
  assert.deepEqual(results(await api.get('Observations')), [1, 2]);
});

test('without a phenomenonTime it is now', async (t) => {
  const api = await openApi(t);
  const { stream } = await makePressurePoint(api);
  assert.equal(
    (await api.post(`Datastreams(${stream})/Observations`, { result: 1 })).body.phenomenonTime,
    new Date(NOON).toISOString(),
  );
});

test("without a feature it takes the Thing's Location and reuses it, and a Thing that moved gets another", async (t) => {
  const api = await openApi(t);
  const { thing, stream } = await makePressurePoint(api);
  const featureOf = async (id: number) => (await api.get(`Observations(${id})/FeatureOfInterest`)).body;
  const observe = (minute: number) =>
    api.make(`Datastreams(${stream})/Observations`, { result: minute, phenomenonTime: `2026-03-01T08:0${minute}:00Z` });

  const [first, second] = [await featureOf(await observe(0)), await featureOf(await observe(1))];
  await api.make(`Things(${thing})/Locations`, location('Depot', 106.7, 29.7));
  const third = await featureOf(await observe(2));

  assert.deepEqual(first.feature, { type: 'Point', coordinates: [106.58, 29.56] });
  assert.equal(second['@iot.id'], first['@iot.id']);
  assert.deepEqual(third.feature, { type: 'Point', coordinates: [106.7, 29.7] });
  assert.equal((await featureOf(1))['@iot.id'], first['@iot.id']);
});

test('a feature can be named, or come along; the Observations of a feature are found from it', async (t) => {
  const api = await openApi(t);
  const { stream } = await makePressurePoint(api);
  const feature = {
    name: 'Reach',
    description: 'River reach',
    encodingType: 'application/geo+json',
    feature: {
      type: 'LineString',
      coordinates: [
        [106.5, 29.5],
        [106.6, 29.6],
      ],
    },
  };
  const id = await api.make('FeaturesOfInterest', feature);

  await api.make(`Datastreams(${stream})/Observations`, {
    result: 1,
    phenomenonTime: EIGHT,
    FeatureOfInterest: { '@iot.id': id },
  });
  await api.make(`Datastreams(${stream})/Observations`, {
    result: 2,
    phenomenonTime: EIGHT,
    FeatureOfInterest: { ...feature, name: 'Other reach' },
  });
  await api.make(`FeaturesOfInterest(${id})/Observations`, {
    result: 3,
    phenomenonTime: EIGHT,
    Datastream: { '@iot.id': stream },
  });

  assert.deepEqual(results(await api.get(`FeaturesOfInterest(${id})/Observations`)), [1, 3]);
  assert.deepEqual(results(await api.get("Observations?$filter=FeatureOfInterest/name eq 'Other reach'")), [2]);
  assert.deepEqual(
    results(
      await api
        .get('FeaturesOfInterest(1)?$expand=Observations')
        .then(({ body }) => ({ body: { value: body.Observations } }) as Awaited<ReturnType<typeof api.get>>),
    ),
    [1, 3],
  );
  const unknown = await api.post(`Datastreams(${stream})/Observations`, {
    result: 1,
    FeatureOfInterest: { '@iot.id': 99 },
  });
  assert.deepEqual(
    [unknown.status, unknown.body.code, unknown.body.field],
    [400, 'entity.unknown', 'FeatureOfInterest.@iot.id'],
  );
});

test('an Observation may bring its Datastream; refused, it leaves none behind', async (t) => {
  const api = await openApi(t);
  const { thing } = await makePressurePoint(api);
  const stream = datastream('flow', { Thing: { '@iot.id': thing }, properties: { range: [0, 10] } });

  const refused = await api.post('Observations', { result: 11, phenomenonTime: EIGHT, Datastream: stream });
  assert.deepEqual(
    [refused.status, refused.body.code, refused.body.field],
    [400, 'observation.out_of_range', 'result'],
  );
  assert.equal((await api.get('Datastreams/$count')).text, '1');

  await api.make('Observations', { result: 9, phenomenonTime: EIGHT, Datastream: stream });
  assert.deepEqual(results(await api.get("Observations?$filter=Datastream/name eq 'flow'")), [9]);
});

const REFUSED: readonly (readonly [body: Json | string, status: number, code: string, field: string | undefined])[] = [
  ['{"result": 3', 400, 'request.malformed', undefined],
  ['', 400, 'request.empty', undefined],
  ['[]', 400, 'observation.malformed', ''],
  ['null', 400, 'observation.malformed', ''],
  [{}, 400, 'observation.no_result', 'result'],
  [{ result: 1, phenomenonTime: '2026-03-01T08:00:00' }, 400, 'observation.bad_time', 'phenomenonTime'],
  [{ result: 1, phenomenonTime: '2026-02-30T08:00:00Z' }, 400, 'observation.bad_time', 'phenomenonTime'],
  [{ result: 1, phenomenonTime: 1_772_352_000 }, 400, 'observation.bad_time', 'phenomenonTime'],
  [
    { result: 1, phenomenonTime: '2026-03-01T09:00:00Z/2026-03-01T08:00:00Z' },
    400,
    'observation.bad_time',
    'phenomenonTime',
  ],
  [{ result: 1, phenomenonTime: '2026-03-01T12:06:00Z' }, 400, 'observation.in_future', 'phenomenonTime'],
  [{ result: 1, resultTime: 'soon' }, 400, 'observation.bad_time', 'resultTime'],
  [{ result: 1, validTime: EIGHT }, 400, 'observation.bad_time', 'validTime'],
  [{ result: 1, parameters: 3 }, 400, 'entity.bad_property', 'parameters'],
  [{ result: -0.001 }, 400, 'observation.out_of_range', 'result'],
  [{ result: 1_000.001 }, 400, 'observation.out_of_range', 'result'],
  [{ rseult: 1, result: 1 }, 400, 'entity.unknown_property', 'rseult'],
  [{ result: 1, Datastream: { '@iot.id': 1 } }, 400, 'entity.repeated_link', 'Datastream'],
  ['{"result":1e999}', 400, 'observation.not_a_number', 'result'],
];
test('what is wrong with an Observation is named by code and field, and nothing is stored', async (t) => {
  const api = await openApi(t);
  const { stream } = await makePressurePoint(api, 'Steps', { properties: { range: [0, 1_000] } });
  for (const [body, status, code, field] of REFUSED) {
    const answer = await api.post(`Datastreams(${stream})/Observations`, body);
    assert.deepEqual([answer.status, answer.body.code], [status, code], `${JSON.stringify(body)}: ${answer.text}`);
    assert.equal(answer.body.field, field, JSON.stringify(body));
  }
  assert.equal((await api.get('Observations/$count')).text, '0');
  for (const result of [0, 1_000])
    assert.equal((await api.post(`Datastreams(${stream})/Observations`, { result })).status, 201);
});

test('an unknown Datastream is 404 in the address and 400 in the body', async (t) => {
  const api = await openApi(t);
  assert.equal((await api.post('Datastreams(99)/Observations', { result: 1 })).status, 404);
  assert.equal((await api.post('Datastreams(9223372036854775807)/Observations', { result: 1 })).status, 404);
  for (const id of [99, Number('9223372036854775807')])
    assert.equal((await api.post('Observations', { result: 1, Datastream: { '@iot.id': id } })).status, 400);
  assert.equal((await api.post('Observations', { result: 1 })).body.code, 'entity.missing_relation');
});

test('an address through other entities takes Observations too', async (t) => {
  const api = await openApi(t);
  const { thing, stream } = await makePressurePoint(api);
  await api.make(`Things(${thing})/Datastreams(${stream})/Observations`, { result: 1 });
  assert.equal((await api.post(`Things(${thing})/Datastreams(99)/Observations`, { result: 1 })).status, 404);
  assert.deepEqual(results(await api.get('Observations')), [1]);
});

test('a device writes Observations of its own Things only, alone or in bulk', async (t) => {
  const api = await openApi(t);
  const [own, foreign] = [await makePressurePoint(api, 'A'), await makePressurePoint(api, 'B')];
  api.become(callerWith('device', { thingIds: [own.thing] }));
  const bulk = (stream: number) =>
    api.post('CreateObservations', [{ Datastream: { '@iot.id': stream }, components: ['result'], dataArray: [[1]] }]);

  assert.equal((await api.post(`Datastreams(${own.stream})/Observations`, { result: 1 })).status, 201);
  assert.equal((await bulk(own.stream)).status, 201);
  for (const answer of [
    await api.post(`Datastreams(${foreign.stream})/Observations`, { result: 1 }),
    await bulk(foreign.stream),
    await api.post('Observations', { result: 1, Datastream: datastream('x', { Thing: { '@iot.id': own.thing } }) }),
  ]) {
    assert.equal(answer.status, 403, answer.text);
  }
  api.become(callerWith('integrator'));
  assert.equal((await api.get('Observations/$count')).text, '1');
});

test('a changed Observation keeps its id, and what it was is gone', async (t) => {
  const api = await openApi(t);
  const { stream } = await makePressurePoint(api, 'Steps', { properties: { range: [0, 1_000] } });
  const id = await api.make(`Datastreams(${stream})/Observations`, {
    result: 1,
    phenomenonTime: EIGHT,
    parameters: { crew: 'north' },
  });

  const changed = await api.send('PATCH', `Observations(${id})`, { result: 2 });
  assert.equal(changed.status, 200);
  assert.deepEqual(
    [changed.body.result, changed.body.phenomenonTime, changed.body.parameters],
    [2, EIGHT, { crew: 'north' }],
  );

  const replaced = await api.send('PUT', `Observations(${id})`, { result: 3, phenomenonTime: '2026-03-01T09:00:00Z' });
  assert.deepEqual([replaced.body.result, 'parameters' in replaced.body], [3, false]);
  assert.equal(
    (await api.send('PATCH', `Observations(${id})`, { result: 2_000 })).body.code,
    'observation.out_of_range',
  );
  assert.deepEqual(results(await api.get('Observations')), [3]);
  assert.equal(
    (await api.get(`Datastreams(${stream})`)).body.phenomenonTime,
    '2026-03-01T09:00:00.000Z/2026-03-01T09:00:00.000Z',
  );
});

test('a body has a limit, which the answer names', async (t) => {
  const api = await openApi(t);
  const { stream } = await makePressurePoint(api);
  const answer = await api.post(`Datastreams(${stream})/Observations`, `{"result":"${'x'.repeat(5 * 1_048_576)}"}`);
  assert.deepEqual([answer.status, answer.body.code], [413, 'request.too_large']);
  assert.match(answer.body.message, /5242880 bytes/);
});

test('a text is taken for JSON whatever the content type says', async (t) => {
  const api = await openApi(t);
  const { stream } = await makePressurePoint(api);
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-8']) {
    assert.equal(
      (await api.post(`Datastreams(${stream})/Observations`, '{"result":1}', { 'content-type': type })).status,
      201,
      type,
    );
  }
});

const rows = (count: number, from = 0): Json[][] =>
  Array.from({ length: count }, (_, n) => [new Date(NOON - 86_400_000 + (from + n) * 1_000).toISOString(), n]);

test('CreateObservations answers a link for every row, in order, through all groups', async (t) => {
  const api = await openApi(t);
  const [a, b] = [await makePressurePoint(api, 'A'), await makePressurePoint(api, 'B')];

  const answer = await api.post('CreateObservations', [
    {
      Datastream: { '@iot.id': a.stream },
      components: ['phenomenonTime', 'result'],
      'dataArray@iot.count': 2,
      dataArray: [
        [EIGHT, 1],
        ['2026-03-01T08:01:00Z', 2],
      ],
    },
    {
      Datastream: { '@iot.id': b.stream },
      components: ['result', 'resultTime', 'phenomenonTime'],
      dataArray: [
        [3, '2026-03-01T08:02:01Z', '2026-03-01T08:02:00Z'],
        [4, null, '2026-03-01T08:03:00Z'],
      ],
    },
  ]);

  assert.equal(answer.status, 201);
  assert.deepEqual(
    answer.body as unknown,
    [1, 2, 3, 4].map((id) => `http://city.example/sensorthings/v1.1/Observations(${id})`),
  );
  assert.deepEqual(
    [answer.headers['cityloom-stored'], answer.headers['cityloom-duplicates'], answer.headers['cityloom-rejected']],
    ['4', '0', '0'],
  );
  const stored = await api.get('Observations?$orderby=id');
  assert.deepEqual(
    stored.body.value.map((each) => [each.result, each.phenomenonTime, each.resultTime]),
    [
      [1, EIGHT, null],
      [2, '2026-03-01T08:01:00.000Z', null],
      [3, '2026-03-01T08:02:00.000Z', '2026-03-01T08:02:01.000Z'],
      [4, '2026-03-01T08:03:00.000Z', null],
    ],
  );
});

test('rows of any kind are taken: intervals, texts, objects, features, parameters', async (t) => {
  const api = await openApi(t);
  const { stream } = await makePressurePoint(api);
  const feature = await api.make('FeaturesOfInterest', {
    name: 'F',
    description: 'F',
    encodingType: 'application/geo+json',
    feature: { type: 'Point', coordinates: [1, 1] },
  });

  const answer = await api.post('CreateObservations', [
    {
      Datastream: { '@iot.id': stream },
      components: ['phenomenonTime', 'result', 'FeatureOfInterest/id', 'parameters'],
      dataArray: [
        ['2026-03-01T08:00:00Z/2026-03-01T09:00:00Z', 'open', feature, { crew: 'north' }],
        [EIGHT, { a: 1 }, null, null],
        [null, null, feature, null],
      ],
    },
  ]);

  assert.equal(answer.status, 201, answer.text);
  assert.deepEqual(results(await api.get('Observations?$orderby=id')), ['open', { a: 1 }, null]);
  assert.deepEqual(results(await api.get(`FeaturesOfInterest(${feature})/Observations?$orderby=id`)), ['open', null]);
});

test("a row already stored is answered with the first one's link and counted as a duplicate", async (t) => {
  const api = await openApi(t);
  const { stream } = await makePressurePoint(api);
  const send = (data: Json[][]) =>
    api.post('CreateObservations', [
      { Datastream: { '@iot.id': stream }, components: ['phenomenonTime', 'result'], dataArray: data },
    ]);
  const first = await send(rows(3));
  const again = await send([...rows(3), ...rows(1, 3)]);
  assert.deepEqual([again.headers['cityloom-stored'], again.headers['cityloom-duplicates']], ['1', '3']);
  assert.deepEqual((again.body as unknown as string[]).slice(0, 3), first.body as unknown);
});

test('a bad row is "error" at its place and the others are stored; asked for strictness, nothing is', async (t) => {
  const api = await openApi(t);
  const { stream } = await makePressurePoint(api, 'Steps', { properties: { range: [0, 1_000] } });
  const body = (results: Json[]) => [
    { Datastream: { '@iot.id': stream }, components: ['phenomenonTime', 'result'], dataArray: rows(2) },
    {
      Datastream: { '@iot.id': stream },
      components: ['phenomenonTime', 'result'],
      dataArray: results.map((result, n) => [new Date(NOON - n * 1_000).toISOString(), result]),
    },
  ];

  for (const [bad, code] of [
    [[1, 2_000], 'observation.out_of_range'],
    [['text', 2_000], 'observation.out_of_range'],
  ] as const) {
    const strict = await api.post('CreateObservations', body([...bad]), { prefer: 'handling=strict' });
    assert.deepEqual([strict.status, strict.body.code, strict.body.field], [400, code, '[1].dataArray[1].result']);
    assert.equal((await api.get('Observations/$count')).text, '0');
  }
  const lenient = await api.post('CreateObservations', body([1, 2_000, 3]));
  assert.equal(lenient.status, 201);
  assert.deepEqual(
    (lenient.body as unknown as string[]).map((each) => each === 'error'),
    [false, false, false, true, false],
  );
  assert.deepEqual([lenient.headers['cityloom-stored'], lenient.headers['cityloom-rejected']], ['4', '1']);
  assert.equal(
    lenient.headers['cityloom-errors'],
    '[{"field":"[1].dataArray[1].result","code":"observation.out_of_range"}]',
  );
});

test('rows for a Datastream that does not exist, with broken times or of the wrong width are errors of their own', async (t) => {
  const api = await openApi(t);
  const { stream } = await makePressurePoint(api);
  const answer = await api.post('CreateObservations', [
    { Datastream: { '@iot.id': 99 }, components: ['phenomenonTime', 'result'], dataArray: rows(1) },
    {
      Datastream: { '@iot.id': stream },
      components: ['phenomenonTime', 'result'],
      dataArray: [['2026-03-01 08:00', 1], [EIGHT], [EIGHT, 7, 8], [EIGHT, 7], 'x' as unknown as Json[]],
    },
  ]);
  assert.equal(answer.status, 201);
  assert.deepEqual(
    (answer.body as unknown as string[]).map((each) => each === 'error'),
    [true, true, true, true, false, true],
  );
  assert.deepEqual(results(await api.get('Observations')), [7]);
});

const FORMS: readonly (readonly [body: Json, field: string])[] = [
  [{}, ''],
  [[1], '[0]'],
  [[{ components: ['result'], dataArray: [] }], '[0].Datastream'],
  [[{ Datastream: { '@iot.id': 1 }, dataArray: [] }], '[0].components'],
  [[{ Datastream: { '@iot.id': 1 }, components: ['result'] }], '[0].dataArray'],
  [[{ Datastream: { '@iot.id': 1 }, components: ['phenomenonTime'], dataArray: [] }], '[0].components'],
  [[{ Datastream: { '@iot.id': 1 }, components: ['result', 'colour'], dataArray: [] }], '[0].components[1]'],
  [[{ Datastream: { '@iot.id': 1 }, components: ['result', 'result'], dataArray: [] }], '[0].components[1]'],
];
test('a body of the wrong form is refused as a whole, naming the place', async (t) => {
  const api = await openApi(t);
  for (const [body, field] of FORMS) {
    const answer = await api.post('CreateObservations', body);
    assert.deepEqual([answer.status, answer.body.field], [400, field], answer.text);
  }
  assert.deepEqual((await api.post('CreateObservations', [])).body as unknown, []);
});

test('one request takes a hundred thousand rows and no more', async (t) => {
  const api = await openApi(t);
  const { stream } = await makePressurePoint(api);
  const send = (count: number) =>
    api.post(
      'CreateObservations',
      [{ Datastream: { '@iot.id': stream }, components: ['phenomenonTime', 'result'], dataArray: rows(count, -1e6) }],
      { prefer: 'return=minimal' },
    );
  assert.equal((await send(100_001)).body.code, 'observation.too_many');
  const most = await send(100_000);
  assert.deepEqual([most.status, most.headers['cityloom-stored']], [201, '100000']);
});

test('sensors and properties are of use to the next Datastream', async (t) => {
  const api = await openApi(t);
  const { thing } = await makePressurePoint(api);
  const sensor = await api.make('Sensors', SENSOR);
  const property = await api.make('ObservedProperties', PRESSURE);
  const stream = await api.make(
    'Datastreams',
    datastream('linked', {
      Thing: { '@iot.id': thing },
      Sensor: { '@iot.id': sensor },
      ObservedProperty: { '@iot.id': property },
    }),
  );
  assert.equal((await api.post(`Datastreams(${stream})/Observations`, { result: 1 })).status, 201);
});
