/**
 * The word by which we find again what we have sent, written into the description because every server keeps and shows that. Letters
 * only: figures in a row look like a telephone number, and are taken out of descriptions.
 */
import { createHash } from 'node:crypto';

const LETTERS = 'bcdfghjkmnpqrstvwxz';
const LENGTH = 14;

/** The same for ever for one connection and one thing that is sent or taken over it. */
export function markOf(connection: string, id: string): string {
  const digest = createHash('sha256').update(`${connection}\n${id}`).digest();
  return Array.from(digest.subarray(0, LENGTH), (byte) => LETTERS[byte % LETTERS.length]).join('');
}

export const withMark = (text: string, mark: string): string => `${text} (ref cl-${mark})`;

/** Whether a text came over a connection of a city like this one: it is not taken over again, or it would go round for ever. */
export const hasAnyMark = (text: string): boolean => /\(ref cl-[a-z]{14}\)/.test(text);
export const hasMark = (text: string, mark: string): boolean => text.includes(`(ref cl-${mark})`);
