/**
 * Cuts the value of a query option into tokens. OData's grammar needs some context here: a date is not a subtraction (there is no
 * `-` between operands, only `sub`), so a hyphen inside a name belongs to the name and `2026-01-01T00:00:00Z` is one token.
 */
import { syntaxError } from './query-errors.ts';

export type TokenKind =
  | 'name' // also @iot.id, $filter, geo.distance
  | 'number'
  | 'string'
  | 'instant'
  | 'interval'
  | 'date'
  | 'timeOfDay'
  | 'duration'
  | 'geometry'
  | 'mark' // ( ) , / [ ] ; = : * -
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** The text that matters: strings without their quotes, the rest as written. */
  readonly text: string;
  readonly at: number;
}

const INSTANT = String.raw`\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d{2}:?\d{2})`;
const PATTERNS: readonly (readonly [TokenKind, RegExp])[] = [
  ['interval', new RegExp(`${INSTANT}/${INSTANT}`, 'y')],
  ['instant', new RegExp(INSTANT, 'y')],
  ['date', /\d{4}-\d{2}-\d{2}(?![\dTt])/y],
  ['timeOfDay', /\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?/y],
  ['number', /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\p{L}_])/uy],
  ['name', /[\p{L}_@$](?:[\p{L}\p{N}_@.]|-(?=[\p{L}\p{N}_]))*/uy],
  ['mark', /[(),/[\];=:*-]/y],
];
const SPACE = /\s*/y;
const QUOTED = /'((?:[^']|'')*)'/y;

/** `duration'PT1H'` and the like: the word before the quote says what the text is. */
const TYPED: ReadonlyMap<string, TokenKind> = new Map(
  Object.entries({
    duration: 'duration',
    geography: 'geometry',
    geometry: 'geometry',
    datetimeoffset: 'instant',
    date: 'date',
    time: 'timeOfDay',
    timeofday: 'timeOfDay',
  } as const),
);

const matchAt = (pattern: RegExp, text: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at;
  return pattern.exec(text);
};

/** All tokens of `text` and an `end`. Error: `query.syntax`, naming the option and the position. */
export function tokenize(text: string, option: string): Token[] {
  const tokens: Token[] = [];
  let at = matchAt(SPACE, text, 0)![0].length;
  while (at < text.length) {
    const { token, length } = nextToken(text, at, option);
    tokens.push(token);
    at += length;
    at += matchAt(SPACE, text, at)![0].length;
  }
  tokens.push({ kind: 'end', text: '', at });
  return tokens;
}

function nextToken(text: string, at: number, option: string): { token: Token; length: number } {
  if (text[at] === "'") {
    const quoted = matchAt(QUOTED, text, at);
    if (!quoted) throw syntaxError(option, at, 'a text is not closed; a quote inside a text is written twice');
    return { token: { kind: 'string', text: quoted[1]!.replaceAll("''", "'"), at }, length: quoted[0].length };
  }
  for (const [kind, pattern] of PATTERNS) {
    const match = matchAt(pattern, text, at);
    if (!match) continue;
    if (kind === 'name' && text[at + match[0].length] === "'") return typedToken(text, at, match[0], option);
    return { token: { kind, text: match[0], at }, length: match[0].length };
  }
  throw syntaxError(option, at, `'${text[at]}' is not understood here`);
}

function typedToken(text: string, at: number, word: string, option: string): { token: Token; length: number } {
  const kind = TYPED.get(word.toLowerCase());
  if (!kind) throw syntaxError(option, at, `'${word}' cannot stand before a quoted text`);
  const { token, length } = nextToken(text, at + word.length, option);
  return { token: { kind, text: token.text, at }, length: word.length + length };
}
