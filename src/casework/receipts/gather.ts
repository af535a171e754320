/**
 * Reads that are asked for while others are under way are answered together: one query for forty people instead of forty. Nobody waits
 * for company; who comes first is read at once.
 */
const AT_ONCE = 2;
const MOST_TOGETHER = 200;

interface Waiting<V> {
  readonly settle: (value: V | undefined) => void;
  readonly fail: (error: unknown) => void;
}

/** `read` answers what it found; a key that is missing in its answer is answered undefined. A read that fails fails all it was for. */
export function gather<K, V>(
  read: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>,
): (key: K) => Promise<V | undefined> {
  let waiting = new Map<K, Waiting<V>[]>();
  let underWay = 0;

  function start(): void {
    while (underWay < AT_ONCE && waiting.size > 0) {
      const entries = [...waiting];
      const now = entries.slice(0, MOST_TOGETHER);
      waiting = new Map(entries.slice(MOST_TOGETHER));
      underWay++;
      void run(now).finally(() => {
        underWay--;
        start();
      });
    }
  }

  async function run(entries: readonly (readonly [K, Waiting<V>[]])[]): Promise<void> {
    try {
      const found = await read(entries.map(([key]) => key));
      for (const [key, askers] of entries) for (const { settle } of askers) settle(found.get(key));
    } catch (error) {
      for (const [, askers] of entries) for (const { fail } of askers) fail(error);
    }
  }

  return (key) =>
    new Promise((settle, fail) => {
      const askers = waiting.get(key);
      if (askers === undefined) waiting.set(key, [{ settle, fail }]);
      else askers.push({ settle, fail });
      start();
    });
}
