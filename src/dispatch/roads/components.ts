/** Strongly connected components (Tarjan, without recursion: a motorway is deeper than the stack). */
export interface Components {
  readonly count: number;
  /** Component of each node. */
  readonly of: Int32Array;
  /** Number of nodes in each. */
  readonly sizes: Int32Array;
}

/** Arcs of node v: `head[first[v]]` up to `first[v + 1]`. */
export function findComponents(nodes: number, first: Int32Array, head: Int32Array): Components {
  const [of, low, at] = [new Int32Array(nodes).fill(-1), new Int32Array(nodes).fill(-1), first.slice(0, nodes)];
  const [open, path] = [new Int32Array(nodes), new Int32Array(nodes)];
  const order = new Int32Array(nodes).fill(-1);
  const sizes: number[] = [];
  let [opened, seen] = [0, 0];
  const enter = (node: number): number => {
    order[node] = low[node] = seen++;
    open[opened++] = node;
    return node;
  };
  for (let root = 0; root < nodes; root++) {
    if (order[root] !== -1) continue;
    let depth = 0;
    path[0] = enter(root);
    while (depth >= 0) {
      const node = path[depth]!;
      if (at[node]! < first[node + 1]!) {
        const next = head[at[node]!++]!;
        if (order[next] === -1) path[++depth] = enter(next);
        else if (of[next] === -1) low[node] = Math.min(low[node]!, order[next]!);
        continue;
      }
      depth -= 1;
      if (depth >= 0) low[path[depth]!] = Math.min(low[path[depth]!]!, low[node]!);
      if (low[node] === order[node]) {
        const before = opened;
        do of[open[--opened]!] = sizes.length;
        while (open[opened] !== node);
        sizes.push(before - opened);
      }
    }
  }
  return { count: sizes.length, of, sizes: Int32Array.from(sizes) };
}
