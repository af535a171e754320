/** Takes a request's URL apart: the resource path and the query options, decoded once and nowhere else. */
import { invalid } from '#kernel/errors.ts';
import { tooLarge } from './query-errors.ts';

export const MAX_QUERY_CHARACTERS = 16_384;

/** A time zone's plus sign that the sender did not encode; every other `+` stands for a space. */
const PLUS_OF_ZONE = /(?<=[Tt]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\+(?=\d{2}:?\d{2})/g;

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid('query.encoding', `${what} is not correctly percent-encoded`, what);
  }
}

export const decodePath = (path: string): string => decode(path, 'path');

/** Query options by name; a repeated option is refused, because one of both would silently be ignored. */
export function splitQuery(query: string): Map<string, string> {
  if (query.length > MAX_QUERY_CHARACTERS) throw tooLarge('query', `longer than ${MAX_QUERY_CHARACTERS} characters`);
  const options = new Map<string, string>();
  for (const part of query.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decode(equals < 0 ? part : part.slice(0, equals), 'query');
    const raw = equals < 0 ? '' : part.slice(equals + 1);
    const value = decode(raw.replace(PLUS_OF_ZONE, '%2B').replaceAll('+', ' '), name);
    if (options.has(name)) throw invalid('query.repeated', `${name} stands twice in the query`, name);
    options.set(name, value);
  }
  return options;
}
