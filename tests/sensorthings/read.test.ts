/** Reading: root document, resource paths, $select, $expand, $orderby, paging, $count, dataArray. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Answer, type Body, datastream, location, NOON, names, openApi, results } from './api.ts';

const BASE = 'http://city.example/sensorthings/v1.1';
const api = await openApi({ after });
const house = await api.make('Things', {
  name: 'Pump house',
  description: 'Pumps',
  properties: { bore: 500, street: 'Quay Road', crews: [{ name: 'north' }] },
  Locations: [location('Quay', 106.5, 29.5)],
  Datastreams: [datastream('flow'), datastream('head'), datastream('power')],
});
const manhole = await api.make('Things', {
  name: 'Manhole',
  description: 'A manhole',
  Locations: [location('Steps', 106.6, 29.6)],
  Datastreams: [datastream('level')],
});
const [flow, head, power, level] = [1, 2, 3, 4] as const;
const at = (minute: number) => new Date(NOON - 3_600_000 + minute * 60_000).toISOString();
for (let minute = 0; minute < 7; minute++)
  await api.make(`Datastreams(${flow})/Observations`, { result: minute % 3, phenomenonTime: at(minute) });
for (let minute = 0; minute < 2; minute++)
  await api.make(`Datastreams(${level})/Observations`, {
    result: 10 + minute,
    phenomenonTime: at(minute),
    resultTime: at(minute + 1),
  });

/** Follows the nextLinks to the end and gives every page. */
async function pages(path: string): Promise<Body[]> {
  const found: Body[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const answer: Answer = await api.get(next.replace(BASE, '/sensorthings/v1.1'));
    assert.equal(answer.status, 200, answer.text);
    found.push(answer.body);
    next = answer.body['@iot.nextLink'];
  }
  return found;
}
const ids = (page: Body) => page.value.map((each) => each['@iot.id']);

test("the root lists exactly the standard's sets; 1.1 says what of the standard is there", async () => {
  const [newer, older] = [await api.get('/sensorthings/v1.1'), await api.get('/sensorthings/v1.0')];
  const sets = [
    'Things',
    'Locations',
    'HistoricalLocations',
    'Datastreams',
    'Sensors',
    'ObservedProperties',
    'Observations',
    'FeaturesOfInterest',
  ];
  assert.deepEqual(names(newer), sets);
  assert.deepEqual(older.body, {
    value: sets.map((name) => ({ name, url: `http://city.example/sensorthings/v1.0/${name}` })),
  });
  const settings = newer.body.serverSettings as { conformance: string[] };
  assert.ok(settings.conformance.includes('http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel/thing'));
  assert.deepEqual((await api.get('/sensorthings/v1.1/')).body, newer.body);
});

test('an entity has its id, its link, its properties and links to its neighbours', async () => {
  assert.deepEqual((await api.get(`Things(${house})`)).body, {
    '@iot.id': house,
    '@iot.selfLink': `${BASE}/Things(1)`,
    name: 'Pump house',
    description: 'Pumps',
    properties: { bore: 500, street: 'Quay Road', crews: [{ name: 'north' }] },
    'Datastreams@iot.navigationLink': `${BASE}/Things(1)/Datastreams`,
    'Locations@iot.navigationLink': `${BASE}/Things(1)/Locations`,
    'HistoricalLocations@iot.navigationLink': `${BASE}/Things(1)/HistoricalLocations`,
  });
});

test('a Datastream knows from when to when it has been observed, at once', async () => {
  const { body } = await api.get(`Datastreams(${level})`);
  assert.equal(body.phenomenonTime, `${at(0)}/${at(1)}`);
  assert.equal(body.resultTime, `${at(1)}/${at(2)}`);
  assert.equal('phenomenonTime' in (await api.get(`Datastreams(${head})`)).body, false);
});

test('the older root answers with its own links', async () => {
  assert.equal(
    (await api.get('/sensorthings/v1.0/Things(1)')).body['@iot.selfLink'],
    'http://city.example/sensorthings/v1.0/Things(1)',
  );
});

