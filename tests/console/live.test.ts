import assert from 'node:assert/strict';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createLiveHub, type HubOptions } from '#adapters/console/live-hub.ts';
import type { Caller } from '#kernel/roles.ts';
import { handClock } from '#tests/people/town-hall.ts';

interface Frame {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

const operator: Caller = {
  kind: 'account',
  id: 'a',
  name: 'A',
  roles: ['dispatcher'],
  party: undefined,
  areas: [],
  thingIds: undefined,
};
const shared = (event: string, data: unknown) => ({ event, render: () => data, shared: true });
const number = (n: number) => shared('state', { n });

/** A hub behind a real HTTP server; the caller and what it may see come with the address asked for. */
async function studio(t: TestContext, options: Partial<HubOptions> = {}) {
  const clock = handClock();
  const counts: number[] = [];
  const hub = createLiveHub({ epoch: 'e1', clock, onClients: (count) => counts.push(count), ...options });
  const allowed = new Set(['a', 'b', 'c']);
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url!, 'http://x');
    const id = searchParams.get('who') ?? 'a';
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    hub.connect({
      caller: { ...operator, id, party: searchParams.get('party') ?? undefined },
      response,
      lastEventId: request.headers['last-event-id'] as string | undefined,
      datastreams: new Set((searchParams.get('datastreams') ?? '').split(',').filter(Boolean).map(Number)),
      latest: (datastream) => ({ at: 7, value: datastream * 10 }),
      stillAllowed: async () => allowed.has(id),
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  t.after(() => {
    hub.close();
    server.closeAllConnections();
    server.close();
  });
  const watch = (query = '', lastEventId?: string) => connect(`http://127.0.0.1:${port}/?${query}`, lastEventId);
  return { hub, clock, counts, allowed, watch };
}

async function connect(url: string, lastEventId?: string) {
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { headers, agent: false }, resolve).on('error', reject);
  });
  const frames: Frame[] = [];
  let waiting: { count: number; done: () => void } | undefined;
  let rest = '';
  let comments = 0;
  const ended = new Promise<void>((resolve) => response.on('close', resolve));
  response.on('error', () => undefined);
  response.on('data', (chunk: Buffer) => {
    const blocks = (rest + chunk.toString()).split('\n\n');
    rest = blocks.pop()!;
    for (const block of blocks) {
      if (block.startsWith(':')) comments++;
      else frames.push(parse(block));
    }
    if (waiting && frames.length >= waiting.count) waiting.done();
  });
  return {
    frames,
    ended,
    comments: () => comments,
    response,
    leave: () => response.destroy(),
    /** Resolves when this many frames have arrived, `hello` included. */
    async has(count: number): Promise<Frame[]> {
      if (frames.length < count) await new Promise<void>((done) => (waiting = { count, done }));
      return frames;
    },
  };
}

