/**
 * How rows of one entity are found from another, in SQL. All but one link are plain keys. The exception are the Observations of a
 * FeatureOfInterest: there is no index by feature, but sensing notes which Datastreams have observed it.
 */
import { type EntityType, type Relation, targetOf } from '../model.ts';

/** The key of the single target of a relation, as an expression on the own row `alias`. */
export function keyOf(relation: Relation, alias: string): string {
  if (relation.link.kind !== 'one') throw new Error(`${relation.name} leads to many`);
  return `${alias}.${relation.link.column}`;
}

/** A condition on the target's row `target`: it belongs to the row of `owner` whose key is `ownerId` (an SQL expression). */
export function belongsTo(owner: EntityType, relation: Relation, ownerId: string, target: string): string {
  const { link } = relation;
  if (link.kind === 'one')
    return `${target}.id = (select ${keyOf(relation, 'own')} from ${owner.table} own where own.id = ${ownerId})`;
  if (link.kind === 'between')
    return `${target}.id in (select via.${link.other} from ${link.table} via where via.${link.own} = ${ownerId})`;
  if (owner.name === 'FeatureOfInterest') return observedFeature(target, ownerId);
  return `${target}.${link.column} = ${ownerId}`;
}

const observedFeature = (observation: string, feature: string): string =>
  `(${observation}.feature_id = ${feature} and ${observation}.datastream_id in (select seen.datastream_id from datastreams_features seen where seen.feature_id = ${feature}))`;

/** `left join` of a relation's target as `target`, from the row `alias`. `fresh` gives unused names. */
export function joinOf(
  owner: EntityType,
  relation: Relation,
  alias: string,
  target: string,
  fresh: (prefix: string) => string,
): string {
  const { link } = relation;
  const { table } = targetOf(relation);
  if (link.kind === 'one') return `left join ${table} ${target} on ${target}.id = ${keyOf(relation, alias)}`;
  if (link.kind === 'between') {
    const via = fresh('via');
    return `left join ${link.table} ${via} on ${via}.${link.own} = ${alias}.id left join ${table} ${target} on ${target}.id = ${via}.${link.other}`;
  }
  return `left join ${table} ${target} on ${belongsTo(owner, relation, `${alias}.id`, target)}`;
}
