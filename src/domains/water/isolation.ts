/**
 * Which valves cut a burst pipe off, and what goes dry with it.
 *
 * From the pipe the water is followed both ways until it meets a valve that can be closed: everything inside is drained. Of the valves
 * around it only those are needed behind which there is a source; a valve towards a dead end holds nothing back. What hangs on the
 * drained part alone goes dry as well. A valve that refuses is walked through: the next ring of valves takes its place. A valve that is
 * met from both sides lies inside and closes nothing.
 *
 * It knows pipes and valves, not pressures: a one-way fitting or a pump counts as an open pipe. A source inside the ring cannot be
 * shut off by valves; it is named, so that somebody stops it.
 */
import type { Network, NetworkLink, NetworkNode } from '#kernel/network.ts';
import type { AssetId } from '#kernel/words.ts';
import { linksAt, otherEnd } from './graph.ts';

export interface Isolation {
  /** Assets of the valves to close, nearest to the pipe first (by pipes walked). */
  readonly valves: readonly AssetId[];
  /** Nodes of those valves, in the same order. */
  readonly valveNodes: readonly string[];
  /** Pipes without water: drained ones, the burst one first, then those that hang on them. */
  readonly links: readonly AssetId[];
  /** Nodes without water. */
  readonly nodes: readonly string[];
  /** Sources and tanks inside the ring: no valve stands between them and the burst. */
  readonly sourcesInside: readonly string[];
}

export interface IsolationOptions {
  /** Valves (asset or node ids) that cannot be closed. */
  readonly refusing?: ReadonlySet<string> | undefined;
}

const NOTHING: Isolation = { valves: [], valveNodes: [], links: [], nodes: [], sourcesInside: [] };

/** A pipe the network does not know isolates nothing. */
export function findIsolation(
  network: Network,
  pipe: AssetId,
  { refusing = new Set() }: IsolationOptions = {},
): Isolation {
  const burst = network.links.get(pipe);
  if (burst === undefined) return NOTHING;
  const closes = (node: NetworkNode | undefined): node is NetworkNode =>
    node?.kind === 'valve' && !refusing.has(node.id) && !refusing.has(node.assetId ?? '');
  const drained = drain(network, burst, closes);
  const supplied = reachFromSources(network, drained);
  const isNeeded = (valve: string) =>
    linksAt(network, valve).some((link) => !drained.links.has(link) && supplied.links.has(link));
  const needed = [...drained.ring].filter(isNeeded);
  const dry = [...network.links.values()].filter((link) => !supplied.links.has(link) && !drained.links.has(link));
  const hanging = hangingOn(network, drained, dry);
  const nodes = new Set([...drained.nodes, ...[...hanging].flatMap((link) => [link.from, link.to])]);
  return {
    valves: needed.map((node) => network.nodes.get(node)?.assetId ?? node),
    valveNodes: needed,
    links: [...drained.links, ...hanging].map((link) => link.id),
    nodes: [...nodes].filter((node) => !needed.includes(node)),
    sourcesInside: [...drained.nodes].filter((node) => isSource(network.nodes.get(node))),
  };
}

const isSource = (node: NetworkNode | undefined): boolean => node?.kind === 'source' || node?.kind === 'tank';

interface Drained {
  /** In the order the water was followed. */
  readonly links: Set<NetworkLink>;
  readonly nodes: Set<string>;
  /** Valves where it stopped. */
  readonly ring: Set<string>;
}

/** Everything the burst drains before a valve stops it. */
function drain(network: Network, burst: NetworkLink, closes: (node: NetworkNode | undefined) => boolean): Drained {
  const drained: Drained = { links: new Set([burst]), nodes: new Set(), ring: new Set() };
  for (const link of drained.links) {
    for (const end of [link.from, link.to]) {
      if (closes(network.nodes.get(end))) drained.ring.add(end);
      else if (!drained.nodes.has(end)) {
        drained.nodes.add(end);
        for (const next of linksAt(network, end)) drained.links.add(next);
      }
    }
  }
  return drained;
}

/** Pipes that still have water when the ring is closed. Water stands up to a closed valve, but does not pass it. */
function reachFromSources(network: Network, drained: Drained): { links: Set<NetworkLink> } {
  const links = new Set<NetworkLink>();
  const nodes = new Set<string>();
  for (const node of network.nodes.values()) if (isSource(node) && !drained.nodes.has(node.id)) nodes.add(node.id);
  for (const node of nodes) {
    if (drained.ring.has(node)) continue;
    for (const link of linksAt(network, node)) {
      if (drained.links.has(link)) continue;
      links.add(link);
      nodes.add(otherEnd(link, node));
    }
  }
  return { links };
}

/** Of the pipes without water those that the burst made dry: connected with the drained part. */
function hangingOn(network: Network, drained: Drained, dry: readonly NetworkLink[]): Set<NetworkLink> {
  const isDry = new Set(dry);
  const hanging = new Set<NetworkLink>();
  const nodes = new Set([...drained.nodes, ...drained.ring]);
  for (const node of nodes) {
    for (const link of linksAt(network, node)) {
      if (!isDry.has(link) || hanging.has(link)) continue;
      hanging.add(link);
      nodes.add(otherEnd(link, node));
    }
  }
  return hanging;
}
