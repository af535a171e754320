/** The cabin on a phone: every screen, both languages, with and without a network, by finger and by keyboard. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { clientOf, eventually, ROOT, startCityIn, type TestCity } from '#tests/support/city.ts';
import { chooseKind, examine, isKept, visit, writeReport } from './cabin-support.ts';
import { keep, launchBrowser } from './support.ts';

const PHOTO = join(ROOT, 'docs/pictures/wall.png');
let city: TestCity;
let dataDir: string;
let browser: Browser;

/** Cases of a class, as staff sees them. */
async function countCases(caseClass: string): Promise<{ cases: number; reports: number }> {
  const { body } = await clientOf(city, await city.key(`counting-${Math.random()}`, 'analyst')).get('/api/v1/cases');
  const cases = (body as { cases: { caseClass: string; reports: number }[] }).cases.filter(
    (each) => each.caseClass === caseClass,
  );
  return { cases: cases.length, reports: cases.reduce((sum, each) => sum + each.reports, 0) };
}

const WORDS = {
  zh: {
    report: '反映问题',
    take: '从相册选',
    hide: '遮住人脸',
    keep: '就这样',
    next: '下一步',
    map: '在地图上指',
    pin: '就是这里',
    here: '就在我这里',
    text: '用您自己的话说',
    told: '巷子里的路灯坏了一个星期',
    kind: '路灯不亮',
    ask: '几盏灯不亮',
    one: '一盏',
    send: '发送',
    follow: '看进度',
    data: '我的个人信息',
    again: '重新开始',
    mine: '查我的进度',
  },
  en: {
    report: 'Report a problem',
    take: 'Choose a picture',
    hide: 'Hide faces',
    keep: 'Keep it so',
    next: 'Next',
    map: 'Show it on the map',
    pin: 'It is here',
    here: 'Where I am now',
    text: 'In your own words',
    told: 'The street light in our lane has been out for a week',
    kind: 'Street light out',
    ask: 'How many lamps',
    one: 'One',
    send: 'Send',
    follow: 'See how it goes',
    data: 'My data',
    again: 'Start again',
    mine: 'Follow mine',
  },
} as const;

