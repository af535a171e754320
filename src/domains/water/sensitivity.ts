/**
 * How much the pressure at one place falls when water is drawn at another, computed on the pipes as if they were resistors.
 *
 * A pipe carries flow in proportion to bore^2.63 and to length^−0.54 (Hazen–Williams, made linear); sources, tanks and the far side of
 * pumps and pressure-reducing valves hold their pressure. Drawing one unit at node A then lowers node B by a certain amount, and, since
 * the equations are symmetric, drawing at B lowers A by the same. So one solution per logger tells how that logger would feel a burst
 * at every pipe of its part of the network. The figures have no unit: patterns are compared, not amounts. Demand, flow and closed
 * valves are not known here.
 */
import type { Network, NetworkLink } from '#kernel/network.ts';
import { linksAt, otherEnd } from './graph.ts';

/** Sensitivity of one node to a draw at each node it hangs together with. */
export type Sensitivity = ReadonlyMap<string, number>;

const known = new WeakMap<Network, Map<string, Sensitivity>>();

export function sensitivityOf(network: Network, node: string): Sensitivity {
  let table = known.get(network);
  if (table === undefined) {
    table = new Map();
    known.set(network, table);
  }
  let sensitivity = table.get(node);
  if (sensitivity === undefined) {
    sensitivity = solve(assemble(network, node), 0);
    table.set(node, sensitivity);
  }
  return sensitivity;
}

/** Pumps and valves are links without a length: pressure does not pass them unchanged. */
export const isPipe = (link: NetworkLink): boolean => link.lengthMetres > 1 && link.boreMm > 0;

const conductanceOf = (link: NetworkLink): number => (link.boreMm / 100) ** 2.63 / (link.lengthMetres / 100) ** 0.54;

interface System {
  readonly nodes: readonly string[];
  /** Sum of the conductances at each node, those to nodes of fixed pressure included. */
  readonly diagonal: Float64Array;
  /** Pairs of nodes joined by a pipe. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly conductance: Float64Array;
}

/** The part of the network that hangs together with `start` by pipes; what holds its pressure bounds it. */
function assemble(network: Network, start: string): System {
  const at = new Map([[start, 0]]);
  const nodes = [start];
  const pairs: [number, number, number][] = [];
  const grounded: [number, number][] = [];
  for (const node of nodes) {
    for (const link of linksAt(network, node)) {
      if (!isPipe(link)) continue;
      const end = otherEnd(link, node);
      if (holdsPressure(network, end)) grounded.push([at.get(node)!, conductanceOf(link)]);
      else if (!at.has(end)) {
        at.set(end, nodes.length);
        nodes.push(end);
      }
      const other = at.get(end);
      if (other !== undefined && link.from === node) pairs.push([at.get(node)!, other, conductanceOf(link)]);
    }
  }
  const diagonal = new Float64Array(nodes.length).fill(LEAKAGE);
  for (const [node, conductance] of grounded) diagonal[node]! += conductance;
  for (const [from, to, conductance] of pairs) {
    diagonal[from]! += conductance;
    diagonal[to]! += conductance;
  }
  return {
    nodes,
    diagonal,
    from: Int32Array.from(pairs, ([from]) => from),
    to: Int32Array.from(pairs, ([, to]) => to),
    conductance: Float64Array.from(pairs, ([, , conductance]) => conductance),
  };
}

/** Keeps a part of the network without any source solvable. */
const LEAKAGE = 1e-6;

function holdsPressure(network: Network, id: string): boolean {
  const kind = network.nodes.get(id)?.kind;
  if (kind === 'source' || kind === 'tank') return true;
  return linksAt(network, id).some((link) => !isPipe(link) && link.to === id);
}

const TOLERANCE = 1e-6;

/** Conjugate gradients for one unit drawn at `source`. */
function solve({ nodes, diagonal, from, to, conductance }: System, source: number): Sensitivity {
  const n = nodes.length;
  const x = new Float64Array(n);
  const residual = new Float64Array(n);
  residual[source] = 1;
  const step = residual.map((value, i) => value / diagonal[i]!);
  const image = new Float64Array(n);
  let energy = residual[source]! * step[source]!;
  const enough = energy * TOLERANCE ** 2;
  for (let round = 0; round < 4 * n && energy > enough; round++) {
    for (let i = 0; i < n; i++) image[i] = diagonal[i]! * step[i]!;
    for (let k = 0; k < from.length; k++) {
      image[from[k]!]! -= conductance[k]! * step[to[k]!]!;
      image[to[k]!]! -= conductance[k]! * step[from[k]!]!;
    }
    let curvature = 0;
    for (let i = 0; i < n; i++) curvature += step[i]! * image[i]!;
    const stride = energy / curvature;
    let next = 0;
    for (let i = 0; i < n; i++) {
      x[i]! += stride * step[i]!;
      residual[i]! -= stride * image[i]!;
      next += (residual[i]! * residual[i]!) / diagonal[i]!;
    }
    for (let i = 0; i < n; i++) step[i] = residual[i]! / diagonal[i]! + (next / energy) * step[i]!;
    energy = next;
  }
  return new Map(nodes.map((node, i) => [node, x[i]!]));
}
