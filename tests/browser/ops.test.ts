/** The operations centre in a real browser, on a real city in which nothing happens but what the test makes happen. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { MINUTE } from '#kernel/time.ts';
import { cityloom, clientOf, eventually, startCityIn, type TestCity } from '#tests/support/city.ts';
import { barriers, type Desk, keep, launchBrowser, mapDrawn, openDesk, signIn } from './support.ts';

let city: TestCity;
let dataDir: string;
let browser: Browser;
let desk: Desk;
let page: Page;
let loggers: { '@iot.id': number; properties: { normal: [number, number] } }[];

const rows = (on: Page = page) => on.locator('.queue-head + .rows .row, .rows .row');
const row = (name: string) => page.locator('.row', { hasText: name });
const panel = () => page.locator('.panel.right');

/** A resident's call, taken by the hotline: opens a case without any sensor. */
async function report(caseClass: string, place: readonly [number, number], description: string): Promise<void> {
  const hotline = clientOf(city, await city.key(`hotline-${caseClass}`, 'analyst'));
  const { status } = await hotline.post('/api/v1/reports', { caseClass, place, description, source: 'hotline' });
  assert.equal(status, 201);
}

/** Ten minutes of one pressure logger: five normal, then five far below. */
async function pressureFalls(): Promise<void> {
  const devices = clientOf(city, await city.key('loggers', 'integrator'));
  const now = Date.now();
  const [logger] = loggers;
  const times = Array.from({ length: 40 }, (_, index) => now - 10 * MINUTE + index * 15_000);
  const dataArray = times.map((at) => [
    new Date(at).toISOString(),
    at < now - 5 * MINUTE ? logger!.properties.normal[0] + 10 : 190,
  ]);
  const { status } = await devices.post('/sensorthings/v1.1/CreateObservations', [
    { Datastream: { '@iot.id': logger!['@iot.id'] }, components: ['phenomenonTime', 'result'], dataArray },
  ]);
  assert.equal(status, 201);
}

