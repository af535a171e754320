import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inspect, WALLS } from '../tools/house.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const house = await inspect(root, ['src', 'simulator', 'web']);
const broken = await inspect(fileURLToPath(new URL('fixtures/broken-house', import.meta.url)), [
  'src',
  'simulator',
  'web',
]);

test('the inspector sees the whole house', () => {
  assert.ok(house.modules > 100, `it saw only ${house.modules} modules`);
});

for (const wall of WALLS) {
  test(wall.sentence, () => {
    const breaches = house.breaches
      .filter((breach) => breach.wall === wall.sentence)
      .map(({ from, to }) => `${from} → ${to}`);
    assert.deepEqual(breaches, []);
  });
}

test('in a house built wrong on purpose, each kind of breach is found', () => {
  const found = new Set(broken.breaches.map((breach) => breach.wall));
  const expected = [
    'the kernel imports nothing but itself',
    'sensing knows no other room',
    'no room looks upstairs',
    'no adapter knows the app',
    'no adapter knows another adapter',
    'the simulator knows the kernel, the pack format and nothing else of the program',
    'the screens know the kernel, and the rest of the program by its types only',
  ];
  assert.deepEqual(
    expected.filter((sentence) => !found.has(sentence)),
    [],
  );
});
