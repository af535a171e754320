import type { Scope } from './scope.ts';
import type { Statement } from './statement.ts';

/** What it takes to turn an expression into SQL. */
export interface Compiler {
  readonly statement: Statement;
  readonly scope: Scope;
  /** The query option, for errors. */
  readonly option: string;
  /** ISO 8601: what `now()` answers. */
  readonly now: string;
}
