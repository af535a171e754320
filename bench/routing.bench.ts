/**
 * How good routes are after a given time on one core, and how soon there is a first plan.
 *
 * Published instances are read from CITYLOOM_DATA (default ../shared/data): `routing/instances.tar.gz` and `routing/best-known.csv`;
 * without them it says what was skipped. A gap is the cost above the best known one of that file; below 0 is better than the file.
 * The towns of 1,000 stops are made here and held against the best this engine found in `--long` runs: that says how much an hour
 * would still gain, not how far the optimum is.
 *
 *   node bench/routing.bench.ts [--only R101,X-n101-k25] [--seconds 10] [--clock cpu] [--long 600] [--seed 1]
 *
 * `--clock cpu` counts the processor time of the thread instead of the clock on the wall, for machines that do other work meanwhile.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { planRoutes } from '#dispatch/routing/engine.ts';
import { createRouter } from '#dispatch/routing/router.ts';
import type { RoutingPlan } from '#dispatch/routing/routing.types.ts';
import { breachesOf } from '#tests/dispatch/routing-checker.ts';
import { filesIn } from './routing/archive.ts';
import { type Instance, readInstance } from './routing/instances.ts';
import { bikeVans, largeCapacity, largeWindows } from './routing/large.ts';

/** Lowest cost that `--long` runs have found for the made towns; a town without one is measured and held against nothing. */
const LONG_RUN: Readonly<Record<string, number>> = { 'made-1000-capacity': 56_985 };
const LARGE_FROM = 500;
const TARGETS = { 'X, n < 200': 0.5, 'Solomon type 1': 0.7, '1,000 stops': 3 } as const;
type Group = keyof typeof TARGETS;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seconds: { type: 'string' },
    clock: { type: 'string', default: 'wall' },
    long: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const seed = Number(values.seed);
const wanted = values.only?.split(',');

const cpuMilliseconds = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};
const now = values.clock === 'cpu' ? cpuMilliseconds : () => performance.now();

/** An instance held against a cost, and what it is counted under. */
interface Trial {
  readonly instance: Instance;
  readonly reference: number | undefined;
  readonly group: Group;
}

await firstPlans();
const gaps = new Map<Group, number[]>();
for (const trial of [...published(), ...made()]) {
  if (wanted === undefined || wanted.includes(trial.instance.name)) measure(trial);
}
for (const [group, found] of gaps) {
  const average = found.reduce((a, b) => a + b, 0) / found.length;
  console.log(
    `${group}: average ${percent(average)} of ${found.length}, worst ${percent(Math.max(...found))} (target at most ${percent(TARGETS[group])})`,
  );
}

/** First of all, so that nothing is warm: the program has compiled none of the engine yet. */
async function firstPlans(): Promise<void> {
  for (const { name, problem } of [bikeVans(200), largeWindows(200), largeCapacity(200)]) {
    const [began, cpu] = [performance.now(), cpuMilliseconds()];
    const plan = planRoutes(problem, { seed, iterations: 0 }, { now });
    const took = performance.now() - began;
    console.log(
      `first plan of ${name}: ${took.toFixed(0)} ms, CPU ${(cpuMilliseconds() - cpu).toFixed(0)} ms (target under 200 ms), ${wrongWith(problem, plan)}`,
    );
  }
  const router = createRouter();
  const began = performance.now();
  await router.plan(bikeVans(200).problem, { seed, iterations: 0 }).plan;
  console.log(`the same first plan from a thread that is started for it: ${(performance.now() - began).toFixed(0)} ms`);
  await router.close();
}

function published(): Trial[] {
  const folder = join(resolve(process.env.CITYLOOM_DATA ?? '../shared/data'), 'routing');
  const [archive, list] = [join(folder, 'instances.tar.gz'), join(folder, 'best-known.csv')];
  if (!existsSync(archive) || !existsSync(list)) {
    console.log(
      `Skipped: the published instances (X, Solomon): instances.tar.gz or best-known.csv not found in ${folder}. Set CITYLOOM_DATA to the folder of recordings.`,
    );
    return [];
  }
  const rows = readFileSync(list, 'utf8').trim().split(/\r?\n/).slice(1);
  const best = new Map(rows.map((row) => [row.split(',')[0]!, Number(row.split(',')[1])]));
  return [...filesIn(readFileSync(archive))]
    .map(([file, text]) => readInstance(file, text))
    .filter((instance) => instance !== undefined && best.has(instance.name))
    .map((instance) => ({ instance: instance!, reference: best.get(instance!.name), group: groupOf(instance!) }))
    .sort((a, b) => (a.instance.name < b.instance.name ? -1 : 1));
}

function made(): Trial[] {
  return [largeCapacity(1_000), largeWindows(1_000)].map((instance) => ({
    instance,
    reference: LONG_RUN[instance.name],
    group: '1,000 stops',
  }));
}

function groupOf({ family, problem }: Instance): Group {
  if (problem.stops.length >= LARGE_FROM) return '1,000 stops';
  return family === 'capacity' ? 'X, n < 200' : 'Solomon type 1';
}

function measure({ instance: { name, problem }, reference, group }: Trial): void {
  const isLarge = problem.stops.length >= LARGE_FROM;
  const seconds = Number((isLarge && values.long) || values.seconds || (isLarge ? 60 : 10));
  const [began, cpu] = [performance.now(), cpuMilliseconds()];
  const plan = planRoutes(problem, { seed, milliseconds: seconds * 1_000 }, { now });
  const [took, spent] = [(performance.now() - began) / 1_000, (cpuMilliseconds() - cpu) / 1_000];
  const gap = reference === undefined ? undefined : (plan.cost / reference - 1) * 100;
  if (gap !== undefined) gaps.set(group, [...(gaps.get(group) ?? []), gap]);
  const source = name in LONG_RUN ? 'long run' : 'best known';
  const against =
    gap === undefined ? 'no long run to hold it against' : `${source} ${reference} ${percent(gap).padStart(8)}`;
  console.log(
    `${name.padEnd(18)} ${plan.cost.toFixed(2).padStart(10)} ${against}  ${plan.routes.length} routes, ${wrongWith(problem, plan)}; ${took.toFixed(1)} s, CPU ${spent.toFixed(1)} s, ${Math.round(plan.iterations / spent)} iterations per CPU second`,
  );
}

function wrongWith(problem: Instance['problem'], plan: RoutingPlan): string {
  const breaches = breachesOf(problem, plan);
  if (breaches.length > 0) process.exitCode = 1;
  const left = `${plan.unserved.length} of ${problem.stops.length} unserved`;
  return breaches.length === 0 ? `no rule broken, ${left}` : `NOT FEASIBLE: ${breaches[0]}`;
}

function percent(value: number): string {
  return `${value.toFixed(2)} %`;
}
