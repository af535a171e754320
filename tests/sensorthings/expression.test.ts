/** The grammar of $filter, without a database: every expression is written back with all its parentheses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExpression } from '#adapters/sensorthings/query/expression.ts';
import type { Expression } from '#adapters/sensorthings/query/expression.types.ts';
import { readTokens } from '#adapters/sensorthings/query/token-reader.ts';
import { CityError } from '#kernel/errors.ts';

function write(expression: Expression): string {
  switch (expression.kind) {
    case 'number':
      return expression.text;
    case 'string':
      return JSON.stringify(expression.value);
    case 'boolean':
      return String(expression.value);
    case 'null':
      return 'null';
    case 'interval':
      return `<${expression.begin}..${expression.end}>`;
    case 'path':
      return expression.segments.join('/');
    case 'call':
      return `${expression.name}(${expression.arguments.map(write).join(', ')})`;
    case 'unary':
      return `(${expression.operator} ${write(expression.operand)})`;
    case 'binary':
      return `(${write(expression.left)} ${expression.operator} ${write(expression.right)})`;
    case 'list':
      return `[${expression.items.map(write).join(', ')}]`;
    default:
      return `<${expression.kind} ${expression.value}>`;
  }
}

function parsed(text: string): string {
  const reader = readTokens(text, '$filter');
  const expression = parseExpression(reader);
  reader.expectEnd();
  return write(expression);
}

const refusal = (code: string) => (error: unknown) =>
  error instanceof CityError && error.code === code && error.field === '$filter';

const READINGS: Readonly<Record<string, string>> = {
  // Precedence, loosest to tightest.
  'a eq 1 or b eq 2 and c eq 3': '((a eq 1) or ((b eq 2) and (c eq 3)))',
  '(a eq 1 or b eq 2) and c eq 3': '(((a eq 1) or (b eq 2)) and (c eq 3))',
  'a eq 1 and b eq 2 and c eq 3': '(((a eq 1) and (b eq 2)) and (c eq 3))',
  'a gt 1 eq true': '((a gt 1) eq true)',
  '1 add 2 mul 3 eq 7': '((1 add (2 mul 3)) eq 7)',
  '10 sub 4 sub 3 eq 3': '(((10 sub 4) sub 3) eq 3)',
  '8 div 2 div 2 eq 2': '(((8 div 2) div 2) eq 2)',
  '7 mod 4 add 1 eq 4': '(((7 mod 4) add 1) eq 4)',
  'result sub 5 mul 2 gt -3': '((result sub (5 mul 2)) gt (minus 3))',
  // `not` is tighter than a comparison.
  "not contains(name,'a') and b eq 1": '((not contains(name, "a")) and (b eq 1))',
  'not (a eq 1) or b eq 2': '((not (a eq 1)) or (b eq 2))',
  'not not (a eq 1)': '(not (not (a eq 1)))',
  'not a eq true': '((not a) eq true)',
  '- -3 eq 3': '((minus (minus 3)) eq 3)',
  '-result lt 3': '((minus result) lt 3)',
  // Words of the grammar are also names of properties.
  'not eq 1': '(not eq 1)',
  'and/or eq 1': '(and/or eq 1)',
  'properties/not eq null': '(properties/not eq null)',
  // Texts.
  "name eq 'O''Neill''s'": '(name eq "O\'Neill\'s")',
  "name eq ''": '(name eq "")',
  "name eq ''''": '(name eq "\'")',
  "name eq 'a) or (1 eq 1'": '(name eq "a) or (1 eq 1")',
  "name eq '\"; drop table things; --'": '(name eq "\\"; drop table things; --")',
  "name eq '渡口台阶路'": '(name eq "渡口台阶路")',
  "name eq '🚲'": '(name eq "🚲")',
  "properties/名称 eq 'x'": '(properties/名称 eq "x")',
  // Paths.
  "Datastream/Thing/name eq 'x'": '(Datastream/Thing/name eq "x")',
  'properties/zones[2]/depth gt 1': '(properties/zones/2/depth gt 1)',
  'properties/zones/2/depth gt 1': '(properties/zones/2/depth gt 1)',
  'properties/house-number eq 3': '(properties/house-number eq 3)',
  '@iot.id eq 3': '(@iot.id eq 3)',
  'Datastream/@iot.id eq 3': '(Datastream/@iot.id eq 3)',
  // Times are one word each.
  'phenomenonTime gt 2026-03-01T08:00:00Z': '(phenomenonTime gt <instant 2026-03-01T08:00:00Z>)',
  'phenomenonTime gt 2026-03-01T08:00:00.123+08:00': '(phenomenonTime gt <instant 2026-03-01T08:00:00.123+08:00>)',
  'during(phenomenonTime,2026-03-01T08:00:00Z/2026-03-01T09:00:00Z)':
    'during(phenomenonTime, <2026-03-01T08:00:00Z..2026-03-01T09:00:00Z>)',
  'date(resultTime) eq 2026-03-01': '(date(resultTime) eq <date 2026-03-01>)',
  'time(resultTime) lt 08:30:00': '(time(resultTime) lt <timeOfDay 08:30:00>)',
  "resultTime sub phenomenonTime gt duration'PT5M'": '((resultTime sub phenomenonTime) gt <duration PT5M>)',
  "geo.distance(location,geography'POINT (106.5 29.5)') lt 1":
    '(geo.distance(location, <geometry POINT (106.5 29.5)>) lt 1)',
  "st_within(location, geography'POLYGON ((0 0,1 0,1 1,0 0))')":
    'st_within(location, <geometry POLYGON ((0 0,1 0,1 1,0 0))>)',
  // Numbers.
  'result eq 1e3': '(result eq 1e3)',
  'result eq 9223372036854775807': '(result eq 9223372036854775807)',
  "name in ('a','b')": '(name in ["a", "b"])',
  '  result   gt\t3  ': '(result gt 3)',
  "substringof('x',name) eq true": '(substringof("x", name) eq true)',
  'now() gt resultTime': '(now() gt resultTime)',
};

for (const [text, reading] of Object.entries(READINGS)) {
  test(`${text} is read as ${reading}`, () => assert.equal(parsed(text), reading));
}

const MISTAKES = [
  '',
  'result gt',
  'gt 3',
  'result 3',
  'result gt 3)',
  '(result gt 3',
  "name eq 'open",
  'name eq "double"',
  'result == 3',
  'result gt 3;drop table things',
  "name eq 'a' --",
  'result gt 3 and',
  'contains(name',
  'contains(name,)',
  'name in',
  'name in ()',
  'a/',
  'properties/zones[x]',
  "unknown'text'",
  'result gt 3 extra',
  '1 2',
  'result gt \u0000',
];
for (const text of MISTAKES) {
  test(`${JSON.stringify(text)} is refused as not following the grammar`, () => {
    assert.throws(() => parsed(text), refusal('query.syntax'));
  });
}

test('nesting has a limit, well before a stack ends', () => {
  const nested = (depth: number) => `${'('.repeat(depth)}result gt 3${')'.repeat(depth)}`;
  assert.equal(parsed(nested(64)), '(result gt 3)');
  assert.throws(() => parsed(nested(65)), refusal('query.too_large'));
  assert.throws(() => parsed(nested(100_000)), refusal('query.too_large'));
  assert.throws(() => parsed(`${'not '.repeat(100_000)}true`), refusal('query.too_large'));
  assert.throws(() => parsed(`${'- '.repeat(100_000)}3 gt 1`), refusal('query.too_large'));
});

test('a list after in has at most a thousand values', () => {
  const list = (count: number) => `result in (${Array.from({ length: count }, (_, n) => n).join(',')})`;
  assert.ok(parsed(list(1_000)));
  assert.throws(() => parsed(list(1_001)), refusal('query.too_large'));
});

test('an error says where it is', () => {
  assert.throws(
    () => parsed("result gt 3 and name eq 'x"),
    (error: CityError) => error.details?.position === 24 && error.message.includes('position 24'),
  );
});
