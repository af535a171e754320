import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Follow } from '#adapters/residents/api.types.ts';
import { findCode, newCode, shownCode } from '#casework/receipts/code.ts';
import { distanceMetres } from '#kernel/geo.ts';
import { DAY } from '#kernel/time.ts';
import { metresEast } from '#tests/casework/small-city.ts';
import { eventually } from '#tests/support/city.ts';
import { ANALYST, PLACE, type ResidentsCity, residentsCity } from './residents-city.ts';

const rate = async (city: ResidentsCity, code: string, rating: object) => {
  const { status, body } = await city.send('POST', `/receipts/${code}/rating`, rating);
  return { status, body: body as Follow & { code: string } };
};

test('every step is told in words, and the end says what was done and shows before and after', async (t) => {
  const city = await residentsCity(t);
  const { body } = await city.report();
  const { id } = await city.caseOf(body.code);
  await city.close(id);
  const follow = await city.follow(body.code);
  assert.deepEqual(
    follow.steps.map(({ kind }) => kind),
    ['received', 'checked', 'sent', 'started', 'done', 'verified', 'closed'],
  );
  assert.equal(follow.state, 'closed');
  assert.ok(follow.answer?.sentence['zh']?.startsWith('已修补路面。'));
  assert.deepEqual(follow.answer?.after, ['b'.repeat(64), 'c'.repeat(64)]);
  assert.equal(follow.mayReopenUntil, city.clock.now() + 30 * DAY);
  const said = JSON.stringify(follow.steps);
  assert.equal(said.includes(ANALYST.name), false, 'staff are not named');
});

test('closing a merged case answers everybody, and each receipt tells its own way', async (t) => {
  const city = await residentsCity(t);
  const first = await city.report();
  const other = await city.report({ place: metresEast(300) });
  const [a, b] = [await city.caseOf(first.body.code), await city.caseOf(other.body.code)];
  assert.notEqual(a.id, b.id);
  const late = await city.report({ place: metresEast(302) });
  await city.act(a.id, 'merge', { into: b.id, reason: 'same hole' });
  assert.equal((await city.follow(first.body.code)).reference, b.reference);
  await city.close(b.id);
  for (const { body } of [first, other, late]) {
    const { steps, state, answer } = await city.follow(body.code);
    assert.equal(state, 'closed');
    assert.equal(steps.filter(({ kind }) => kind === 'closed').length, 1);
    assert.ok(answer);
  }
  assert.deepEqual((await city.follow(first.body.code)).steps.map(({ kind }) => kind).slice(0, 2), [
    'received',
    'joined',
  ]);
  assert.equal((await city.receipts.listOfCase(b.id)).length, 3);
});

test('who joins a case that somebody is on is told who has it', async (t) => {
  const city = await residentsCity(t);
  const first = await city.report();
  await city.act((await city.caseOf(first.body.code)).id, 'confirm');
  const second = await city.report();
  const joined = second.body.follow.steps.at(-1);
  assert.equal(joined?.kind, 'joined');
  assert.match(joined?.sentence['zh'] ?? '', /正在办理/);
  assert.equal(second.body.follow.state, 'being-handled');
});

test('not solved: the first time the case is opened again, the second time it also goes up a level', async (t) => {
  const city = await residentsCity(t);
  const { body } = await city.report();
  const early = await rate(city, body.code, { solved: false });
  assert.deepEqual([early.status, early.body.code], [409, 'rating.too_early']);
  const { id, level } = await city.caseOf(body.code);
  await city.close(id);
  const again = await rate(city, body.code, { solved: false, satisfied: 2, comment: '还在，打13812345678' });
  assert.equal(again.body.state, 'being-handled');
  assert.equal(again.body.rating?.comment, '还在，打▇▇▇');
  assert.deepEqual([(await city.casework.getCase(id)).level, level], ['street', 'street']);
  await city.close(id);
  assert.equal((await city.follow(body.code)).rating, undefined, 'the second ending is asked about anew');
  await rate(city, body.code, { solved: false });
  const after = await city.casework.getCase(id);
  assert.deepEqual([after.state, after.level, after.escalations], ['dispatched', 'district', 1]);
  const ledger = JSON.stringify(after.events);
  assert.equal(ledger.includes('13812345678'), false);
  assert.deepEqual(
    after.events
      .filter(({ type }) => type === 'report.rated')
      .map(({ details }) => [details.solved, details.satisfied]),
    [
      [false, 2],
      [false, undefined],
    ],
  );
});

test('a rating is taken on the last day and not after; the same word twice is one', async (t) => {
  const city = await residentsCity(t);
  const { body } = await city.report();
  const { id } = await city.caseOf(body.code);
  await city.close(id);
  city.later(30);
  assert.equal((await rate(city, body.code, { solved: true, satisfied: 5 })).body.rating?.satisfied, 5);
  await rate(city, body.code, { solved: true, satisfied: 5 });
  const { events } = await city.casework.getCase(id);
  assert.equal(events.filter(({ type }) => type === 'report.rated').length, 1);
  city.later(1 / 86_400);
  const late = await rate(city, body.code, { solved: false });
  assert.deepEqual([late.status, late.body.code], [409, 'rating.too_late']);
  assert.equal((await city.follow(body.code)).mayReopenUntil, undefined);
});

