import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import type { Fault } from '#simulator/faults/faults.ts';
import { findKind } from '#simulator/faults/kinds.ts';
import { Agenda } from '#simulator/people/agenda.ts';
import { faultOf } from '#simulator/people/matching.ts';
import { drawPhoto } from '#simulator/people/photo.ts';

test('people take a thing up after a while of their own, once, and sooner in a fast city', () => {
  const wait = (speed: number) => {
    const agenda = new Agenda('7', speed);
    let second = 0;
    while (!agenda.isTime('acknowledge/1', second * 1_000, [20, 60])) second++;
    assert.equal(agenda.isTime('acknowledge/1', second * 1_000, [20, 60]), false);
    return second;
  };
  assert.ok(wait(1) >= 20 && wait(1) <= 61, `${wait(1)}`);
  assert.ok(wait(10) <= 7);
  assert.equal(wait(1), wait(1));
});

const fault = (id: string, assetId: string, place: readonly [number, number]): Fault => ({
  id: assetId,
  kind: findKind(id)!,
  assetId,
  place,
  since: 0,
  endsAt: 1,
  felt: [],
  closedValves: [],
});
const BURST = fault('burst', 'WM-1', [107.3, 30.48]);
const LEAK = fault('leak', 'GD-1', [107.3, 30.48]);

test('who looks at a case recognises what is behind it: the asset itself, the one named, or the nearest of its kind', () => {
  const seen = { assetId: 'WL-9', domain: 'water', place: [107.305, 30.48] as const, facts: {} };
  assert.equal(faultOf({ ...seen, assetId: 'GD-1' }, [BURST, LEAK]), LEAK);
  assert.equal(faultOf({ ...seen, domain: 'x', facts: { pipe: 'WM-1' } }, [LEAK, BURST]), BURST);
  assert.equal(faultOf(seen, [LEAK, BURST]), BURST);
  assert.equal(faultOf({ ...seen, place: [107.4, 30.48] }, [LEAK, BURST]), undefined);
  assert.equal(faultOf({ ...seen, domain: 'power' }, [LEAK, BURST]), undefined);
});

test('every proof is a picture of its own that any viewer can open', () => {
  const png = Buffer.from(drawPhoto('after/1'));
  assert.equal(png.subarray(0, 8).toString('hex'), '89504e470d0a1a0a');
  const at = png.indexOf('IDAT');
  assert.equal(inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4))).length, (320 * 3 + 1) * 200);
  assert.deepEqual(drawPhoto('after/1'), drawPhoto('after/1'));
  assert.notDeepEqual(drawPhoto('after/1'), drawPhoto('after/2'));
  assert.notDeepEqual(drawPhoto('case-1', 'work', 'order-1'), drawPhoto('case-1', 'work', 'order-2'));
  assert.ok(png.length < 200_000, `${png.length} bytes`);
});
