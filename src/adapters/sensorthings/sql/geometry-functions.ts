/** Spatial functions of `$filter`. */
import type { CallExpression } from '../query/expression.types.ts';
import { notSupported } from '../query/query-errors.ts';
import type { Compiler } from './compile.ts';
import type { Value } from './values.ts';

type GeometryFunction = (compiler: Compiler, call: CallExpression, values: readonly Value[]) => Value;

export function findGeometryFunction(name: string): GeometryFunction | undefined {
  if (!name.startsWith('geo.') && !name.startsWith('st_')) return undefined;
  return ({ option }) => {
    throw notSupported(option, `${name} is not supported`);
  };
}
