/**
 * What the server's process holds in memory (PostgreSQL and the simulator apart) with the demonstration city and its simulator: while
 * the past is told, after it, and after two ordinary minutes in which somebody looks at the map. The resident set counts everything,
 * the program text of Node included; beside it what of it JavaScript lives on.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCityIn, type TestCity } from '#tests/support/city.ts';
import { line } from './bench-city.ts';

const TARGET_MB = 600;
const MEGABYTE = 1e6;
const LOOK_EVERY_MS = 500;
const PAST_WITHIN_MS = 180_000;
const ORDINARY_MS = 120_000;
/** Tiles of the inner city that a screen asks for, and then again nearer: zoom, width in tiles. */
const ZOOMS: readonly (readonly [zoom: number, across: number])[] = [
  [12, 3],
  [14, 5],
  [16, 6],
];

interface Memory {
  readonly resident: number;
  readonly heapUsed: number;
  readonly heapTotal: number;
  readonly external: number;
}

async function readMemory({ url }: TestCity): Promise<Memory> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const gauge = (name: string) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]) / MEGABYTE;
  return {
    resident: gauge('process_resident_memory_bytes'),
    heapUsed: gauge('nodejs_heap_size_used_bytes'),
    heapTotal: gauge('nodejs_heap_size_total_bytes'),
    external: gauge('nodejs_external_memory_bytes'),
  };
}

function report(what: string, { resident, heapUsed, heapTotal, external }: Memory): void {
  line(what, `${resident.toFixed(0)} MB`, `< ${TARGET_MB} MB`, (resident / TARGET_MB).toFixed(2));
  line('  heap used / taken, outside the heap', [heapUsed, heapTotal, external].map((mb) => mb.toFixed(0)).join(' / '));
}

/** Looks on until `isOver`; resolves with the largest resident set seen. */
async function watch(city: TestCity, isOver: () => boolean): Promise<Memory> {
  let worst = await readMemory(city);
  while (!isOver()) {
    await sleep(LOOK_EVERY_MS);
    const now = await readMemory(city);
    if (now.resident > worst.resident) worst = now;
  }
  return worst;
}

async function lookAtTheMap(city: TestCity): Promise<number> {
  const headers = { authorization: `Bearer ${await city.key('bench map', 'analyst')}` };
  const ask = (path: string) => fetch(`${city.url}/api/v1/${path}`, { headers });
  const { bounds } = (await (await ask('city')).json()) as { bounds: [number, number, number, number] };
  const [west, south, east, north] = bounds;
  let tiles = 0;
  for (const [zoom, across] of ZOOMS) {
    const [x, y] = tileAt((west + east) / 2, (south + north) / 2, zoom);
    for (let i = 0; i < across * across; i++) {
      const [dx, dy] = [(i % across) - (across >> 1), Math.floor(i / across) - (across >> 1)];
      for (const layer of ['base', 'assets']) {
        const answer = await ask(`tiles/${layer}/${zoom}/${x + dx}/${y + dy}.mvt`);
        if (!answer.ok) throw new Error(`A tile answered ${answer.status}`);
        await answer.arrayBuffer();
        tiles++;
      }
    }
  }
  return tiles;
}

function tileAt(longitude: number, latitude: number, zoom: number): [number, number] {
  const lean = (latitude * Math.PI) / 180;
  const across = 2 ** zoom;
  return [
    Math.floor(((longitude + 180) / 360) * across),
    Math.floor(((1 - Math.asinh(Math.tan(lean)) / Math.PI) / 2) * across),
  ];
}

const dataDir = await mkdtemp(join(tmpdir(), 'cityloom-memory-'));
const city = await startCityIn(dataDir, [], { CITYLOOM_LOG_LEVEL: 'error' });
try {
  line('what', 'value', 'target', 'ratio');
  report('doors open', await readMemory(city));
  const giveUpAt = performance.now() + PAST_WITHIN_MS;
  report(
    'most while three hours of past come in',
    await watch(city, () => city.said().includes('the past is told') || performance.now() > giveUpAt),
  );
  report('after the past', await readMemory(city));
  const tiles = await lookAtTheMap(city);
  report(`after ${tiles} tiles were cut`, await readMemory(city));
  const until = performance.now() + ORDINARY_MS;
  report(
    `most in the ${ORDINARY_MS / 60_000} ordinary minutes that follow`,
    await watch(city, () => performance.now() > until),
  );
  report('at their end', await readMemory(city));
} finally {
  await city.stop();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
}
