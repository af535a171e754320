/** $expand, $select, $orderby, $top, $skip, $count and the URL around them, without a database. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QueryOptions } from '#adapters/sensorthings/query/expression.types.ts';
import { parseOptions } from '#adapters/sensorthings/query/options.ts';
import { parseResourcePath } from '#adapters/sensorthings/query/resource-path.ts';
import { splitQuery } from '#adapters/sensorthings/query/url.ts';
import { CityError } from '#kernel/errors.ts';

const options = (query: string): QueryOptions => parseOptions(splitQuery(query));
const refusal = (code: string) => (error: unknown) => error instanceof CityError && error.code === code;

type Shape = Record<string, unknown>;
const shape = ({ expand, top, skip, select, count, filter }: QueryOptions): Shape => ({
  ...Object.fromEntries(expand.map((item) => [item.name, shape(item.options)])),
  ...(top === undefined ? {} : { top }),
  ...(skip === 0 ? {} : { skip }),
  ...(select === undefined ? {} : { select }),
  ...(count ? { count } : {}),
  ...(filter === undefined ? {} : { filter: filter.kind }),
});

test('a path in $expand says the same as nested options', () => {
  assert.deepEqual(shape(options('$expand=Datastreams/Observations')), { Datastreams: { Observations: {} } });
  assert.deepEqual(shape(options('$expand=Datastreams($expand=Observations)')), { Datastreams: { Observations: {} } });
});

test('nested options are separated by semicolons, and texts may hold any of the marks', () => {
  const query =
    "$expand=Datastreams($filter=name eq 'a;b)c(d';$top=2;$skip=1;$count=true;$select=name,id;$expand=Thing,Sensor($top=1)),Locations";
  assert.deepEqual(shape(options(query)), {
    Datastreams: {
      Thing: {},
      Sensor: { top: 1 },
      top: 2,
      skip: 1,
      select: ['name', 'id'],
      count: true,
      filter: 'binary',
    },
    Locations: {},
  });
});

test('the same relation asked for twice is expanded once, with both of their inner ones', () => {
  assert.deepEqual(shape(options('$expand=Thing/Locations,Thing/HistoricalLocations')), {
    Thing: { Locations: {}, HistoricalLocations: {} },
  });
  assert.deepEqual(shape(options('$expand=Thing($select=name),Thing/Locations')), {
    Thing: { select: ['name'], Locations: {} },
  });
});

test('a nested option is remembered as it was written, for its nextLink', () => {
  const [item] = options(
    '$expand=Observations($filter=result gt 3 and resultTime ne null;$orderby=result desc;$top=5)',
  ).expand;
  assert.deepEqual(item!.options.source, [
    ['$filter', 'result gt 3 and resultTime ne null'],
    ['$orderby', 'result desc'],
    ['$top', '5'],
  ]);
});

test('$orderby takes several keys, each with its direction', () => {
  const { orderby } = options('$orderby=Datastream/name desc, result asc,id');
  assert.deepEqual(
    orderby.map(({ expression, descending }) => [
      expression.kind === 'path' && expression.segments.join('/'),
      descending,
    ]),
    [
      ['Datastream/name', true],
      ['result', false],
      ['id', false],
    ],
  );
});

test('$select=* is everything', () => {
  assert.equal(options('$select=*').select, undefined);
  assert.deepEqual(options('$select=name, properties/a').select, ['name', 'properties']);
});

test('more than ten thousand at once is answered with ten thousand', () => {
  assert.equal(options('$top=10000').top, 10_000);
  assert.equal(options('$top=10001').top, 10_000);
});

for (const query of [
  '$top=-1',
  '$top=1.5',
  '$top=x',
  '$top=',
  '$skip=-1',
  '$count=yes',
  '$select=',
  '$expand=',
  '$expand=Datastreams(',
  '$expand=Datastreams($top)',
  '$expand=Datastreams($top=1,$skip=1)',
  '$expand=Datastreams($top=1;$top=2)',
  '$orderby=name up',
  '$fliter=name',
  'filter=x',
  '$expand=Datastreams(top=1)',
]) {
  test(`${query} is refused`, () => assert.throws(() => options(query), refusal('query.syntax')));
}

test('what the standard knows and we do not is 501, not ignored', () => {
  assert.throws(() => options('$search=water'), refusal('query.not_supported'));
  assert.throws(() => options('$apply=x'), refusal('query.not_supported'));
});

test('an option that stands twice is refused', () =>
  assert.throws(() => options('$top=1&$top=2'), refusal('query.repeated')));

test('expansion has a limit in depth and in number', () => {
  const deep = (depth: number) => `$expand=${Array.from({ length: depth }, () => 'Thing').join('/')}`;
  assert.ok(options(deep(6)));
  assert.throws(() => options(deep(7)), refusal('query.too_large'));
  assert.throws(
    () => options(`$expand=${Array.from({ length: 51 }, (_, n) => `R${n}`).join(',')}`),
    refusal('query.too_large'),
  );
});

test('a query is at most 16 384 characters', () => {
  const query = (length: number) => `$filter=name eq '${'x'.repeat(length - 18)}'`;
  assert.equal(query(16_384).length, 16_384);
  assert.ok(options(query(16_384)));
  assert.throws(() => options(query(16_385)), refusal('query.too_large'));
});

test('plus is a space, but a plus before a zone is a plus', () => {
  assert.equal(splitQuery('$filter=name+eq+%27a%27').get('$filter'), "name eq 'a'");
  assert.equal(
    splitQuery('$filter=resultTime gt 2026-03-01T08:00:00+08:00').get('$filter'),
    'resultTime gt 2026-03-01T08:00:00+08:00',
  );
  assert.equal(
    splitQuery('$filter=resultTime+gt+2026-03-01T08:00:00.5+0800').get('$filter'),
    'resultTime gt 2026-03-01T08:00:00.5+0800',
  );
  assert.equal(splitQuery('$filter=name eq %27a%2Bb%27').get('$filter'), "name eq 'a+b'");
});

test('broken percent-encoding is refused', () =>
  assert.throws(() => splitQuery('$filter=%E0%A4'), refusal('query.encoding')));

const walk = (path: string): string => {
  const { steps, ...rest } = parseResourcePath(path);
  return `${steps.map(({ type, key }) => `${type.name}${key === undefined ? '' : `(${key})`}`).join(' ')} ${rest.tail}${rest.isSingle ? ' single' : ''}`;
};

test('resource paths lead from entity to entity', () => {
  assert.equal(walk('/Things'), 'Thing entity');
  assert.equal(walk('/Things(1)'), 'Thing(1) entity single');
  assert.equal(walk('/Things(1)/Datastreams(2)/Observations'), 'Thing(1) Datastream(2) Observation entity');
  assert.equal(walk('/Observations(1)/Datastream/Thing'), 'Observation(1) Datastream Thing entity single');
  assert.equal(walk('/Things%281%29/Datastreams/$ref'), 'Thing(1) Datastream ref');
  assert.equal(walk('/Things/$count'), 'Thing count');
  assert.equal(walk('/Things(1)/properties/a/0'), 'Thing(1) property single');
});

for (const path of [
  '/Nothings',
  '/Things(1)/Nothing',
  '/Things/name',
  '/Things/Datastreams',
  '/Datastreams(1)/Thing(2)',
  '/Things(1)/name(2)',
  '/Things(9223372036854775807)',
  '/Things(1)/$count',
  '/',
]) {
  test(`nothing is at ${path}`, () => assert.throws(() => parseResourcePath(path), refusal('resource.not_found')));
}

test('a key that is not a whole number is refused', () => {
  for (const key of ["'abc'", '1.5', '', '1;drop'])
    assert.throws(() => parseResourcePath(`/Things(${key})`), refusal('resource.bad_key'));
});
