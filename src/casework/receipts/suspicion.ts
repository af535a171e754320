/** Why a report is held back until somebody has looked at it. Nothing is thrown away by a machine. */

export type Suspicion = 'blocked-word' | 'links' | 'markup' | 'repeated-text' | (string & {});

const MOST_LINKS = 2;
const LINK =
  /https?:\/\/|www\.[\p{L}\d]|(?<![\p{L}\d@])[a-z\d-]{2,}\.(?:com|net|org|info|top|xyz|shop|vip|cn|io)(?![\p{L}\d])/giu;
const MARKUP =
  /<\s*\/?\s*(?:a|script|iframe|img|svg|style|form|object|embed|meta|link|html|body)\b|\[\/?url|javascript:/i;

/** As it sounds: one width, one case, without the blanks, signs and invisible characters that hide a word. */
export const bare = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');

export function findSuspicion(text: string, blockedWords: readonly string[]): Suspicion | undefined {
  if (MARKUP.test(text)) return 'markup';
  if ((text.match(LINK) ?? []).length > MOST_LINKS) return 'links';
  const said = bare(text);
  const isBlocked = blockedWords.map(bare).some((word) => word !== '' && said.includes(word));
  return isBlocked ? 'blocked-word' : undefined;
}
