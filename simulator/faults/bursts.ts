/** Broken mains. Which ones break, and how badly: real hydraulics decide what comes of it. */
import type { Random } from '../random.ts';
import type { World } from '../world.ts';
import { boundsOf, type RuleOf } from './limits.ts';

const MOST_VALVES = 6;
/** In a well-meshed part of town a small break goes unnoticed for days; such ones are not told. */
const DRAWS = 8;

/** Distribution mains that a few valves can cut off, large enough to be noticed and small enough for the everyday plan. */
export function burstableMains({ waterSystem, water }: World): string[] {
  if (!waterSystem || !water) return [];
  return waterSystem.pipes
    .filter(
      ({ id, boreMm, lengthMetres }) =>
        boreMm >= 150 &&
        boreMm < 500 &&
        lengthMetres >= 20 &&
        (water.isolationValves(id)?.length ?? MOST_VALVES + 1) <= MOST_VALVES,
    )
    .map(({ id }) => id)
    .sort();
}

/** Breaks a main that makes some logger fall through a limit; undefined when none of those drawn does. */
export function breakSomeMain(
  world: World,
  ruleOf: RuleOf,
  random: Random,
  taken: ReadonlySet<string>,
): string | undefined {
  const mains = burstableMains(world).filter((id) => !taken.has(id));
  for (let draw = 0; draw < DRAWS && mains.length > 0; draw++) {
    const main = random.pick(mains);
    world.water!.burst(main, world.waterSystem!.burstShare * random.between(0.5, 1));
    if (isNoticed(world, ruleOf)) return main;
    world.water!.repair(main);
  }
  return undefined;
}

function isNoticed(world: World, ruleOf: RuleOf): boolean {
  return world.instruments.some(({ point, reader }) => {
    if (!reader || point.indicator !== 'pressure') return false;
    const rule = ruleOf(point.domain, point.assetClass, point.indicator);
    const bounds = rule ? boundsOf(rule, point.normal, 'below').filter(({ opens }) => opens) : [];
    return bounds.some(({ value }) => reader() < 0.97 * value);
  });
}
