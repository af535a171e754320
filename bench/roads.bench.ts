/**
 * The road network on real streets: how long an OpenStreetMap extract takes from file to network, and a thousand by a thousand driving
 * times on it. Beside it the raw limit: one plain search per origin over the same graph, timed on a few origins and multiplied.
 *
 *   node bench/roads.bench.ts [--file FILE.osm.pbf] [--places 1000]
 *
 * Default: `osm/porto.osm.pbf` in CITYLOOM_DATA (default ../shared/data); without it the bench says so and ends. Seconds are wall and
 * processor time: on a machine that does other work meanwhile the second is the one to compare. Places are drawn with a fixed seed
 * next to vertices of the map. Ends with code 1 above three seconds of processor time.
 */
import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readStreetMap } from '#adapters/osm/street-map.ts';
import { findComponents } from '#dispatch/roads/components.ts';
import { MinQueue } from '#dispatch/roads/min-queue.ts';
import { buildRoads } from '#dispatch/roads/roads.ts';
import type { StreetMap } from '#dispatch/roads/roads.types.ts';
import { cutIntoSections } from '#dispatch/roads/sections.ts';
import { findTurns } from '#dispatch/roads/turns.ts';
import type { Position } from '#kernel/geo.ts';

const TARGET_SECONDS = 3;
const SAMPLE = 20;

const { values: options } = parseArgs({
  options: { file: { type: 'string' }, places: { type: 'string', default: '1000' } },
});
const file = options.file ?? resolve(process.env.CITYLOOM_DATA ?? '../shared/data', 'osm/porto.osm.pbf');
if (existsSync(file)) await measure();
else console.log(`Skipped: ${file} is not there. Set CITYLOOM_DATA to the folder of recordings.`);

async function measure(): Promise<void> {
  const read = await timed(() => readStreetMap(file));
  const { map, figures } = read.result;
  const { taken, throughStreets, atSomeHours, unfit } = figures.restrictions;
  console.log(`${basename(file)}: read in ${read.said}; ${figures.streets} streets, ${map.longitudes.length} vertices`);
  console.log(
    `  restrictions: ${taken} taken; left out: ${throughStreets} through streets, ${atSomeHours} by hour, ${unfit} unfit`,
  );
  const build = await timed(() => buildRoads(map));
  const { sections, ways, turns, components, waysLeftOut, shortcuts, turnRules } = build.result.figures;
  console.log(
    `network built in ${build.said}: ${sections} sections, ${ways} ways, ${turns} turns, ${shortcuts} shortcuts`,
  );
  console.log(`  ${components} components, ${waysLeftOut} ways left out; ${turnRules.applied} rules bind somewhere`);
  const places = draw(map, Number(options.places));
  const table = await timed(() => build.result.matrix(places));
  const cut = table.result.offRoad.length;
  console.log(`${places.length} × ${places.length} seconds and metres: ${table.said}; ${cut} places off the road`);
  const mean =
    table.result.durations.reduce((sum, s) => sum + (s === Infinity ? 0 : s), 0) / table.result.durations.length;
  console.log(`  mean ${(mean / 60).toFixed(1)} min`);
  const plain = await timed(() => plainSearches(map, SAMPLE));
  console.log(
    `raw limit, one plain search per origin on the same turns: ${((plain.cpu / SAMPLE) * places.length).toFixed(1)} s of processor (from ${SAMPLE})`,
  );
  const route = await timed(() => build.result.route(places[0]!, places[1]!));
  console.log(
    `one route with its line: ${(route.cpu * 1_000).toFixed(1)} ms of processor, ${route.result?.line.length} points`,
  );
  if (table.cpu > TARGET_SECONDS) process.exitCode = 1;
}

async function timed<T>(work: () => T | Promise<T>): Promise<{ result: T; cpu: number; said: string }> {
  const [wall, before] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  const cpu = (user + system) / 1_000_000;
  return { result, cpu, said: `${((performance.now() - wall) / 1_000).toFixed(2)} s (processor ${cpu.toFixed(2)} s)` };
}

function draw({ longitudes, latitudes }: StreetMap, count: number): Position[] {
  let state = 7;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: count }, () => {
    const vertex = Math.floor(random() * longitudes.length);
    return [longitudes[vertex]! + (random() - 0.5) / 2_000, latitudes[vertex]! + (random() - 0.5) / 2_000] as const;
  });
}

/** Dijkstra from the starts of a few ways to everywhere, with turn rules, without shortcuts. */
function plainSearches(map: StreetMap, origins: number): number {
  const sections = cutIntoSections(map);
  const { ways, first, next } = findTurns(map, sections);
  const { of, sizes } = findComponents(ways, first, next);
  const largest = sizes.indexOf(sizes.reduce((most, size) => Math.max(most, size), 0));
  const kept = [...of.keys()].filter((way) => of[way] === largest);
  const queue = new MinQueue();
  let reached = 0;
  for (let origin = 0; origin < origins; origin++) {
    const cost = new Float64Array(ways).fill(Infinity);
    const start = kept[Math.floor((origin / origins) * kept.length)]!;
    cost[start] = 0;
    queue.push(0, start);
    while (queue.size > 0) {
      const spent = queue.least;
      const way = queue.pop();
      if (spent > cost[way]!) continue;
      reached += 1;
      const through = spent + sections.pointMilliseconds[sections.pointFirst[(way >> 1) + 1]! - 1]!;
      for (let i = first[way]!; i < first[way + 1]!; i++) {
        if (through >= cost[next[i]!]!) continue;
        cost[next[i]!] = through;
        queue.push(through, next[i]!);
      }
    }
  }
  return reached;
}
