/** A cursor over tokens, with the questions a recursive-descent parser asks. */

import { type Token, tokenize } from './lexer.ts';
import { syntaxError } from './query-errors.ts';

export interface TokenReader {
  /** The query option being read, for errors. */
  readonly option: string;
  peek(ahead?: number): Token;
  next(): Token;
  isName(name: string): boolean;
  isMark(mark: string): boolean;
  /** True when the token `ahead` could begin an operand. */
  startsOperand(ahead: number): boolean;
  expectMark(mark: string): Token;
  expectEnd(): void;
  /** The text between two positions, as written. */
  slice(from: number, to: number): string;
}

const BINARY_WORDS = new Set([
  'eq',
  'ne',
  'gt',
  'ge',
  'lt',
  'le',
  'and',
  'or',
  'add',
  'sub',
  'mul',
  'div',
  'mod',
  'in',
  'asc',
  'desc',
]);

export function readTokens(text: string, option: string): TokenReader {
  const tokens = tokenize(text, option);
  const last = tokens[tokens.length - 1]!;
  let position = 0;
  const peek = (ahead = 0): Token => tokens[position + ahead] ?? last;
  const next = (): Token => {
    const token = peek();
    position++;
    return token;
  };
  return {
    option,
    peek,
    next,
    isName: (name) => peek().kind === 'name' && peek().text === name,
    isMark: (mark) => peek().kind === 'mark' && peek().text === mark,
    startsOperand(ahead) {
      const token = peek(ahead);
      if (token.kind === 'mark') return token.text === '(' || token.text === '-';
      return token.kind !== 'end' && !(token.kind === 'name' && BINARY_WORDS.has(token.text));
    },
    expectMark(mark) {
      const token = next();
      if (token.kind !== 'mark' || token.text !== mark) {
        throw syntaxError(
          option,
          token.at,
          `'${mark}' is expected${token.kind === 'end' ? ' at the end' : ` before '${token.text}'`}`,
        );
      }
      return token;
    },
    slice: (from, to) => text.slice(from, to).trim(),
    expectEnd() {
      const token = peek();
      if (token.kind !== 'end') throw syntaxError(option, token.at, `'${token.text}' is not expected here`);
    },
  };
}
