/** A kiosk: what the last person left must not be reachable by anybody after them, and the machine says how it is. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { clientOf, eventually, startCityIn, type TestCity } from '#tests/support/city.ts';
import { chooseKind, isKept, type KioskDevice, makeKiosk, setUpKiosk, writeReport } from './cabin-support.ts';
import { barriers, keep, launchBrowser } from './support.ts';

let city: TestCity;
let dataDir: string;
let browser: Browser;
let kiosk: KioskDevice;

const SECRET = 'My neighbour in the blue house leaves rubbish here';
const PHONE_NUMBER = '555-0177-8899';

const begin = (page: Page) => page.getByRole('button', { name: 'Touch to begin' }).click();

/** Somebody writes a report with a phone number and leaves the machine before sending it. */
async function leaveHalfWritten(page: Page): Promise<void> {
  await begin(page);
  await writeReport(page, SECRET, true);
  await chooseKind(page, 'Rubbish and surroundings', 'Rubbish');
  await page.locator('.summary').waitFor();
  await page.getByLabel('Phone').fill(PHONE_NUMBER);
}

/** Leaving loads the page anew, so a look may fall between the two pages: then it is taken again on the new one. */
async function readEverything(page: Page): Promise<string> {
  for (;;) {
    try {
      return await readStorage(page);
    } catch (error) {
      if (!/context was destroyed|navigation/i.test((error as Error).message)) throw error;
      await page.waitForLoadState();
    }
  }
}

/** The page may still be on its way to itself; then a new address is refused, and asked for again. */
async function openWhenSettled(page: Page, url: string): Promise<void> {
  try {
    await page.goto(url);
  } catch (error) {
    if (!/ERR_ABORTED|interrupted by another navigation/.test((error as Error).message)) throw error;
    await page.waitForLoadState();
    await page.goto(url);
  }
}

/** Going back may end the very page that asks for it. */
const goBack = (page: Page): Promise<unknown> => page.evaluate(() => void setTimeout(() => history.back(), 0));

/** Everything that is kept in the browser, as text; bytes as they are. */
function readStorage(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const found: string[] = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), location.href];
    found.push(JSON.stringify(history.state), document.documentElement.outerHTML, document.cookie);
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((done) => {
        const opening = indexedDB.open(name!);
        opening.onsuccess = () => done(opening.result);
      });
      for (const store of database.objectStoreNames) {
        const rows = await new Promise<unknown[]>((done) => {
          const asked = database.transaction(store).objectStore(store).getAll();
          asked.onsuccess = () => done(asked.result);
        });
        const bytes = (value: unknown): unknown =>
          value instanceof ArrayBuffer ? new TextDecoder('latin1').decode(value) : value;
        found.push(JSON.stringify(rows, (_key, value) => bytes(value)));
      }
      database.close();
    }
    for (const name of await caches.keys())
      found.push(...(await (await caches.open(name)).keys()).map((request) => request.url));
    return found.join('\n');
  });
}

async function nothingIsLeft(page: Page): Promise<void> {
  const all = await readEverything(page);
  for (const trace of ['blue house', PHONE_NUMBER]) assert.ok(!all.includes(trace), `${trace} is still there`);
}

