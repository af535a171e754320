/** Two towns that speak Open311 with each other over real HTTP: given exactly once, taken exactly once, whatever breaks between them. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ConnectionConfig } from '#adapters/open311/client/section.ts';
import { HOUR, MINUTE, SECOND } from '#kernel/time.ts';
import { LAMP } from '#tests/casework/small-city.ts';
import { proxyTo, strangeServer } from './peers.ts';
import { reportingTown, type Town } from './reporting-town.ts';

const GIVES: Partial<ConnectionConfig> = {
  push: { party: 'power' },
  pull: { updates: 'extension' },
  services: [{ service_code: 'street-light', case_classes: [LAMP.code] }],
};

/** West has lamps that the works on the east bank mend; between them a proxy. */
async function twoBanks(t: TestContext) {
  const [west, east] = [await reportingTown(t), await reportingTown(t)];
  const proxy = await proxyTo(t, east.url);
  const pass = (milliseconds: number) => {
    west.clock.pass(milliseconds);
    east.clock.pass(milliseconds);
  };
  return { west, east, proxy, pass };
}

/** A lamp that is dispatched to the party behind the connection. */
async function dispatchedLamp(town: Town, more: Record<string, string> = {}): Promise<string> {
  const id = await town.reportLamp(more);
  await town.bring(id, 'dispatched');
  const [request] = await town.requests.list({ ids: [id], limit: 1 });
  return request!.caseId!;
}

const given = async (town: Town) =>
  (await town.get('requests.json')).body.map(({ description }: { description: string }) => description);

test('a case that is dispatched to the party behind a connection is given once, without a resident’s words', async (t) => {
  const { west, east, proxy, pass } = await twoBanks(t);
  const client = west.client({ url: proxy.url, ...GIVES });
  await dispatchedLamp(west, { description: 'My name is on the door' });
  for (let n = 0; n < 3; n++) {
    await client.tick(west.clock.now());
    pass(MINUTE);
  }
  const [description, ...others] = await given(east);
  assert.deepEqual(others, []);
  assert.match(description, /^SC-20260301-0001 Street lamp out \(ref cl-[a-z]{14}\)$/);
  const [view] = await client.list();
  assert.deepEqual([view?.state, view?.waiting, view?.sent, view?.problem], ['ok', 0, 1, undefined]);
});

test('a case of another party, of another class, or not yet dispatched stays at home', async (t) => {
  const { west, east, proxy } = await twoBanks(t);
  await dispatchedLamp(west);
  await west.reportLamp({ lat: '29.57' });
  for (const config of [{ push: { party: 'fire' } }, { services: [] }])
    await west.client({ url: proxy.url, ...GIVES, ...config }).tick(west.clock.now());
  assert.deepEqual(await given(east), []);
});

test('an answer that is lost after the other side has stored the request does not make a second one', async (t) => {
  const { west, east, proxy, pass } = await twoBanks(t);
  const client = west.client({ url: proxy.url, ...GIVES });
  await dispatchedLamp(west);
  proxy.turn('cut-answers');
  await client.tick(west.clock.now());
  assert.equal((await given(east)).length, 1);
  assert.deepEqual(
    (await client.list()).map(({ state, waiting }) => [state, waiting]),
    [['failing', 1]],
  );
  proxy.turn('fair');
  for (let n = 0; n < 6; n++) {
    pass(2 * MINUTE);
    await client.tick(west.clock.now());
  }
  assert.equal((await given(east)).length, 1);
  assert.deepEqual(
    (await client.list()).map(({ state, sent }) => [state, sent]),
    [['ok', 1]],
  );
});

test('an answer that never comes is treated alike, also by a client that was started anew', async (t) => {
  const { west, east, proxy, pass } = await twoBanks(t);
  await dispatchedLamp(west);
  proxy.turn('silent');
  await west.client({ url: proxy.url, ...GIVES }).tick(west.clock.now());
  proxy.turn('fair');
  const restarted = west.client({ url: proxy.url, ...GIVES });
  for (let n = 0; n < 4; n++) {
    pass(2 * MINUTE);
    await restarted.tick(west.clock.now());
  }
  assert.equal((await given(east)).length, 1);
});

test('a client that was shot while sending looks first, and sends when nothing had arrived', async (t) => {
  const { west, east, proxy, pass } = await twoBanks(t);
  const client = west.client({ url: proxy.url, ...GIVES });
  await dispatchedLamp(west);
  proxy.turn('down');
  await client.tick(west.clock.now());
  await west.database.query(`UPDATE open311_outbox SET state = 'sending', unsure_since = $1`, [
    new Date(west.clock.now()),
  ]);
  proxy.turn('fair');
  pass(MINUTE);
  await client.tick(west.clock.now());
  assert.deepEqual(await given(east), []);
  for (let n = 0; n < 3; n++) {
    pass(2 * MINUTE);
    await client.tick(west.clock.now());
  }
  assert.equal((await given(east)).length, 1);
});

