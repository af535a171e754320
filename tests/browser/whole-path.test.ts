/**
 * The whole way of one resident's word: told at a kiosk without a network, sent when it is back, looked at by the grid worker on /crew,
 * dispatched, handled, verified, closed, and rated by the resident with the slip that the kiosk printed.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { clientOf, eventually, PASSWORD, ROOT, startCityIn, type TestCity } from '#tests/support/city.ts';
import { chooseKind, isKept, makeKiosk, setUpKiosk, visit, writeReport } from './cabin-support.ts';
import { keep, launchBrowser } from './support.ts';

let city: TestCity;
let dataDir: string;
let browser: Browser;

interface Detail {
  readonly id: string;
  readonly state: string;
  readonly place: [number, number];
  readonly workOrders: readonly { id: string; state: string; party: string }[];
}

describe('the whole way of a word', () => {
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cityloom-way-'));
    [city, browser] = await Promise.all([startCityIn(dataDir, ['--no-simulator']), launchBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await city?.stop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });

  test('from a kiosk without a network to the resident who says that it is solved', async () => {
    const kiosk = await setUpKiosk(browser, city, await makeKiosk(city, 'RK-0005'));
    await kiosk.page.getByRole('button', { name: 'Touch to begin' }).click();
    await isKept(kiosk.page);
    await kiosk.context.setOffline(true);
    await writeReport(kiosk.page, 'Rubbish lies around the bin in front of the cabin', true);
    await chooseKind(kiosk.page, 'Rubbish and surroundings', 'Rubbish');
    await kiosk.page.locator('.summary').waitFor();
    await kiosk.page.getByRole('button', { name: 'Keep, and send when there is a network' }).click();
    const slip = kiosk.page.locator('.slip', { has: kiosk.page.locator('.qr') });
    const link = (await slip.getAttribute('data-link'))!;
    await kiosk.page.getByRole('button', { name: 'Finish and erase' }).click();
    await kiosk.page.locator('.attract').waitFor();
    await kiosk.context.setOffline(false);
    await kiosk.page.evaluate(() => void window.dispatchEvent(new Event('online')));

    const staff = clientOf(city, await city.key('staff', 'administrator'));
    const found = await eventually(
      async () => ((await staff.get('/api/v1/cases')).body as { cases: Detail[] }).cases,
      (cases) => cases.length === 1,
    );
    const caseId = found[0]!.id;
    const detail = async () => (await staff.get(`/api/v1/cases/${caseId}`)).body as Detail;
    const act = async (action: string, more: object = {}) => {
      const { status, body } = await staff.post(`/api/v1/cases/${caseId}/actions`, { action, ...more });
      assert.equal(status, 200, `${action}: ${JSON.stringify(body)}`);
    };

    // The resident's slip already leads to the report.
    const phone = await visit(browser, link);
    await phone.page.locator('.promise').waitFor();

    const crew = await visit(browser, `${city.url}/crew`, {
      geolocation: { longitude: found[0]!.place[0], latitude: found[0]!.place[1], accuracy: 5 },
    });
    await crew.page.locator('input[name=name]').fill('grid-42');
    await crew.page.locator('input[name=password]').fill(PASSWORD);
    await crew.page.locator('button[type=submit]').click();
    const asTold = crew.page.getByRole('button', { name: 'It is as told' });
    await asTold.waitFor();
    await crew.page.locator('input[type=file]').first().setInputFiles(join(ROOT, 'docs/pictures/wall.png'));
    await asTold.click();
    await eventually(detail, ({ state }) => state !== 'collected');

    await eventually(
      async () => {
        const now = await detail();
        if (now.state === 'opened') await act('dispatch');
        return now;
      },
      ({ workOrders }) => workOrders.length > 0,
    );
    const { party } = (await detail()).workOrders[0]!;
    const handler = clientOf(city, await city.key('handling', 'handler', '--party', party));
    const photo = await uploadPhoto();
    for (const [action, details] of [
      ['accept', {}],
      ['set_out', {}],
      ['arrive', {}],
      ['finish', { feedback: 'Swept, the bin was emptied', photos: [photo] }],
    ] as const)
      for (const order of (await detail()).workOrders) {
        const { status, body } = await handler.post(`/api/v1/work-orders/${order.id}/actions`, { action, ...details });
        assert.equal(status, 200, `${action}: ${JSON.stringify(body)}`);
      }
    await eventually(detail, ({ state }) => state === 'handled');
    await act('verify_pass', { photos: [photo], comment: 'Clean' });
    await eventually(detail, ({ state }) => ['closed', 'evaluated'].includes(state));

    // Without touching anything the resident sees it closed, with what was done.
    await phone.page.locator('.answer').waitFor();
    await phone.page.locator('.promise-state[data-state=closed]').waitFor();
    await keep(phone.page, 'cabin-closed-en');
    await phone.page.getByLabel('Yes').check();
    await phone.page.getByLabel('5', { exact: true }).check();
    await phone.page.getByRole('button', { name: 'Send', exact: true }).click();
    await phone.page.getByText('Thank you for telling us').waitFor();
    assert.deepEqual([...phone.errors, ...kiosk.errors], []);

    async function uploadPhoto(): Promise<string> {
      const key = await city.key('photos', 'administrator');
      const response = await fetch(`${city.url}/api/v1/photos`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'image/png' },
        body: await readFile(join(ROOT, 'docs/pictures/wall.png')),
      });
      return ((await response.json()) as { key: string }).key;
    }
  });
});
