/** A real browser looking at a real city: finds Chromium, signs in, keeps what it saw, and knows what it may not see. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { PASSWORD, ROOT } from '#tests/support/city.ts';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];
const SCREENSHOTS = join(ROOT, '.ci/output/screenshots');

/** Nothing but the city is asked, nothing is fetched for the browser's own sake. */
const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-sync',
  '--no-first-run',
  '--disable-dev-shm-usage',
];

export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.CITYLOOM_CHROMIUM ?? PLACES.find((path) => existsSync(path));
  if (executablePath === undefined)
    throw new Error(
      'The browser tests need Chromium. Install it (Debian: apt-get install chromium) or name it in CITYLOOM_CHROMIUM.',
    );
  const args = process.getuid?.() === 0 ? [...QUIET, '--no-sandbox'] : QUIET;
  return chromium.launch({ executablePath, args });
}

export interface Desk {
  readonly page: Page;
  /** Errors the page has made so far; a healthy page makes none. */
  readonly errors: readonly string[];
}

/** The browser itself notes on its console that nobody was signed in at the first look; that is an answer, not an error. */
const EXPECTED = /status of 401/;

export async function openDesk(
  browser: Browser,
  url: string,
  options: BrowserContextOptions & { language?: 'zh' | 'en' } = {},
): Promise<Desk> {
  const { language = 'en', ...rest } = options;
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'light', ...rest });
  await context.addInitScript((chosen) => {
    if (localStorage.getItem('cityloom.language') === null) localStorage.setItem('cityloom.language', chosen);
  }, language);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(`${error.name}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !EXPECTED.test(message.text())) errors.push(message.text());
  });
  await page.goto(`${url}/ops/`);
  return { page, errors };
}

export async function signIn({ page }: Desk, account: string): Promise<void> {
  await page.locator('#name').fill(account);
  await page.locator('#password').fill(PASSWORD);
  await page.locator('form button[type=submit]').click();
  await page.locator('.top-bar .account, .wall, .people').first().waitFor();
}

/** Resolves when the map has drawn everything it was given: only then is a picture true. */
export async function mapDrawn(page: Page): Promise<void> {
  await page.locator('html[data-map=ready]').waitFor({ state: 'attached' });
  await page.evaluate(
    () =>
      new Promise<void>((done) => {
        const map = (
          window as unknown as {
            cityloomMap: { map: { once(event: string, then: () => void): void; triggerRepaint(): void } };
          }
        ).cityloomMap.map;
        map.once('idle', () => done());
        map.triggerRepaint();
      }),
  );
}

export async function keep(page: Page, name: string): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}

/** WCAG 2.2 A and AA as far as a machine can tell; each finding as `rule: element`. */
export async function barriers(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`),
  );
}