test('through an outage of hours nothing is lost: everything is given when the other side is back, once', async (t) => {
  const { west, east, proxy, pass } = await twoBanks(t);
  const client = west.client({ url: proxy.url, ...GIVES });
  proxy.turn('down');
  await dispatchedLamp(west);
  for (let n = 0; n < 8; n++) {
    await client.tick(west.clock.now());
    pass(HOUR / 2);
    if (n === 3) await dispatchedLamp(west, { lat: '29.57' });
  }
  assert.deepEqual(await given(east), []);
  proxy.turn('fair');
  for (let n = 0; n < 4; n++) {
    pass(HOUR + SECOND);
    await client.tick(west.clock.now());
  }
  assert.equal((await given(east)).length, 2);
});

test('what the other side does is told to our case once, and their end of the work is the end of ours', async (t) => {
  const { west, east, proxy, pass } = await twoBanks(t);
  const client = west.client({ url: proxy.url, ...GIVES });
  const caseId = await dispatchedLamp(west);
  await client.tick(west.clock.now());
  const [{ service_request_id: remote }] = (await east.get('requests.json')).body;
  pass(MINUTE);
  await east.bring(remote, 'closed');
  for (let n = 0; n < 3; n++) {
    pass(MINUTE);
    await client.tick(west.clock.now());
  }
  const detail = await west.casework.getCase(caseId);
  assert.equal(detail.state, 'handled');
  const notes = detail.events.filter(({ type }) => type === 'note').map(({ details }) => String(details['text']));
  assert.equal(new Set(notes).size, notes.length);
  assert.ok(notes.some((text) => text.startsWith('FIXED:')));
  const before = detail.events.length;
  await west.database.query('UPDATE open311_pulled SET done_at = NULL');
  await west.database.query('UPDATE open311_connections SET updates_until = NULL');
  pass(MINUTE);
  await client.tick(west.clock.now());
  assert.equal((await west.casework.getCase(caseId)).events.length, before);
});

test('a server without updates is asked for the status instead', async (t) => {
  const { west, east, proxy, pass } = await twoBanks(t);
  const client = west.client({ url: proxy.url, ...GIVES, pull: { updates: 'status' } });
  const caseId = await dispatchedLamp(west);
  await client.tick(west.clock.now());
  const [{ service_request_id: remote }] = (await east.get('requests.json')).body;
  await east.bring(remote, 'closed');
  for (let n = 0; n < 2; n++) {
    pass(MINUTE);
    await client.tick(west.clock.now());
  }
  const detail = await west.casework.getCase(caseId);
  assert.equal(detail.state, 'handled');
  assert.equal(detail.events.filter(({ type }) => type === 'note').length, 1);
});

const TAKES: Partial<ConnectionConfig> = {
  pull: { requests: true },
  services: [{ service_code: 'street-light', category: 'survey', answers: { colour: 'white' } }],
};

