/**
 * An OpenStreetMap extract as a StreetMap for vans. The file is read twice: which streets and turn restrictions there are, then where
 * the nodes of those streets lie. Nodes outside the extract end their street there.
 *
 * Of turn restrictions those through one node are taken. Those through streets, those that hold at some hours only, and those that do
 * not fit together are counted and left out.
 */
import type { Street, StreetMap, TurnRule } from '#dispatch/roads/roads.types.ts';
import { eachBlock } from './blocks.ts';
import { type Drivable, drivable, isStopping } from './car-profile.ts';
import { type Member, readElements, type Tags } from './elements.ts';

export interface OsmFigures {
  readonly streets: number;
  readonly restrictions: {
    readonly taken: number;
    readonly throughStreets: number;
    readonly atSomeHours: number;
    readonly unfit: number;
    /** For other vehicles, or with vans excepted. */
    readonly forOthers: number;
  };
  /** Bollards and the like that end a street. */
  readonly barriers: number;
}

interface OsmStreet extends Drivable {
  readonly id: number;
  readonly nodes: readonly number[];
}

interface Restriction {
  readonly kind: TurnRule['kind'];
  readonly from: number;
  readonly via: number;
  readonly to: number;
}

type Verdict = Restriction | keyof Omit<OsmFigures['restrictions'], 'taken'>;

const OUR_KEYS = ['restriction', 'restriction:motor_vehicle', 'restriction:motorcar'];
const OUR_KINDS = new Set(['motor_vehicle', 'motorcar']);

/** Errors: those of `eachBlock`. */
export async function readStreetMap(path: string): Promise<{ readonly map: StreetMap; readonly figures: OsmFigures }> {
  const streets: OsmStreet[] = [];
  const verdicts: Verdict[] = [];
  await eachBlock(path, (block) =>
    readElements(block, {
      way(id, nodes, tags) {
        const found = drivable(tags);
        if (found !== undefined && nodes.length > 1) streets.push({ id, nodes, ...found });
      },
      relation(members, tags) {
        if (tags.get('type') === 'restriction') verdicts.push(judge(members, tags));
      },
    }),
  );
  const places = await readPlaces(path, streets);
  const restrictions = verdicts.filter((verdict) => typeof verdict === 'object');
  const count = (why: string) => verdicts.filter((verdict) => verdict === why).length;
  const map = toStreetMap(streets, places, restrictions);
  return {
    map,
    figures: {
      streets: map.streets.length,
      restrictions: {
        taken: map.turnRules.length,
        throughStreets: count('throughStreets'),
        atSomeHours: count('atSomeHours'),
        unfit: count('unfit') + restrictions.length - map.turnRules.length,
        forOthers: count('forOthers'),
      },
      barriers: places.stops.size,
    },
  };
}

interface Places {
  /** Vertex of each node that is in the extract and that a street names. */
  readonly vertexOf: ReadonlyMap<number, number>;
  readonly longitudes: number[];
  readonly latitudes: number[];
  /** Vertices that no van passes. */
  readonly stops: ReadonlySet<number>;
}

async function readPlaces(path: string, streets: readonly OsmStreet[]): Promise<Places> {
  const wanted = new Set<number>();
  for (const { nodes } of streets) for (const node of nodes) wanted.add(node);
  const [vertexOf, stops] = [new Map<number, number>(), new Set<number>()];
  const [longitudes, latitudes]: [number[], number[]] = [[], []];
  await eachBlock(path, (block) =>
    readElements(block, {
      node(id, longitude, latitude, tags) {
        if (!wanted.delete(id)) return;
        vertexOf.set(id, longitudes.length);
        if (isStopping(tags())) stops.add(longitudes.length);
        longitudes.push(longitude);
        latitudes.push(latitude);
      },
    }),
  );
  return { vertexOf, longitudes, latitudes, stops };
}

function toStreetMap(streets: readonly OsmStreet[], places: Places, restrictions: readonly Restriction[]): StreetMap {
  const [longitudes, latitudes] = [[...places.longitudes], [...places.latitudes]];
  /** A barrier becomes one vertex for each street that comes to it: they end there and do not meet. */
  const apart = (vertex: number): number => {
    if (!places.stops.has(vertex)) return vertex;
    longitudes.push(longitudes[vertex]!);
    latitudes.push(latitudes[vertex]!);
    return longitudes.length - 1;
  };
  const found = streets.flatMap(({ id, nodes, kph, direction }): Street[] => {
    const ordered = direction === 'backward' ? nodes.toReversed() : nodes;
    const runs = runsOf(
      ordered.map((node) => places.vertexOf.get(node)),
      places.stops,
    );
    return runs.map((run) => ({ id, vertices: Int32Array.from(run, apart), kph, isOneWay: direction !== 'both' }));
  });
  const turnRules = restrictions.flatMap(({ kind, from, via, to }): TurnRule[] => {
    const vertex = places.vertexOf.get(via);
    return vertex === undefined ? [] : [{ kind, from, via: vertex, to }];
  });
  return {
    longitudes: Float64Array.from(longitudes),
    latitudes: Float64Array.from(latitudes),
    streets: found,
    turnRules,
  };
}

/** A street in the runs between nodes that are not in the extract and barriers in its course. */
function runsOf(vertices: readonly (number | undefined)[], stops: ReadonlySet<number>): number[][] {
  const runs: number[][] = [[]];
  for (const vertex of vertices) {
    if (vertex !== undefined) runs.at(-1)!.push(vertex);
    if (vertex === undefined) runs.push([]);
    else if (stops.has(vertex)) runs.push([vertex]);
  }
  return runs.filter(({ length }) => length > 1);
}

function judge(members: readonly Member[], tags: Tags): Verdict {
  const words = OUR_KEYS.map((key) => tags.get(key)).find((value) => value !== undefined);
  if (words === undefined)
    return [...tags.keys()].some((key) => key.endsWith(':conditional')) ? 'atSomeHours' : 'forOthers';
  if (
    tags
      .get('except')
      ?.split(';')
      .some((kind) => OUR_KINDS.has(kind.trim()))
  )
    return 'forOthers';
  const kind = /^(no|only)_/.exec(words)?.[1] as TurnRule['kind'] | undefined;
  const [froms, vias, tos] = ['from', 'via', 'to'].map((role) => members.filter((member) => member.role === role));
  if (vias?.some((via) => via.kind === 'way')) return 'throughStreets';
  const [from, via, to] = [froms?.[0], vias?.[0], tos?.[0]];
  const isWhole = [from?.kind, via?.kind, to?.kind].join() === 'way,node,way';
  if (kind === undefined || !isWhole || froms?.length !== 1 || vias?.length !== 1 || tos?.length !== 1) return 'unfit';
  return { kind, from: from!.id, via: via!.id, to: to!.id };
}
