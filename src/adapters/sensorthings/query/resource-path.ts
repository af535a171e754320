/** The path of a request behind `/v1.1`, read against the model: which entities, and what of them. */
import { CityError, invalid, notFound } from '#kernel/errors.ts';
import { type EntityType, findSet, isIdName, isToMany, type Property, type Relation, targetOf } from '../model.ts';
import { decodePath } from './url.ts';

/** One entity set or relation on the way; `key` picks one of a set. */
export interface Step {
  readonly type: EntityType;
  /** How the step was reached; undefined for the first, a set. */
  readonly relation: Relation | undefined;
  readonly key: number | undefined;
}

export type ResourcePath = {
  readonly steps: readonly Step[];
  /** The last step is one entity (a keyed or single-valued step), not a set. */
  readonly isSingle: boolean;
} & (
  | { readonly tail: 'entity' | 'ref' | 'count' }
  | {
      readonly tail: 'property';
      readonly property: Property | 'id';
      readonly inner: readonly string[];
      readonly isRaw: boolean;
    }
);

const MAX_SEGMENTS = 20;
const SEGMENT = /^([^()]+)(?:\((.*)\))?$/su;

interface Segment {
  readonly name: string;
  readonly key: string | undefined;
}

const nothing = (path: string) => notFound('resource.not_found', `Nothing is at '${path}'`, 'path');

/** Errors: `resource.not_found` (404) for names that do not exist, `resource.bad_key` (400) for a key that is not a whole number. */
export function parseResourcePath(rawPath: string): ResourcePath {
  const path = decodePath(rawPath);
  const segments = path
    .split('/')
    .filter((part) => part !== '')
    .map((part) => parseSegment(part, path));
  if (segments.length > MAX_SEGMENTS)
    throw new CityError('too_large', 'resource.too_deep', `A path may have ${MAX_SEGMENTS} parts`, 'path');
  const first = segments[0];
  const type = first && findSet(first.name);
  if (!first || !type) throw nothing(path);
  const steps: Step[] = [{ type, relation: undefined, key: parseKey(first, path) }];
  return followSegments(steps, segments.slice(1), path);
}

function followSegments(steps: Step[], rest: readonly Segment[], path: string): ResourcePath {
  for (const [index, segment] of rest.entries()) {
    const current = steps[steps.length - 1]!;
    const isSingle = isSingleStep(current);
    const isLast = index === rest.length - 1;
    if (segment.name === '$ref' && isLast) return { steps, isSingle, tail: 'ref' };
    if (segment.name === '$count' && isLast && !isSingle) return { steps, isSingle, tail: 'count' };
    if (!isSingle) throw nothing(path);
    const relation = current.type.relations.get(segment.name);
    if (!relation) return propertyTail(steps, rest.slice(index), path);
    if (segment.key !== undefined && !isToMany(relation)) throw nothing(path);
    steps.push({ type: targetOf(relation), relation, key: parseKey(segment, path) });
  }
  return { steps, isSingle: isSingleStep(steps[steps.length - 1]!), tail: 'entity' };
}

const isSingleStep = (step: Step): boolean =>
  step.key !== undefined || (step.relation !== undefined && !isToMany(step.relation));

function propertyTail(steps: readonly Step[], rest: readonly Segment[], path: string): ResourcePath {
  const { type } = steps[steps.length - 1]!;
  const names = rest.map((segment) => segment.name);
  const isRaw = names[names.length - 1] === '$value' && names.length > 1;
  if (isRaw) names.pop();
  const [first, ...inner] = names;
  const property = isIdName(first!) ? 'id' : type.properties.get(first!);
  if (!property || rest.some((segment) => segment.key !== undefined)) throw nothing(path);
  return { steps, isSingle: true, tail: 'property', property, inner, isRaw };
}

function parseSegment(part: string, path: string): Segment {
  const match = SEGMENT.exec(part);
  if (!match) throw nothing(path);
  return { name: match[1]!, key: match[2] };
}

/** Ids are whole numbers below 2^53; a larger one is a number no entity has, so it is 404 and never rounded to another. */
function parseKey(segment: Segment, path: string): number | undefined {
  if (segment.key === undefined) return undefined;
  const text = segment.key.trim();
  if (!/^-?\d{1,30}$/.test(text))
    throw invalid('resource.bad_key', `The key in '${segment.name}(${segment.key})' is not a whole number`, 'path');
  const key = Number(text);
  if (!Number.isSafeInteger(key)) throw notFound('resource.not_found', `Nothing is at '${path}'`, 'path');
  return key;
}
