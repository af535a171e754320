/** Who told us, and who is heard: on a real city, in a real browser. */
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { startCityIn, type TestCity } from '#tests/support/city.ts';
import { barriers, type Desk, keep, launchBrowser, openDesk, signIn } from './support.ts';

const LIU = { name: '柳依然', phone: '13733334444', address: '下阶台7号' };

let city: TestCity;
let dataDir: string;
let browser: Browser;
let desk: Desk;
let page: Page;
let code: string;

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

/** As the cabin does it: solve a challenge, tell, keep the code. */
async function tell(): Promise<string> {
  const { center } = await residents<{ center: [number, number] }>('/city');
  const { challenge, bits } = await residents<{ challenge: string; bits: number }>('/challenges', {});
  const receipt = await residents<{ code: string }>('/reports', {
    ...{ clientId: randomUUID(), proof: solve(challenge, bits), category: 'neighbour-help', place: center },
    ...{ description: 'The old lady upstairs has not opened for days', contact: LIU, language: 'en' },
  });
  return receipt.code;
}

describe('contacts and equity', () => {
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cityloom-vault-screens-'));
    [city, browser] = await Promise.all([startCityIn(dataDir, ['--no-simulator']), launchBrowser()]);
    code = await tell();
    desk = await openDesk(browser, city.url);
    page = desk.page;
    await signIn(desk, 'operator');
  });
  after(async () => {
    await browser?.close();
    await city?.stop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });

  test('the case says how many told it, and nobody’s name', async () => {
    await page.locator('.row', { hasText: 'neighbour' }).first().click();
    const part = page.locator('.contacts');
    await part.waitFor();
    await page.getByText('1 resident · 1 with contact').waitFor();
    assert.doesNotMatch(await page.locator('body').innerText(), /柳依然|13733334444/);
    await keep(page, 'case-contacts');
    assert.deepEqual(await barriers(page), []);
  });

  test('a contact is asked for with a reason, told that the person will see it, shown, and covered again', async () => {
    await page.getByRole('button', { name: 'Show contact…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('The person will see that you looked').waitFor();
    assert.equal(await dialog.getByRole('radio').first().isChecked(), true);
    assert.equal(await dialog.getByRole('checkbox', { name: 'Address' }).isChecked(), false);
    await keep(page, 'contact-asked');
    assert.deepEqual(await barriers(page), []);

    await dialog.getByRole('button', { name: 'Show for a minute' }).click();
    await dialog.getByText(LIU.name).waitFor();
    await dialog.getByText(LIU.phone).waitFor();
    assert.equal(await dialog.getByText(LIU.address).count(), 0);
    await keep(page, 'contact-shown');
    assert.deepEqual(await barriers(page), []);
    await dialog.getByRole('button', { name: 'Cover now' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.doesNotMatch(await page.locator('body').innerText(), /柳依然|13733334444/);
  });

  test('left alone, the contact is covered after a minute', async () => {
    await page.clock.install();
    await page.getByRole('button', { name: 'Show contact…' }).click();
    await page.getByRole('button', { name: 'Show for a minute' }).click();
    await page.getByText(LIU.phone).waitFor();
    await page.clock.runFor(59_000);
    assert.equal(await page.getByText(LIU.phone).count(), 1);
    await page.clock.runFor(2_000);
    await page.getByText(LIU.phone).waitFor({ state: 'detached' });
    await page.clock.resume();
  });

  test('the person reads who looked', async () => {
    const data = await residents<{ accesses: { purpose: string; fields: string[]; by: string }[] }>(
      `/receipts/${code}/data`,
    );
    const looks = data.accesses.filter(({ purpose }) => purpose === 'answer-report');
    assert.equal(looks.length, 2);
    assert.deepEqual(looks[0]?.fields, ['name', 'phone']);
    assert.match(looks[0]?.by ?? '', /陈望舒/);
  });

  test('the page of who is heard says what it means in words, and everyone can read it', async () => {
    await page.goto(`${city.url}/ops/equity`);
    await page.getByRole('heading', { name: 'Who is heard', level: 1 }).waitFor();
    await page.locator('.equity table tbody tr').first().waitFor();
    assert.ok((await page.locator('.equity table tbody tr').count()) > 40);
    await keep(page, 'equity');
    assert.deepEqual(await barriers(page), []);
    assert.deepEqual(desk.errors, []);
  });
});
