/** `$skiptoken`: where a page ended, opaque to clients. Tampering with it can only ask for another page of the same query. */

import { syntaxError } from '../query/query-errors.ts';
import type { PageEnd } from '../sql/select.ts';

export const writePageToken = (end: PageEnd): string => Buffer.from(JSON.stringify(end)).toString('base64url');

export function readPageToken(text: string): PageEnd {
  let end: unknown;
  try {
    end = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    end = undefined;
  }
  if (!Array.isArray(end) || !end.every((each) => each === null || typeof each === 'string')) {
    throw syntaxError('$skiptoken', 0, 'is not one of ours; follow the nextLink as it is');
  }
  return end as PageEnd;
}