test('what is added to a report is told to who works on it, and only to its own holder among the residents', async (t) => {
  const city = await residentsCity(t);
  const mine = await city.report();
  const theirs = await city.report();
  await city.send('POST', `/receipts/${mine.body.code}/notes`, { text: '晚上更深' });
  assert.equal((await city.follow(mine.body.code)).steps.at(-1)?.sentence['zh'], '您补充：晚上更深');
  assert.equal(JSON.stringify(await city.follow(theirs.body.code)).includes('晚上更深'), false);
  assert.ok(JSON.stringify((await city.caseOf(mine.body.code)).events).includes('晚上更深'));
});

// Contact data ---------------------------------------------------------------------------------------------------------------------------

test('a contact lives in the vault alone; its time runs from the end of the case, and stops when the case goes on', async (t) => {
  const city = await residentsCity(t);
  const { body } = await city.report({ contact: { name: '何桂梅', phone: '13800138000' } });
  const contact = await city.receipts.contactOf(body.code);
  const { id, events } = await city.caseOf(body.code);
  assert.match(contact ?? '', /^p_/);
  assert.equal(JSON.stringify(events).includes('何桂梅'), false);
  assert.equal(JSON.stringify(events).includes(contact!), true, 'the ledger knows the pseudonym');
  const until = async () => ((await city.vault.describe(contact!)) as { until: number | undefined }).until;
  assert.equal(await until(), undefined);
  await city.close(id);
  const due = city.clock.now() + 365 * DAY;
  await eventually(until, (at) => at === due, 5_000);
  await rate(city, body.code, { solved: false });
  await eventually(until, (at) => at === undefined, 5_000);
});

test('an end that the vault was not told of is told at the next start', async (t) => {
  const city = await residentsCity(t);
  const { body } = await city.report({ contact: { phone: '13800138000' } });
  const contact = (await city.receipts.contactOf(body.code))!;
  await city.close((await city.caseOf(body.code)).id);
  // The vault is told first; only when that is written down too is the end known to be told.
  await eventually(
    () => city.database.query<{ told: boolean }>('SELECT contact_until IS NOT NULL AS told FROM receipts'),
    ([row]) => row?.told === true,
    5_000,
  );
  await city.database.query('UPDATE receipts SET contact_until = NULL');
  await city.vault.release(contact, undefined);
  await city.receipts.start();
  assert.notEqual(((await city.vault.describe(contact)) as { until?: number }).until, undefined);
});

test('my data: shown with who looked, erased on my wish, and the case stays', async (t) => {
  const city = await residentsCity(t);
  const { body } = await city.report({ contact: { name: '何桂梅', phone: '13800138000' } });
  const contact = (await city.receipts.contactOf(body.code))!;
  await city.vault.reveal(contact, { purpose: 'answer-report', fields: ['phone'], by: ANALYST });
  const looked = (await city.follow(body.code)).steps.find(({ kind }) => kind === 'looked-up');
  assert.match(looked?.sentence['zh'] ?? '', /查看了您的联系方式，用途：答复您的报告/);
  const own = (await city.send('GET', `/receipts/${body.code}/data`)).body as { contact: unknown; accesses: unknown[] };
  assert.deepEqual(own.contact, { name: '何桂梅', phone: '13800138000' });
  assert.equal(own.accesses.length, 2);
  const gone = (await city.send('DELETE', `/receipts/${body.code}/data`)).body as {
    contact?: unknown;
    erased: { reason: string };
  };
  assert.equal(gone.erased.reason, 'own-wish');
  assert.equal(gone.contact, undefined);
  assert.equal((await city.follow(body.code)).state, 'received');
});

// Live -----------------------------------------------------------------------------------------------------------------------------------

test('who follows live is told each change of their own case, also after it went on in another', async (t) => {
  const city = await residentsCity(t);
  const first = await city.report();
  const other = await city.report({ place: metresEast(300) });
  const abort = new AbortController();
  t.after(() => abort.abort());
  const response = await fetch(`${city.url}/receipts/${first.body.code}/live`, { signal: abort.signal });
  assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  const states: string[] = [];
  let text = '';
  void (async () => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const frames = text.split('\n\n');
      text = frames.pop()!;
      for (const frame of frames) {
        const data = frame.split('\n').find((line) => line.startsWith('data: '));
        if (data !== undefined) states.push((JSON.parse(data.slice(6)) as Follow).state);
      }
    }
  })().catch(() => undefined);
  const lastIs = (state: string) =>
    eventually(
      async () => states.at(-1),
      (last) => last === state,
      5_000,
    );
  await lastIs('received');
  const [a, b] = [await city.caseOf(first.body.code), await city.caseOf(other.body.code)];
  await city.act(a.id, 'merge', { into: b.id });
  await eventually(
    async () => states.length,
    (count) => count >= 2,
    5_000,
  );
  await city.act(b.id, 'confirm');
  await lastIs('being-handled');
  const wrong = await city.send('GET', '/receipts/0000-000-000/live');
  assert.equal(wrong.status, 404);
});

