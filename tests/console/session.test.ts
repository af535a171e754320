import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, HOUR } from '#kernel/time.ts';
import { type Centre, operationsCentre, PASSWORD } from './operations-centre.ts';

/** Signs in as a browser does, and sends the cookie with what it asks. */
async function browser(centre: Centre, name = 'mei', password = PASSWORD) {
  const origin = centre.url;
  const signedIn = await centre.ask('POST', '/session', { body: { name, password }, headers: { origin } });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    centre.ask(method, path, { body, headers: { cookie, origin, ...headers } });
  return { signedIn, cookie, origin, ask };
}

async function staffed(t: Parameters<typeof operationsCentre>[0]) {
  const centre = await operationsCentre(t);
  await centre.people.createAccount({ name: 'mei', displayName: '梅', password: PASSWORD, roles: ['dispatcher'] });
  await centre.people.createAccount({
    name: 'root',
    displayName: 'Root',
    password: PASSWORD,
    roles: ['administrator'],
  });
  return centre;
}

test('the session cookie is out of reach of scripts and of other sites', async (t) => {
  const { signedIn } = await browser(await staffed(t));
  assert.equal(signedIn.status, 200);
  assert.equal(signedIn.body.account.displayName, '梅');
  const attributes = signedIn.headers.get('set-cookie')!.split('; ').slice(1);
  assert.deepEqual(attributes, ['Path=/api/v1', 'HttpOnly', 'SameSite=Strict', 'Max-Age=604800']);
  assert.equal(signedIn.headers.get('cache-control'), 'no-store');
  assert.equal(JSON.stringify(signedIn.body).includes('token'), false);
});

test('a wrong password and an unknown name get the same answer', async (t) => {
  const centre = await staffed(t);
  const wrong = await centre.ask('POST', '/session', { body: { name: 'mei', password: 'not the password' } });
  const unknown = await centre.ask('POST', '/session', { body: { name: 'nobody', password: 'not the password' } });
  assert.equal(wrong.status, 401);
  assert.equal(wrong.headers.get('set-cookie'), null);
  assert.deepEqual([unknown.status, unknown.body], [wrong.status, wrong.body]);
});

test('guessing is answered 429 with the seconds to wait', async (t) => {
  const centre = await staffed(t);
  const guess = () => centre.ask('POST', '/session', { body: { name: 'mei', password: 'not the password' } });
  for (let i = 0; i < 5; i++) assert.equal((await guess()).status, 401);
  const { status, body } = await guess();
  assert.deepEqual([status, body.code, body.details.retryAfterSeconds], [429, 'sign_in.throttled', 1]);
  centre.clock.pass(1_000);
  assert.equal((await guess()).status, 401);
});

test('a session ends with signing out, also for who copied the cookie', async (t) => {
  const centre = await staffed(t);
  const { ask } = await browser(centre);
  assert.equal((await ask('GET', '/city')).status, 200);
  const out = await ask('DELETE', '/session');
  assert.equal(out.status, 204);
  assert.match(out.headers.get('set-cookie')!, /^cityloom_session=;.*Max-Age=0/);
  assert.equal((await ask('GET', '/city')).status, 401);
  assert.equal((await ask('GET', '/session')).status, 401);
});

test('signing in again ends the session that the browser had', async (t) => {
  const centre = await staffed(t);
  const first = await browser(centre);
  await centre.ask('POST', '/session', {
    body: { name: 'mei', password: PASSWORD },
    headers: { cookie: first.cookie, origin: first.origin },
  });
  assert.equal((await first.ask('GET', '/city')).status, 401);
});

test('an idle session and an old session are over, and one may sign in with the old cookie still there', async (t) => {
  const centre = await staffed(t);
  const { ask } = await browser(centre);
  centre.clock.pass(12 * HOUR - 1);
  assert.equal((await ask('GET', '/city')).status, 200);
  centre.clock.pass(12 * HOUR);
  assert.equal((await ask('GET', '/city')).status, 401);
  assert.equal((await ask('POST', '/session', { name: 'mei', password: PASSWORD })).status, 200);
  const week = await browser(centre);
  for (let half = 0; half < 13; half++) {
    centre.clock.pass(DAY / 2 - 1);
    assert.equal((await week.ask('GET', '/city')).status, 200);
  }
  centre.clock.pass(DAY / 2 + 13);
  assert.equal((await week.ask('GET', '/city')).status, 401);
});

