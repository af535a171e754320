/** The syntax tree of SensorThings query expressions, before anything is known about entities. `at` is the offset in the text. */
export type Expression =
  | Literal
  | PathExpression
  | CallExpression
  | BinaryExpression
  | UnaryExpression
  | ListExpression;

export type Literal =
  | { readonly kind: 'number'; readonly text: string; readonly at: number }
  | { readonly kind: 'string'; readonly value: string; readonly at: number }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly at: number }
  | { readonly kind: 'null'; readonly at: number }
  /** ISO 8601 with its zone, as written; `end` makes it an interval. */
  | { readonly kind: 'instant'; readonly value: string; readonly at: number }
  | { readonly kind: 'interval'; readonly begin: string; readonly end: string; readonly at: number }
  | { readonly kind: 'date'; readonly value: string; readonly at: number }
  | { readonly kind: 'timeOfDay'; readonly value: string; readonly at: number }
  | { readonly kind: 'duration'; readonly value: string; readonly at: number }
  /** Well-known text, as written. */
  | { readonly kind: 'geometry'; readonly value: string; readonly at: number };

/** `Datastream/Thing/properties/zones[2]`: names and array positions. */
export interface PathExpression {
  readonly kind: 'path';
  readonly segments: readonly (string | number)[];
  readonly at: number;
}

export interface CallExpression {
  readonly kind: 'call';
  readonly name: string;
  readonly arguments: readonly Expression[];
  readonly at: number;
}

export const COMPARISONS = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
export type Comparison = (typeof COMPARISONS)[number];
export const ARITHMETIC = ['add', 'sub', 'mul', 'div', 'mod'] as const;
export type Arithmetic = (typeof ARITHMETIC)[number];
export type BinaryOperator = Comparison | Arithmetic | 'and' | 'or' | 'in';

export interface BinaryExpression {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly at: number;
}

export interface UnaryExpression {
  readonly kind: 'unary';
  readonly operator: 'not' | 'minus';
  readonly operand: Expression;
  readonly at: number;
}

/** The right side of `in`. */
export interface ListExpression {
  readonly kind: 'list';
  readonly items: readonly Expression[];
  readonly at: number;
}

export interface OrderKey {
  readonly expression: Expression;
  readonly descending: boolean;
}

/** Everything that may stand behind `?` or inside `$expand=X(…)`. */
export interface QueryOptions {
  readonly filter: Expression | undefined;
  readonly orderby: readonly OrderKey[];
  readonly expand: readonly ExpandItem[];
  /** Undefined: everything. */
  readonly select: readonly string[] | undefined;
  readonly top: number | undefined;
  readonly skip: number;
  readonly count: boolean;
  /** Names and texts of the options as they were written: a nextLink repeats them. */
  readonly source: readonly (readonly [name: string, text: string])[];
}

export interface ExpandItem {
  /** A navigation property (`Datastreams`). */
  readonly name: string;
  readonly options: QueryOptions;
  readonly at: number;
}

export const NO_OPTIONS: QueryOptions = {
  filter: undefined,
  orderby: [],
  expand: [],
  select: undefined,
  top: undefined,
  skip: 0,
  count: false,
  source: [],
};
