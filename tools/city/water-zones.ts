/**
 * Pressure zones. A zone holds the streets of one band of height on one bank. The works fill service tanks at the height of the main
 * band; lower zones are fed from it through pressure-reducing valves, the few higher ones by booster pumps into tanks of their own.
 */
import type { StreetGraph, Stretch } from './graph.ts';

export const BAND_TOPS = [211, 232, 253, 276];
/** Head above the top of a band that a zone is run at. */
export const HEAD_ABOVE_TOP = 35.5;
export const headOfBand = (band: number): number => BAND_TOPS[band]! + HEAD_ABOVE_TOP;

const bandOf = (elevation: number): number => {
  const band = BAND_TOPS.findIndex((top) => elevation <= top);
  return band < 0 ? -1 : band;
};

export interface Zone {
  readonly id: number;
  readonly band: number;
  readonly junctions: ReadonlySet<number>;
}

export interface Feed {
  /** `down`: through valves from a higher zone; `tank`: own tank filled from the works; `booster`: own tank pumped up from a lower zone. */
  readonly kind: 'down' | 'tank' | 'booster';
  readonly zone: number;
  readonly from: number | undefined;
  /** Stretches that join the two zones, in the order to be used. */
  readonly through: readonly Stretch[];
}

const SMALLEST_ZONE = 14;
/** The band of the service tanks: everything below it is fed from it downhill, the little above it is boosted. */
const MAIN_BAND = 2;

/** Streets that carry a main: on the ground and not above the highest band. */
export const carriesMain = (graph: StreetGraph, stretch: Stretch): boolean =>
  stretch.kind !== 'bridge' &&
  stretch.kind !== 'tunnel' &&
  bandOf(graph.junctions[stretch.from]!.elevation) >= 0 &&
  bandOf(graph.junctions[stretch.to]!.elevation) >= 0;

/** Zones with at least a handful of junctions; smaller patches join the neighbour they share most streets with. */
export function findZones(graph: StreetGraph): { zones: Zone[]; zoneOf: Map<number, number>; mains: Stretch[] } {
  const all = graph.stretches.filter((stretch) => carriesMain(graph, stretch));
  const body = bodies(new Set(all.flatMap((s) => [s.from, s.to])), all).sort((a, b) => b.size - a.size);
  const served = new Set(body.filter((set) => set.size > 150).flatMap((set) => [...set]));
  const mains = all.filter((stretch) => served.has(stretch.from));
  const band = new Map([...served].map((id) => [id, bandOf(graph.junctions[id]!.elevation)]));
  for (let round = 0; round < 8; round++) {
    const parts = bodies(
      served,
      mains.filter((s) => band.get(s.from) === band.get(s.to)),
    );
    const small = parts.filter((part) => part.size < SMALLEST_ZONE).sort((a, b) => a.size - b.size)[0];
    if (!small) break;
    for (const part of parts.filter((candidate) => candidate.size < SMALLEST_ZONE)) {
      const votes = new Map<number, number>();
      for (const { from, to } of mains) {
        const other = part.has(from) && !part.has(to) ? to : part.has(to) && !part.has(from) ? from : undefined;
        if (other !== undefined) votes.set(band.get(other)!, (votes.get(band.get(other)!) ?? 0) + 1);
      }
      const winner = [...votes].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0];
      if (winner) for (const id of part) band.set(id, winner[0]);
    }
  }
  const fits = (id: number) => {
    const above = BAND_TOPS[band.get(id)!]! - graph.junctions[id]!.elevation;
    return above > -3.5 && above < 26.5;
  };
  const kept = mains.filter((s) => fits(s.from) && fits(s.to));
  const parts = bodies(
    new Set([...served].filter(fits)),
    kept.filter((s) => band.get(s.from) === band.get(s.to)),
  );
  const zones = parts
    .filter((part) => part.size >= SMALLEST_ZONE)
    .map((junctions, id): Zone => ({ id, band: band.get([...junctions][0]!)!, junctions }));
  const zoneOf = new Map(zones.flatMap((zone) => [...zone.junctions].map((junction) => [junction, zone.id] as const)));
  return { zones, zoneOf, mains: kept.filter((s) => zoneOf.has(s.from) && zoneOf.has(s.to)) };
}

