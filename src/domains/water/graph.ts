/** Walking a pipe network. What is computed once per network is kept as long as the network is. */
import { distanceMetres, type Position } from '#kernel/geo.ts';
import type { Network, NetworkLink, NetworkNode } from '#kernel/network.ts';

const adjacency = new WeakMap<Network, Map<string, NetworkLink[]>>();
const nodesByAsset = new WeakMap<Network, Map<string, string>>();

/** Links at a node. */
export function linksAt(network: Network, node: string): readonly NetworkLink[] {
  let table = adjacency.get(network);
  if (table === undefined) {
    table = new Map();
    for (const link of network.links.values()) {
      for (const end of new Set([link.from, link.to])) {
        const links = table.get(end);
        if (links) links.push(link);
        else table.set(end, [link]);
      }
    }
    adjacency.set(network, table);
  }
  return table.get(node) ?? [];
}

export const otherEnd = (link: NetworkLink, node: string): string => (link.from === node ? link.to : link.from);

/** The node where an asset stands: named by the network, else the nearest to its place; undefined in a network without nodes. */
export function nodeOf(network: Network, assetId: string | undefined, place: Position): string | undefined {
  let table = nodesByAsset.get(network);
  if (table === undefined) {
    table = new Map(
      [...network.nodes.values()].flatMap((node) => (node.assetId ? [[node.assetId, node.id] as const] : [])),
    );
    nodesByAsset.set(network, table);
  }
  const named = assetId === undefined ? undefined : table.get(assetId);
  return named ?? nearest(network.nodes.values(), place)?.id;
}

function nearest(nodes: Iterable<NetworkNode>, place: Position): NetworkNode | undefined {
  let best: NetworkNode | undefined;
  let least = Infinity;
  for (const node of nodes) {
    const metres = distanceMetres(node.place, place);
    if (metres < least) [best, least] = [node, metres];
  }
  return best;
}

/** Metres of pipe from a node to every node not further than `limitMetres`. */
export function metresFrom(network: Network, start: string, limitMetres: number): Map<string, number> {
  const settled = new Map<string, number>();
  const heap: [metres: number, node: string][] = [[0, start]];
  while (heap.length > 0) {
    const [metres, node] = pop(heap);
    if (settled.has(node)) continue;
    settled.set(node, metres);
    for (const link of linksAt(network, node)) {
      const next = metres + Math.max(0, link.lengthMetres);
      const end = otherEnd(link, node);
      if (next <= limitMetres && !settled.has(end)) push(heap, [next, end]);
    }
  }
  return settled;
}

type Entry = [number, string];

function push(heap: Entry[], entry: Entry): void {
  let at = heap.push(entry) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (heap[parent]![0] <= heap[at]![0]) return;
    [heap[parent], heap[at]] = [heap[at]!, heap[parent]!];
    at = parent;
  }
}

function pop(heap: Entry[]): Entry {
  const top = heap[0]!;
  const last = heap.pop()!;
  if (heap.length === 0) return top;
  heap[0] = last;
  for (let at = 0; ; ) {
    const left = 2 * at + 1;
    const right = left + 1;
    let least = at;
    if (left < heap.length && heap[left]![0] < heap[least]![0]) least = left;
    if (right < heap.length && heap[right]![0] < heap[least]![0]) least = right;
    if (least === at) return top;
    [heap[least], heap[at]] = [heap[at]!, heap[least]!];
    at = least;
  }
}
