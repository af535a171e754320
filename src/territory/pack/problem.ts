/** One thing wrong with a pack, in the words of the person who wrote the file. */
export interface Problem {
  /** Path of the file inside the pack, `domains/water.yaml`. */
  readonly file: string;
  /** Where in the file: `classes.pressure-logger.indicators.pressure.limits[0].above`, or `$` for the file itself. */
  readonly path: string;
  readonly reason: string;
}

const PLAIN_KEY = /^[A-Za-z0-9_-]+$/;

/** Joins keys and indexes to one path: `a.b[3].c`; keys with other signs are quoted. */
export function pathOf(keys: readonly (string | number)[]): string {
  let path = '';
  for (const key of keys) {
    if (typeof key === 'number') path += `[${key}]`;
    else if (PLAIN_KEY.test(key)) path += path === '' ? key : `.${key}`;
    else path += `[${JSON.stringify(key)}]`;
  }
  return path === '' ? '$' : path;
}

/** Turns a JSON pointer into a path, given the value it points into (so that array indexes are shown as such). */
export function pathOfPointer(pointer: string, root: unknown): string {
  const keys: (string | number)[] = [];
  let here: unknown = root;
  for (const raw of pointer.split('/').slice(1)) {
    const key = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    keys.push(Array.isArray(here) ? Number(key) : key);
    here = typeof here === 'object' && here !== null ? Reflect.get(here, key) : undefined;
  }
  return pathOf(keys);
}
