/**
 * Reads the two benchmark families the routing bench knows: CVRPLIB (`.vrp`, EUC_2D, distances rounded to whole numbers, as its best
 * known costs are) and Solomon (distances and times are unrounded Euclidean, as its best known costs are).
 */
import type { RoutingProblem, Stop, Vehicle } from '#dispatch/routing/routing.types.ts';

export interface Instance {
  readonly name: string;
  readonly family: 'capacity' | 'windows';
  readonly problem: RoutingProblem;
}

export interface Customer {
  readonly x: number;
  readonly y: number;
  readonly demand: number;
  readonly open?: number;
  readonly close?: number;
  readonly service?: number;
}

/** The first customer is the depot. */
export function toProblem(
  all: readonly Customer[],
  vehicles: number,
  capacity: number,
  isRounded: boolean,
): RoutingProblem {
  const places = all.length;
  const durations = Float64Array.from({ length: places * places }, (_, i) => {
    const [a, b] = [all[Math.floor(i / places)]!, all[i % places]!];
    const length = Math.hypot(a.x - b.x, a.y - b.y);
    return isRounded ? Math.floor(length + 0.5) : length;
  });
  const [depot] = all;
  const windowOf = ({ open, close }: Customer) =>
    open === undefined || close === undefined ? undefined : { open, close };
  return {
    places,
    durations,
    vehicles: Array.from(
      { length: vehicles },
      (_, v): Vehicle => ({
        id: `${v + 1}`,
        startPlace: 0,
        endPlace: 0,
        capacity: [capacity],
        shift: windowOf(depot!),
      }),
    ),
    stops: all.slice(1).map(
      (customer, i): Stop => ({
        id: `${i + 1}`,
        place: i + 1,
        load: [customer.demand],
        window: windowOf(customer),
        serviceSeconds: customer.service,
      }),
    ),
  };
}

export function readInstance(file: string, text: string): Instance | undefined {
  if (file.endsWith('.vrp')) return readCapacity(file, text);
  if (text.includes('CUST NO.')) return readWindows(file, text);
  return undefined;
}

const nameOf = (file: string) => file.replace(/^.*\//, '').replace(/\.\w+$/, '');
const numbersIn = (line: string) => line.trim().split(/\s+/).map(Number);

function readCapacity(file: string, text: string): Instance {
  const capacity = Number(/CAPACITY\s*:\s*(\d+)/.exec(text)![1]);
  const section = (from: string, to: string) =>
    text
      .slice(text.indexOf(from) + from.length, text.indexOf(to))
      .trim()
      .split('\n')
      .map(numbersIn);
  const demands = new Map(section('DEMAND_SECTION', 'DEPOT_SECTION').map(([id, demand]) => [id!, demand!]));
  const all = section('NODE_COORD_SECTION', 'DEMAND_SECTION').map(([id, x, y]) => ({
    x: x!,
    y: y!,
    demand: demands.get(id!)!,
  }));
  // The family does not limit the fleet: a tenth and five more than the least will do.
  const least = Math.ceil(all.reduce((sum, { demand }) => sum + demand, 0) / capacity);
  const vehicles = Math.min(all.length - 1, Math.ceil(least * 1.1) + 5);
  return { name: nameOf(file), family: 'capacity', problem: toProblem(all, vehicles, capacity, true) };
}

function readWindows(file: string, text: string): Instance {
  const [, vehicles, capacity] = /CAPACITY\s+(\d+)\s+(\d+)/.exec(text)!;
  const all = text
    .slice(text.indexOf('CUST NO.'))
    .split('\n')
    .slice(1)
    .map(numbersIn)
    .filter((row) => row.length === 7)
    .map(([, x, y, demand, open, close, service]) => ({
      x: x!,
      y: y!,
      demand: demand!,
      open: open!,
      close: close!,
      service: service!,
    }));
  return { name: nameOf(file), family: 'windows', problem: toProblem(all, Number(vehicles), Number(capacity), false) };
}