function bodies(nodes: ReadonlySet<number>, edges: readonly Stretch[]): Set<number>[] {
  const neighbours = new Map<number, number[]>();
  for (const { from, to } of edges) {
    neighbours.set(from, [...(neighbours.get(from) ?? []), to]);
    neighbours.set(to, [...(neighbours.get(to) ?? []), from]);
  }
  const seen = new Set<number>();
  const found: Set<number>[] = [];
  for (const start of nodes) {
    if (seen.has(start)) continue;
    const body = new Set([start]);
    for (const node of body) for (const next of neighbours.get(node) ?? []) body.add(next);
    for (const node of body) seen.add(node);
    found.push(body);
  }
  return found;
}

const RANKS = ['trunk', 'primary', 'secondary', 'residential'];

/** How every zone gets its water. Highest zones first, so that a zone's source always stands before it. */
export function findFeeds(
  graph: StreetGraph,
  zones: readonly Zone[],
  zoneOf: ReadonlyMap<number, number>,
  mains: readonly Stretch[],
): Feed[] {
  const borders = new Map<string, Stretch[]>();
  for (const stretch of mains) {
    const [a, b] = [zoneOf.get(stretch.from)!, zoneOf.get(stretch.to)!];
    if (a === b) continue;
    const key = a < b ? `${a}-${b}` : `${b}-${a}`;
    borders.set(key, [...(borders.get(key) ?? []), stretch]);
  }
  const borderOf = (a: number, b: number) =>
    (borders.get(a < b ? `${a}-${b}` : `${b}-${a}`) ?? []).toSorted(
      (s, t) => RANKS.indexOf(s.rank) - RANKS.indexOf(t.rank) || t.length - s.length,
    );
  const isMain = (zone: Zone) => zone.band === MAIN_BAND && zone.junctions.size > 130;
  const higher = (zone: Zone) =>
    zones.filter((other) => other.band > zone.band && borderOf(zone.id, other.id).length > 0);
  const feeds = new Map<number, Feed>();
  const byHeight = zones.toSorted((a, b) => b.band - a.band || b.junctions.size - a.junctions.size);
  const spread = () => {
    for (const zone of byHeight) {
      if (feeds.has(zone.id)) continue;
      const source = higher(zone)
        .filter((other) => feeds.has(other.id))
        .sort((a, b) => borderOf(zone.id, b.id).length - borderOf(zone.id, a.id).length)[0];
      if (source)
        feeds.set(zone.id, {
          kind: 'down',
          zone: zone.id,
          from: source.id,
          through: apart(graph, borderOf(zone.id, source.id), zone),
        });
    }
  };
  for (const zone of byHeight.filter(isMain))
    feeds.set(zone.id, { kind: 'tank', zone: zone.id, from: undefined, through: [] });
  for (;;) {
    spread();
    const next = byHeight.findLast((zone) => !feeds.has(zone.id));
    if (!next) break;
    const lower = zones
      .filter((other) => other.band < next.band && feeds.has(other.id) && borderOf(next.id, other.id).length > 0)
      .sort((a, b) => b.junctions.size - a.junctions.size)[0];
    if (!lower) throw new Error(`zone ${next.id} cannot be reached by water`);
    feeds.set(next.id, {
      kind: 'booster',
      zone: next.id,
      from: lower.id,
      through: borderOf(next.id, lower.id).slice(0, 1),
    });
  }
  return [...feeds.values()];
}

/** A few border streets far from each other: one valve for about every 45 junctions, at least two where there are two. */
function apart(graph: StreetGraph, border: readonly Stretch[], zone: Zone): Stretch[] {
  const wanted = Math.max(2, Math.min(7, Math.round(zone.junctions.size / 45)));
  const chosen: Stretch[] = [];
  const ends = new Set<number>();
  const place = (s: Stretch) => graph.junctions[s.from]!.point;
  while (chosen.length < wanted) {
    let best: Stretch | undefined;
    let most = -1;
    for (const stretch of border) {
      if (ends.has(stretch.from) || ends.has(stretch.to)) continue;
      const gap = Math.min(
        2500,
        ...chosen.map((other) => Math.hypot(place(other)[0] - place(stretch)[0], place(other)[1] - place(stretch)[1])),
      );
      const score = gap * (1.5 - 0.25 * RANKS.indexOf(stretch.rank));
      if (score > most) [most, best] = [score, stretch];
    }
    if (!best || (chosen.length >= 2 && most < 300)) break;
    chosen.push(best);
    ends.add(best.from).add(best.to);
  }
  return chosen;
}
