/**
 * What is wrong with the fleet as it stands at an instant. Pure: the fleet and the time go in, troubles come out, and how often one
 * looks changes nothing, because every trouble begins at an event and not at a look.
 */
import type { Position } from '#kernel/geo.ts';
import { DAY, HOUR, type Instant, MINUTE } from '#kernel/time.ts';
import type { AreaId } from '#kernel/words.ts';
import { type Columns, type Fleet, isCertain, MOVING, STANDING } from './fleet.ts';
import { FORBIDDEN, OUTSIDE } from './judge.ts';
import { toPosition } from './plane.ts';
import type { BikeRules, Operator, Trouble } from './shared-bikes.types.ts';
import type { Stands } from './stands.ts';

export interface Scene {
  readonly fleet: Fleet;
  readonly stands: Stands;
  readonly operators: readonly Operator[];
  readonly rules: BikeRules;
  /** Area of a place, by which untidy bikes are told together. */
  areaOf(place: Position): AreaId | undefined;
  /** Minutes since local midnight. */
  minuteOfDay(now: Instant): number;
}

export function findTroubles(scene: Scene, now: Instant): Trouble[] {
  return [
    ...overfullStands(scene, now),
    ...overQuotas(scene, now),
    ...untidyBikes(scene, now),
    ...overTotals(scene, now),
  ];
}

/**
 * Shares of a surplus by how many each has there, to whole bikes: the largest remainders get the rest, of equal ones the first. Nobody
 * is told to take more than they have.
 */
export function shareOut(surplus: number, present: readonly number[]): number[] {
  const total = present.reduce((sum, count) => sum + count, 0);
  if (total === 0 || surplus <= 0) return present.map(() => 0);
  const wanted = Math.min(surplus, total);
  const exact = present.map((count) => (wanted * count) / total);
  const shares = exact.map(Math.floor);
  const order = exact
    .map((share, i) => ({ i, rest: share - Math.floor(share) }))
    .sort((a, b) => b.rest - a.rest || a.i - b.i);
  let left = wanted - shares.reduce((sum, share) => sum + share, 0);
  for (const { i } of order) {
    if (left === 0) break;
    if (shares[i]! >= present[i]!) continue;
    shares[i]!++;
    left--;
  }
  return shares;
}

/**
 * A stand is overfull from the arrival of the bike that tipped it over, not from the first time we looked. Only the bikes that still
 * stand there are seen: when earlier ones leave, the start moves later but never earlier. We may act late, we never accuse early.
 */
function* overfullStands({ fleet, stands, operators, rules }: Scene, now: Instant): Generator<Trouble> {
  const the = fleet.columns();
  for (let stand = 0; stand < stands.count; stand++) {
    const bays = stands.baysOf(stand);
    let count = 0;
    for (const bay of bays) count += fleet.inBay(bay);
    const capacity = stands.capacity[stand]!;
    if (count <= capacity) continue;
    const slots = bays.flatMap((bay) => [...fleet.standingIn(bay)]);
    const since = nthEarliest(the, slots, capacity);
    if (since > now - rules.overfullMinutes * MINUTE) continue;
    const present = operators.map((_, index) => slots.filter((slot) => the.operator[slot] === index).length);
    const fullest = bays.reduce((a, b) => (fleet.inBay(b) > fleet.inBay(a) ? b : a));
    yield {
      kind: 'overfull',
      scope: fleet.ground.bays[bays[0]!]!.id,
      since,
      place: middleOf(
        fleet,
        slots.filter((slot) => the.bay[slot] === fullest),
      ),
      count,
      allowed: capacity,
      operator: undefined,
      take: shareOut(count - capacity, present),
    };
  }
}

/** When a quota grew smaller with the hour, the bikes that were allowed before are too many from that hour on. */
function* overQuotas({ fleet, operators, rules, minuteOfDay }: Scene, now: Instant): Generator<Trouble> {
  const { zones } = fleet.ground;
  if (!zones.some(({ kind }) => kind === 'quota')) return;
  const the = fleet.columns();
  const inside = new Map<number, number[]>();
  for (let slot = 0; slot < fleet.size(); slot++) {
    const zone = the.quota[slot]!;
    if (zone < 0 || the.state[slot] !== STANDING) continue;
    const list = inside.get(zone);
    if (list === undefined) inside.set(zone, [slot]);
    else list.push(slot);
  }
  const minute = minuteOfDay(now);
  for (const [index, slots] of inside) {
    const zone = zones[index]!;
    const band = zone.quotas.find(({ from, to }) => minute >= from && minute < to);
    if (band === undefined || slots.length <= band.bikes) continue;
    const bandBegan = now - (minute - band.from) * MINUTE;
    const since = Math.max(nthEarliest(the, slots, band.bikes), bandBegan);
    if (since > now - rules.quotaMinutes * MINUTE) continue;
    const present = operators.map((_, each) => slots.filter((slot) => the.operator[slot] === each).length);
    const [place, count] = [middleOf(fleet, slots), slots.length];
    const take = shareOut(count - band.bikes, present);
    yield { kind: 'over-quota', scope: zone.id, since, place, count, allowed: band.bikes, operator: undefined, take };
  }
}

