/** $filter against a real database: what a filter finds, on both sides of its boundaries. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Json } from '#kernel/observation.ts';
import { datastream, location, names, openApi, results } from './api.ts';

const api = await openApi({ after });
const thing = await api.make('Things', {
  name: 'Pump house',
  description: "O'Neill's",
  properties: {
    bore: 500,
    street: 'Quay Road',
    zones: ['a', { depth: 2.5 }],
    'house-number': 7,
    open: true,
    since: '2026-01-01T00:00:00Z',
    floors: '12',
    note: null,
  },
  Locations: [location('Quay', 106.5, 29.5)],
  Datastreams: [datastream('flow'), datastream('head')],
});
const other = await api.make('Things', {
  name: '渡口台阶',
  description: 'A manhole',
  properties: { bore: 300 },
  Locations: [location('Steps', 106.6, 29.6)],
});
await api.make('Things', { name: 'no neighbours', description: '100% _done' });
const [flow, head] = [1, 2];

const observe = (result: Json, phenomenonTime: string, more: Record<string, Json> = {}) =>
  api.make(`Datastreams(${flow})/Observations`, { result, phenomenonTime, ...more });
await observe(3, '2026-03-01T08:00:00Z', { resultTime: '2026-03-01T08:05:00Z' });
await observe(10.5, '2026-03-01T09:00:00Z');
await observe('3', '2026-03-01T10:00:00Z');
await observe('open', '2026-03-01T10:10:00Z');
await observe(true, '2026-03-01T10:20:00Z');
await observe({ level: 4, unit: 'm' }, '2026-03-01T10:30:00Z', { parameters: { crew: 'north', depth: 2 } });
await observe(null, '2026-03-01T10:40:00Z');
await observe([1, 2], '2026-03-01T10:50:00Z');
await observe(7, '2026-03-01T11:00:00Z/2026-03-01T11:30:00Z', {
  validTime: '2026-03-01T11:00:00Z/2026-03-02T00:00:00Z',
});
await api.make(`Datastreams(${head})/Observations`, { result: -1.5, phenomenonTime: '2026-03-01T08:00:00Z' });

const observations: readonly (readonly [filter: string, found: readonly Json[]])[] = [
  // A number compares as a number, a text as a text; null meets neither.
  ['result gt 3', [10.5, 7]],
  ['result ge 3', [3, 10.5, 7]],
  ["result eq '3'", [3, '3']],
  ["result gt '3'", ['open', true, { level: 4, unit: 'm' }, [1, 2], 7]],
  ["result eq 'open'", ['open']],
  ['result eq true', [true]],
  ['result ne true', []],
  ['result eq null', [null]],
  ['result ne null and result lt 0', [-1.5]],
  ['result ne 3', [10.5, 7, -1.5]],
  ['result in (3,7)', [3, 7]],
  ['result/level eq 4', [{ level: 4, unit: 'm' }]],
  ["result/unit eq 'm'", [{ level: 4, unit: 'm' }]],
  ['parameters/depth eq 2', [{ level: 4, unit: 'm' }]],
  // Arithmetic.
  ['result add 1 eq 4', [3]],
  ['result sub 1 mul 2 eq 1', [3]],
  ['(result sub 1) mul 2 eq 4', [3]],
  ['result div 2 eq 1.5', [3]],
  ['result mod 2 eq 1', [3, 7]],
  ['-result eq 1.5', [-1.5]],
  ['result div 0 eq 1', []],
  ['round(result) eq 11', [10.5]],
  ['floor(result) eq 10', [10.5]],
  ['ceiling(result) eq -1', [-1.5]],
  ['round(result) eq -2', [-1.5]],
  // Times: instants and intervals.
  ['phenomenonTime lt 2026-03-01T09:00:00Z', [3, -1.5]],
  ['phenomenonTime le 2026-03-01T09:00:00Z', [3, 10.5, -1.5]],
  ['phenomenonTime gt 2026-03-01T10:50:00Z', [7]],
  ['phenomenonTime ge 2026-03-01T11:00:00Z', [7]],
  ['phenomenonTime gt 2026-03-01T11:00:00Z', []],
  ['phenomenonTime le 2026-03-01T11:15:00Z and result ge 7', [10.5]],
  ['phenomenonTime eq 2026-03-01T11:00:00Z/2026-03-01T11:30:00Z', [7]],
  ['phenomenonTime eq 2026-03-01T17:00:00+08:00', [10.5]],
  ["phenomenonTime eq '2026-03-01T09:00:00Z'", [10.5]],
  ['phenomenonTime lt 2026-03-01', []],
  ['resultTime ne null', [3]],
  ['resultTime eq null and result eq -1.5', [-1.5]],
  ["resultTime sub phenomenonTime eq duration'PT5M'", [3]],
  ["phenomenonTime add duration'PT1H' eq 2026-03-01T10:00:00Z", [10.5]],
  ["now() sub phenomenonTime lt duration'PT61M'", [7]],
  ['before(phenomenonTime,2026-03-01T09:00:00Z)', [3, -1.5]],
  ['after(phenomenonTime,2026-03-01T10:59:00Z)', [7]],
  ['during(phenomenonTime,2026-03-01T10:55:00Z/2026-03-01T12:00:00Z)', [7]],
  ['during(phenomenonTime,2026-03-01T11:05:00Z/2026-03-01T12:00:00Z)', []],
  ['overlaps(phenomenonTime,2026-03-01T11:05:00Z/2026-03-01T12:00:00Z)', [7]],
  ['meets(phenomenonTime,2026-03-01T11:30:00Z/2026-03-01T12:00:00Z)', [7]],
  ['starts(phenomenonTime,2026-03-01T11:00:00Z/2026-03-01T12:00:00Z)', [7]],
  ['finishes(phenomenonTime,2026-03-01T11:20:00Z/2026-03-01T11:30:00Z)', [7]],
  ['hour(phenomenonTime) eq 9', [10.5]],
  ['minute(phenomenonTime) eq 50', [[1, 2]]],
  [
    'year(phenomenonTime) eq 2026 and month(phenomenonTime) eq 3 and day(phenomenonTime) eq 1 and second(phenomenonTime) eq 0 and result eq 3',
    [3],
  ],
  ['date(phenomenonTime) eq 2026-03-01 and result eq 3', [3]],
  ['time(phenomenonTime) lt 08:30:00', [3, -1.5]],
  ['validTime ne null', [7]],
  // Across relations.
  ["Datastream/name eq 'head'", [-1.5]],
  [`Datastream/id eq ${head}`, [-1.5]],
  [`Datastream/@iot.id eq ${head}`, [-1.5]],
  ["Datastream/Thing/properties/street eq 'Quay Road' and result eq 3", [3]],
  ['FeatureOfInterest/name ne null and result eq 3', [3]],
  // not, and, or.
  ['not (result gt 3)', [3, -1.5]],
  ['result eq 3 or result eq 7 and result gt 100', [3]],
  ['(result eq 3 or result eq 7) and result gt 5', [7]],
];
for (const [filter, found] of observations) {
  test(`Observations with ${filter}`, async () => {
    const answer = await api.get(`Observations?$filter=${encodeURIComponent(filter)}`);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(results(answer), found);
  });
}

const things: readonly (readonly [filter: string, found: readonly string[]])[] = [
  ["name eq 'Pump house'", ['Pump house']],
  ["name eq '渡口台阶'", ['渡口台阶']],
  ["description eq 'O''Neill''s'", ['Pump house']],
  ["startswith(name,'Pump')", ['Pump house']],
  ["endswith(name,'house')", ['Pump house']],
  ["contains(name,'mp h')", ['Pump house']],
  ["substringof('mp h',name)", ['Pump house']],
  ["contains(description,'%')", ['no neighbours']],
  ["contains(description,'_d')", ['no neighbours']],
  ["endswith(name,'')", ['Pump house', '渡口台阶', 'no neighbours']],
  ['length(name) eq 4', ['渡口台阶']],
  ["indexof(name,'house') eq 5", ['Pump house']],
  ["substring(name,5) eq 'house'", ['Pump house']],
  ["substring(name,0,4) eq 'Pump'", ['Pump house']],
  ["tolower(name) eq 'pump house'", ['Pump house']],
  ["toupper(name) eq 'PUMP HOUSE'", ['Pump house']],
  ["trim(concat(name,'  ')) eq 'Pump house'", ['Pump house']],
  ['properties/bore gt 300', ['Pump house']],
  ["properties/bore eq '500'", ['Pump house']],
  ["properties/street eq 'Quay Road'", ['Pump house']],
  ['properties/zones[1]/depth eq 2.5', ['Pump house']],
  ["properties/zones/0 eq 'a'", ['Pump house']],
  ['properties/house-number eq 7', ['Pump house']],
  ['properties/open', ['Pump house']],
  ['properties/open eq true', ['Pump house']],
  ['properties/since le 2026-01-01T00:00:00Z', ['Pump house']],
  ['properties/floors eq 12', []],
  ['properties/note eq null', ['Pump house', '渡口台阶', 'no neighbours']],
  ['properties eq null', ['no neighbours']],
  ['id ge 2', ['渡口台阶', 'no neighbours']],
  ['id in (1,3)', ['Pump house', 'no neighbours']],
  ['id lt 9223372036854775807', ['Pump house', '渡口台阶', 'no neighbours']],
  ['id eq 99999999999999999999999', []],
  // Through many: found once, however many match.
  ["Datastreams/name eq 'flow'", ['Pump house']],
  ["startswith(Datastreams/unitOfMeasurement/symbol,'k')", ['Pump house']],
  ['Datastreams/Observations/result gt 3', ['Pump house']],
  ['Datastreams/id eq null', ['渡口台阶', 'no neighbours']],
  ["Locations/name eq 'Steps'", ['渡口台阶']],
  // Shapes.
  ["st_within(Locations/location,geography'POLYGON ((106 29,106.55 29,106.55 30,106 30,106 29))')", ['Pump house']],
  ["geo.intersects(Locations/location,geography'POINT (106.6 29.6)')", ['渡口台阶']],
  ["geo.distance(Locations/location,geography'POINT (106.5 29.4)') lt 0.11", ['Pump house']],
  ["st_disjoint(Locations/location,geography'POINT (106.6 29.6)')", ['Pump house']],
  ["not st_equals(Locations/location,geography'POINT (106.6 29.6)')", ['Pump house']],
];
for (const [filter, found] of things) {
  test(`Things with ${filter}`, async () => {
    const answer = await api.get(`Things?$filter=${encodeURIComponent(filter)}&$count=true`);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(names(answer), found);
    assert.equal(answer.body['@iot.count'], found.length);
  });
}

const refused: readonly (readonly [path: string, code: string, status: number])[] = [
  ['Things?$filter=nothing eq 1', 'query.unknown_property', 400],
  ['Things?$filter=name', 'query.not_applicable', 400],
  ['Things?$filter=name eq 3', 'query.not_applicable', 400],
  ['Things?$filter=name gt null', 'query.not_applicable', 400],
  ["Things?$filter=not name eq 'a'", 'query.not_applicable', 400],
  ['Things?$filter=name add 1 eq 2', 'query.not_applicable', 400],
  ['Things?$filter=Datastreams eq 1', 'query.not_applicable', 400],
  ['Things?$filter=name/first eq 1', 'query.not_applicable', 400],
  ["Things?$filter=length(name,'a') eq 1", 'query.not_applicable', 400],
  ['Things?$filter=length(3) eq 1', 'query.not_applicable', 400],
  ['Things?$filter=sleep(3) eq 1', 'query.syntax', 400],
  ['Things?$filter=pg_sleep(3) eq 1', 'query.syntax', 400],
  ['Things?$filter=constructor(3) eq 1', 'query.syntax', 400],
  ['Things?$filter=Datastreams/any(d:d/id eq 1)', 'query.not_supported', 501],
  ["Locations?$filter=st_relate(location,geography'POINT (1 1)','T********')", 'query.not_supported', 501],
  ["Locations?$filter=st_within(location,geography'POINT 1 1')", 'query.not_applicable', 400],
  ['Observations?$filter=phenomenonTime gt 2026-02-31', 'query.not_applicable', 400],
  ['Observations?$filter=phenomenonTime gt 2026-13-01T00:00:00Z', 'query.not_applicable', 400],
  ['Observations?$filter=phenomenonTime eq 2026-03-02T00:00:00Z/2026-03-01T00:00:00Z', 'query.not_applicable', 400],
  ["Observations?$filter=phenomenonTime gt duration'x'", 'query.not_applicable', 400],
  [
    'Observations?$filter=9223372036854775807 mul 9223372036854775807 mul id gt 1 and 999999999999999999 mul 999999999999999999 gt 1',
    'query.not_computable',
    400,
  ],
  ["Things?$filter=substring(name,99999999999) eq 'a'", 'query.not_computable', 400],
  ['Things?$orderby=Datastreams/name', 'query.not_applicable', 400],
  ['Things?$select=nothing', 'query.unknown_property', 400],
  ['Things?$expand=Nothings', 'query.unknown_property', 400],
  ['Things?$expand=Datastreams($filter=nothing eq 1)', 'query.unknown_property', 400],
  ['Things(1)?$filter=id eq 1', 'query.syntax', 400],
  ['Things?$skiptoken=x', 'query.syntax', 400],
  ['Things?$skiptoken=WyJhIiwiYiIsImMiXQ', 'query.syntax', 400],
  ['Things?$resultFormat=CSV', 'query.not_supported', 501],
  ['Things?$resultFormat=dataArray', 'query.not_applicable', 400],
];
for (const [path, code, status] of refused) {
  test(`${path} is refused with ${code}`, async () => {
    const answer = await api.get(path.replaceAll('+', '%2B'));
    assert.equal(answer.body.code, code, answer.text);
    assert.equal(answer.status, status);
    assert.ok(answer.body.field.startsWith('$') || answer.body.field === 'query', answer.text);
  });
}

test('Datastreams are found by when they were last observed, at once', async () => {
  const found = async (query: string) => names(await api.get(`Datastreams?${query}`));
  assert.deepEqual(await found('$filter=phenomenonTime lt 2026-03-01T09:00:00Z'), ['head']);
  assert.deepEqual(await found('$filter=phenomenonTime eq 2026-03-01T08:00:00Z/2026-03-01T11:30:00Z'), ['flow']);
  assert.deepEqual(await found('$orderby=phenomenonTime desc'), ['flow', 'head']);
});

test('a filter cannot say anything but a filter', async () => {
  const attempts = [
    "name eq 'x'; drop table things",
    "name eq 'x'' or 1=1 --'",
    "name eq 'x\\' or true or name eq \\''",
    "properties/a'b eq 1",
    'properties/"a" eq 1',
    "name eq '$1' or name eq '{1}'",
    "name in ('a') union select",
  ];
  for (const attempt of attempts) {
    const answer = await api.get(`Things?$filter=${encodeURIComponent(attempt)}`);
    assert.ok(answer.status === 400 || answer.body.value.length === 0, `${attempt}: ${answer.text}`);
  }
  assert.equal((await api.get('Things/$count')).text, '3');
  assert.ok(other > thing);
});
