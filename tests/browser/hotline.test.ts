/** The hotline desk in a real browser: a call is taken, typed and filed without a mouse, and the next one is recognised. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { clientOf, startCityIn, type TestCity } from '#tests/support/city.ts';
import { barriers, type Desk, keep, launchBrowser, openDesk, signIn } from './support.ts';

let city: TestCity;
let dataDir: string;
let browser: Browser;
let desk: Desk;
let page: Page;
let line: ReturnType<typeof clientOf>;

type Rung = { readonly id: string };
/** The telephone system tells that somebody rings. */
async function rings(phone?: string): Promise<string> {
  const { status, body } = await line.post('/api/v1/hotline/calls', { line: 'east', phone });
  assert.equal(status, 201);
  return (body as Rung).id;
}
const post = (path: string) => line.post(`/api/v1/hotline/calls/${path}`, {});

describe('the hotline desk', () => {
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cityloom-hotline-'));
    [city, browser] = await Promise.all([startCityIn(dataDir, ['--no-simulator']), launchBrowser()]);
    line = clientOf(city, await city.key('telephone-system', 'integrator'));
    desk = await openDesk(browser, city.url);
    page = desk.page;
    await signIn(desk, 'analyst');
    await page.goto(`${city.url}/ops/hotline`);
    await page.locator('.hotline-figures').waitFor();
  });
  after(async () => {
    await browser?.close();
    await city?.stop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });

  test('the telephone system may tell of calls and of nothing else', async () => {
    assert.equal((await line.get('/api/v1/hotline/calls')).status, 403);
    assert.equal((await line.get('/api/v1/hotline/figures')).status, 403);
    const nobody = clientOf(city, 'cl_made-up');
    assert.equal((await nobody.get('/api/v1/hotline/calls')).status, 401);
  });

  test('an idle desk says what to do, and has no barrier', async () => {
    await page.getByText('Ready for a call').waitFor();
    await keep(page, 'hotline-idle-light-en');
    assert.deepEqual(await barriers(page), []);
  });

  test('a call is answered, typed and filed by keyboard alone', async () => {
    await rings();
    await page.locator('.hotline-list li', { hasText: 'Ringing' }).waitFor();
    await page.keyboard.press('a');
    await page.locator('#hotline-phone:focus').waitFor();
    await page.keyboard.type('138 0013 8000');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Ms He');
    await page.keyboard.press('Tab');
    await page.keyboard.type('The street lights in our lane have been out for a week');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Nursery');
    await page.locator('[role=option]', { hasText: 'Nursery Community' }).first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('.suggestions .chip', { hasText: 'Street light out' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Street light');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Still missing').waitFor();
    await page.locator('#hotline-q-how-many').focus();
    await page.keyboard.type('Several');
    await page.locator('.promise').waitFor();
    await keep(page, 'hotline-call-light-en');
    assert.deepEqual(await barriers(page), []);
    await page.keyboard.press('Control+Enter');
    await page.locator('.hotline-filed .code').waitFor();
    assert.match((await page.locator('.hotline-filed .code').textContent())!, /^[0-9A-Z]{4}-[0-9A-Z]{3}-[0-9A-Z]{3}$/);
    assert.deepEqual(await barriers(page), []);
  });

  test('the same caller is known at the next call, and what is known nearby can be joined', async () => {
    await page.getByRole('button', { name: 'Next call' }).click();
    await rings('+86 138-0013-8000');
    await page.locator('.hotline-list li', { hasText: 'Number known' }).waitFor();
    await page.keyboard.press('a');
    const earlier = page.locator('section[aria-labelledby=hotline-earlier]');
    await earlier.getByText('Street light out').waitFor();
    assert.match(await page.locator('#hotline-phone').inputValue(), /138-?0013-?8000|13800138000/);
    await page.locator('#hotline-description').fill('Still dark in our lane, several street lights are out');
    await page.getByLabel('Where is it').fill('Nursery');
    await page.locator('[role=option]', { hasText: 'Nursery Community' }).first().click();
    await page.selectOption('#hotline-category', 'street-light');
    await page.selectOption('#hotline-q-how-many', 'several');
    const nearby = page.locator('section[aria-labelledby=hotline-nearby]');
    await nearby.getByRole('button', { name: 'It is this one' }).first().click();
    await page.getByLabel(/Danger to life/).check();
    await page.keyboard.press('Control+Enter');
    await page.getByText('Still missing: Why another class').waitFor();
    await page.locator('#hotline-reason').fill('A child fell on the steps in the dark');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Joined to the same matter').waitFor();
    await page.getByRole('button', { name: 'Next call' }).click();
  });

  test('the figures are told from five calls on, against the target of the city', async () => {
    for (let n = 0; n < 4; n++) await post(`${await rings()}/answer`);
    await post(`${await rings()}/end`);
    await page.reload();
    const figures = page.locator('.hotline-figures > div');
    await figures.nth(1).getByText('85.7').waitFor();
    assert.match((await figures.nth(1).textContent())!, /Target ≥ 95/);
    assert.equal(await figures.nth(1).getAttribute('data-missed'), 'true');
  });

  test('in Chinese and in the dark it is the same desk, without barriers and without an error', async () => {
    const night = await openDesk(browser, city.url, { language: 'zh', colorScheme: 'dark' });
    await signIn(night, 'dispatcher');
    await night.page.goto(`${city.url}/ops/hotline`);
    await night.page.getByText('等待来电').waitFor();
    await night.page.keyboard.press('n');
    await night.page.locator('.hotline-list li', { hasText: '已响' }).first().waitFor();
    await keep(night.page, 'hotline-ringing-dark-zh');
    assert.deepEqual(await barriers(night.page), []);
    assert.deepEqual([...desk.errors, ...night.errors], []);
  });
});
