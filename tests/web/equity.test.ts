import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EquityView } from '#adapters/console/api.types.ts';
import { neededFor } from '#web/ops/case/contacts.view.ts';
import { drawEquity, inReadingOrder, MARGIN, roundAbove } from '#web/ops/equity.view.ts';

const row = (id: string, told: number | undefined, noticed: number | undefined, isQuiet = false) => ({
  ...{ id, told, noticed, isQuiet, name: { en: id }, residents: 1_000, expected: 9 },
  toldPerThousand: told,
  noticedPerThousand: noticed,
});
const view = (communities: EquityView['communities'], told: number | undefined = 40): EquityView => ({
  ...{ from: 0, to: 1, smallestCount: 5, told, noticed: 20, toldPerThousand: 1, communities },
});
const [WIDTH, HEIGHT] = [900, 380];

test('a round number stands at the end of each axis', () => {
  assert.deepEqual([0, 0.7, 1, 1.1, 2.1, 5.1, 99, 101].map(roundAbove), [1, 0.8, 1, 1.5, 3, 6, 100, 150]);
});

test('every dot lies inside the picture, and the line of the whole city with it', () => {
  const { dots, line } = drawEquity(view([row('a', 17, 3), row('b', 5, 12)]), WIDTH, HEIGHT);
  for (const { x, y } of [...dots, line!]) {
    assert.ok(x >= MARGIN.left && x <= WIDTH - MARGIN.right);
    assert.ok(y >= MARGIN.top && y <= HEIGHT - MARGIN.bottom);
  }
});

test('a count too small to publish has no dot, unless the community is quiet: then it lies on the ground', () => {
  const { dots } = drawEquity(
    view([row('a', undefined, 12), row('b', undefined, 12, true), row('c', 9, undefined)]),
    900,
    380,
  );
  assert.deepEqual(
    dots.map(({ id, y }) => [id, y]),
    [['b', HEIGHT - MARGIN.bottom]],
  );
});

test('names of quiet neighbours do not lie on each other', () => {
  const { dots } = drawEquity(
    view([row('a', 6, 12, true), row('b', 6, 12.1, true), row('c', 6, 12.2, true)]),
    WIDTH,
    HEIGHT,
  );
  assert.equal(new Set(dots.map(({ nameY }) => nameY)).size, 3);
});

test('without a published total there is no line', () => {
  const { communities, ...rest } = view([row('a', 9, 9)]);
  assert.equal(drawEquity({ ...rest, communities, told: undefined }, WIDTH, HEIGHT).line, undefined);
});

test('those to look at come first, the others by name: nobody is ranked by figures', () => {
  const rows = [row('Cedar', 90, 1), row('Alder', 1, 9), row('Birch', 1, 9, true)];
  assert.deepEqual(
    inReadingOrder(rows, ({ name }) => name.en!, 'en').map(({ id }) => id),
    ['Birch', 'Alder', 'Cedar'],
  );
});

test('a purpose asks for no more than it needs, and only for what is kept', () => {
  assert.deepEqual(neededFor('visit', ['name', 'phone', 'address']), ['name', 'address']);
  assert.deepEqual(neededFor('answer-report', ['address']), []);
});
