/** The cabin in a browser: somebody's phone, or a kiosk that was set up, and what must hold on every screen of it. */
import assert from 'node:assert/strict';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { cityloom, clientOf, type TestCity } from '#tests/support/city.ts';
import { barriers } from './support.ts';

export const PHONE = { width: 390, height: 844 };
export const KIOSK = { width: 1080, height: 1920 };
/** In the community of the kiosk below, in the middle of the demonstration city. */
export const HERE = { longitude: 107.316, latitude: 30.4865, accuracy: 12 };

export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly errors: readonly string[];
}

/** The browser notes what was refused or could not be reached; those are answers, not errors of the page. */
const EXPECTED = /status of (400|404|409|503)|ERR_INTERNET_DISCONNECTED|Failed to load resource/;

export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions & { language?: 'zh' | 'en'; clock?: boolean } = {},
): Promise<Visit> {
  const { language = 'en', clock = false, ...rest } = options;
  const context = await browser.newContext({
    viewport: PHONE,
    colorScheme: 'light',
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
    permissions: ['geolocation'],
    geolocation: HERE,
    ...rest,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  if (clock) await page.clock.install();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(`${error.name}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !EXPECTED.test(message.text())) errors.push(message.text());
  });
  await page.goto(url);
  return { context, page, errors };
}

/** A kiosk of the pack with a device key of its own. */
export interface KioskDevice {
  readonly thing: number;
  readonly key: string;
  readonly datastreams: readonly { readonly id: number; readonly indicator: string }[];
}

export async function makeKiosk(city: TestCity, asset: string): Promise<KioskDevice> {
  const reader = clientOf(city, await city.key(`reader-${asset}`, 'integrator'));
  const path = `/sensorthings/v1.1/Things?$filter=properties/assetId eq '${asset}'&$expand=Datastreams`;
  const { value } = (await reader.get(encodeURI(path))).body as {
    value: { '@iot.id': number; Datastreams: { '@iot.id': number; properties: { indicator: string } }[] }[];
  };
  const thing = value[0]!['@iot.id'];
  const made = await cityloom([
    ...['key', 'create', `kiosk-${asset}`, '--role', 'device', '--things', String(thing)],
    ...['--data', city.dataDir],
  ]);
  return {
    thing,
    key: made.stdout.trim(),
    datastreams: value[0]!.Datastreams.map((each) => ({ id: each['@iot.id'], indicator: each.properties.indicator })),
  };
}

export async function setUpKiosk(
  browser: Browser,
  city: TestCity,
  kiosk: KioskDevice,
  options: { clock?: boolean } = {},
): Promise<Visit> {
  const opened = await visit(browser, `${city.url}/cabin?kiosk=${kiosk.thing}`, { viewport: KIOSK, ...options });
  await opened.page.getByLabel('Device key').fill(kiosk.key);
  await opened.page.getByRole('button', { name: 'Set up' }).click();
  await opened.page.locator('.attract').waitFor();
  return opened;
}

/** From "report a problem" to the page on which it is sent, without a photo. */
export async function writeReport(page: Page, words: string, isKiosk = false): Promise<void> {
  await page.getByRole('button', { name: 'Report a problem' }).click();
  await page.getByRole('button', { name: 'No photo, go on' }).click();
  await page.getByRole('button', { name: isKiosk ? 'Right here at this cabin' : 'Where I am now' }).click();
  await page.locator('.spot').waitFor();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel('In your own words').fill(words);
}

/** Chooses a kind from the whole list, as one does without a network. */
export async function chooseKind(page: Page, group: string, kind: string): Promise<void> {
  await page.locator('summary', { hasText: group }).click();
  await page.locator('details[open]').getByRole('button', { name: kind }).click();
}

/** Waits until the page's worker holds everything the page needs without a network. */
export async function isKept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    while (navigator.serviceWorker.controller === null)
      await new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done, { once: true }));
  });
}

const SMALLEST_TARGET = 56;
const SMALLEST_TEXT = 20;

/** What must hold on every screen: no barrier that a machine can find, large enough for fingers and eyes, whole at twice the text. */
export async function examine(page: Page, name: string): Promise<void> {
  await page.locator('.waiting').waitFor({ state: 'detached' });
  // At its end nothing of the page lies half under the bar that stays at the bottom.
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  assert.deepEqual(await barriers(page), [], `${name}: barriers`);
  assert.deepEqual(
    await page.evaluate(findSmall, { target: SMALLEST_TARGET, text: SMALLEST_TEXT }),
    [],
    `${name}: small`,
  );
  await page.evaluate(() => {
    document.documentElement.style.fontSize = '250%';
  });
  assert.deepEqual(await page.evaluate(findLost), [], `${name}: lost at 200 % text`);
  await page.evaluate(() => document.documentElement.style.removeProperty('font-size'));
}

function findSmall({ target, text }: { target: number; text: number }): string[] {
  const seen = (element: Element): boolean =>
    element.checkVisibility({ visibilityProperty: true }) &&
    element.closest('.paper, .skip, .map, .visually-hidden') === null;
  const words = (element: Element): string => `${element.tagName} ${element.textContent?.trim().slice(0, 30)}`;
  const targets = [...document.querySelectorAll('button, a[href], summary, .input, .option')].filter(seen);
  const texts = [...document.querySelectorAll('p, h1, h2, li, dt, dd, label, span, button, legend')].filter(seen);
  return [
    ...targets
      .filter(
        (each) => Math.min(each.getBoundingClientRect().height, each.getBoundingClientRect().width) < target - 0.5,
      )
      .map((each) => `target ${words(each)} ${Math.round(each.getBoundingClientRect().height)} px`),
    ...texts
      .filter((each) => Number.parseFloat(getComputedStyle(each).fontSize) < text)
      .map((each) => `text ${words(each)} ${getComputedStyle(each).fontSize}`),
  ];
}

/** Text that is cut off or pushed out of the page. */
function findLost(): string[] {
  const lost: string[] = [];
  const { clientWidth, scrollWidth } = document.documentElement;
  if (scrollWidth > clientWidth + 1) lost.push(`page ${scrollWidth} > ${clientWidth}`);
  for (const element of document.querySelectorAll<HTMLElement>('main *, header *, nav *')) {
    if (!element.checkVisibility() || element.closest('.map, .visually-hidden, .paper, .brand, svg') !== null) continue;
    const box = element.getBoundingClientRect();
    if (box.right > clientWidth + 2) lost.push(`${element.tagName}.${element.className} to ${Math.round(box.right)}`);
    const { overflowX } = getComputedStyle(element);
    if (overflowX === 'hidden' && element.scrollWidth > element.clientWidth + 1) lost.push(`${element.className} cut`);
  }
  return lost;
}