test('no other site can write with our user’s cookie', async (t) => {
  const centre = await staffed(t);
  const { ask, origin } = await browser(centre, 'root');
  const account = { name: 'eve', displayName: 'Eve', roles: ['administrator'] };
  const refused = async (headers: Record<string, string>, body: unknown = account) => {
    const { status, body: answer } = await ask('POST', '/accounts', body, headers);
    assert.deepEqual([status, answer.code], [403, 'request.foreign_origin'], JSON.stringify(headers));
  };
  await refused({ origin: 'https://evil.example' });
  await refused({ origin: 'null' });
  await refused({ origin: `${origin}.evil.example` });
  await refused({ origin: origin.replace(/:\d+$/, ':1') });
  const noOrigin = await fetch(`${centre.url}/api/v1/accounts`, {
    method: 'POST',
    headers: { cookie: (await browser(centre, 'root')).cookie, 'content-type': 'application/json' },
    body: JSON.stringify(account),
  });
  assert.equal(noOrigin.status, 403);
  const form = await ask('POST', '/accounts', Buffer.from(JSON.stringify(account)), { 'content-type': 'text/plain' });
  assert.notEqual(form.status, 201);
  assert.deepEqual(
    (await centre.people.listAccounts()).map(({ name }) => name),
    ['mei', 'root'],
  );
  assert.equal((await ask('POST', '/accounts', account)).status, 201);
});

test('another site cannot sign our user in as somebody else', async (t) => {
  const centre = await staffed(t);
  const body = { name: 'mei', password: PASSWORD };
  const foreign = await centre.ask('POST', '/session', { body, headers: { origin: 'https://evil.example' } });
  assert.equal(foreign.status, 403);
  assert.equal(foreign.headers.get('set-cookie'), null);
  assert.equal((await centre.ask('POST', '/session', { body })).status, 200);
});

test('a key needs no origin: no browser adds it by itself', async (t) => {
  const centre = await staffed(t);
  const administrator = await centre.caller('administrator');
  const made = await administrator.send('POST', '/keys', { name: 'probe', role: 'integrator' });
  assert.equal(made.status, 201);
});

test('the one-time password opens nothing but the change of itself', async (t) => {
  const centre = await staffed(t);
  const administrator = await centre.caller('administrator');
  const made = await administrator.send('POST', '/accounts', { name: 'new', displayName: 'New', roles: ['analyst'] });
  assert.match(made.body.password, /^[a-z0-9]{4}(-[a-z0-9]{4}){4}$/);
  const first = await browser(centre, 'new', made.body.password);
  assert.deepEqual([first.signedIn.body.mustChangePassword, first.signedIn.body.permissions], [true, []]);
  assert.equal((await first.ask('GET', '/city')).status, 403);
  const changed = await first.ask('PUT', '/session/password', {
    current: made.body.password,
    next: 'a better one by far',
  });
  assert.deepEqual([changed.status, changed.body.mustChangePassword], [200, false]);
  assert.equal((await first.ask('GET', '/city')).status, 401);
  const second = await browser(centre, 'new', 'a better one by far');
  assert.equal((await second.ask('GET', '/city')).status, 200);
});

test('an administrator disables an account, and its session is over', async (t) => {
  const centre = await staffed(t);
  const mei = await browser(centre);
  const administrator = await centre.caller('administrator');
  const { body } = await administrator.get('/accounts');
  const { id } = body.accounts.find(({ name }: { name: string }) => name === 'mei');
  assert.equal((await administrator.send('PATCH', `/accounts/${id}`, { disabled: true })).body.disabled, true);
  assert.equal((await mei.ask('GET', '/city')).status, 401);
});

test('a party or area that the city does not have is refused by name', async (t) => {
  const centre = await staffed(t);
  const administrator = await centre.caller('administrator');
  const account = { name: 'new', displayName: 'New', roles: ['handler'] };
  const party = await administrator.send('POST', '/accounts', { ...account, party: 'waterwerks' });
  assert.deepEqual([party.status, party.body.code, party.body.field], [400, 'party.unknown', 'party']);
  const area = await administrator.send('POST', '/accounts', { ...account, areas: ['D1', 'D9'] });
  assert.deepEqual([area.status, area.body.code, area.body.field], [400, 'area.unknown', 'areas[1]']);
});

test('a key made over the console works at once and stops when it is revoked', async (t) => {
  const centre = await staffed(t);
  const administrator = await centre.caller('administrator');
  const { body } = await administrator.send('POST', '/keys', { name: 'board', role: 'auditor' });
  const headers = { authorization: `Bearer ${body.key}` };
  assert.equal((await centre.ask('GET', '/city', { headers })).status, 200);
  const listed = (await administrator.get('/keys')).body.keys.find(({ id }: { id: string }) => id === body.id);
  assert.equal('key' in listed, false);
  assert.equal((await administrator.send('DELETE', `/keys/${body.id}`)).status, 204);
  assert.equal((await centre.ask('GET', '/city', { headers })).body.code, 'key.unknown');
});

test('the sign-in screen of a fictional city shows its accounts; nothing else is said to strangers', async (t) => {
  const centre = await operationsCentre(t);
  const { body } = await centre.ask('GET', '/welcome');
  assert.deepEqual(body.accounts, [
    {
      name: 'lin',
      displayName: '林调度',
      roles: ['dispatcher'],
      party: { en: 'centre', zh: 'centre' },
      password: PASSWORD,
    },
  ]);
});
