/**
 * How long the water has been on its way: at each node the mean of what flows in, older by the time it spent in the pipe. Chlorine
 * decays with that age, which is why it is lowest at the ends of the network. Steady state at each solve: good enough to say
 * which end of town is stale, not to trace a substance.
 */
import type { Hydraulics } from './hydraulics.ts';
import type { WaterSystem } from './system.ts';

const OLDEST_HOURS = 48;
const TANK_HOURS = 12;

/** Hours per node id. */
export function waterAge(system: WaterSystem, water: Hydraulics): Map<string, number> {
  const age = new Map<string, number>();
  const inflows = new Map<string, { from: string; flow: number; hours: number }[]>();
  const join = (id: string, from: string, to: string, volumeLitres: number) => {
    const flow = water.flowLps(id);
    if (Math.abs(flow) < 1e-4) return;
    const [start, end] = flow > 0 ? [from, to] : [to, from];
    const hours = volumeLitres / Math.abs(flow) / 3_600;
    const known = inflows.get(end);
    if (known) known.push({ from: start, flow: Math.abs(flow), hours });
    else inflows.set(end, [{ from: start, flow: Math.abs(flow), hours }]);
  };
  for (const { id, from, to, lengthMetres, boreMm } of system.pipes)
    join(id, from, to, (Math.PI / 4) * (boreMm / 1_000) ** 2 * lengthMetres * 1_000);
  for (const { id, from, to } of [...system.pumps, ...system.reducers]) join(id, from, to, 0);
  for (const { id, kind } of system.nodes) if (kind !== 'junction') age.set(id, kind === 'tank' ? TANK_HOURS : 0);
  // Downhill in head every node is visited after those that feed it; pumps lift the head, so a second and third round follow.
  const order = system.nodes
    .filter(({ kind }) => kind === 'junction')
    .sort((a, b) => water.headMetres(b.id) - water.headMetres(a.id));
  for (let round = 0; round < 3; round++)
    for (const { id } of order) {
      const arriving = inflows.get(id) ?? [];
      let [total, weighted] = [0, 0];
      for (const { from, flow, hours } of arriving) {
        total += flow;
        weighted += flow * Math.min(OLDEST_HOURS, (age.get(from) ?? OLDEST_HOURS / 4) + hours);
      }
      age.set(id, total > 0 ? weighted / total : OLDEST_HOURS);
    }
  return age;
}

/** Share of the dosed chlorine that is left: first order, half gone in about a day. */
export const chlorineLeft = (hours: number): number => Math.exp(-hours / 36);
