/** The crew's phone in a real browser on a real city: a day with and without a network. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Position } from '#kernel/geo.ts';
import { clientOf, eventually, PASSWORD, startCityIn, type TestCity } from '#tests/support/city.ts';
import { barriers, keep, launchBrowser } from './support.ts';

/** Two places in the community of grid-01, and where its worker stands. */
const STEPS: Position = [107.3092, 30.4975];
const LANE: Position = [107.3096, 30.4969];
const HERE = { longitude: 107.3091, latitude: 30.4974, accuracy: 10 };
/** The smallest picture a canvas can draw. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const PHOTO = { name: 'photo.png', mimeType: 'image/png', buffer: PIXEL };

let city: TestCity;
let dataDir: string;
let browser: Browser;
let desk: ReturnType<typeof clientOf>;

interface Phone {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly errors: string[];
}

interface CaseAnswer {
  readonly id: string;
  readonly state: string;
  readonly reports: number;
  readonly workOrders: { id: string; state: string; party: string }[];
  readonly events: { type: string }[];
}

const told = async (caseClass: string, place: Position, description: string): Promise<string> =>
  (await desk.post('/api/v1/reports', { caseClass, place, description, source: 'hotline' })).body['caseId'];
const getCase = async (id: string): Promise<CaseAnswer> => (await desk.get(`/api/v1/cases/${id}`)).body;

async function openPhone(language: 'zh' | 'en' = 'en', colorScheme: 'light' | 'dark' = 'light'): Promise<Phone> {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    colorScheme,
    geolocation: HERE,
    permissions: ['geolocation'],
    hasTouch: true,
  });
  await context.addInitScript((chosen) => {
    if (localStorage.getItem('cityloom.language') === null) localStorage.setItem('cityloom.language', chosen);
  }, language);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(`${error.name}: ${error.message}`));
  await page.goto(`${city.url}/crew`);
  return { context, page, errors };
}

async function signIn({ page }: Phone, account: string): Promise<void> {
  await page.locator('input[name=name]').fill(account);
  await page.locator('input[name=password]').fill(PASSWORD);
  await page.locator('button[type=submit]').click();
  await page.locator('nav').waitFor();
}

const go = (page: Page, name: string) => page.locator('nav').getByRole('button', { name, exact: true }).click();
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const line = (page: Page) => page.locator('.truth');
const isSent = (page: Page) => line(page).getByText('Everything is sent').waitFor();
const photograph = async (page: Page) => {
  await page.locator('.steps input[type=file]').setInputFiles(PHOTO);
  await page.locator('.photos .remove').first().waitFor();
};
/** Opens one task of the list by the sentence or name in it. */
async function choose(page: Page, title: string): Promise<void> {
  await go(page, 'List');
  await page.locator('.tasks .row', { hasText: title }).click();
  await page.locator('.task h1', { hasText: title }).waitFor();
}
async function cutOff({ context, page }: Phone): Promise<void> {
  await context.setOffline(true);
  await page.evaluate(() => dispatchEvent(new Event('offline')));
}
async function connect({ context, page }: Phone): Promise<void> {
  await context.setOffline(false);
  await page.evaluate(() => dispatchEvent(new Event('online')));
}