const addresses: readonly (readonly [path: string, status: number, answer: string | undefined])[] = [
  [`Things(${house})/name`, 200, '{"name":"Pump house"}'],
  [`Things(${house})/name/$value`, 200, 'Pump house'],
  [`Things(${house})/id`, 200, '{"@iot.id":1}'],
  [`Things(${house})/@iot.id/$value`, 200, '1'],
  [`Things(${house})/properties/bore`, 200, '{"bore":500}'],
  [`Things(${house})/properties/bore/$value`, 200, '500'],
  [`Things(${house})/properties/crews/0/name/$value`, 200, 'north'],
  [`Things(${house})/properties/crews/$value`, 200, '[{"name":"north"}]'],
  [`Things(${house})/properties/nothing`, 404, undefined],
  [`Things(${house})/properties/constructor`, 404, undefined],
  [`Things(${manhole})/properties`, 204, ''],
  ['Observations(1)/resultTime', 204, ''],
  ['Observations(1)/resultTime/$value', 204, ''],
  ['Observations(1)/result/$value', 200, '0'],
  ['Observations(1)/result', 200, '{"result":0}'],
  [`Things(${house})/Datastreams(${head})/name/$value`, 200, 'head'],
  [`Things(${manhole})/Datastreams(${head})`, 404, undefined],
  [`Observations(1)/Datastream/Thing/name/$value`, 200, 'Pump house'],
  [`Datastreams(${level})/Thing/Locations/$count`, 200, '1'],
  ['Things/$count', 200, '2'],
  ['Observations/$count?$filter=result ge 10', 200, '2'],
  ['Things(99)', 404, undefined],
  ['Things(99)/name', 404, undefined],
  ['Things(99)/Datastreams', 404, undefined],
  ['Things(99)/Datastreams/$count', 404, undefined],
  ['Things(0)', 404, undefined],
  ['Things(-1)', 404, undefined],
  ['Things(9007199254740993)', 404, undefined],
  ['Things(9223372036854775807)', 404, undefined],
  ["Things('1')", 400, undefined],
  ['Nothings', 404, undefined],
  ['Things(1)/Nothings', 404, undefined],
  ['Things/name', 404, undefined],
  ['things', 404, undefined],
];
for (const [path, status, text] of addresses) {
  test(`GET ${path} answers ${status}`, async () => {
    const answer = await api.get(path);
    assert.equal(answer.status, status, answer.text);
    assert.equal(text ?? answer.text, answer.text);
  });
}

test('references are links and nothing more', async () => {
  assert.deepEqual(
    (await api.get(`Things(${house})/Datastreams/$ref`)).body.value,
    [flow, head, power].map((id) => ({ '@iot.selfLink': `${BASE}/Datastreams(${id})` })),
  );
  assert.deepEqual((await api.get(`Datastreams(${level})/Thing/$ref`)).body, {
    '@iot.selfLink': `${BASE}/Things(${manhole})`,
  });
});

test('a GET is answered whatever its headers say', async () => {
  for (const headers of [
    { accept: 'text/csv' },
    { accept: 'application/xml', 'content-type': 'text/plain' },
    { 'content-type': 'multipart/mixed; boundary=x' },
  ]) {
    const response = await api.server.inject({ method: 'GET', url: '/sensorthings/v1.1/Things', headers });
    assert.equal(response.statusCode, 200);
  }
});

test('$select answers what is asked for and nothing else', async () => {
  assert.deepEqual((await api.get(`Things(${house})?$select=name`)).body, { name: 'Pump house' });
  assert.deepEqual((await api.get(`Things(${house})?$select=id,name`)).body, { '@iot.id': 1, name: 'Pump house' });
  assert.deepEqual((await api.get(`Things(${house})?$select=@iot.id`)).body, { '@iot.id': 1 });
  assert.deepEqual((await api.get(`Things(${house})?$select=name,Datastreams`)).body, {
    name: 'Pump house',
    'Datastreams@iot.navigationLink': `${BASE}/Things(1)/Datastreams`,
  });
  assert.deepEqual((await api.get('Observations(8)?$select=result,resultTime')).body, {
    resultTime: at(1),
    result: 10,
  });
  assert.deepEqual((await api.get(`Things(${house})?$select=id&$expand=Locations($select=name)`)).body, {
    '@iot.id': 1,
    Locations: [{ name: 'Quay' }],
  });
});

