/**
 * How soon the cabin can be used on a slow phone: nothing cached, the processor four times slower, 1.6 Mbit/s down, 750 kbit/s up and
 * 150 ms there and back; and how much script it fetches until then. Also how long the proof of work keeps such a phone busy.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '#tests/browser/support.ts';
import { startCityIn, type TestCity } from '#tests/support/city.ts';
import { solve } from '#web/cabin/proof.view.ts';

const VISITS = 5;
const SLOWDOWN = 4;
const NETWORK = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };
const RIDDLES = 20;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const kilobytes = (bytes: number): string => `${Math.round(bytes / 1_000)} kB`;

interface Opened {
  readonly usableMs: number;
  readonly transferred: number;
  readonly script: number;
}

/** Usable: the first choice is on the screen, answers a touch, and the next page has come. */
async function openOnce(browser: Browser, city: TestCity): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  const client = await context.newCDPSession(page);
  await client.send('Network.enable');
  await client.send('Network.emulateNetworkConditions', NETWORK);
  await client.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
  await page.addInitScript(() => {
    const seen = globalThis as typeof globalThis & { usable?: number };
    const look = (): void => {
      if (document.querySelector('.choices .choice') && document.querySelector('.hotline'))
        seen.usable ??= performance.now();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.goto(`${city.url}/cabin`);
  await page.locator('.hotline').waitFor({ timeout: 60_000 });
  const opened = await page.evaluate(() => {
    const usableMs = (globalThis as unknown as { usable: number }).usable;
    const scripts = (performance.getEntriesByType('resource') as PerformanceResourceTiming[]).filter(
      ({ name, responseEnd }) => name.endsWith('.js') && responseEnd <= usableMs,
    );
    const sum = (pick: (entry: PerformanceResourceTiming) => number) =>
      scripts.reduce((total, entry) => total + pick(entry), 0);
    return {
      usableMs,
      transferred: sum(({ transferSize }) => transferSize),
      script: sum(({ decodedBodySize }) => decodedBodySize),
    };
  });
  await context.close();
  return opened;
}

const dataDir = await mkdtemp(join(tmpdir(), 'cityloom-bench-cabin-'));
const city = await startCityIn(dataDir, ['--no-simulator']);
const browser = await launchBrowser();
try {
  const visits: Opened[] = [];
  for (let visit = 0; visit < VISITS; visit++) visits.push(await openOnce(browser, city));
  print(
    `/cabin, nothing cached, CPU ÷ ${SLOWDOWN}, 1.6 Mbit/s, 150 ms: usable after ${Math.round(median(visits.map(({ usableMs }) => usableMs)))} ms (median of ${VISITS}; asked < 3000 ms)`,
  );
  const last = visits.at(-1)!;
  print(
    `script until then: ${kilobytes(last.transferred)} over the wire, ${kilobytes(last.script)} unpacked (asked < 250 kB)`,
  );

  const { bits } = (await (await fetch(`${city.url}/api/v1/residents/challenges`, { method: 'POST' })).json()) as {
    bits: number;
  };
  const begun = performance.now();
  for (let riddle = 0; riddle < RIDDLES; riddle++) solve(`riddle-${riddle}-of-the-bench`, bits);
  const each = (performance.now() - begun) / RIDDLES;
  print(
    `proof of work, ${bits} bits: ${Math.round(each)} ms on this machine on average, about ${Math.round(each * SLOWDOWN)} ms on such a phone (asked < 1000 ms)`,
  );
} finally {
  await browser.close();
  await city.stop();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
}
