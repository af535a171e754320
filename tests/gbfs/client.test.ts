import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { HOUR, MINUTE, SECOND } from '#kernel/time.ts';
import { NOON } from '#tests/shared-bikes/plaza.ts';
import {
  type Answer,
  bike3,
  bikeTown,
  document2,
  document3,
  json,
  listen,
  peer,
  serve3,
  stamp2,
  stamp3,
} from './bike-town.ts';

const standing = (town: Awaited<ReturnType<typeof bikeTown>>, operator = 0) =>
  town.bikes.operatorViews()[operator]!.standing;

async function open(t: TestContext) {
  const town = await bikeTown(t);
  return { town, swift: await peer(t), meadow: await peer(t) };
}

const fleet = (count: number) => Array.from({ length: count }, (_, i) => bike3(`b${i}`));

test('a fleet in GBFS 3.0 stands in its bay after one visit, and who is no longer named is gone', async (t) => {
  const { town, swift } = await open(t);
  let vehicles = [bike3('a'), bike3('b'), bike3('c', 200)];
  serve3(swift, () => document3({ vehicles }, town.now));
  const feeds = listen(town, [swift]);
  await feeds.after(0);
  assert.equal(standing(town), 3);
  assert.equal(town.bikes.stands().find(({ id }) => id === 'A')?.count, 2);

  vehicles = [bike3('a')];
  await feeds.after(MINUTE);
  assert.equal(standing(town), 1);
  assert.equal(feeds.problemOf('swift'), undefined);
});

test('GBFS 2.3 says the same in its own words: languages, bikes, seconds since 1970', async (t) => {
  const { town, swift } = await open(t);
  const { vehicle_id: id, ...rest } = bike3('a');
  const list = [{ name: 'free_bike_status', url: `${swift.url}/free.json` }];
  swift.answers.set('/gbfs.json', json(document2({ zh: { feeds: list } }, NOON)));
  swift.answers.set(
    '/free.json',
    json(document2({ bikes: [{ bike_id: id, last_reported: stamp2(NOON), ...rest }] }, NOON)),
  );
  const feeds = listen(town, [swift]);
  await feeds.after(0);
  assert.equal(standing(town), 1);
  assert.equal(feeds.heard.at(-1)?.lastUpdated, NOON);
});

test('a car of the same company is no bike, as its vehicle type says', async (t) => {
  const { town, swift } = await open(t);
  serve3(swift, () =>
    document3(
      { vehicles: [bike3('a', 2, 1, { vehicle_type_id: 'city-bike' }), bike3('b', 2, 1, { vehicle_type_id: 'van' })] },
      town.now,
    ),
  );
  const feeds3 = ['vehicle_status', 'vehicle_types'].map((name) => ({ name, url: `${swift.url}/${name}.json` }));
  swift.answers.set('/gbfs.json', json(document3({ feeds: feeds3 }, NOON)));
  const types = [
    { vehicle_type_id: 'city-bike', form_factor: 'bicycle', propulsion_type: 'human' },
    { vehicle_type_id: 'van', form_factor: 'car', propulsion_type: 'electric', max_range_meters: 1 },
  ];
  swift.answers.set('/vehicle_types.json', json(document3({ vehicle_types: types }, NOON)));
  await listen(town, [swift]).after(0);
  assert.equal(standing(town), 1);
});

test('a feed is asked again when its ttl is over and not before, with the ETag of what it said', async (t) => {
  const { town, swift } = await open(t);
  const seen: (string | undefined)[] = [];
  serve3(swift, () => ({}));
  swift.answers.set('/vehicle_status.json', (request, response) => {
    seen.push(request.headers['if-none-match']);
    if (request.headers['if-none-match'] === '"one"') return response.writeHead(304).end();
    response.writeHead(200, { etag: '"one"' }).end(JSON.stringify(document3({ vehicles: [bike3('a')] }, NOON, 90)));
  });
  const feeds = listen(town, [swift]);
  await feeds.after(0);
  await feeds.after(89 * SECOND);
  assert.deepEqual(seen, [undefined]);
  await feeds.after(SECOND);
  assert.deepEqual(seen, [undefined, '"one"']);
  assert.equal(standing(town), 1, 'unchanged means that all still stand');
  assert.equal(feeds.heard.at(-1)?.heardAt, town.now);
});

test('the key goes along as a bearer, to the agreed origin only', async (t) => {
  const { town, swift, meadow } = await open(t);
  const keys: (string | undefined)[] = [];
  meadow.answers.set('/vehicle_status.json', (request, response) => {
    keys.push(`stolen ${request.headers.authorization}`);
    response.end();
  });
  swift.answers.set('/gbfs.json', (request, response) => {
    keys.push(request.headers.authorization);
    json(document3({ feeds: [{ name: 'vehicle_status', url: `${meadow.url}/vehicle_status.json` }] }, NOON))(
      request,
      response,
    );
  });
  const feeds = listen(town, [swift], { key: 'k-1' });
  await feeds.after(0);
  assert.deepEqual(keys, ['Bearer k-1']);
  assert.equal(feeds.problemOf('swift')?.code, 'feed.elsewhere');
});

