/** Those who asked to be looked after, and those who booked: on a real city, in a real browser, by the people of their community. */
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { BookingView, SlotView } from '#adapters/residents/api.types.ts';
import { startCityIn, type TestCity } from '#tests/support/city.ts';
import { barriers, type Desk, keep, launchBrowser, openDesk, signIn } from './support.ts';

const ZHAO = { name: '赵月琴', phone: '13755556666' };
const BOOKER = { name: '程小满' };

let city: TestCity;
let dataDir: string;
let browser: Browser;
let desk: Desk;
let page: Page;

/** The nonce whose hash begins with so many zero bits. */
function solve(challenge: string, bits: number): string {
  let nonce = 0;
  const isSolved = () => {
    const hash = createHash('sha256').update(`${challenge}.${nonce}`).digest();
    return hash.readUInt32BE(0) >>> (32 - bits) === 0;
  };
  while (!isSolved()) nonce++;
  return `${challenge}.${nonce}`;
}

async function residents<T>(path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${city.url}/api/v1/residents${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  assert.ok(response.ok, JSON.stringify(answer));
  return answer as T;
}

/** A certificate at the machine of the cabin in Nursery Community, which is open at whatever hour this runs: the next turn there. */
async function book(): Promise<BookingView> {
  const { slots } = await residents<{ slots: SlotView[] }>('/services/residence-certificate/slots?days=2');
  const slot = slots.find(({ free, placeId }) => free > 0 && placeId === 'nursery')!;
  const { challenge, bits } = await residents<{ challenge: string; bits: number }>('/challenges', {});
  return residents('/bookings', {
    ...{ clientId: randomUUID(), proof: solve(challenge, bits), service: 'residence-certificate', slot: slot.id },
    ...{ contact: BOOKER, eligibility: { 'lives-here': true }, language: 'en' },
  });
}

describe('care and bookings', () => {
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cityloom-care-screens-'));
    [city, browser] = await Promise.all([startCityIn(dataDir, ['--no-simulator']), launchBrowser()]);
    desk = await openDesk(browser, city.url);
    page = desk.page;
    await signIn(desk, 'grid-01');
  });
  after(async () => {
    await browser?.close();
    await city?.stop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });

  test('a grid worker finds both pages in the menu of their account', async () => {
    await page.locator('.top-bar .account').click();
    await page.getByRole('menuitem', { name: 'Bookings' }).waitFor();
    await page.getByRole('menuitem', { name: 'People we look after' }).click();
    await page.getByText('Nobody has asked to be looked after yet').waitFor();
    await keep(page, 'care-empty');
    assert.deepEqual(await barriers(page), []);
  });

  test('somebody who agreed is enrolled by keyboard, and listed without a name', async () => {
    await page.getByRole('button', { name: 'Enrol somebody' }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('checkbox', { name: 'If nobody is met at a visit' }).press('Space');
    await dialog.getByRole('radio', { name: 'on paper' }).press('Space');
    await dialog.getByRole('combobox', { name: 'Where is their home?' }).pressSequentially('0101');
    await page.getByRole('option', { name: /Cell 0101/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await dialog.getByLabel('Name', { exact: true }).fill(ZHAO.name);
    await dialog.getByLabel('Phone').fill(ZHAO.phone);
    await keep(page, 'care-enrol');
    assert.deepEqual(await barriers(page), []);
    await dialog.getByRole('button', { name: 'Enrol', exact: true }).press('Enter');
    await dialog.waitFor({ state: 'detached' });

    const person = page.locator('.cared > li');
    await person.getByText('Cell 0101, Post House Community').waitFor();
    await person.getByText('All well').waitFor();
    await person.getByText(/Agreed on paper/).waitFor();
    await person.getByText('180 days left').waitFor();
    assert.doesNotMatch(await page.locator('body').innerText(), /赵月琴|13755556666/);
    await keep(page, 'care-listed');
    assert.deepEqual(await barriers(page), []);
  });

  test('who it is, is shown for a purpose and covered again', async () => {
    await page.getByRole('button', { name: /^Show contact/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('The person will see that you looked').waitFor();
    await dialog.getByRole('button', { name: 'Show for a minute' }).click();
    await dialog.getByText(ZHAO.phone).waitFor();
    await dialog.getByRole('button', { name: 'Cover now' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.doesNotMatch(await page.locator('body').innerText(), /赵月琴|13755556666/);
  });

  test('seen today, away until a day, and back again', async () => {
    const person = page.locator('.cared > li');
    await person.getByRole('button', { name: /^Seen today/ }).click();
    await person.getByText(/Last seen/).waitFor();
    await person.getByRole('button', { name: /^Away/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Note the absence' }).click();
    await person.getByText(/^Away until/).waitFor();
    await person.getByRole('button', { name: /^Away/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Is back' }).click();
    await person.getByText('All well').waitFor();
  });

  test('another community does not see them', async () => {
    const other = await openDesk(browser, city.url);
    await signIn(other, 'grid-14');
    await other.page.goto(`${city.url}/ops/care`);
    await other.page.getByText('Nobody has asked to be looked after yet').waitFor();
    await other.page.context().close();
  });

  test('a consent is withdrawn after it is said that nothing brings it back, and is gone', async () => {
    await page.getByRole('button', { name: /^Withdraw consent of/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('This cannot be undone').waitFor();
    assert.deepEqual(await barriers(page), []);
    await dialog.getByRole('button', { name: 'Withdraw consent' }).click();
    await page.getByText('Nobody has asked to be looked after yet').waitFor();
    await page.reload();
    await page.getByText('Nobody has asked to be looked after yet').waitFor();
    assert.deepEqual(desk.errors, []);
  });

  test('what a resident books stands in the queue of its place, and is settled there', async () => {
    const booked = await book();
    const counter = await openDesk(browser, city.url);
    await signIn(counter, 'grid-01');
    await counter.page.goto(`${city.url}/ops/bookings`);
    await counter.page.getByRole('radio', { name: 'Today' }).waitFor();
    const row = counter.page.locator('.queue-rows > li', { hasText: booked.queueNumber });
    await row.getByText('Certificate of residence').waitFor();
    await keep(counter.page, 'bookings-queue');
    assert.deepEqual(await barriers(counter.page), []);

    await row.getByRole('button', { name: /^Show contact/ }).click();
    await counter.page.getByRole('button', { name: 'Show for a minute' }).click();
    await counter.page.getByText(BOOKER.name).waitFor();
    await counter.page.getByRole('button', { name: 'Cover now' }).click();
    await row.getByRole('button', { name: `Is here ${booked.queueNumber}` }).click();
    await row.getByText('Here, waiting').waitFor();
    await keep(counter.page, 'bookings-arrived');
    await row.getByRole('button', { name: `Begin ${booked.queueNumber}` }).click();
    await row.getByText('Being served').waitFor();
    await row.getByRole('button', { name: `Done ${booked.queueNumber}` }).click();
    await row.locator('.booking-state', { hasText: 'Done' }).waitFor();
    assert.equal((await residents<BookingView>(`/bookings/${booked.code}`)).state, 'done');
    assert.deepEqual(counter.errors, []);
    await counter.page.context().close();
  });

  test('another community serves its own and does not see it', async () => {
    const other = await openDesk(browser, city.url);
    await signIn(other, 'grid-14');
    await other.page.goto(`${city.url}/ops/bookings`);
    await other.page.getByText('Nobody has booked for today').waitFor();
    await other.page.context().close();
  });

  test('in Chinese and in the dark, nobody met is said on purpose; an empty day says so', async () => {
    const booked = await book();
    const night = await openDesk(browser, city.url, { language: 'zh', colorScheme: 'dark' });
    await signIn(night, 'responder');
    await night.page.goto(`${city.url}/ops/bookings`);
    const row = night.page.locator('.queue-rows > li', { hasText: booked.queueNumber });
    await row.getByRole('button', { name: /没见到人/ }).click();
    const dialog = night.page.getByRole('dialog');
    await dialog.getByLabel('说明（可不填）').fill('叫号三次');
    await keep(night.page, 'bookings-missed-dark-zh');
    assert.deepEqual(await barriers(night.page), []);
    await dialog.getByRole('button', { name: '记为没见到人' }).click();
    await row.getByText('没来').waitFor();
    await night.page.locator('.days label').last().click();
    await night.page.getByText('这一天没有预约').waitFor();
    assert.deepEqual(await barriers(night.page), []);
    assert.deepEqual(night.errors, []);
  });
});