// What the public sees -------------------------------------------------------------------------------------------------------------------

test('what is at somebody’s home is seen nearby on a grid, without address and photo, and found from there only', async (t) => {
  const city = await residentsCity(t);
  const home = metresEast(37);
  const { body } = await city.report({ category: 'noise', place: home, description: '半夜很吵' });
  const { id, address } = await city.caseOf(body.code);
  const near = (await city.publicCases.listNear(home, 300, 10)).find(({ caseId }) => caseId === id)!;
  assert.notDeepEqual(near.place, home);
  assert.notDeepEqual(near.address, address);
  assert.equal(near.photo, undefined);
  assert.equal(near.distanceMetres, Math.round(distanceMetres(home, near.place)));
  // Asking from around with a short reach finds the spot and never the house.
  const finders = [0, 50, 100, 150, 200].map((metres) => metresEast(metres));
  for (const from of finders) {
    const found = await city.publicCases.listNear(from, 60, 10);
    assert.equal(found.length === 1, distanceMetres(from, near.place) <= 60.5, JSON.stringify(from));
  }
  const road = await city.report({ place: metresEast(90) });
  const open = (await city.publicCases.listNear(home, 300, 10)).find(({ category }) => category === 'road-damage');
  assert.deepEqual(open?.place, metresEast(90));
  assert.ok(road.body.code);
});

test('counts under five are left out of a neighbourhood; from five on they are said', async (t) => {
  const city = await residentsCity(t);
  const ask = async () =>
    (await city.send('GET', '/neighbourhood/C1')).body as Record<string, unknown> & { open: object[] };
  const codes: string[] = [];
  for (let i = 0; i < 4; i++)
    codes.push((await city.report({ place: metresEast(i * 60 - 120), description: `坑${i}` })).body.code);
  await city.report({ category: 'noise', description: '很吵' });
  const five = await ask();
  assert.equal(five['reported'], 5);
  assert.deepEqual(five.open, [{ category: 'road-damage', name: { zh: 'road-damage', en: 'road-damage' } }]);
  for (const code of codes) {
    await city.close((await city.caseOf(code)).id);
    await rate(city, code, { solved: true, satisfied: 4 });
  }
  const four = await ask();
  assert.deepEqual([four['closed'], four['closedOnTimeRatio'], four['satisfied']], [undefined, undefined, undefined]);
  const { code } = (await city.report({ place: metresEast(150), description: '坑5' })).body;
  await city.close((await city.caseOf(code)).id);
  await rate(city, code, { solved: true, satisfied: 5 });
  const enough = await ask();
  assert.deepEqual([enough['closed'], enough['closedOnTimeRatio'], enough['satisfied']], [5, 1, 4.2]);
  assert.equal((enough['done'] as unknown[]).length, 5);
});

test('four who told are not counted, five are', async (t) => {
  const city = await residentsCity(t);
  const { code } = (await city.report()).body;
  for (let i = 0; i < 3; i++) await city.report({ description: `我也看到了${i}` });
  assert.equal((await city.follow(code)).toldBy, undefined);
  await city.report({ description: '还有我' });
  assert.equal((await city.follow(code)).toldBy, 5);
});

test('plates are those of things that residents report about, by their id or six characters', async (t) => {
  const city = await residentsCity(t);
  const byId = (await city.send('GET', '/plates/W-LOG-1')).body as { code: string; categories: string[] };
  assert.deepEqual(byId.categories, ['road-damage']);
  assert.equal(
    ((await city.send('GET', `/plates/${byId.code.toLowerCase()}`)).body as { code: string }).code,
    byId.code,
  );
  assert.equal((await city.send('GET', '/plates/W-MAIN-12')).status, 404);
});

// Codes ----------------------------------------------------------------------------------------------------------------------------------

test('one wrong character, or two neighbours changed round, makes a code that is none', () => {
  const code = newCode((count) => Uint8Array.from({ length: count }, (_, i) => i * 7 + 3));
  assert.equal(findCode(shownCode(code)), code);
  for (let i = 0; i < code.length; i++) {
    for (const letter of '0123456789ABCDEFGHJKMNPQRSTVWXYZ'.replace(code[i]!, ''))
      assert.equal(findCode(code.slice(0, i) + letter + code.slice(i + 1)), undefined);
  }
  const swapped = [...code.slice(0, -1)].map((_, i) => code.slice(0, i) + code[i + 1] + code[i] + code.slice(i + 2));
  const missed = swapped.filter((other) => other !== code && findCode(other) !== undefined);
  assert.deepEqual(missed, []);
  assert.equal(findCode(code.replaceAll('0', 'o').replaceAll('1', 'l')), code);
});

test('a home is moved to the same spot whoever asks, at most a square away', async () => {
  const { blurToGrid } = await import('#casework/receipts/blurring.ts');
  const spot = blurToGrid(PLACE, 200);
  assert.deepEqual(blurToGrid(spot, 200), spot);
  assert.ok(distanceMetres(spot, PLACE) <= 142);
});