describe('a kiosk', () => {
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cityloom-kiosk-'));
    [city, browser] = await Promise.all([startCityIn(dataDir, ['--no-simulator']), launchBrowser()]);
    kiosk = await makeKiosk(city, 'RK-0005');
  });
  after(async () => {
    await browser?.close();
    await city?.stop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });

  test('is set up with its own key only, and shows the city when nobody stands there', async () => {
    const { page, context, errors } = await setUpKiosk(browser, city, kiosk);
    await page.getByText('Golden Sand').first().waitFor();
    assert.deepEqual(await barriers(page), []);
    await keep(page, 'cabin-kiosk-attract-en');
    await begin(page);
    await page.locator('.hotline').waitFor();
    assert.deepEqual(await barriers(page), []);
    await keep(page, 'cabin-kiosk-home-en');
    await page.evaluate(() => localStorage.removeItem('cityloom.kiosk'));
    await page.goto(`${city.url}/cabin?kiosk=${kiosk.thing}`);
    await page.getByLabel('Device key').fill('not-the-key');
    await page.getByRole('button', { name: 'Set up' }).click();
    await page.getByText('The key is wrong').waitFor();
    assert.deepEqual(await barriers(page), []);
    assert.deepEqual(
      errors.filter((each) => !/401/.test(each)),
      [],
    );
    await context.close();
  });

  test('asks after 45 s of silence, gives more time to who is still there, and forgets everything after 60 s', async () => {
    const { page, context } = await setUpKiosk(browser, city, kiosk, { clock: true });
    await leaveHalfWritten(page);
    await page.clock.fastForward(46_000);
    await page.locator('dialog[open] .countdown').waitFor();
    assert.deepEqual(await barriers(page), []);
    await keep(page, 'cabin-kiosk-guard-en');
    await page.getByRole('button', { name: 'I am still here' }).click();
    assert.equal(await page.getByLabel('Phone').inputValue(), PHONE_NUMBER);
    await page.clock.fastForward(46_000);
    await page.locator('dialog[open] .countdown').waitFor();
    await page.clock.fastForward(15_000);
    await page.locator('.attract').waitFor();
    await nothingIsLeft(page);
    await begin(page);
    await page.locator('.hotline').waitFor();
    await nothingIsLeft(page);
    await context.close();
  });

  test('the next person finds nothing by the back button, a reload, the storage or the address', async () => {
    const { page, context } = await setUpKiosk(browser, city, kiosk);
    await leaveHalfWritten(page);
    await goBack(page);
    await page.locator('.attract').waitFor();
    await nothingIsLeft(page);

    await leaveHalfWritten(page);
    await page.reload();
    await page.locator('.attract').waitFor();
    await nothingIsLeft(page);

    await leaveHalfWritten(page);
    await page.getByRole('button', { name: 'Finish and erase' }).click();
    await page.locator('.attract').waitFor();
    await nothingIsLeft(page);
    for (let steps = 0; steps < 2; steps++) {
      await goBack(page);
      await page.locator('.attract').waitFor();
      assert.equal(await page.getByText('blue house').count(), 0);
      assert.equal(await page.getByRole('textbox').count(), 0);
    }
    await openWhenSettled(page, `${city.url}/cabin/report/send`);
    await page.locator('.attract').waitFor();
    await nothingIsLeft(page);
    await context.close();
  });

  test('what was sent leaves nothing behind either: no code, no receipt, no list', async () => {
    const { page, context } = await setUpKiosk(browser, city, kiosk);
    await leaveHalfWritten(page);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const code = (await page.locator('.slip .slip-code').textContent())!;
    assert.equal(await page.getByText('Kept on this phone').count(), 0);
    await page.getByRole('button', { name: 'Finish and erase' }).click();
    await page.locator('.attract').waitFor();
    await nothingIsLeft(page);
    assert.ok(!(await readEverything(page)).includes(code));
    await begin(page);
    await page.getByRole('button', { name: 'Follow mine' }).click();
    await page.getByLabel('Enter a code').waitFor();
    assert.equal(await page.getByText('Rubbish').count(), 0);
    await context.close();
  });

  test('a report that waits for the network is sealed: its words are in no storage, and it still arrives once', async () => {
    const { page, context } = await setUpKiosk(browser, city, kiosk);
    await begin(page);
    await isKept(page);
    await context.setOffline(true);
    await page.getByRole('button', { name: 'Finish and erase' }).click();
    await leaveHalfWritten(page);
    await page.getByRole('button', { name: 'Keep, and send when there is a network' }).click();
    await page.getByRole('heading', { name: 'Kept, not sent yet' }).waitFor();
    await page.locator('.slip .qr').waitFor();
    await page.getByRole('button', { name: 'Finish and erase' }).click();
    await page.locator('.attract').waitFor();
    await nothingIsLeft(page);
    await context.setOffline(false);
    await page.evaluate(() => void window.dispatchEvent(new Event('online')));
    const analyst = clientOf(city, await city.key('reading', 'analyst'));
    await eventually(
      async () => ((await analyst.get('/api/v1/cases')).body as { cases: { reports: number }[] }).cases,
      (cases) => cases.reduce((sum, each) => sum + each.reports, 0) === 2,
    );
    await nothingIsLeft(page);
    await context.close();
  });

  test('says how it is: paper, network and last use are Observations of its own Thing', async () => {
    const { page, context } = await setUpKiosk(browser, city, kiosk);
    await page.getByRole('button', { name: 'Staff' }).click();
    await page.getByLabel('Device key').fill(kiosk.key);
    await page.getByRole('button', { name: 'Enter' }).click();
    assert.deepEqual(await barriers(page), []);
    await page.getByLabel('Receipts on a roll').fill('200');
    await page.getByRole('button', { name: 'New roll put in' }).click();
    await page.getByText('The city has been told').waitFor();
    const reader = clientOf(city, await city.key('health', 'integrator'));
    const latest = async (indicator: string) => {
      const { id } = kiosk.datastreams.find((each) => each.indicator === indicator)!;
      const path = `/sensorthings/v1.1/Datastreams(${id})/Observations?$top=1&$orderby=phenomenonTime desc`;
      return ((await reader.get(encodeURI(path))).body as { value: { result: number }[] }).value[0]?.result;
    };
    assert.equal(await latest('paper'), 100);
    assert.equal(await latest('network'), 1);
    assert.equal(await latest('last-use'), 0);
    await context.close();
  });
});
