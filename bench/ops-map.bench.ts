/**
 * How fast the operations centre is in a real browser without a graphics card: the first meaningful paint, and how many frames a
 * moving map keeps with all assets shown and 500 of them changing state every second, against the same map without any asset in
 * the same run, in rounds that alternate.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, mapDrawn, openDesk, signIn } from '#tests/browser/support.ts';
import { startCityIn, type TestCity } from '#tests/support/city.ts';

/** Many short rounds: what else the machine does at the time falls on both alike. */
const ROUNDS = 16;
const ROUND_MS = 1_500;
const CHANGES_PER_SECOND = 500;
/** Near enough that every asset is drawn, far enough that the city fills the screen. */
const ZOOM = 13.3;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Milliseconds from asking for the page until the queue says what is open (or that nothing is), in a browser that has nothing cached. */
async function firstMeaningfulPaint(browser: Browser, city: TestCity): Promise<{ frame: number; queue: number }> {
  const desk = await openDesk(browser, city.url);
  await signIn(desk, 'operator');
  const cookies = await desk.page.context().cookies();
  await desk.page.context().close();
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.addCookies(cookies);
  await context.addInitScript(() => {
    const seen = globalThis as typeof globalThis & { paints: Record<string, number> };
    seen.paints = {};
    const look = (): void => {
      if (document.querySelector('.top-bar')) seen.paints.frame ??= performance.now();
      if (document.querySelector('.panel.left .empty, .panel.left .row')) seen.paints.queue ??= performance.now();
      if (seen.paints.queue === undefined) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  const page = await context.newPage();
  await page.goto(`${city.url}/ops/`);
  await page.locator('.panel.left .empty, .panel.left .row').first().waitFor();
  await page.waitForTimeout(100);
  const paints = await page.evaluate(
    () => (globalThis as unknown as { paints: { frame: number; queue: number } }).paints,
  );
  await context.close();
  return paints;
}

/** Pans the map for a while and counts the frames it really drew. With assets, states change at the asked rate all along. */
function pan(page: Page, withAssets: boolean): Promise<number> {
  return page.evaluate(
    async ({ shown, ms, rate, zoom }) => {
      interface Living {
        map: {
          setLayoutProperty(layer: string, name: string, value: string): void;
          getCenter(): { lng: number; lat: number };
          jumpTo(camera: object): void;
          on(event: string, then: () => void): void;
          off(event: string, then: () => void): void;
          once(event: string, then: () => void): void;
          triggerRepaint(): void;
        };
        setStates(changes: ReadonlyMap<number, string>): void;
      }
      const living = (globalThis as unknown as { cityloomMap: Living }).cityloomMap;
      const { map } = living;
      for (const layer of ['lifelines', 'points'])
        map.setLayoutProperty(layer, 'visibility', shown ? 'visible' : 'none');
      // No device reports in this city, and so many fall silent: each round begins with all of them well.
      living.setStates(new Map(Array.from({ length: 13_000 }, (_, index) => [index + 1, 'ok'])));
      const home = map.getCenter();
      map.jumpTo({ zoom });
      await new Promise<void>((done) => {
        map.once('idle', () => done());
        map.triggerRepaint();
      });
      const grades = ['blue', 'yellow', 'orange', 'red', 'silent'];
      // Every second change makes well what became wrong a second before: 500 changes, and about 250 wrong at any time.
      const thingOf = (n: number): number => 1 + ((n * 7_919) % 12_000);
      const back = rate / 2;
      let [frames, changed] = [0, 0];
      const count = (): void => void frames++;
      map.on('render', count);
      const begun = performance.now();
      await new Promise<void>((done) => {
        const step = (now: number): void => {
          const passed = now - begun;
          if (passed >= ms) {
            done();
            return;
          }
          const turn = passed / 900;
          map.jumpTo({ center: [home.lng + 0.004 * Math.sin(turn), home.lat + 0.003 * Math.cos(turn)] });
          const due = shown ? Math.floor((passed / 1_000) * rate) - changed : 0;
          const changes = new Map<number, string>();
          for (let index = 0; index < due; index++) {
            const turnOf = Math.floor((changed + index) / 2);
            if ((changed + index) % 2 === 0) changes.set(thingOf(turnOf), grades[turnOf % grades.length]!);
            else changes.set(thingOf(turnOf - back), 'ok');
          }
          changed += due;
          if (changes.size > 0) living.setStates(changes);
          requestAnimationFrame(step);
        };
        requestAnimationFrame(step);
      });
      map.off('render', count);
      map.jumpTo({ center: [home.lng, home.lat] });
      return (frames * 1_000) / (performance.now() - begun);
    },
    { shown: withAssets, ms: ROUND_MS, rate: CHANGES_PER_SECOND, zoom: ZOOM },
  );
}

async function framesPerSecond(
  browser: Browser,
  city: TestCity,
): Promise<{ empty: number; full: number; assets: number }> {
  const desk = await openDesk(browser, city.url);
  await signIn(desk, 'operator');
  await mapDrawn(desk.page);
  const view = await desk.page.evaluate(async () => (await fetch('/api/v1/city')).json());
  const assets = (view as { domains: { assets: number }[] }).domains.reduce((sum, domain) => sum + domain.assets, 0);
  const [empty, full]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    empty.push(await pan(desk.page, false));
    full.push(await pan(desk.page, true));
  }
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { empty: mean(empty), full: mean(full), assets };
}

const dataDir = await mkdtemp(join(tmpdir(), 'cityloom-bench-map-'));
const city = await startCityIn(dataDir, ['--no-simulator']);
const browser = await launchBrowser();
try {
  const paints = [];
  for (let visit = 0; visit < 5; visit++) paints.push(await firstMeaningfulPaint(browser, city));
  const [frame, queue] = [median(paints.map((paint) => paint.frame)), median(paints.map((paint) => paint.queue))];
  print(
    `/ops, nothing cached: frame after ${Math.round(frame)} ms, queue readable after ${Math.round(queue)} ms (median of 5; asked < 2000 ms)`,
  );
  const { empty, full, assets } = await framesPerSecond(browser, city);
  print(
    `map without assets: ${empty.toFixed(1)} frames/s while panning at 1440 × 900, software renderer (mean of ${ROUNDS} × ${ROUND_MS / 1_000} s)`,
  );
  print(
    `map with ${assets.toLocaleString('en')} assets, ${CHANGES_PER_SECOND} changing state every second: ${full.toFixed(1)} frames/s`,
  );
  print(`kept: ${Math.round((full / empty) * 100)} % (asked ≥ 80 %)`);
} finally {
  await browser.close();
  await city.stop();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
}