test('$expand brings neighbours of neighbours, each with its own options', async () => {
  const query =
    '$select=name&$expand=Datastreams($select=name;$orderby=name desc;$top=2;$count=true;$expand=Observations($select=result;$orderby=phenomenonTime desc;$top=1),Thing($select=name))';
  const { body } = await api.get(`Things?${query}`);
  assert.deepEqual(
    body.value.map((thing) =>
      thing.Datastreams.map(({ name, Observations, Thing }) => [
        name,
        Observations.map(({ result }) => result),
        Thing.name,
      ]),
    ),
    [
      [
        ['power', [], 'Pump house'],
        ['head', [], 'Pump house'],
      ],
      [['level', [11], 'Manhole']],
    ],
  );
  assert.deepEqual(
    body.value.map((thing) => thing['Datastreams@iot.count']),
    [3, 1],
  );
  assert.ok(body.value[0]!['Datastreams@iot.nextLink']);
  assert.equal('Datastreams@iot.nextLink' in body.value[1]!, false);
});

test('the nextLink of an expanded set leads to the rest of it', async () => {
  const { body } = await api.get('Things(1)?$expand=Datastreams($select=name;$top=2;$orderby=name)');
  const rest = await pages(body['Datastreams@iot.nextLink'] as string);
  assert.deepEqual(
    [...body.Datastreams, ...rest.flatMap(({ value }) => value)].map(({ name }) => name),
    ['flow', 'head', 'power'],
  );
});

test('an expanded relation to one stands in the place of its link, filtered or not', async () => {
  const { body } = await api.get('Observations(1)?$expand=Datastream/Thing,FeatureOfInterest');
  assert.equal(body.Datastream.Thing.name, 'Pump house');
  assert.equal((body.FeatureOfInterest as Body).name, 'Quay');
  assert.equal('Datastream@iot.navigationLink' in body, false);
});

test('one statement brings the children of all parents: the number of statements does not grow with the rows', async () => {
  const counted = async (path: string): Promise<number> => {
    const before = api.statements();
    assert.equal((await api.get(path)).status, 200);
    return api.statements() - before;
  };
  const query = '$expand=Datastreams($expand=Observations,Sensor),Locations';
  assert.equal(await counted(`Things?$top=2&${query}`), await counted(`Things?$top=1&${query}`));
});

test('$orderby takes several keys; equal ones are in order of id', async () => {
  assert.deepEqual(
    results(await api.get(`Datastreams(${flow})/Observations?$orderby=result desc,phenomenonTime desc`)),
    [2, 2, 1, 1, 0, 0, 0],
  );
  assert.deepEqual(
    ids((await api.get(`Datastreams(${flow})/Observations?$orderby=result`)).body),
    [1, 4, 7, 2, 5, 3, 6],
  );
  assert.deepEqual(names(await api.get('Datastreams?$orderby=Thing/name,name desc')), [
    'level',
    'power',
    'head',
    'flow',
  ]);
  assert.deepEqual(names(await api.get('Locations?$orderby=location desc')), ['Steps', 'Quay']);
  assert.deepEqual(names(await api.get('Things?$orderby=properties/bore desc')), ['Manhole', 'Pump house']);
  assert.deepEqual(names(await api.get('Things?$orderby=length(name)')), ['Manhole', 'Pump house']);
});