describe('the operations centre', () => {
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cityloom-screens-'));
    [city, browser] = await Promise.all([startCityIn(dataDir, ['--no-simulator']), launchBrowser()]);
    const reader = clientOf(city, await city.key('reader', 'integrator'));
    const path =
      "/sensorthings/v1.1/Datastreams?$top=5&$filter=properties/indicator eq 'pressure'&$select=id,properties";
    loggers = ((await reader.get(encodeURI(path))).body as { value: typeof loggers }).value;
    desk = await openDesk(browser, city.url);
    page = desk.page;
  });
  after(async () => {
    await browser?.close();
    await city?.stop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });

  test('a stranger is asked who they are, and in an invented city may try every desk', async () => {
    await page.locator('.demonstration li').first().waitFor();
    await keep(page, 'sign-in-light-en');
    assert.deepEqual(await barriers(page), []);
    assert.ok((await page.locator('.demonstration li').count()) > 5);
  });

  test('a wrong password is answered in words, at the field', async () => {
    await page.locator('#name').fill('operator');
    await page.locator('#password').fill('not-the-password');
    await page.locator('form button[type=submit]').click();
    await page.locator('#sign-in-error', { hasText: 'do not match' }).waitFor();
    assert.equal(await page.locator('#password').getAttribute('aria-invalid'), 'true');
  });

  test('a quiet city says so: the map is drawn, the queue is empty and explains itself', async () => {
    await signIn(desk, 'operator');
    await mapDrawn(page);
    await page.getByText('Nothing is open').waitFor();
    await page.locator('.live-state[data-tone=live]').waitFor();
    await keep(page, 'desk-quiet-light-en');
    assert.deepEqual(await barriers(page), []);
  });

  test('what a resident reports stands in the queue by itself', async () => {
    const { body } = await clientOf(city, await city.key('asking', 'analyst')).get('/api/v1/city');
    await report(
      'drainage.ponding',
      (body as { center: [number, number] }).center,
      'Water over the kerb, cars are stuck.',
    );
    await row('Road ponding').waitFor();
    assert.match((await row('Road ponding').textContent()) ?? '', /cars are stuck/);
  });

  test('a pressure that falls becomes a case with its evidence, limits and clock', async () => {
    await pressureFalls();
    await row('Water-main burst').waitFor();
    await row('Water-main burst').click();
    await panel().locator('.chart canvas').waitFor();
    await panel()
      .getByRole('heading', { name: /fell to 190 kPa/ })
      .waitFor();
    assert.match((await panel().locator('.case-clock').textContent()) ?? '', /left/);
    await mapDrawn(page);
    await keep(page, 'case-light-en');
    assert.deepEqual(await barriers(page), []);
  });

  test('confirming starts the plan: every party has its order and its own clock', async () => {
    await panel().getByRole('button', { name: 'Confirm' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('It is real').waitFor();
    assert.deepEqual(await barriers(page), []);
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await page.locator('.toast', { hasText: 'Confirmed' }).waitFor();
    await panel().locator('.order').first().waitFor();
    assert.ok((await panel().locator('.order .clock').count()) >= 5);
    await panel().getByText('Affected').waitFor();
    await keep(page, 'case-confirmed-light-en');
  });

  test('what somebody dismisses by mistake can be taken back at once', async () => {
    await row('Road ponding').click();
    await panel().getByRole('button', { name: 'Dismiss' }).click();
    await page.getByRole('dialog').locator('textarea').fill('Street washing, not rain');
    await page.getByRole('dialog').getByRole('button', { name: 'Dismiss' }).click();
    await page.locator('.toast', { hasText: 'Dismissed' }).getByRole('button', { name: 'Undo' }).click();
    await page.locator('.toast', { hasText: 'Reopened' }).waitFor();
    await panel().getByText('Street washing, not rain').waitFor();
  });

  test('J and K walk the queue, Escape lets go, the question mark lists the keys', async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.locator('.row[aria-current]').waitFor();
    const first = await page.locator('.row[aria-current] .name').textContent();
    await page.keyboard.press('j');
    await page.locator('.row[aria-current]').filter({ hasNotText: first! }).waitFor();
    await page.keyboard.press('k');
    await page.locator('.row[aria-current]', { hasText: first! }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Next case').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.locator('.row[aria-current]').waitFor({ state: 'detached' });
  });

  test('search finds a street and a device by name, with the keyboard alone', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('Pressure logger');
    await page.locator('.result').first().waitFor();
    assert.deepEqual(await barriers(page), []);
    await keep(page, 'search-light-en');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await panel().locator('.measured').first().waitFor();
    assert.match((await panel().locator('.panel-head').textContent()) ?? '', /Pressure logger/);
    await keep(page, 'thing-light-en');
    assert.deepEqual(await barriers(page), []);
  });

  test('going back in time takes queue, gauges and map along, and nothing can be done there', async () => {
    await row('Water-main burst').click();
    await panel().locator('.panel-foot button').first().waitFor();
    await page.locator('.time-line').focus();
    await page.keyboard.press('Home');
    await page.locator('.live-state[data-tone=past]').waitFor();
    await page.getByText('Nothing was open then').waitFor();
    await panel().getByText('did not exist then').waitFor();
    await keep(page, 'past-light-en');
    assert.deepEqual(await barriers(page), []);
    await page.keyboard.press('End');
    await page.locator('.live-state[data-tone=live]').waitFor();
    await row('Water-main burst').waitFor();
  });

  test('the queue can be narrowed, says so, and widened again', async () => {
    const open = await rows().count();
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByLabel('Words, place or reference').fill('burst');
    await page.getByText(`1 of ${open} open`).waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.keyboard.press('Escape');
    await page.getByText(`${open} open`, { exact: true }).waitFor();
  });

  test('Chinese and dark are one press away and leave nothing in English behind', async () => {
    await page.getByRole('button', { name: '切换到中文' }).click();
    await page.getByText('覆盖率').first().waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'zh');
    await page.getByRole('button', { name: '外观' }).click();
    await page.getByRole('menuitemradio', { name: '深色' }).click();
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
    await row('供水主管爆裂').click();
    await panel().locator('.chart canvas').waitFor();
    await mapDrawn(page);
    await keep(page, 'case-dark-zh');
    assert.deepEqual(await barriers(page), []);
    const words = (await page.locator('.panel, .top-bar, .conductor').allTextContents()).join(' ');
    assert.deepEqual(words.match(/\b(Confirm|Dismiss|Queue|left|overdue|History|Affected|Waits)\b/g), null);
  });

  test('when the network goes, the screen says so, and catches up by itself when it is back', async () => {
    await page.context().setOffline(true);
    await page.locator('.live-state[data-tone=broken]').waitFor();
    await keep(page, 'offline-dark-zh');
    const { body } = await clientOf(city, await city.key('asking-again', 'analyst')).get('/api/v1/city');
    const [longitude, latitude] = (body as { center: [number, number] }).center;
    await report('gas.smell', [longitude + 0.02, latitude], '楼道里有燃气味');
    await page.context().setOffline(false);
    await page.locator('.live-state[data-tone=live]').waitFor();
    await row('燃气异味').waitFor();
  });

  test('nothing on the console all along', () => {
    const network = /ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|status of 404/;
    assert.deepEqual(
      desk.errors.filter((error) => !network.test(error)),
      [],
    );
  });

  test('zoomed to 200 % nothing is cut off sideways and everything can be reached', async () => {
    const narrow = await openDesk(browser, city.url, { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 });
    await signIn(narrow, 'operator');
    await narrow.page.locator('.row').first().waitFor();
    const overflow = await narrow.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${overflow} px too wide`);
    await keep(narrow.page, 'desk-200-percent');
    assert.deepEqual(await barriers(narrow.page), []);
    await narrow.page.context().close();
  });

  test('the wall shows three promises, the map and the worst cases without a hand on it', async () => {
    const wall = await openDesk(browser, city.url, {
      viewport: { width: 3840, height: 1080 },
      colorScheme: 'dark',
      language: 'zh',
    });
    await signIn(wall, 'auditor');
    await wall.page.goto(`${city.url}/ops/?wall`);
    await mapDrawn(wall.page);
    assert.equal(await wall.page.locator('.wall-gauge .value').count(), 3);
    await wall.page.locator('.wall-cases li', { hasText: '供水主管爆裂' }).waitFor();
    await keep(wall.page, 'wall-3840');
    assert.deepEqual(await barriers(wall.page), []);
    assert.deepEqual(wall.errors, []);
    await wall.page.context().close();
  });

  test('a handler sees the orders of its own party and takes the next step', async () => {
    const crew = await openDesk(browser, city.url, { viewport: { width: 1920, height: 1080 }, language: 'zh' });
    await signIn(crew, 'responder');
    await crew.page.locator('.row', { hasText: '供水主管爆裂' }).click();
    await crew.page.locator('.order').first().getByRole('button', { name: '接单' }).click();
    await crew.page.locator('.toast', { hasText: '已接单' }).waitFor();
    await crew.page.locator('.order').first().getByText('出发').waitFor();
    await mapDrawn(crew.page);
    await keep(crew.page, 'handler-1920-light-zh');
    assert.deepEqual(crew.errors, []);
    await crew.page.context().close();
  });

  test('an administrator gives out an account; its one-time password is replaced at the first sign-in', async () => {
    const made = await cityloom([
      'user',
      'create',
      'chief',
      '--role',
      'administrator',
      '--display-name',
      'Chief',
      '--data',
      city.dataDir,
    ]);
    const chief = await openDesk(browser, city.url);
    await chief.page.locator('#name').fill('chief');
    await chief.page.locator('#password').fill(made.stdout.trim());
    await chief.page.locator('form button[type=submit]').click();
    await chief.page.getByText('Choose your password').waitFor();
    assert.deepEqual(await barriers(chief.page), []);
    await chief.page.locator('#current').fill(made.stdout.trim());
    await chief.page.locator('#next').fill('a-much-longer-password-7');
    await chief.page.getByRole('button', { name: 'Save and enter' }).click();
    await chief.page.locator('.account').waitFor();
    await chief.page.goto(`${city.url}/ops/people`);
    await chief.page.locator('.people table').first().waitFor();
    await keep(chief.page, 'people-light-en');
    assert.deepEqual(await barriers(chief.page), []);
    await chief.page.context().close();
  });

  test('who may not look is told so, and what to do about it', async () => {
    const made = await cityloom(['user', 'create', 'gateway', '--role', 'integrator', '--data', city.dataDir]);
    const stranger = await openDesk(browser, city.url);
    await stranger.page.locator('#name').fill('gateway');
    await stranger.page.locator('#password').fill(made.stdout.trim());
    await stranger.page.locator('form button[type=submit]').click();
    await stranger.page.locator('#current').fill(made.stdout.trim());
    await stranger.page.locator('#next').fill('a-much-longer-password-8');
    await stranger.page.getByRole('button', { name: 'Save and enter' }).click();
    await stranger.page.getByText('You may not see this').waitFor();
    await keep(stranger.page, 'no-permission-light-en');
    assert.deepEqual(await barriers(stranger.page), []);
    await stranger.page.context().close();
  });

  test('a hundred and twenty open cases cost as much as thirty', async () => {
    const { body } = await clientOf(city, await city.key('counting', 'analyst')).get('/api/v1/city');
    const [west, south, east, north] = (body as { bounds: [number, number, number, number] }).bounds;
    const hotline = clientOf(city, await city.key('storm', 'analyst'));
    const places = Array.from(
      { length: 120 },
      (_, index) =>
        [
          west + ((east - west) * (1 + (index % 12))) / 14,
          south + ((north - south) * (1 + Math.floor(index / 12))) / 12,
        ] as const,
    );
    for (const place of places)
      await hotline.post('/api/v1/reports', {
        caseClass: 'community.dirty-road',
        place,
        description: 'Mud on the road',
        source: 'hotline',
      });
    const open = await eventually(
      () => page.locator('.grade-count').allTextContents(),
      (counts) => counts.map(Number).reduce((a, b) => a + b, 0) > 60,
    );
    assert.ok(open.length === 4);
    assert.ok((await rows().count()) < 40);
    await mapDrawn(page);
    await keep(page, 'many-dark-zh');
  });
});
