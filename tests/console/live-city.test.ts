/** The live stream as a browser meets it: over HTTP, with a key, while the city has troubles. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PLACE } from '#tests/casework/small-city.ts';
import { type Answer, type Centre, operationsCentre } from './operations-centre.ts';

async function watch(centre: Centre, headers: Record<string, string>, query = '') {
  const abort = new AbortController();
  const response = await fetch(`${centre.url}/api/v1/live${query}`, { headers, signal: abort.signal });
  const frames: { id?: string; event: string; data: Answer }[] = [];
  let ended = false;
  const reading = (async () => {
    let rest = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop()!;
      for (const block of blocks.filter((each) => !each.startsWith(':'))) {
        const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)));
        frames.push({ ...fields, data: JSON.parse(fields.data) } as (typeof frames)[number]);
      }
    }
  })()
    .catch(() => undefined)
    .finally(() => {
      ended = true;
    });
  const until = async (found: () => boolean) => {
    for (let waited = 0; !found() && waited < 5_000; waited += 10) await sleep(10);
    assert.ok(found(), `only ${JSON.stringify(frames).slice(0, 500)}`);
  };
  return {
    response,
    frames,
    until,
    cases: () => frames.filter(({ event }) => event === 'case'),
    ended: () => ended,
    async leave() {
      abort.abort();
      await reading;
    },
  };
}

test('an operator sees the case arise and change, each time with what this operator may do', async (t) => {
  const centre = await operationsCentre(t);
  const analyst = await centre.caller('analyst');
  const stream = await watch(centre, analyst.headers);
  assert.match(stream.response.headers.get('content-type')!, /^text\/event-stream/);
  await stream.until(() => stream.frames.length > 0);
  assert.equal(centre.counts.at(-1), 1);
  await centre.report(1, 100);
  await stream.until(() => stream.cases().length >= 1);
  const [first] = stream.cases();
  assert.deepEqual([first!.data.eventType, first!.data.grade], ['collect', 'red']);
  assert.ok(first!.data.actions.includes('confirm'));
  await analyst.send('POST', `/cases/${first!.data.id}/actions`, { action: 'acknowledge' });
  await stream.until(() => stream.cases().length >= 2);
  assert.equal(stream.cases().at(-1)!.data.eventType, 'acknowledge');
  await stream.until(() => stream.frames.some(({ event, data }) => event === 'state' && data.states.includes('red')));
  await stream.leave();
  await stream.until(() => centre.counts.at(-1) === 0);
});

test('a party is shown the case from the moment it has a work order, a stranger never', async (t) => {
  const centre = await operationsCentre(t);
  const analyst = await centre.caller('analyst');
  const handler = async (party: string) => watch(centre, (await centre.caller('handler', { party })).headers);
  const streams = {
    gas: await handler('gas'),
    crew: await handler('waterworks-crew-1'),
    stranger: await handler('waterworks-east'),
  };
  const elsewhere = await watch(centre, (await centre.caller('analyst', { areas: ['S2'] })).headers);
  const all = await watch(centre, analyst.headers);
  const { body } = await analyst.send('POST', '/reports', {
    caseClass: 'water.main-burst',
    place: PLACE,
    description: 'Water on the road',
    source: 'hotline',
  });
  await analyst.send('POST', `/cases/${body.caseId}/actions`, { action: 'locate', assetId: 'W-MAIN-12' });
  await analyst.send('POST', `/cases/${body.caseId}/actions`, { action: 'confirm' });
  await all.until(() => all.cases().length >= centre.changes.length);
  assert.deepEqual(
    all.cases().map(({ data }) => data.eventType),
    centre.changes.map(({ event }) => event.type),
  );
  await streams.gas.until(() => streams.gas.cases().length > 0);
  await streams.crew.until(() => streams.crew.cases().length > 0);
  const types = streams.gas.cases().map(({ data }) => data.eventType);
  assert.equal(types[0], 'order.issue');
  assert.equal(types.includes('collect'), false);
  assert.deepEqual([streams.stranger.cases(), elsewhere.cases()], [[], []]);
});

test('who was cut off and comes back with the last id has every event once', async (t) => {
  const centre = await operationsCentre(t);
  const analyst = await centre.caller('analyst');
  const before = await watch(centre, analyst.headers);
  await centre.report(1, 100);
  await before.until(() => before.cases().length >= 1);
  const { id: caseId } = before.cases()[0]!.data;
  const last = before.frames.findLast(({ id }) => id !== undefined)!.id!;
  const seen = before.cases().length;
  await before.leave();
  await analyst.send('POST', `/cases/${caseId}/actions`, { action: 'acknowledge' });
  await analyst.send('POST', `/cases/${caseId}/actions`, { action: 'note', text: 'Crew called' });
  const after = await watch(centre, { ...analyst.headers, 'last-event-id': last });
  await analyst.send('POST', `/cases/${caseId}/actions`, { action: 'confirm' });
  await after.until(() => seen + after.cases().length >= centre.changes.length);
  const types = [...before.cases(), ...after.cases()].map(({ data }) => data.eventType);
  assert.deepEqual(
    types,
    centre.changes.map(({ event }) => event.type),
  );
});

test('the cursor of the state is where the stream goes on', async (t) => {
  const centre = await operationsCentre(t);
  const analyst = await centre.caller('analyst');
  await centre.report(1, 100);
  const { cursor } = (await analyst.get('/state')).body;
  const [{ id: caseId }] = (await analyst.get('/cases')).body.cases;
  await analyst.send('POST', `/cases/${caseId}/actions`, { action: 'note', text: 'Seen' });
  const stream = await watch(centre, analyst.headers, `?after=${cursor}`);
  await stream.until(() => stream.cases().length >= 1);
  assert.equal(stream.cases()[0]!.data.eventType, 'note');
  assert.equal(
    stream.frames.some(({ event }) => event === 'reset'),
    false,
  );
});

test('values come for the Datastreams asked for, and at most fifty may be', async (t) => {
  const centre = await operationsCentre(t);
  const analyst = await centre.caller('analyst');
  const [id] = centre.sensing.findThingByAsset('W-LOG-1')!.datastreamIds;
  const stream = await watch(centre, analyst.headers, `?datastreams=${id}`);
  await centre.report(2, 340);
  await centre.report(1, 350);
  await stream.until(() => stream.frames.some(({ event }) => event === 'values'));
  const values = stream.frames.find(({ event }) => event === 'values')!.data;
  assert.deepEqual([values.ids, values.values], [[id], [350]]);
  const many = (count: number) => `?datastreams=${Array.from({ length: count }, (_, i) => i + 1).join(',')}`;
  const fifty = await watch(centre, analyst.headers, many(50));
  assert.equal(fifty.response.status, 200);
  const more = await fetch(`${centre.url}/api/v1/live${many(51)}`, { headers: analyst.headers });
  assert.deepEqual([more.status, ((await more.json()) as Answer).field], [400, 'datastreams']);
});