function parse(block: string): Frame {
  const fields = Object.fromEntries(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  return { id: fields.id, event: fields.event!, data: JSON.parse(fields.data!) };
}

const numbersOf = (frames: readonly Frame[]) =>
  frames.filter(({ event }) => event === 'state').map(({ data }) => data.n);
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

test('five hundred watchers all see every frame once and in order', { timeout: 60_000 }, async (t) => {
  const { hub, watch, counts } = await studio(t);
  const watchers = await Promise.all(upTo(500).map(() => watch()));
  assert.equal(counts.at(-1), 500);
  for (const n of upTo(200)) {
    hub.publish(number(n));
    if (n % 20 === 0) await new Promise(setImmediate);
  }
  for (const watcher of watchers) assert.deepEqual(numbersOf(await watcher.has(201)), upTo(200));
});

test('a frame is encoded once however many watch it, and once for each class of callers', async (t) => {
  const { hub, watch } = await studio(t);
  const watchers = await Promise.all([watch('who=a'), watch('who=b'), watch('who=c&party=gas-company')]);
  await Promise.all(watchers.map((watcher) => watcher.has(1)));
  let encoded = 0;
  const frame = (shared: boolean) => ({
    event: 'case',
    shared,
    render: (caller: Caller) => ({ n: ++encoded, for: caller.party ?? 'all' }),
  });
  hub.publish(frame(true));
  hub.publish(frame(false));
  const seen = await Promise.all(watchers.map((watcher) => watcher.has(3)));
  assert.equal(encoded, 3);
  assert.deepEqual(
    seen.map((frames) => frames[2]!.data.for),
    ['all', 'all', 'gas-company'],
  );
});

test('a watcher that left comes back with its last id and misses nothing, sees nothing twice', async (t) => {
  const { hub, watch } = await studio(t);
  const first = await watch();
  await first.has(1);
  for (const n of upTo(10)) hub.publish(number(n));
  const seen = await first.has(7);
  const last = seen[6]!;
  first.leave();
  await first.ended;
  for (const n of upTo(20, 11)) hub.publish(number(n));
  const again = await watch('', last.id);
  await again.has(1 + 20 - (last.data.n as number));
  hub.publish(number(21));
  assert.deepEqual(numbersOf(await again.has(2 + 20 - (last.data.n as number))), upTo(21, (last.data.n as number) + 1));
});

test('the cursor of a snapshot is as good a place to begin as a last id', async (t) => {
  const { hub, watch } = await studio(t);
  hub.publish(number(1));
  const cursor = hub.cursor();
  hub.publish(number(2));
  const watcher = await watch('', cursor);
  assert.deepEqual(numbersOf(await watcher.has(2)), [2]);
});

test('who was away longer than the city remembers is told to begin anew; one frame less and it is not', async (t) => {
  const { hub, watch } = await studio(t, { limits: { frames: 5, bytes: 1e9 } });
  for (const n of upTo(10)) hub.publish(number(n));
  const justInTime = await watch('', 'e1-5');
  assert.deepEqual(numbersOf(await justInTime.has(6)), upTo(10, 6));
  const tooLate = await watch('', 'e1-4');
  const [hello, reset] = await tooLate.has(2);
  assert.deepEqual(
    [hello!.event, reset!.event, reset!.data.reason, reset!.id],
    ['hello', 'reset', 'too_long_ago', 'e1-10'],
  );
});

test('an id of another life of the server, of the future, or of nonsense begins anew', async (t) => {
  const { hub, watch } = await studio(t);
  hub.publish(number(1));
  for (const id of ['e0-1', 'e1-2', 'e1-x', '']) {
    const watcher = await watch('', id);
    const [, reset] = await watcher.has(2);
    assert.equal(reset!.event, 'reset', id);
    assert.equal(reset!.id, 'e1-1');
  }
});

test('the ring forgets by weight too', async (t) => {
  const { hub, watch } = await studio(t, { limits: { frames: 1_000, bytes: 100_000 } });
  const watcher = await watch();
  for (const n of upTo(50)) hub.publish(shared('state', { n, ballast: 'x'.repeat(10_000) }));
  await watcher.has(51);
  assert.ok(hub.bytes() <= 120_000, `${hub.bytes()} bytes`);
  assert.equal(watcher.frames.length, 51);
});

test('a caller is shown only what lies in its scope, when resuming too', async (t) => {
  const { hub, watch } = await studio(t);
  const watcher = await watch('who=b');
  await watcher.has(1);
  const only = (who: string, n: number) => ({ ...number(n), visible: (caller: Caller) => caller.id === who });
  hub.publish(only('a', 1));
  hub.publish(only('b', 2));
  hub.publish(only('a', 3));
  hub.publish(only('b', 4));
  assert.deepEqual(numbersOf(await watcher.has(3)), [2, 4]);
  const again = await watch('who=b', 'e1-0');
  assert.deepEqual(numbersOf(await again.has(3)), [2, 4]);
});

test('a watcher that stops reading costs one connection buffer, and after a while the connection', {
  timeout: 30_000,
}, async (t) => {
  const { hub, watch, clock } = await studio(t, { connectionBytes: 65_536, stalledMs: 30_000 });
  const stuck = await watch();
  const lively = await watch();
  await Promise.all([stuck.has(1), lively.has(1)]);
  stuck.response.pause();
  for (const n of upTo(400)) {
    hub.publish(shared('state', { n, ballast: 'x'.repeat(20_000) }));
    await lively.has(n + 1);
  }
  clock.pass(29_999);
  await hub.heartbeat();
  assert.equal(hub.clients(), 2);
  clock.pass(1);
  await hub.heartbeat();
  assert.equal(hub.clients(), 1);
});

test('a slow watcher that reads on gets everything although its buffer was full', { timeout: 30_000 }, async (t) => {
  const { hub, watch } = await studio(t, { connectionBytes: 65_536 });
  const slow = await watch();
  await slow.has(1);
  slow.response.pause();
  for (const n of upTo(300)) hub.publish(shared('state', { n, ballast: 'x'.repeat(20_000) }));
  slow.response.resume();
  assert.deepEqual(numbersOf(await slow.has(301)), upTo(300));
});

test('values go to who asked for them, beginning with the newest known', async (t) => {
  const { hub, watch } = await studio(t);
  const asking = await watch('datastreams=3,4');
  const other = await watch();
  await Promise.all([asking.has(1), other.has(1)]);
  hub.flushValues();
  const [, newest] = await asking.has(2);
  assert.deepEqual(newest!.data, { at: newest!.data.at, ids: [3, 4], times: [7, 7], values: [30, 40] });
  const columns = (...values: number[]) => Float64Array.from(values);
  hub.onObservations({
    ids: columns(1, 2, 3),
    datastreamIds: columns(3, 9, 3),
    phenomenonTimes: columns(10, 10, 11),
    results: columns(1, 2, 3),
    receivedAt: 12,
  });
  hub.flushValues();
  hub.publish(number(1));
  const frames = await asking.has(4);
  assert.deepEqual(frames[2]!.data, { at: frames[2]!.data.at, ids: [3, 3], times: [10, 11], values: [1, 3] });
  assert.equal(frames[2]!.id, undefined);
  assert.deepEqual(
    (await other.has(2)).map(({ event }) => event),
    ['hello', 'state'],
  );
});

test('the heartbeat keeps a quiet stream open, and ends it for who may no longer look', async (t) => {
  const { hub, watch, allowed, counts } = await studio(t);
  const staying = await watch('who=a');
  const leaving = await watch('who=b');
  await Promise.all([staying.has(1), leaving.has(1)]);
  allowed.delete('b');
  await hub.heartbeat();
  await leaving.ended;
  hub.publish(number(1));
  await staying.has(2);
  assert.equal(staying.comments(), 1);
  assert.equal(counts.at(-1), 1);
});