/** How long each kind of untidiness is borne, from what it counts, and whether the bikes have to be taken away. */
const untidy = (rules: BikeRules) =>
  [
    { kind: 'outside', after: rules.outsideMinutes * MINUTE, take: true },
    { kind: 'forbidden', after: rules.forbiddenMinutes * MINUTE, take: true },
    { kind: 'silent', after: rules.silentHours * HOUR, take: false },
    { kind: 'untracked', after: rules.trackMinutes * MINUTE, take: false },
    { kind: 'faulty', after: rules.faultyHours * HOUR, take: true },
    { kind: 'abandoned', after: rules.abandonedDays * DAY, take: true },
  ] as const;

/** Since when a bike is of this kind; undefined: it is not. */
function since(the: Columns, slot: number, kind: Trouble['kind'], rules: BikeRules): Instant | undefined {
  const isStanding = the.state[slot] === STANDING;
  if (kind === 'untracked') return the.state[slot] === MOVING ? the.reportedAt[slot] : undefined;
  if (!isStanding) return undefined;
  if (kind === 'silent') return the.reportedAt[slot];
  if (kind === 'abandoned') return the.since[slot];
  if (kind === 'faulty') return Number.isNaN(the.faultySince[slot]!) ? undefined : the.faultySince[slot];
  const verdict = kind === 'outside' ? OUTSIDE : FORBIDDEN;
  return the.verdict[slot] === verdict && isCertain(the, slot, rules) ? the.since[slot] : undefined;
}

/**
 * Bikes of one operator in one area are one trouble from the moment at which there are enough of them: a city does not open a case
 * for every bike.
 */
function* untidyBikes({ fleet, operators, rules, areaOf }: Scene, now: Instant): Generator<Trouble> {
  const the = fleet.columns();
  const kinds = untidy(rules);
  const groups = new Map<string, { kind: (typeof kinds)[number]; operator: number; slots: number[]; from: number[] }>();
  for (let slot = 0; slot < fleet.size(); slot++) {
    if (the.state[slot] !== STANDING && the.state[slot] !== MOVING) continue;
    for (const kind of kinds) {
      const from = since(the, slot, kind.kind, rules);
      if (from === undefined || from > now - kind.after) continue;
      const operator = the.operator[slot]!;
      const area = kind.kind === 'untracked' ? undefined : areaOf(placeOf(fleet, slot));
      const scope = [operators[operator]?.id ?? operator, area ?? 'city'].join('/');
      const key = `${kind.kind}/${scope}`;
      const group = groups.get(key) ?? { kind, operator, slots: [], from: [] };
      groups.set(key, group);
      group.slots.push(slot);
      group.from.push(from + kind.after);
    }
  }
  for (const [key, { kind, operator, slots, from }] of groups) {
    if (slots.length < rules.leastBikes) continue;
    const place = kind.kind === 'untracked' ? toPosition(fleet.plane, 0, 0) : middleOf(fleet, slots);
    const take = operators.map((_, index) => (kind.take && index === operator ? slots.length : 0));
    const begun = from.sort((a, b) => a - b)[rules.leastBikes - 1]!;
    yield {
      kind: kind.kind,
      scope: key.slice(kind.kind.length + 1),
      since: begun,
      place,
      count: slots.length,
      allowed: 0,
      operator,
      take,
    };
  }
}

function* overTotals({ fleet, operators }: Scene, now: Instant): Generator<Trouble> {
  const the = fleet.columns();
  const present = operators.map(() => 0);
  for (let slot = 0; slot < fleet.size(); slot++)
    if (the.state[slot] === STANDING || the.state[slot] === MOVING) present[the.operator[slot]!]!++;
  for (const [index, { id, quota }] of operators.entries()) {
    const count = present[index]!;
    if (count <= quota) continue;
    const take = operators.map((_, each) => (each === index ? count - quota : 0));
    const place = toPosition(fleet.plane, 0, 0);
    yield { kind: 'over-total', scope: id, since: now, place, count, allowed: quota, operator: index, take };
  }
}

const placeOf = ({ plane, columns }: Fleet, slot: number): Position =>
  toPosition(plane, columns().x[slot]!, columns().y[slot]!);

function middleOf(fleet: Fleet, slots: readonly number[]): Position {
  const { x, y } = fleet.columns();
  let [sumX, sumY] = [0, 0];
  for (const slot of slots) {
    sumX += x[slot]!;
    sumY += y[slot]!;
  }
  return toPosition(fleet.plane, sumX / slots.length, sumY / slots.length);
}

/** The arrival of the bike number `rank` (from 0), in order of arrival. */
const nthEarliest = (the: Columns, slots: readonly number[], rank: number): Instant =>
  Float64Array.from(slots, (slot) => the.since[slot]!).sort()[rank]!;
