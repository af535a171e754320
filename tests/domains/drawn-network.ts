/**
 * Small networks drawn as text: `S source`, `V1 valve`, everything else is a junction; one pipe per line, `a - b`. A pipe is named
 * after its ends (`a-b`), is 100 m long, 200 mm wide unless it says otherwise (`a - b 50m 600mm`).
 */
import type { Network, NetworkLink, NetworkNode } from '#kernel/network.ts';

const ROW = /^(\w+) - (\w+)(?: (\d+)m)?(?: (\d+)mm)?$/;

/** Nodes lie on a line from west to east in the order they are named, 100 m apart, unless `places` (in metres) says otherwise. */
export function draw(text: string, places: Record<string, readonly [x: number, y: number]> = {}): Network {
  const nodes = new Map<string, NetworkNode>();
  const links = new Map<string, NetworkLink>();
  const node = (id: string): NetworkNode => {
    const known = nodes.get(id);
    if (known) return known;
    const [x, y] = places[id] ?? [nodes.size * 100, 0];
    const kind = id.startsWith('S')
      ? 'source'
      : id.startsWith('T')
        ? 'tank'
        : id.startsWith('V')
          ? 'valve'
          : 'junction';
    const made: NetworkNode = { id, assetId: `asset-${id}`, kind, place: positionAt(x, y), elevationMetres: 0 };
    nodes.set(id, made);
    return made;
  };
  for (const line of text.trim().split('\n')) {
    const [, from = '', to = '', metres = '100', bore = '200'] = ROW.exec(line.trim()) ?? [];
    const ends = [node(from), node(to)] as const;
    const id = `${from}-${to}`;
    links.set(id, {
      id,
      from,
      to,
      line: ends.map((end) => end.place),
      lengthMetres: Number(metres),
      boreMm: Number(bore),
      material: undefined,
    });
  }
  return { domain: 'water', nodes, links };
}

export const positionAt = (x: number, y: number): readonly [number, number] => [106.5 + x / 96_800, 29.5 + y / 111_195];
