/** The shared-bike platform of one city: takes sightings in, judges them, and says what has to be taken away by whom. */
import { localDate, plusDays, startOfDay } from '#kernel/calendar.ts';
import { invalid, notFound } from '#kernel/errors.ts';
import type { Finding, FindingChange } from '#kernel/finding.ts';
import type { Position } from '#kernel/geo.ts';
import { newId, type RandomBytes } from '#kernel/ids.ts';
import type { Clock, Database } from '#kernel/ports.ts';
import { DAY, type Instant, MINUTE, SECOND } from '#kernel/time.ts';
import type { AreaId, Localized, PartyId } from '#kernel/words.ts';
import { admit } from './admit.ts';
import { type DailyKeys, type DaySecret, dailyKeys, secretsOn } from './daily-keys.ts';
import { step, type Wording } from './findings.ts';
import { createFleet, type Fleet, GONE } from './fleet.ts';
import { becomeDue, groundAt } from './ground.ts';
import { keptFleet, kindIndex, restoreVehicle, toBatch, toKept, toNamedOnly } from './kept.ts';
import { planeAround } from './plane.ts';
import type { BikePack } from './sections.ts';
import type {
  FeedState,
  Ground,
  GroundEdit,
  NamedSighting,
  SharedBikes,
  Taken,
  Trouble,
} from './shared-bikes.types.ts';
import { STALE, staleFeeds } from './stale-feed.ts';
import { createStandForecasts } from './stand-forecasts.ts';
import type { Stands } from './stands.ts';
import { createStorage, type KeptSighting } from './storage.ts';
import { findTroubles } from './troubles.ts';
import { density, nameOfTrouble, standCounts, standingWithin, standsOf, viewOperators, viewStands } from './views.ts';

const REMOVED = kindIndex('removed');

export interface SharedBikesDeps {
  readonly pack: BikePack;
  readonly timeZone: string;
  readonly centre: Position;
  readonly database: Database;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Area by which untidy bikes are told together, and what it is called. */
  areaOf(place: Position): { readonly id: AreaId; readonly name: Localized } | undefined;
  addressOf(place: Position): Localized;
  isWorkingDay(at: Instant): boolean;
  onChange(change: FindingChange): Promise<void>;
}

const JUDGE_EVERY = 10 * SECOND;
const WRITE_EVERY = MINUTE;
/** A bike that left the street is forgotten after a day: by then its name has changed. */
const FORGET_GONE = DAY;