describe('the crew’s phone', { timeout: 600_000 }, () => {
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cityloom-crew-screens-'));
    [city, browser] = await Promise.all([startCityIn(dataDir, ['--no-simulator']), launchBrowser()]);
    desk = clientOf(city, await city.key('desk', 'analyst'));
  });
  after(async () => {
    await browser?.close();
    await city?.stop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });

  test('who has no work on site is told where to go instead; a wrong password is answered in words', async () => {
    const phone = await openPhone();
    await phone.page.locator('input[name=name]').fill('grid-01');
    await phone.page.locator('input[name=password]').fill('not the password');
    await press(phone.page, 'Sign in');
    await phone.page.getByRole('alert').getByText('Name or password is not right.').waitFor();
    await phone.page.locator('input[name=name]').fill('auditor');
    await phone.page.locator('input[name=password]').fill(PASSWORD);
    await press(phone.page, 'Sign in');
    await phone.page.getByRole('alert').getByText('no work on site').waitFor();
    await phone.context.close();
  });

  test('a check on site: the photo first, then one button, and the case is filed', async () => {
    const caseId = await told('community.road-damage', STEPS, 'A deep hole in the middle of the road');
    const phone = await openPhone();
    await signIn(phone, 'grid-01');
    const { page } = phone;
    await page.locator('.task h1', { hasText: 'Damaged road' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'It is as told' }).isDisabled(), true);
    await photograph(page);
    await press(page, 'It is as told');
    await isSent(page);
    const { state } = await eventually(
      () => getCase(caseId),
      (found) => found.state !== 'collected',
      10_000,
    );
    assert.equal(state, 'dispatched');
    const { proofs } = (await desk.get(`/api/v1/crew/proofs?case=${caseId}`)).body as {
      proofs: { kind: string; flags: string[]; photos: string[]; distanceMetres: number }[];
    };
    assert.deepEqual(
      proofs.map(({ kind, flags, photos }) => [kind, flags, photos.length]),
      [['check.confirm', [], 1]],
    );
    assert.ok(proofs[0]!.distanceMetres < 50);
    assert.deepEqual(phone.errors, []);
    await phone.context.close();
  });

  test('my next task from taking it to done: one big button at a time', async () => {
    const caseId = await told('community.neighbour-help', LANE, 'Has not been seen for two days');
    const phone = await openPhone();
    await signIn(phone, 'grid-01');
    const { page } = phone;
    await page.locator('.task h1').waitFor();
    await choose(page, 'A neighbour needs help');
    await photograph(page);
    await press(page, 'It is as told');
    await press(page, 'Take it');
    await press(page, 'On my way');
    await keep(page, 'crew-on-the-way-en');
    await press(page, 'Arrived');
    await photograph(page);
    await press(page, 'Done');
    await press(page, 'Residents were told');
    await isSent(page);
    const { state } = await eventually(
      () => getCase(caseId),
      (found) => found.state === 'handled',
      10_000,
    );
    assert.equal(state, 'handled');
    // Who handles never verifies: it is not on the own list.
    await go(page, 'List');
    assert.equal(await page.locator('.tasks .row', { hasText: 'A neighbour needs help' }).count(), 0);
    assert.deepEqual(phone.errors, []);
    await phone.context.close();
  });

  test('a day without a network: opened, worked on, reloaded; and then sent in order, each once', async () => {
    const caseId = await told('community.exposed-rubbish', STEPS, 'A heap of bags at the steps');
    const phone = await openPhone();
    await signIn(phone, 'grid-01');
    const { page } = phone;
    await page.locator('.task h1').waitFor();
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.reload();
    await page.locator('.task h1').waitFor();
    await cutOff(phone);

    await choose(page, 'Exposed rubbish');
    await photograph(page);
    await press(page, 'It is as told');
    await line(page).getByText('1 change waiting to be sent').waitFor();
    await go(page, 'Report');
    await page.locator('.categories input[type=file]').first().setInputFiles(PHOTO);
    await line(page).getByText('2 changes waiting to be sent').waitFor();
    await go(page, 'More');
    await press(page, 'Begin my shift');
    await page.getByText('On shift since').waitFor();
    await line(page).getByText('3 changes waiting to be sent').waitFor();
    await keep(page, 'crew-offline-en');

    await page.reload();
    await line(page).getByText('3 changes waiting to be sent').waitFor();
    assert.equal((await getCase(caseId)).state, 'collected');

    await connect(phone);
    await isSent(page);
    const detail = await getCase(caseId);
    assert.notEqual(detail.state, 'collected');
    assert.equal(detail.events.filter(({ type }) => type === 'confirm').length, 1);
    // The report of the same heap joined the case, once.
    assert.equal(detail.reports, 2);
    assert.deepEqual(phone.errors, []);
    await phone.context.close();
  });

  test('an answer that is lost on the way back makes nothing twice', async () => {
    const phone = await openPhone();
    await signIn(phone, 'grid-14');
    const { page } = phone;
    await isSent(page);
    let lost = 0;
    await phone.context.route('**/api/v1/crew/sync', async (route) => {
      await route.fetch();
      lost += 1;
      await route.abort().catch(() => undefined);
    });
    await go(page, 'More');
    await press(page, 'Begin my shift');
    await line(page).getByText('1 change waiting to be sent').waitFor();
    await eventually(
      async () => lost,
      (times) => times >= 1,
      10_000,
    );
    await phone.context.unroute('**/api/v1/crew/sync');
    await connect(phone);
    await isSent(page);
    await page.getByText('On shift since').waitFor();
    // Begun twice would have been a conflict.
    assert.equal(await line(page).getByRole('button').count(), 0);
    await phone.context.close();
  });

  test('two phones decide on the same case: the second is told what stands, and nothing is swallowed', async () => {
    const caseId = await told('community.fallen-tree', LANE, 'A branch lies across the lane');
    const [one, two] = [await openPhone(), await openPhone()];
    await signIn(one, 'grid-01');
    await signIn(two, 'grid-01-night');
    await choose(one.page, 'Fallen tree');
    await choose(two.page, 'Fallen tree');
    await cutOff(two);
    await photograph(two.page);
    await press(two.page, 'It is as told');
    await press(one.page, 'Not there');
    await press(one.page, 'It is not there any more');
    await eventually(
      () => getCase(caseId),
      ({ state }) => state === 'dismissed',
      10_000,
    );

    await connect(two);
    await line(two.page).getByRole('button', { name: '1 change did not go through' }).click();
    await two.page.getByText('Somebody has decided on it already.').waitFor();
    await two.page.getByText('Dismissed', { exact: true }).waitFor();
    assert.deepEqual(await barriers(two.page), []);
    await keep(two.page, 'crew-conflict-en');
    await press(two.page, 'Write it to the case as a note');
    await two.page.getByText('Everything went through.').waitFor();
    await eventually(
      () => getCase(caseId),
      ({ events }) => events.some(({ type }) => type === 'note'),
      10_000,
    );
    await one.context.close();
    await two.context.close();
  });

  test('a shift is handed over to a colleague by name, who finds the note', async () => {
    const [one, two] = [await openPhone(), await openPhone()];
    await signIn(one, 'grid-01');
    await go(one.page, 'More');
    await one.page.getByText('On shift since').waitFor();
    await one.page.getByLabel('To whom').selectOption({ index: 1 });
    await one.page.getByLabel('What they must know').fill('The lamp at the steps is still out');
    await press(one.page, 'End my shift');
    await isSent(one.page);
    await signIn(two, 'grid-01-night');
    await go(two.page, 'More');
    await two.page.getByText('The lamp at the steps is still out').waitFor();
    await press(two.page, 'I have read it');
    await two.page.getByText('The lamp at the steps is still out').waitFor({ state: 'detached' });
    await one.context.close();
    await two.context.close();
  });

  test('signing out leaves nothing on the phone; with unsent work it asks first', async () => {
    const phone = await openPhone();
    await signIn(phone, 'grid-28');
    const { page } = phone;
    await isSent(page);
    await cutOff(phone);
    await go(page, 'More');
    await press(page, 'Begin my shift');
    await press(page, 'Sign out');
    await page.getByText('1 change is not sent yet and would be lost.').waitFor();
    await press(page, 'Stay');
    await connect(phone);
    await isSent(page);
    await press(page, 'Sign out');
    await page.locator('input[name=name]').waitFor();
    const left = () =>
      page.evaluate(async () => [await indexedDB.databases(), await caches.has('cityloom-crew-photos')]);
    await eventually(left, ([databases]) => (databases as unknown[]).length === 0, 5_000);
    await page.reload();
    await page.locator('input[name=name]').waitFor();
    await eventually(
      () => phone.context.cookies(`${city.url}/api/v1/session`),
      (cookies) => cookies.length === 0,
      5_000,
    );
    await phone.context.close();
  });

  test('signed out in a tunnel, the phone lets nobody in by the cookie it could not take away', async () => {
    const phone = await openPhone();
    await signIn(phone, 'grid-28');
    await isSent(phone.page);
    await cutOff(phone);
    await go(phone.page, 'More');
    await press(phone.page, 'Sign out');
    await phone.page.locator('input[name=name]').waitFor();
    await connect(phone);
    await phone.page.reload();
    await phone.page.locator('input[name=name]').waitFor();
    await eventually(
      () => phone.context.cookies(`${city.url}/api/v1/session`),
      (found) => found.length === 0,
      5_000,
    );
    await phone.context.close();
  });

  for (const [language, scheme, isLarge] of [
    ['en', 'light', false],
    ['zh', 'dark', false],
    ['zh', 'light', true],
  ] as const) {
    test(`every screen can be used by everybody: ${language}, ${scheme}${isLarge ? ', letters twice as large' : ''}`, async () => {
      await told('community.road-damage', [107.3079, 30.4981], 'Loose paving slabs');
      const phone = await openPhone(language, scheme);
      const { page } = phone;
      const enlarge = () =>
        page.evaluate(
          (percent) => {
            document.documentElement.style.fontSize = percent;
          },
          isLarge ? '200%' : '',
        );
      await page.locator('input[name=name]').waitFor();
      await enlarge();
      assert.deepEqual(await barriers(page), []);
      await signIn(phone, 'grid-01');
      await page.locator('.task h1').waitFor();
      for (const [index, screen] of ['next', 'list', 'map', 'report', 'more'].entries()) {
        await page.locator('nav button').nth(index).click();
        await page.locator(`main[data-screen=${screen}]`).waitFor();
        await keep(page, `crew-${screen}-${language}-${scheme}${isLarge ? '-large' : ''}`);
        assert.deepEqual(await barriers(page), [], screen);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(overflow <= 0, `${screen} is ${overflow} px too wide`);
        const small = await page.evaluate(() =>
          [...document.querySelectorAll<HTMLElement>('button, .photo-button, input:not([type=file]), select, textarea')]
            .map((each) => [each.textContent || each.tagName, each.getBoundingClientRect().height] as const)
            .filter(([, height]) => height > 0 && height < 55.5),
        );
        assert.deepEqual(small, [], screen);
      }
      assert.deepEqual(phone.errors, []);
      await phone.context.close();
    });
  }
});
