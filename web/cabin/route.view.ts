/** Where somebody is, as the parts of the path behind `/cabin`: `[]` is home, `['follow', 'A1B2-…']` a receipt. */
export type Route = readonly string[];

const BASE = '/cabin';

export function parsePath(path: string): Route {
  const rest = path.startsWith(BASE) ? path.slice(BASE.length) : '';
  return rest
    .split('/')
    .filter((part) => part !== '')
    .map(decodePart);
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const toPath = (route: Route): string => [BASE, ...route.map(encodeURIComponent)].join('/');

/** What a QR code or a person's finger brings: a whole address of ours, or the code alone. */
export function readCode(text: string): Route | undefined {
  const trimmed = text.trim();
  const path = /\/cabin\/[^\s?#]+/.exec(trimmed)?.[0];
  if (path !== undefined) return parsePath(path);
  const code = trimmed.toUpperCase().replace(/[^0-9A-Z]/g, '');
  return code.length === 10 ? ['follow', `${code.slice(0, 4)}-${code.slice(4, 7)}-${code.slice(7)}`] : undefined;
}