export function createSharedBikes(deps: SharedBikesDeps): SharedBikes {
  const { pack, database, clock, random, timeZone } = deps;
  const { operators, rules } = pack;
  const storage = createStorage(database);
  const plane = planeAround(deps.centre);
  const indexOf = new Map(operators.map(({ id }, index) => [id, index]));
  const queues = operators.map(() => Promise.resolve());
  const sequences = operators.map(() => 0);
  const feeds = new Map<PartyId, FeedState>();
  const forecasts = createStandForecasts({ storage, timeZone, isWorkingDay: deps.isWorkingDay });
  let edits: GroundEdit[] = [];
  let secrets: readonly DaySecret[] = [];
  let keys: DailyKeys = dailyKeys([{ date: '', secret: random(32) }]);
  /** The operators' own names, for today only and never written down. */
  let known = operators.map(() => new Map<string, number>());
  let fleet: Fleet = createFleet(pack.ground, plane, rules);
  let stands: Stands = standsOf(fleet, pack);
  let standing: ReadonlyMap<string, Finding> = new Map();
  let troubles: readonly Trouble[] = [];
  let [judgedAt, writtenAt, groundOf] = [0, 0, 0];

  function operatorOf(id: PartyId): number {
    const index = indexOf.get(id);
    if (index === undefined) throw notFound('operator.unknown', `${id} is no operator of this city.`, 'operator');
    return index;
  }

  async function turnDay(now: Instant): Promise<void> {
    const date = localDate(now, timeZone);
    if (secrets.at(-1)?.date === date) return;
    secrets = secretsOn(date, secrets, random, plusDays(date, -1));
    await storage.writeSecrets(secrets);
    keys = dailyKeys(secrets);
    known = operators.map(() => new Map());
  }

  /** The slot of a vehicle, whose day's name may still be yesterday's. */
  function slotOf(operator: number, vehicleId: string): number {
    const remembered = known[operator]!.get(vehicleId);
    if (remembered !== undefined && fleet.keyOf(remembered) !== undefined) return remembered;
    const party = operators[operator]!.id;
    const name = keys.nameOf(party, vehicleId);
    const former = keys.formerNameOf(party, vehicleId);
    if (fleet.findSlot(operator, name) === undefined && former !== undefined) fleet.rekey(operator, former, name);
    const slot = fleet.slotOf(operator, name);
    known[operator]!.set(vehicleId, slot);
    return slot;
  }

  function lastHeard(operator: number, vehicleId: string): Instant | undefined {
    const at = fleet.columns().reportedAt[slotOf(operator, vehicleId)]!;
    return Number.isFinite(at) ? at : undefined;
  }

  function queued<T>(operator: number, work: () => Promise<T>): Promise<T> {
    const done = queues[operator]!.then(work);
    queues[operator] = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  const takeIn = async (party: PartyId, sightings: readonly NamedSighting[], isWholeFleet: boolean): Promise<Taken> => {
    const operator = operatorOf(party);
    return queued(operator, async () => {
      const now = clock.now();
      await turnDay(now);
      const door = { now, centre: deps.centre, isWholeFleet, lastHeard: (id: string) => lastHeard(operator, id) };
      const { admitted, quarantined } = admit(sightings, door);
      if (admitted.length === 0 && !isWholeFleet) return { taken: 0, quarantined };
      const spared = isWholeFleet ? namedInVain(operator, sightings, quarantined) : [];
      const slots = Int32Array.from([...admitted.map(({ vehicleId }) => slotOf(operator, vehicleId)), ...spared]);
      const kept = admitted.map((sighting, i) => toKept(fleet.keyOf(slots[i]!)!, sighting));
      for (const slot of spared) kept.push(toNamedOnly(fleet.keyOf(slot)!, fleet.columns().reportedAt[slot]!));
      sequences[operator] = await storage.keep(party, now, isWholeFleet, kept);
      applyKept(operator, slots, kept, now, isWholeFleet);
      return { taken: admitted.length, quarantined };
    });
  };

  /** Bikes that a whole fleet names, but with something that cannot be true: they stand where they stood, for naming is not leaving. */
  function namedInVain(
    operator: number,
    sightings: readonly NamedSighting[],
    quarantined: Taken['quarantined'],
  ): readonly number[] {
    const the = fleet.columns();
    const slots = quarantined
      .filter(({ code }) => code !== 'sighting.duplicate' && code !== 'sighting.vehicle_id')
      .map(({ index }) => slotOf(operator, sightings[index]!.vehicleId))
      .filter((slot) => the.state[slot] !== GONE);
    return [...new Set(slots)];
  }

  function applyKept(
    operator: number,
    slots: Int32Array,
    kept: readonly KeptSighting[],
    now: Instant,
    isWholeFleet: boolean,
  ): void {
    fleet.apply(toBatch(operator, slots, kept), now);
    if (!isWholeFleet) return;
    const named = new Set(slots);
    const the = fleet.columns();
    const missing: number[] = [];
    for (let slot = 0; slot < fleet.size(); slot++)
      if (the.operator[slot] === operator && the.state[slot] !== GONE && !named.has(slot)) missing.push(slot);
    // It left some time after it was last heard of; dated now, it could not come back with the time at which it last reported.
    const gone = missing.map((slot): KeptSighting => ['', REMOVED, null, null, the.reportedAt[slot]!, 0]);
    fleet.apply(toBatch(operator, Int32Array.from(missing), gone), now);
  }

  async function restore(): Promise<void> {
    const now = clock.now();
    for (const { operator, sequence, vehicles } of await storage.readFleet()) {
      const index = indexOf.get(operator);
      if (index === undefined) continue;
      sequences[index] = sequence;
      for (const vehicle of vehicles) restoreVehicle(fleet, index, vehicle, now);
    }
    for (const { operator, sequence, receivedAt, isWholeFleet, batch } of await storage.readSightings()) {
      const index = indexOf.get(operator);
      if (index === undefined || sequence <= sequences[index]!) continue;
      sequences[index] = sequence;
      const slots = Int32Array.from(batch, ([name]) => fleet.slotOf(index, name));
      applyKept(index, slots, batch, receivedAt, isWholeFleet);
    }
  }

  async function writeDown(now: Instant): Promise<void> {
    const the = fleet.columns();
    for (let slot = 0; slot < fleet.size(); slot++)
      if (the.state[slot] === GONE && the.reportedAt[slot]! < now - FORGET_GONE) fleet.release(slot);
    await Promise.all(
      operators.map(({ id }, operator) =>
        queued(operator, () => storage.writeFleet(id, now, sequences[operator]!, keptFleet(fleet, operator))),
      ),
    );
  }

  function takeGround(now: Instant): void {
    if (!becomeDue(edits, groundOf, now)) return;
    groundOf = now;
    fleet = fleet.move(groundAt(pack.ground, edits, now));
    stands = standsOf(fleet, pack);
  }

  async function judge(now: Instant): Promise<void> {
    const minuteOfDay = (at: Instant) => Math.floor((at - startOfDay(localDate(at, timeZone), timeZone)) / MINUTE);
    const scene = { fleet, stands, operators, rules, minuteOfDay, areaOf: (place: Position) => deps.areaOf(place)?.id };
    troubles = findTroubles(scene, now);
    const [fleetFindings, feedFindings] = [new Map<string, Finding>(), new Map<string, Finding>()];
    for (const [name, finding] of standing)
      (finding.facts.kind === STALE ? feedFindings : fleetFindings).set(name, finding);
    const found = step(fleetFindings, troubles, now, wording);
    const stale = staleFeeds([...feeds.values()], feedFindings, now, deps.centre, operators, pack.opens[STALE], (at) =>
      new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(at),
    );
    const after = new Map([...found.standing, ...stale.standing]);
    const changes = [...found.changes, ...stale.changes];
    // Told first, written after: a change that is told twice is known by its key, one that is never told is lost.
    for (const change of changes) await deps.onChange(change);
    if (changes.length > 0) await storage.writeFindings(after);
    standing = after;
  }

  const wording: Wording = {
    operators,
    opens: pack.opens,
    nameOf: (trouble) => nameOfTrouble(trouble, fleet, deps),
  };

  return {
    operators,
    async start() {
      edits = await storage.readEdits();
      standing = await storage.readFindings();
      secrets = await storage.readSecrets();
      await turnDay(clock.now());
      keys = dailyKeys(secrets);
      takeGround(clock.now());
      await restore();
      await forecasts.start(clock.now());
    },
    async stop() {
      await Promise.all(queues);
      await writeDown(clock.now());
    },
    take: (operator, sightings) => takeIn(operator, sightings, false),
    refresh: (operator, all) => takeIn(operator, all, true),
    heard(state) {
      feeds.set(state.operator, state);
    },
    async tick(now) {
      if (now - judgedAt < JUDGE_EVERY) return;
      judgedAt = now;
      await turnDay(now);
      takeGround(now);
      await judge(now);
      await forecasts.count(now, standCounts(fleet, stands));
      if (now - writtenAt < WRITE_EVERY) return;
      writtenAt = now;
      await writeDown(now);
    },
    ground: (at) => (at === undefined ? fleet.ground : groundAt(pack.ground, edits, at)),
    async edit(change, from, by) {
      refuseBadEdit(change, groundAt(pack.ground, edits, from));
      const now = clock.now();
      const edit = { id: newId('ground', now, random), at: now, by, from: Math.max(from, now), change };
      await storage.writeEdit(edit);
      edits = [...edits, edit];
      groundOf = Math.min(groundOf, edit.from - 1);
      takeGround(now);
      return edit;
    },
    edits: async () => edits,
    stands: () => viewStands(fleet, stands, operators, forecasts, clock.now()),
    operatorViews: () => viewOperators(fleet, operators, rules, feeds, clock.now()),
    density: (metres, smallest) => density(fleet, metres, smallest),
    standingWithin: (bounds, limit) => standingWithin(fleet, bounds, limit),
    troubles: () => troubles,
  };
}

/** Errors: `ground.unknown` when what is to be removed is not there. A bay or zone has been checked at the door. */
function refuseBadEdit(change: GroundEdit['change'], { bays, zones }: Ground): void {
  if (change.kind === 'remove-bay' && !bays.some(({ id }) => id === change.id))
    throw notFound('ground.unknown', `There is no bay ${change.id}.`, 'id');
  if (change.kind === 'remove-zone' && !zones.some(({ id }) => id === change.id))
    throw notFound('ground.unknown', `There is no zone ${change.id}.`, 'id');
  if (change.kind === 'bay' && change.bay.capacity < 1)
    throw invalid('bay.invalid', 'A bay holds at least one bike.', 'capacity');
}
