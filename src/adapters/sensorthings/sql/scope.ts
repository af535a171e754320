/** What the names of an expression mean: properties of one entity, and those of its neighbours, reached by joins. */

import { type EntityType, isIdName, isToMany, type Property, type Relation, targetOf } from '../model.ts';
import type { PathExpression } from '../query/expression.types.ts';
import { notSupported, typeError, unknownProperty } from '../query/query-errors.ts';
import { joinOf, keyOf } from './links.ts';
import type { Statement } from './statement.ts';
import { jsonValue, number, resultValue, text, type Value } from './values.ts';

export interface Scope {
  readonly type: EntityType;
  readonly alias: string;
  /** `left join …` clauses asked for so far, in order. */
  readonly joins: readonly string[];
  /** A join to many rows was asked for: the rows of this entity may repeat. */
  readonly repeats: boolean;
  resolve(path: PathExpression, option: string): Value;
}

export function createScope(statement: Statement, type: EntityType, alias: string): Scope {
  const joins: string[] = [];
  const joined = new Map<string, string>();
  let repeats = false;

  /** The alias of a relation's target: one join for every path, however often it is written. */
  const follow = (owner: EntityType, relation: Relation, from: string, path: string): string => {
    const known = joined.get(path);
    if (known) return known;
    const target = statement.alias('j');
    joins.push(joinOf(owner, relation, from, target, statement.alias));
    joined.set(path, target);
    repeats ||= isToMany(relation);
    return target;
  };

  const resolve = (path: PathExpression, option: string): Value => {
    let [current, currentAlias, walked] = [type, alias, ''];
    for (const [index, segment] of path.segments.entries()) {
      const name = String(segment);
      if (isIdName(name)) return number(`${currentAlias}.id`, true);
      const property = current.properties.get(name);
      if (property)
        return propertyValue(
          statement,
          property,
          currentAlias,
          current,
          path.segments.slice(index + 1),
          option,
          path.at,
        );
      const relation = current.relations.get(name);
      if (!relation) throw unknownProperty(option, current.name, name);
      const next = path.segments[index + 1];
      if (next === undefined) throw typeError(option, path.at, `${name} is an entity; name one of its properties`);
      if (next === '$count') throw notSupported(option, `${name}/$count is not supported`);
      if (relation.link.kind === 'one' && isIdName(String(next))) return number(keyOf(relation, currentAlias), true);
      walked += `/${name}`;
      currentAlias = follow(current, relation, currentAlias, walked);
      current = targetOf(relation);
    }
    throw unknownProperty(option, current.name, '');
  };

  return {
    type,
    alias,
    joins,
    get repeats() {
      return repeats;
    },
    resolve,
  };
}

function propertyValue(
  statement: Statement,
  property: Property,
  alias: string,
  type: EntityType,
  inner: readonly (string | number)[],
  option: string,
  at: number,
): Value {
  const column = `${alias}.${property.columns[0]}`;
  const path = inner.map(String);
  const insideJson = (json: string, keys: readonly string[]): Value => {
    const placeholder = statement.bind(keys, 'text[]');
    return jsonValue(`(${json} #> ${placeholder})`, `(${json} #>> ${placeholder})`);
  };
  switch (property.type) {
    case 'json':
    case 'object':
    case 'unit':
      return insideJson(column, path);
    case 'extra':
      return insideJson(column, [property.name, ...path]);
    case 'result':
      return path.length > 0 ? insideJson(`${alias}.result_json`, path) : resultValue(alias);
    case 'geometry':
      if (path.length > 0) return insideJson(column, path);
      return { type: 'geometry', kind: 'column', table: type.table, column: property.columns[0]!, alias };
  }
  if (path.length > 0) throw typeError(option, at, `${property.name} has no inner properties`);
  switch (property.type) {
    case 'text':
      return text(column);
    case 'instant':
      return { type: 'instant', sql: column };
    case 'interval':
      if (property.computed && property.name === 'phenomenonTime') return observedTime(alias);
      return { type: 'interval', begin: column, end: `${alias}.${property.columns[1]}`, isEndNullable: true };
  }
}

/**
 * From when to when a Datastream was observed. Its own columns follow a few seconds behind (for resultTime that has to do); the first
 * and the last Observation are found by their index.
 */
function observedTime(datastream: string): Value {
  const at = (what: string, direction: string) =>
    `(select ${what} from observations seen where seen.datastream_id = ${datastream}.id order by seen.phenomenon_time ${direction} limit 1)`;
  const begin = at('seen.phenomenon_time', 'asc');
  const end = `greatest(${datastream}.phenomenon_time_end, ${at('coalesce(seen.phenomenon_end, seen.phenomenon_time)', 'desc')})`;
  return { type: 'interval', begin, end, isEndNullable: false };
}