test('their requests become our reports once, through cut answers and a forgotten cursor, in both formats', async (t) => {
  const { west, east, proxy, pass } = await twoBanks(t);
  await east.reportLamp({ description: 'Dark on the east bank', media_url: 'https://photos.example/e.jpg' });
  await east.reportLamp({ description: 'Dark on the quay', lat: '29.57' });
  const inXml = west.client({ url: proxy.url, ...TAKES });
  proxy.turn('cut-answers', false);
  await inXml.tick(west.clock.now());
  assert.deepEqual(await given(west), []);
  proxy.turn('fair');
  pass(MINUTE);
  await inXml.tick(west.clock.now());
  const first = await given(west);
  assert.equal(first.length, 2);
  assert.ok(first.some((text: string) => /^Dark on the east bank \(ref cl-/.test(text)));
  await west.database.query('DELETE FROM open311_connections');
  await west.database.query('UPDATE open311_pulled SET done_at = NULL');
  await west.client({ url: proxy.url, ...TAKES, format: 'json' }).tick(west.clock.now());
  assert.deepEqual(await given(west), first);
});

test('what came over a connection does not go round: two towns that take from each other have each report twice at most', async (t) => {
  const { west, east, pass } = await twoBanks(t);
  const takes: Partial<ConnectionConfig> = {
    ...TAKES,
    services: [{ service_code: 'street-light', category: 'street-light' }],
  };
  const [westward, eastward] = [
    west.client({ url: east.endpoint, ...takes }),
    east.client({ url: west.endpoint, ...takes }),
  ];
  await east.reportLamp();
  for (let n = 0; n < 3; n++) {
    pass(MINUTE);
    await westward.tick(west.clock.now());
    await eastward.tick(east.clock.now());
  }
  assert.deepEqual([(await given(west)).length, (await given(east)).length], [1, 1]);
});

test('a request of theirs that we cannot take is kept with its reason, and the others are taken', async (t) => {
  const { west, east, proxy } = await twoBanks(t);
  await east.reportLamp({ description: 'First' });
  const client = west.client({
    url: proxy.url,
    ...TAKES,
    services: [{ service_code: 'street-light', category: 'survey' }],
  });
  await client.tick(west.clock.now());
  const [view] = await client.list();
  assert.deepEqual([view?.state, view?.requestsTaken, view?.refused], ['ok', 0, 1]);
  assert.match(view?.lastRefusal ?? '', /^answers\.missing/);
});

test('a token is asked for until it has become a number, and then the case is given', async (t) => {
  let asked = 0;
  const other = await strangeServer(t, (path, response) => {
    if (path === 'POST /requests.xml')
      return void response.end('<service_requests><request><token>t-1</token></request></service_requests>');
    asked += 1;
    response.end(
      `<service_requests><request><token>t-1</token><service_request_id>${asked < 3 ? '' : '638344'}</service_request_id></request></service_requests>`,
    );
  });
  const west = await reportingTown(t);
  await dispatchedLamp(west);
  const client = west.client({ url: other.url, ...GIVES, pull: {} });
  for (let n = 0; n < 8; n++) {
    await client.tick(west.clock.now());
    west.clock.pass(MINUTE);
  }
  assert.deepEqual(other.asked.slice(0, 4), [
    'POST /requests.xml',
    'GET /tokens/t-1.xml',
    'GET /tokens/t-1.xml',
    'GET /tokens/t-1.xml',
  ]);
  assert.equal(other.asked.length, 4);
  assert.equal((await client.list())[0]?.sent, 1);
});

test('a case that is refused is tried thrice and then kept with the reason; the connection goes on', async (t) => {
  const other = await strangeServer(t, (_path, response) => {
    response.statusCode = 400;
    response.end('<errors><error><code>400</code><description>No lamps here</description></error></errors>');
  });
  const west = await reportingTown(t);
  await dispatchedLamp(west);
  const client = west.client({ url: other.url, ...GIVES, pull: {} });
  for (let n = 0; n < 6; n++) {
    await client.tick(west.clock.now());
    west.clock.pass(10 * MINUTE);
  }
  assert.equal(other.asked.length, 3);
  const [view] = await client.list();
  assert.deepEqual([view?.state, view?.givenUp, view?.waiting], ['ok', 1, 0]);
});

const NONSENSE: Readonly<Record<string, (response: import('node:http').ServerResponse) => void>> = {
  'a web page': (response) => response.end('<!DOCTYPE html><html><body>Welcome</body></html>'),
  'half a document': (response) => response.end('<service_requests><request><service_request_id>1</service_re'),
  'entities that grow': (response) => response.end('<!DOCTYPE a [<!ENTITY x "xxxx">]><a>&x;</a>'),
  'more than anybody would send': (response) => {
    const chunk = Buffer.alloc(1_048_576, 'x');
    const pour = () => {
      while (!response.destroyed && response.write(chunk));
      response.once('drain', pour);
    };
    response.write('<service_requests>');
    pour();
  },
};

for (const [what, answer] of Object.entries(NONSENSE))
  test(`a server that answers ${what} is set aside with the reason, and another connection goes on meanwhile`, async (t) => {
    const mad = await strangeServer(t, (_path, response) => answer(response));
    const { west, east, pass } = await twoBanks(t);
    const good = { id: 'good', url: east.endpoint, interval_seconds: 5, ...TAKES, services: TAKES.services ?? [] };
    const client = west.client({ url: mad.url }, { connections: [{ ...good, id: 'mad', url: mad.url }, good] });
    await east.reportLamp();
    for (let n = 0; n < 4; n++) {
      await client.tick(west.clock.now());
      pass(MINUTE);
    }
    const [set, sane] = await client.list();
    assert.deepEqual([set?.state, set?.requestsTaken, sane?.state, sane?.requestsTaken], ['quarantined', 0, 'ok', 1]);
    assert.match(set?.problem ?? '', /^nonsense: /);
    const before = mad.asked.length;
    await client.tick(west.clock.now());
    assert.equal(mad.asked.length, before);
    pass(HOUR);
    await client.tick(west.clock.now());
    assert.equal(mad.asked.length, before + 1);
  });
