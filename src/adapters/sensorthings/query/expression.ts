/**
 * Recursive descent over the tokens of `$filter` and `$orderby`. Precedence, loosest first: or · and · eq ne · gt ge lt le in ·
 * add sub · mul div mod · not, minus · primary. `not` binds tighter than `eq`, as OData says: `not (a eq 1)` needs its parentheses.
 */
import type { BinaryOperator, Expression } from './expression.types.ts';
import { notSupported, syntaxError, tooLarge } from './query-errors.ts';
import type { TokenReader } from './token-reader.ts';

/** Nesting a filter may have: far beyond any honest query, far below what would overflow a stack. */
export const MAX_EXPRESSION_DEPTH = 64;
const MAX_LIST_ITEMS = 1_000;

const LEVELS: readonly (readonly BinaryOperator[])[] = [
  ['or'],
  ['and'],
  ['eq', 'ne'],
  ['gt', 'ge', 'lt', 'le', 'in'],
  ['add', 'sub'],
  ['mul', 'div', 'mod'],
];

export const parseExpression = (reader: TokenReader): Expression => parseLevel(reader, 0, 0);

function parseLevel(reader: TokenReader, level: number, depth: number): Expression {
  if (depth > MAX_EXPRESSION_DEPTH)
    throw tooLarge(reader.option, `more than ${MAX_EXPRESSION_DEPTH} levels of nesting`);
  const operators = LEVELS[level];
  if (!operators) return parseUnary(reader, depth);
  let left = parseLevel(reader, level + 1, depth);
  for (let count = 0; ; count++) {
    const operator = operators.find((word) => reader.isName(word));
    if (!operator) return left;
    if (count >= MAX_LIST_ITEMS) throw tooLarge(reader.option, `more than ${MAX_LIST_ITEMS} '${operator}' in one row`);
    const { at } = reader.next();
    const right = operator === 'in' ? parseList(reader, depth) : parseLevel(reader, level + 1, depth);
    left = { kind: 'binary', operator, left, right, at };
  }
}

function parseUnary(reader: TokenReader, depth: number): Expression {
  const token = reader.peek();
  // A property may be called `not`; it is one when nothing that could be an operand follows.
  if (reader.isName('not') && reader.startsOperand(1)) {
    reader.next();
    return { kind: 'unary', operator: 'not', operand: parseUnaryOperand(reader, depth), at: token.at };
  }
  if (reader.isMark('-')) {
    reader.next();
    return { kind: 'unary', operator: 'minus', operand: parseUnaryOperand(reader, depth), at: token.at };
  }
  return parsePrimary(reader, depth);
}

function parseUnaryOperand(reader: TokenReader, depth: number): Expression {
  if (depth >= MAX_EXPRESSION_DEPTH)
    throw tooLarge(reader.option, `more than ${MAX_EXPRESSION_DEPTH} levels of nesting`);
  return parseUnary(reader, depth + 1);
}

function parsePrimary(reader: TokenReader, depth: number): Expression {
  const token = reader.next();
  const { at, text } = token;
  switch (token.kind) {
    case 'number':
      return { kind: 'number', text, at };
    case 'string':
    case 'instant':
    case 'date':
    case 'timeOfDay':
    case 'duration':
    case 'geometry':
      return { kind: token.kind, value: text, at };
    case 'interval': {
      const [begin, end] = text.split('/');
      return { kind: 'interval', begin: begin!, end: end!, at };
    }
    case 'name':
      return parseNamed(reader, text, at, depth);
    case 'mark':
      if (text === '(') {
        const inner = parseLevel(reader, 0, depth + 1);
        reader.expectMark(')');
        return inner;
      }
  }
  throw syntaxError(
    reader.option,
    at,
    token.kind === 'end' ? 'something is missing at the end' : `'${text}' is not expected here`,
  );
}

function parseNamed(reader: TokenReader, name: string, at: number, depth: number): Expression {
  if (reader.isMark('(')) return parseCall(reader, name, at, depth);
  if (!reader.isMark('/') && !reader.isMark('[')) {
    if (name === 'true' || name === 'false') return { kind: 'boolean', value: name === 'true', at };
    if (name === 'null') return { kind: 'null', at };
  }
  return parsePath(reader, name, at);
}

function parseCall(reader: TokenReader, name: string, at: number, depth: number): Expression {
  reader.expectMark('(');
  const args: Expression[] = [];
  while (!reader.isMark(')')) {
    if (args.length > 0) reader.expectMark(',');
    args.push(parseLevel(reader, 0, depth + 1));
  }
  reader.expectMark(')');
  return { kind: 'call', name: name.toLowerCase(), arguments: args, at };
}

/** The rest of a path after its first name: `/name`, `/3` and `[3]`. */
export function parsePath(reader: TokenReader, first: string, at: number): Expression {
  const segments: (string | number)[] = [first];
  for (;;) {
    if (reader.isMark('/')) {
      reader.next();
      const token = reader.next();
      if (token.kind === 'number' && /^\d{1,9}$/.test(token.text)) segments.push(Number(token.text));
      else if (token.kind === 'name') segments.push(token.text);
      else throw syntaxError(reader.option, token.at, "a name is expected after '/'");
      if (reader.isMark('(')) throw notSupported(reader.option, `'${token.text}(…)' inside a path is not supported`);
    } else if (reader.isMark('[')) {
      reader.next();
      const token = reader.next();
      if (token.kind !== 'number' || !/^\d{1,9}$/.test(token.text))
        throw syntaxError(reader.option, token.at, "a position is expected after '['");
      segments.push(Number(token.text));
      reader.expectMark(']');
    } else return { kind: 'path', segments, at };
  }
}

function parseList(reader: TokenReader, depth: number): Expression {
  const { at } = reader.expectMark('(');
  const items: Expression[] = [];
  do {
    if (items.length > 0) reader.next();
    if (items.length >= MAX_LIST_ITEMS) throw tooLarge(reader.option, `more than ${MAX_LIST_ITEMS} values after 'in'`);
    items.push(parseLevel(reader, 0, depth + 1));
  } while (reader.isMark(','));
  reader.expectMark(')');
  return { kind: 'list', items, at };
}
