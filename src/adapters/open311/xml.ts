/**
 * Open311's XML: elements only, no namespace, no attributes. A list is an element that holds one element per entry, and what one entry
 * is called comes with it, as the standard's Spark convention wants: JSON is the same thing without the extra names.
 */

export type Value =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Value[]
  | { readonly [name: string]: Value };

/** What one entry of a list is called. */
const ENTRY: Readonly<Record<string, string>> = {
  services: 'service',
  attributes: 'attribute',
  values: 'value',
  service_requests: 'request',
  service_request_updates: 'request_update',
  errors: 'error',
  endpoints: 'endpoint',
  formats: 'format',
  notes: 'note',
  photos: 'photo',
};

const DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n';

export const toXml = (root: string, value: Value): string => `${DECLARATION}${element(root, value)}\n`;

function element(name: string, value: Value): string {
  const content = contentOf(name, value);
  return content === '' ? `<${name}/>` : `<${name}>${content}</${name}>`;
}

function contentOf(name: string, value: Value): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map((each: Value) => element(ENTRY[name] ?? 'value', each)).join('');
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([key, each]) => (each === undefined ? '' : element(key, each)))
      .join('');
  return escapeText(String(value));
}

/** What XML 1.0 does not hold at all, and people paste: control characters and halves of characters. */
const FORBIDDEN = /[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const escapeText = (text: string): string =>
  text
    .replaceAll(FORBIDDEN, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');