describe('the cabin on a phone', () => {
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cityloom-cabin-'));
    [city, browser] = await Promise.all([startCityIn(dataDir, ['--no-simulator']), launchBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await city?.stop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });

  for (const language of ['zh', 'en'] as const) {
    const words = WORDS[language];
    const press = (page: Page, name: string) => page.getByRole('button', { name }).first().click();

    test(`a report from photo to receipt, every screen of it without barriers (${language})`, async () => {
      // Two places, so that the second language does not meet the first one's case.
      const latitude = language === 'zh' ? 30.4865 : 30.4845;
      const { page, context, errors } = await visit(browser, `${city.url}/cabin`, {
        language,
        colorScheme: language === 'zh' ? 'light' : 'dark',
        geolocation: { longitude: 107.316, latitude, accuracy: 12 },
      });
      await page.locator('.hotline').waitFor();
      await examine(page, 'home');
      await keep(page, `cabin-home-${language}`);
      await press(page, words.report);
      await examine(page, 'photo');
      await page.locator('input[type=file]').last().setInputFiles(PHOTO);
      await press(page, words.hide);
      await page.locator('.blur-surface canvas[width="2048"], .blur-surface canvas').waitFor();
      await page.locator('.blur-surface').focus();
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Enter');
      await examine(page, 'hide faces');
      await press(page, words.keep);
      await page.locator('.photos img').waitFor();
      await press(page, words.next);
      await examine(page, 'where');
      await press(page, words.here);
      await page.locator('.spot').waitFor();
      await press(page, words.map);
      await page.locator('.map[data-map=ready]').waitFor();
      await examine(page, 'map');
      await keep(page, `cabin-map-${language}`);
      await press(page, words.pin);
      await page.locator('.picker').waitFor({ state: 'detached' });
      await press(page, words.next);
      await page.getByLabel(words.text).fill(words.told);
      await page.getByRole('button', { name: words.kind }).first().waitFor();
      await examine(page, 'what');
      await keep(page, `cabin-what-${language}`);
      await press(page, words.kind);
      await page.getByRole('heading', { name: words.ask }).waitFor();
      await press(page, words.next);
      await page.locator('.field-error').waitFor();
      await examine(page, 'a question that must be answered');
      await page.getByLabel(words.one, { exact: true }).check();
      await press(page, words.next);
      await page.locator('.summary').waitFor();
      await examine(page, 'look over');
      await page.getByRole('button', { name: words.send, exact: true }).click();
      await page.locator('.slip .slip-code').waitFor();
      await examine(page, 'receipt');
      await keep(page, `cabin-receipt-${language}`);
      await press(page, words.follow);
      await page.locator('.promise').waitFor();
      await examine(page, 'one report');
      await press(page, words.data);
      await page.locator('section h2').first().waitFor();
      await examine(page, 'my data');
      await press(page, words.again);
      await press(page, words.mine);
      await page.getByRole('button', { name: words.kind }).waitFor();
      await examine(page, 'mine');
      assert.deepEqual(errors, []);
      await context.close();
    });

    test(`services, near me and the neighbourhood, without barriers (${language})`, async () => {
      const { page, context, errors } = await visit(browser, `${city.url}/cabin/services`, { language });
      await page.locator('.choices .choice').first().waitFor();
      await examine(page, 'services');
      await page.locator('.choices .choice').nth(2).click();
      await page.locator('.summary').waitFor();
      await examine(page, 'a service');
      await page.locator('.actions.onward .button').click();
      await page.locator('.option').first().waitFor();
      await examine(page, 'the first question');
      await page.goto(`${city.url}/cabin/near`);
      await press(page, words.here);
      await page.locator('section h2').first().waitFor();
      await examine(page, 'near me');
      await page.goto(`${city.url}/cabin/neighbourhood`);
      await page.locator('.option').first().click();
      await page.locator('section h2').first().waitFor();
      await examine(page, 'the neighbourhood');
      await page.goto(`${city.url}/cabin/follow/0000-000-000`);
      await page.locator('.notice').waitFor();
      await examine(page, 'a code nobody knows');
      assert.deepEqual(errors, []);
      await context.close();
    });
  }

  test('five choices, each 120 px tall, at most two beside each other; three of them in easy mode, in 28 px and read aloud', async () => {
    const { page, context } = await visit(browser, 'about:blank');
    await page.addInitScript(() => {
      const spoken: string[] = [];
      Object.assign(window, { spoken });
      speechSynthesis.speak = ({ text }) => void spoken.push(text);
    });
    await page.goto(`${city.url}/cabin`);
    const choices = page.locator('.choices .choice');
    await choices.first().waitFor();
    const boxes = await choices.evaluateAll((all) =>
      all.map((each) => each.getBoundingClientRect().toJSON() as DOMRect),
    );
    assert.equal(boxes.length, 5);
    for (const { height } of boxes) assert.ok(height >= 120);
    for (const { y } of boxes) assert.ok(boxes.filter((each) => each.y === y).length <= 2);
    await page.getByRole('button', { name: 'Easy mode' }).click();
    await page.waitForFunction(() => document.querySelectorAll('.choices .choice').length === 3);
    assert.equal(await page.locator('.lead').evaluate((lead) => getComputedStyle(lead).fontSize), '28px');
    await examine(page, 'home in easy mode');
    await page.getByRole('button', { name: 'Report a problem' }).click();
    await page.getByRole('heading', { name: 'Take a photo first' }).waitFor();
    const spoken = await page.waitForFunction(() => (window as unknown as { spoken: string[] }).spoken.at(-1));
    assert.match((await spoken.jsonValue())!, /Take a photo first.*No photo, go on/s);
    await examine(page, 'photo in easy mode');
    await context.close();
  });

  test('a whole report with the keyboard alone', async () => {
    const { page, context } = await visit(browser, `${city.url}/cabin`, {
      geolocation: { longitude: 107.3163, latitude: 30.4829, accuracy: 12 },
    });
    await page.locator('.hotline').waitFor();
    const tabTo = async (name: string | RegExp) => {
      for (let presses = 0; presses < 40; presses++) {
        await page.keyboard.press('Tab');
        const focused = await page.evaluate(() => {
          const { activeElement: at } = document;
          return `${at?.getAttribute('aria-label') ?? ''} ${(at as HTMLInputElement | null)?.labels?.[0]?.textContent ?? ''} ${at?.textContent ?? ''}`;
        });
        if (typeof name === 'string' ? focused.includes(name) : name.test(focused)) return;
      }
      throw new Error(`Tab never reached ${name}`);
    };
    const go = async (name: string) => {
      await tabTo(name);
      await page.keyboard.press('Enter');
    };
    await go('Report a problem');
    await page.getByRole('heading', { name: 'Take a photo first' }).waitFor();
    await go('No photo, go on');
    await page.getByRole('heading', { name: 'Where is it?' }).waitFor();
    await go('Where I am now');
    await page.locator('.spot').waitFor();
    await go('Next');
    await page.getByRole('heading', { name: 'What is wrong?' }).waitFor();
    await tabTo('In your own words');
    await page.keyboard.type('Broken bricks and plaster were dumped here at night');
    await page.getByRole('heading', { name: 'It looks like one of these' }).waitFor();
    await tabTo('Dumped');
    await page.keyboard.press('Enter');
    await page.locator('.summary').waitFor();
    await go('Send');
    await page.locator('.slip .slip-code').waitFor();
    await context.close();
  });

  test('a report written without a network waits, survives a reload, and becomes exactly one case', async () => {
    const { page, context, errors } = await visit(browser, `${city.url}/cabin`, {
      geolocation: { longitude: 107.3255, latitude: 30.4885, accuracy: 12 },
    });
    await page.locator('.hotline').waitFor();
    await isKept(page);
    const before = await countCases('community.exposed-rubbish');
    await context.setOffline(true);
    await page.reload();
    await writeReport(page, 'Rubbish lies around the bench by the steps');
    await chooseKind(page, 'Rubbish and surroundings', 'Rubbish');
    await page.locator('.summary').waitFor();
    await page.getByRole('button', { name: 'Keep, and send when there is a network' }).click();
    await page.getByRole('heading', { name: 'Kept, not sent yet' }).waitFor();
    await page.getByText('1 report waiting to be sent').waitFor();
    await examine(page, 'kept, not sent');
    await keep(page, 'cabin-offline-en');
    await page.reload();
    await page.getByText('1 report waiting to be sent').waitFor();
    assert.deepEqual(await countCases('community.exposed-rubbish'), before);

    await context.setOffline(false);
    // Everything that sends wakes up at once: the page, its timer, the browser's own event. Still it is one.
    await page.evaluate(() => {
      for (let times = 0; times < 5; times++) window.dispatchEvent(new Event('online'));
    });
    await page.getByText('waiting to be sent').waitFor({ state: 'detached' });
    const after = await eventually(
      () => countCases('community.exposed-rubbish'),
      ({ cases }) => cases > before.cases,
    );
    assert.deepEqual(after, { cases: before.cases + 1, reports: before.reports + 1 });
    await page.getByRole('button', { name: 'Start again' }).click();
    await page.getByRole('button', { name: 'Follow mine' }).click();
    await page.getByRole('button', { name: 'Rubbish' }).click();
    await page.locator('.promise').waitFor();
    assert.deepEqual(errors, []);
    await context.close();
  });

  test('a booking: who may, when, who comes; changed and cancelled by whoever holds the code', async () => {
    const { page, context, errors } = await visit(browser, `${city.url}/cabin/services`);
    await page.getByRole('button', { name: 'Blood' }).click();
    await page.getByRole('button', { name: 'Book', exact: true }).click();
    await page.locator('.option').first().click();
    const time = page.locator('fieldset', { hasText: 'What time?' }).locator('.option').first();
    await time.click();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.locator('.summary').waitFor();
    await page.getByRole('button', { name: 'Book', exact: true }).click();
    await examine(page, 'check and book');
    for (const field of await page.locator('fieldset.contact input').all())
      await field.fill((await field.getAttribute('type')) === 'tel' ? '555-0100-2233' : 'Lin');
    await page.getByRole('button', { name: 'Book', exact: true }).click();
    await page.locator('.slip .slip-code').waitFor();
    await examine(page, 'booked');
    await page.getByRole('button', { name: 'See how it goes' }).click();
    await page.locator('.queue-number').waitFor();
    await examine(page, 'a booking');
    await keep(page, 'cabin-booking-en');
    await page.getByRole('button', { name: 'Change the time' }).click();
    await page.locator('.option').first().click();
    await page.locator('fieldset', { hasText: 'What time?' }).locator('.option').last().click();
    await page.getByRole('button', { name: 'Change it' }).click();
    await page.locator('.queue-number').waitFor();
    await page.getByRole('button', { name: 'Cancel the booking' }).click();
    await page.getByRole('button', { name: 'Yes, cancel' }).click();
    await page.locator('.promise-state[data-state=cancelled]').waitFor();
    assert.deepEqual(errors, []);
    await context.close();
  });

  test('the receipt prints on an 80 mm roll, as long as it needs', async () => {
    const { page, context } = await visit(browser, `${city.url}/cabin`, {
      geolocation: { longitude: 107.309, latitude: 30.4925, accuracy: 12 },
    });
    await writeReport(page, 'Water stands in the underpass after the rain');
    await chooseKind(page, 'Streets and pavements', 'Standing water');
    await page.locator('.summary').waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.locator('.slip .slip-code').waitFor();
    const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1');
    const pages = [...pdf.matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/g)];
    assert.equal(pages.length, 1, 'one sheet');
    const [widthMm, heightMm] = pages[0]!.slice(1).map((points) => (Number(points) / 72) * 25.4) as [number, number];
    assert.ok(Math.abs(widthMm - 80) < 0.5, `${widthMm} mm wide`);
    assert.ok(heightMm > 90 && heightMm < 200, `${heightMm} mm long`);
    await context.close();
  });
});