test('a bike out of service is faulty from then on, and mended when the feed says so', async (t) => {
  const { town, swift } = await open(t);
  let isDisabled = true;
  serve3(swift, () =>
    document3(
      { vehicles: [bike3('a', 2, 1, { is_disabled: isDisabled }), bike3('b', 2, 1, { is_reserved: true })] },
      town.now,
    ),
  );
  const feeds = listen(town, [swift]);
  await feeds.after(0);
  assert.deepEqual([standing(town), town.bikes.operatorViews()[0]!.faulty], [2, 1], 'a reserved bike is not faulty');
  isDisabled = false;
  await feeds.after(MINUTE);
  assert.equal(town.bikes.operatorViews()[0]!.faulty, 0);
});

test('records that lie are put aside one by one, with place and reason; the others stand', async (t) => {
  const { town, swift } = await open(t);
  serve3(swift, () =>
    document3(
      {
        vehicles: [
          ...fleet(8),
          bike3('b0'),
          { ...bike3('zero'), lat: 0, lon: 0 },
          { ...bike3('text'), lat: '30.5' },
          { ...bike3('x'), vehicle_id: 7 },
          'bike',
          { ...bike3('far'), lat: 50, lon: 10 },
          { ...bike3('when'), last_reported: 'yesterday' },
        ],
      },
      town.now,
    ),
  );
  const feeds = listen(town, [swift]);
  await feeds.after(0);
  assert.equal(standing(town), 8);
  const { quarantined, quarantinedByCode, lastQuarantined } = feeds.book.report('swift');
  assert.equal(quarantined, 7);
  assert.deepEqual(quarantinedByCode, {
    'sighting.nowhere': 1,
    'vehicle.invalid': 4,
    'sighting.duplicate': 1,
    'sighting.elsewhere': 1,
  });
  const duplicate = lastQuarantined.find(({ code }) => code === 'sighting.duplicate');
  assert.equal(duplicate?.index, 8, 'counted as in the document, also behind records that are refused');
  assert.doesNotMatch(JSON.stringify(lastQuarantined), /b0|zero|far/, 'no vehicle id is repeated');
});

test('a bike whose own time runs backwards is put aside, and stands where it stood', async (t) => {
  const { town, swift } = await open(t);
  let reported = NOON;
  serve3(swift, () =>
    document3({ vehicles: [bike3('a', 2, 1, { last_reported: stamp3(reported) }), bike3('b')] }, town.now),
  );
  const feeds = listen(town, [swift]);
  await feeds.after(0);
  reported = NOON - HOUR;
  await feeds.after(MINUTE);
  assert.equal(standing(town), 2);
  assert.deepEqual(feeds.book.report('swift').quarantinedByCode, { 'sighting.backwards': 1 });
});

test('a bike that a feed forgot once comes back with the time at which it last reported', async (t) => {
  const { town, swift } = await open(t);
  const told = [bike3('a', 2, 1, { last_reported: stamp3(NOON) }), bike3('b', 2, 1, { last_reported: stamp3(NOON) })];
  let vehicles = told;
  serve3(swift, () => document3({ vehicles }, town.now));
  const feeds = listen(town, [swift]);
  await feeds.after(0);
  vehicles = told.slice(1);
  await feeds.after(MINUTE);
  vehicles = told;
  await feeds.after(MINUTE);
  assert.equal(standing(town), 2);
});

const text =
  (body: string): Answer =>
  (_, response) =>
    response.writeHead(200).end(body);
const document = (vehicles: unknown, when = NOON + MINUTE) => JSON.stringify(document3({ vehicles }, when));