for (const order of [
  '',
  '$orderby=result&',
  '$orderby=result desc&',
  '$orderby=phenomenonTime desc&',
  '$orderby=resultTime&',
  '$orderby=resultTime desc&',
  '$orderby=Datastream/name,result desc&',
  '$orderby=id desc&',
  '$orderby=hour(phenomenonTime)&',
]) {
  test(`pages of two with ${order || 'no order'} hold every Observation once, in the order of one large page`, async () => {
    const whole = ids((await api.get(`Observations?${order}$top=100`)).body);
    const found = await pages(`Observations?${order}$top=2`);
    assert.equal(whole.length, 9);
    assert.deepEqual(found.flatMap(ids), whole);
    assert.deepEqual(
      found.map(({ value }) => value.length),
      [2, 2, 2, 2, 1],
    );
  });
}

test('pages hold every Thing once where keys are null', async () => {
  for (const order of ['properties/bore', 'properties/bore desc', 'properties/nothing']) {
    assert.deepEqual((await pages(`Things?$orderby=${order}&$top=1`)).flatMap(ids).toSorted(), [1, 2], order);
  }
});

test('a new Observation does not shift the pages of one who is reading', async () => {
  const { stream } = { stream: head };
  for (let minute = 0; minute < 4; minute++)
    await api.make(`Datastreams(${stream})/Observations`, { result: minute, phenomenonTime: at(minute) });
  const first = await api.get(`Datastreams(${stream})/Observations?$orderby=phenomenonTime desc&$top=2`);
  await api.make(`Datastreams(${stream})/Observations`, { result: 4, phenomenonTime: at(4) });

  const second = await api.get(first.body['@iot.nextLink'].replace('http://city.example', ''));

  assert.deepEqual([...results(first), ...results(second)], [3, 2, 1, 0]);
});

test('a nextLink stands there only when more is left', async () => {
  assert.equal('@iot.nextLink' in (await api.get(`Datastreams(${level})/Observations?$top=2`)).body, false);
  assert.ok((await api.get(`Datastreams(${level})/Observations?$top=1`)).body['@iot.nextLink']);
});

test('$skip leaves out, and its nextLink does not leave out again', async () => {
  const found = await pages(`Datastreams(${flow})/Observations?$skip=3&$top=2`);
  assert.deepEqual(found.flatMap(ids), [4, 5, 6, 7]);
});

test('$count counts all that match, whatever the page holds', async () => {
  const { body } = await api.get(`Datastreams(${flow})/Observations?$count=true&$top=0`);
  assert.deepEqual(body, { '@iot.count': 7, value: [] });
  assert.equal(
    (await api.get(`Datastreams(${flow})/Observations?$count=true&$filter=result eq 0&$top=1`)).body['@iot.count'],
    3,
  );
  assert.equal('@iot.count' in (await api.get('Things?$count=false')).body, false);
});

test('a hundred entities are a page when nobody says otherwise', async () => {
  await api.post('CreateObservations', [
    {
      Datastream: { '@iot.id': power },
      components: ['phenomenonTime', 'result'],
      dataArray: Array.from({ length: 150 }, (_, n) => [at(n / 10), n]),
    },
  ]);
  const found = await pages(`Datastreams(${power})/Observations`);
  assert.deepEqual(
    found.map(({ value }) => value.length),
    [100, 50],
  );
});

test('$resultFormat=dataArray answers in rows, by Datastream', async () => {
  const { body } = await api.get(
    `Observations?$resultFormat=dataArray&$filter=Datastream/id eq ${level} or id eq 1&$orderby=id&$select=result,phenomenonTime`,
  );
  assert.deepEqual(body.value, [
    {
      'Datastream@iot.navigationLink': `${BASE}/Datastreams(${flow})`,
      components: ['result', 'phenomenonTime'],
      'dataArray@iot.count': 1,
      dataArray: [[0, at(0)]],
    },
    {
      'Datastream@iot.navigationLink': `${BASE}/Datastreams(${level})`,
      components: ['result', 'phenomenonTime'],
      'dataArray@iot.count': 2,
      dataArray: [
        [10, at(0)],
        [11, at(1)],
      ],
    },
  ]);
});

test('an address may be percent-encoded', async () => {
  assert.equal((await api.get('Things%281%29/Datastreams%282%29/name/$value')).text, 'head');
});
