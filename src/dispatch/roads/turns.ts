/**
 * Which way may follow which: a graph whose nodes are ways (sections by direction) and whose arcs are turns. Turn rules bind exactly
 * there, and nobody turns round in a junction to get about one: turning round is for the end of a street only.
 */
import { Ints, startsOf } from './growing.ts';
import type { StreetMap, TurnRule } from './roads.types.ts';
import type { Sections } from './sections.ts';

export interface Turns {
  /** Ways, also those that do not exist (backwards in a one-way section), which have no turns. */
  readonly ways: number;
  /** Turns out of way w: `next[first[w]]` up to `first[w + 1]`. */
  readonly first: Int32Array;
  readonly next: Int32Array;
  readonly rulesApplied: number;
  readonly rulesWithoutEffect: number;
}

/** The same section the other way round. */
export const opposite = (way: number): number => way ^ 1;

export const isDriven = ({ isOneWay }: Sections, way: number): boolean => (way & 1) === 0 || isOneWay[way >> 1] === 0;
const startVertex = ({ from, to }: Sections, way: number) => ((way & 1) === 0 ? from : to)[way >> 1]!;
const endVertex = (sections: Sections, way: number) => startVertex(sections, opposite(way));

export function findTurns(map: StreetMap, sections: Sections): Turns {
  const ways = sections.count * 2;
  const leaving = waysLeaving(map.longitudes.length, sections);
  const rules = new RuleBook(map, sections);
  const [first, next] = [new Int32Array(ways + 1), new Ints(ways * 2)];
  for (let way = 0; way < ways; way++) {
    first[way] = next.size;
    if (!isDriven(sections, way)) continue;
    const vertex = endVertex(sections, way);
    const choices = leaving.ways.subarray(leaving.first[vertex], leaving.first[vertex + 1]);
    for (const choice of rules.allowed(way, vertex, choices)) next.push(choice);
  }
  first[ways] = next.size;
  const rulesApplied = rules.applied.size;
  return {
    ways,
    first,
    next: next.values.slice(0, next.size),
    rulesApplied,
    rulesWithoutEffect: map.turnRules.length - rulesApplied,
  };
}

function waysLeaving(vertices: number, sections: Sections): { first: Int32Array; ways: Int32Array } {
  const counts = new Int32Array(vertices);
  const driven: number[] = [];
  for (let way = 0; way < sections.count * 2; way++) {
    if (!isDriven(sections, way)) continue;
    driven.push(way);
    counts[startVertex(sections, way)]! += 1;
  }
  const first = startsOf(counts);
  const at = first.slice();
  const ways = new Int32Array(driven.length);
  for (const way of driven) ways[at[startVertex(sections, way)]!++] = way;
  return { first, ways };
}

/** The turn rules by the vertex they speak of, and which of them changed anything. */
class RuleBook {
  readonly applied = new Set<TurnRule>();
  private readonly map: StreetMap;
  private readonly sections: Sections;
  private readonly byVertex: ReadonlyMap<number, readonly TurnRule[]>;

  constructor(map: StreetMap, sections: Sections) {
    this.map = map;
    this.sections = sections;
    this.byVertex = Map.groupBy(map.turnRules, ({ via }) => via);
  }

  allowed(way: number, vertex: number, choices: Int32Array): number[] {
    const ahead = [...choices].filter((choice) => choice !== opposite(way));
    const open = ahead.length > 0 ? ahead : [...choices];
    const rules = this.byVertex.get(vertex)?.filter(({ from }) => from === this.streetAtEnd(way)) ?? [];
    return rules.length === 0 ? open : this.obey(rules, way, open);
  }

  /** An `only` whose street cannot be driven into is as if it were not there: else it would wall the junction up. */
  private obey(rules: readonly TurnRule[], way: number, open: number[]): number[] {
    const only = rules.filter(
      ({ kind, to }) => kind === 'only' && open.some((choice) => this.streetAtStart(choice) === to),
    );
    for (const rule of only) this.applied.add(rule);
    const left = open.filter((choice) => only.length === 0 || only.some(({ to }) => this.streetAtStart(choice) === to));
    return left.filter((choice) => {
      const ban = rules.find((rule) => rule.kind === 'no' && this.isBanned(rule, way, choice));
      if (ban !== undefined) this.applied.add(ban);
      return ban === undefined;
    });
  }

  /** A ban from a street into itself is a ban on turning round, not on going straight on. */
  private isBanned({ from, to }: TurnRule, way: number, choice: number): boolean {
    return from === to ? choice === opposite(way) : this.streetAtStart(choice) === to;
  }

  private streetAtStart(way: number): number {
    const { firstStreet, lastStreet } = this.sections;
    return this.map.streets[((way & 1) === 0 ? firstStreet : lastStreet)[way >> 1]!]!.id;
  }

  private streetAtEnd(way: number): number {
    return this.streetAtStart(opposite(way));
  }
}
