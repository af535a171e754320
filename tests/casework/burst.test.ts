/** The burst main of the field guide, at room level: from the first falling pressure to the closed and evaluated case. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '#casework/ledger-storage.ts';
import { findBreak } from '#kernel/ledger.ts';
import { aBurst, aFinding, BURST, IMPACT, metresEast, NOON, PHOTO, RESIDENT, smallCity, worker } from './small-city.ts';

test('a burst main becomes one case, seven parties get their part, and the sensors close it', async (t) => {
  const city = await smallCity(t);
  const { casework } = city;
  const pressure = (id: number, metres: number) =>
    aFinding({ key: `limit:${id}:${NOON}`, datastreamId: id, place: metresEast(metres) });

  // Two pressures fall, a resident calls, then the water domain concludes that a main has burst.
  await casework.onFinding({ change: 'raised', finding: pressure(17, 0) });
  await casework.onFinding({ change: 'raised', finding: pressure(18, 150) });
  city.pass(1);
  const called = await casework.report({
    caseClass: BURST.code,
    place: metresEast(80),
    description: 'Water is coming out of the road.',
    source: 'hotline',
    reporter: RESIDENT,
    photos: [],
  });
  const burst = aBurst({ basis: [`limit:17:${NOON}`, `limit:18:${NOON}`], since: NOON });
  await casework.onFinding({ change: 'raised', finding: burst });

  const collected = await city.onlyCase();
  assert.equal(called.merged, true);
  assert.equal(collected.reference, 'SC-20260301-0001');
  assert.deepEqual(
    [collected.state, collected.caseClass, collected.grade, collected.findings, collected.reports],
    ['collected', BURST.code, 'red', 3, 1],
  );
  assert.equal(collected.clock?.stage, 'acknowledge');

  // The analyst confirms: the bore chooses the plan, the plan sends everybody out, the network proposes the valves.
  city.pass(2);
  const sent = await city.act(collected.id, 'confirm');
  assert.equal(sent.state, 'dispatched');
  assert.equal(sent.plan?.id, 'burst-below-500');
  assert.deepEqual(
    sent.workOrders.map(({ key, party, lead }) => [key, party, lead]),
    [
      ['repair', 'waterworks', true],
      ['traffic', 'traffic-police', false],
      ['power', 'power', false],
      ['gas', 'gas', false],
      ['telecom', 'telecom', false],
      ['water', 'fire', false],
      ['residents', 'grid-0412', false],
    ],
  );
  const minutes = sent.workOrders.map(({ acceptBy, finishBy }) => [
    (acceptBy - city.now()) / 60_000,
    (finishBy - city.now()) / 60_000,
  ]);
  assert.deepEqual(minutes, [
    [10, 180],
    [5, 30],
    [15, 60],
    [15, 60],
    [30, 120],
    [15, 60],
    [10, 30],
  ]);
  assert.equal(sent.workOrders[0]?.crew, 'waterworks-crew-2');
  assert.deepEqual(sent.impact, IMPACT);

  // Everybody accepts; the case is in progress when the lead does, and handled when the last one has fed back.
  let now = sent;
  for (const { key } of sent.workOrders) now = await city.order(now, key, 'accept');
  assert.equal(now.state, 'in_progress');
  city.pass(100);
  await city.order(now, 'repair', 'set_out', {}, worker('waterworks-crew-2'));
  await city.order(now, 'repair', 'arrive', {}, worker('waterworks-crew-2'));
  for (const { key } of sent.workOrders.slice(0, -1))
    now = await city.order(now, key, 'finish', { feedback: 'Done.', photos: [PHOTO] });
  assert.equal(now.state, 'in_progress');
  now = await city.order(now, 'residents', 'finish', { feedback: 'All 420 residents have been told.' });
  assert.equal(now.state, 'handled');
  assert.equal(now.onTime, true);
  const handledAt = city.now();

  // Pressure is back. The case is closed by sensors once they have been normal for 15 minutes on Observations newer than the handling.
  for (const finding of [pressure(17, 0), pressure(18, 150), burst]) {
    await casework.onFinding({ change: 'cleared', finding: { ...finding, clearedAt: handledAt, lastAt: handledAt } });
  }
  city.pass(15);
  city.latest.set(17, city.now());
  await city.tick();
  assert.equal((await city.onlyCase()).state, 'handled', 'one of the two sensors has not spoken yet');
  city.latest.set(18, city.now());
  await city.tick();

  const closed = await city.onlyCase();
  assert.equal(closed.state, 'evaluated');
  assert.equal(closed.closedAt, city.now());
  assert.equal(closed.events.find(({ type }) => type === 'verify_pass')?.details.by, 'sensors');
  assert.deepEqual(
    [
      closed.evaluation?.onTime,
      closed.evaluation?.responseSeconds,
      closed.evaluation?.bounces,
      closed.evaluation?.escalations,
    ],
    [true, 180, 0, 0],
  );
  const answers = closed.events.filter(({ type }) => type === 'report.answered');
  assert.deepEqual(
    answers.map(({ details }) => [details.reportId, details.outcome]),
    [[called.reportId, 'closed']],
  );

  // And all of it is one unbroken chain.
  const events = await casework.events(0, 1_000);
  let end = { sequence: 0, hash: '0'.repeat(64) };
  for (const event of events) {
    assert.equal(findBreak(end, event, sha256), undefined);
    end = event;
  }
  assert.equal(events.at(-1)?.sequence, events.length);
});