const MISDEEDS: readonly (readonly [sentence: string, code: string, answer: Answer])[] = [
  ['half a JSON', 'feed.not_json', text(document(fleet(5)).slice(0, 200))],
  ['a web page', 'feed.not_json', text('<!doctype html><h1>Maintenance</h1>')],
  ['nothing at all', 'feed.not_json', text('')],
  ['a list instead of a document', 'feed.invalid', text('[]')],
  ['vehicles that are no list', 'feed.invalid', text(document({ a: 1 }))],
  ['a last_updated that is no time', 'feed.invalid', text(document(fleet(5)).replace(stamp3(NOON + MINUTE), 'soon'))],
  ['a moment in the future', 'feed.future', text(document(fleet(5), NOON + 2 * HOUR))],
  ['only bikes at 0,0', 'feed.unusable', text(document(fleet(5).map((each) => ({ ...each, lat: 0, lon: 0 }))))],
  ['an empty city after thirty bikes', 'feed.empty', (_, response) => response.end(document([], NOON + MINUTE))],
  ['a redirect', 'feed.redirect', (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
  ['an error', 'feed.refused', (_, response) => response.writeHead(500).end()],
  ['a connection that breaks off', 'feed.unreachable', (request) => request.socket.destroy()],
];

for (const [sentence, code, answer] of MISDEEDS)
  test(`${sentence} clears no kerb, says why, and holds up no other operator`, async (t) => {
    const { town, swift, meadow } = await open(t);
    serve3(swift, () => document3({ vehicles: fleet(30) }, town.now));
    serve3(meadow, () => document3({ vehicles: [bike3('m')] }, town.now));
    const feeds = listen(town, [swift, meadow]);
    await feeds.after(0);
    swift.answers.set('/vehicle_status.json', answer);
    await feeds.after(MINUTE);
    assert.equal(standing(town), 30);
    assert.equal(feeds.problemOf('swift')?.code, code);
    assert.equal(feeds.problemOf('meadow'), undefined);
    assert.equal(standing(town, 1), 1);
    assert.equal(feeds.heard.findLast(({ operator }) => operator === 'meadow')?.lastUpdated, town.now);
  });

test('a body without end is cut off at the limit', async (t) => {
  const { town, swift } = await open(t);
  let sent = 0;
  serve3(swift, () => ({}));
  swift.answers.set('/vehicle_status.json', (_, response) => {
    const part = Buffer.alloc(65_536, 32);
    const more = () => {
      while (sent < 500 * 1_048_576 && !response.destroyed) {
        sent += part.length;
        if (!response.write(part)) return;
      }
      response.end();
    };
    response.on('drain', more);
    more();
  });
  const feeds = listen(town, [swift], { limitBytes: 2 * 1_048_576 });
  await feeds.after(0);
  assert.equal(feeds.problemOf('swift')?.code, 'feed.too_large');
  assert.ok(sent < 50 * 1_048_576, `${sent} bytes were sent`);
});

test('a body that says it has 500 MB is not read at all', async (t) => {
  const { town, swift } = await open(t);
  serve3(swift, () => ({}));
  swift.answers.set('/vehicle_status.json', (_, response) => {
    response.writeHead(200, { 'content-length': String(500 * 1_048_576) }).write('{');
  });
  const feeds = listen(town, [swift]);
  await feeds.after(0);
  assert.equal(feeds.problemOf('swift')?.code, 'feed.too_large');
});

test('a peer that trickles is left when its time is up', async (t) => {
  const { town, swift } = await open(t);
  serve3(swift, () => ({}));
  swift.answers.set('/vehicle_status.json', (_, response) => void response.writeHead(200).write('{'));
  const feeds = listen(town, [swift], { timeoutMs: 150 });
  await feeds.after(0);
  assert.equal(feeds.problemOf('swift')?.code, 'feed.timeout');
});

test('a snapshot from before the last one is put aside whole', async (t) => {
  const { town, swift } = await open(t);
  let [vehicles, when] = [fleet(3), NOON];
  serve3(swift, () => document3({ vehicles }, when));
  const feeds = listen(town, [swift]);
  await feeds.after(0);
  [vehicles, when] = [fleet(1), NOON - MINUTE];
  await feeds.after(MINUTE);
  assert.equal(feeds.problemOf('swift')?.code, 'feed.backwards');
  assert.equal(standing(town), 3);
});

test('a feed frozen for hours becomes a finding, though it answers; the finding clears when it goes on', async (t) => {
  const { town, swift } = await open(t);
  let when = NOON;
  serve3(swift, () => document3({ vehicles: fleet(2) }, when));
  const feeds = listen(town, [swift]);
  await feeds.after(0);
  await feeds.after(3 * HOUR);
  await town.bikes.tick(town.now);
  const stale = () => town.changes.filter(({ finding }) => finding.facts['kind'] === 'stale-feed');
  assert.deepEqual(
    stale().map(({ change }) => change),
    ['raised'],
  );
  assert.equal(stale()[0]!.finding.since, NOON);
  when = town.now + MINUTE;
  await feeds.after(MINUTE);
  await town.bikes.tick(town.now);
  assert.deepEqual(
    stale().map(({ change }) => change),
    ['raised', 'cleared'],
  );
});

test('after a problem the wait doubles, and a peer that names its own wait is given it', async (t) => {
  const { town, swift } = await open(t);
  swift.answers.set('/gbfs.json', (_, response) => response.writeHead(503, { 'retry-after': '600' }).end());
  const feeds = listen(town, [swift]);
  await feeds.after(0);
  await feeds.after(599 * SECOND);
  assert.equal(swift.asked.length, 1);
  swift.answers.set('/gbfs.json', (_, response) => response.writeHead(500).end());
  await feeds.after(SECOND);
  assert.equal(swift.asked.length, 2);
  await feeds.after(59 * SECOND);
  assert.equal(swift.asked.length, 2, 'a second problem: one minute');
  await feeds.after(SECOND);
  assert.equal(swift.asked.length, 3);
});

test('a feed that never answered is stale from when we began to listen', async (t) => {
  const { town, swift } = await open(t);
  swift.answers.set('/gbfs.json', (request) => request.socket.destroy());
  const feeds = listen(town, [swift]);
  await feeds.after(0);
  town.now += 6 * MINUTE;
  await town.bikes.tick(town.now);
  assert.equal(town.changes.at(-1)?.finding.facts['kind'], 'stale-feed');
});
