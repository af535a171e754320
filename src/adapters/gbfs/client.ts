/**
 * Reads the operators' GBFS feeds, each at its own pace and each on its own: one that is slow, broken or lying holds up no other.
 *
 * A feed is asked again when its `ttl` is over, with the ETag of what it said last. A snapshot counts once, by its `last_updated`: the
 * same moment told again is nothing new, so a frozen feed grows old and the platform finds it stale. A snapshot that goes back in time,
 * comes from the future, or is mostly unusable is put aside whole: it may not make a fleet vanish from the street. After a problem the
 * waiting time doubles up to half an hour.
 */
import type { FeedState, NamedSighting, SharedBikes, Taken } from '#domains/shared-bikes/shared-bikes.types.ts';
import type { Clock, Log } from '#kernel/ports.ts';
import { HOUR, type Instant, MINUTE, SECOND, toIso } from '#kernel/time.ts';
import type { PartyId } from '#kernel/words.ts';
import type { FeedBook, PutAside } from './feed-book.ts';
import { type FeedProblem, fetchFeed } from './fetch-feed.ts';
import {
  type Addresses,
  type Head,
  isProblem,
  readDiscovery,
  readHead,
  readOtherTypes,
  readVehicles,
  type Vehicle,
} from './read-feed.ts';

export interface GbfsFeed {
  readonly operator: PartyId;
  /** Address of the auto-discovery file. */
  readonly url: string;
  readonly key: string | undefined;
}

export interface GbfsClientDeps {
  readonly feeds: readonly GbfsFeed[];
  readonly bikes: Pick<SharedBikes, 'take' | 'refresh' | 'heard' | 'operatorViews'>;
  readonly book: FeedBook;
  readonly clock: Clock;
  readonly log: Log;
  readonly limitBytes?: number | undefined;
  readonly timeoutMs?: number | undefined;
}

export interface GbfsClient {
  /** Visits every feed whose time has come; resolves when these visits are over. A visit under way is not begun twice. */
  tick(now: Instant): Promise<void>;
  stop(): Promise<void>;
}

/** However short a ttl is, a feed is asked no oftener; and a feed that names a long one is still asked this often. */
const [LEAST_TTL_SECONDS, MOST_TTL_SECONDS] = [10, 300];
const [FIRST_WAIT, MOST_WAIT, MOST_ASKED_WAIT] = [30 * SECOND, 30 * MINUTE, HOUR];
const DISCOVERY_EVERY = HOUR;
const AHEAD_MS = MINUTE;
/** Of a snapshot with more unusable records than this share, nothing is taken. */
const MOST_UNUSABLE = 0.5;
/** A fleet of some size that is empty all at once is believed when it is said this often in a row. */
const EMPTY_BELIEVED = 3;
const SOME_SIZE = 20;

interface Follower {
  readonly feed: GbfsFeed;
  nextAt: Instant;
  failures: number;
  addresses: Addresses | undefined;
  discoveredAt: Instant;
  otherTypes: ReadonlySet<string>;
  etag: string | undefined;
  heardAt: Instant;
  lastUpdated: Instant | undefined;
  ttlSeconds: number;
  /** Vehicles in the last snapshot that was taken. */
  size: number;
  emptyTimes: number;
  /** Ids that were out of service in the last snapshot; undefined before the first. In memory only. */
  disabled: ReadonlySet<string> | undefined;
  visiting: Promise<void> | undefined;
}

export function createGbfsClient(deps: GbfsClientDeps): GbfsClient {
  const { bikes, book, clock, log } = deps;
  const leaving = new AbortController();
  const beganAt = clock.now();
  const followers = deps.feeds.map(
    (feed): Follower => ({
      ...{
        feed,
        nextAt: 0,
        failures: 0,
        addresses: undefined,
        discoveredAt: 0,
        otherTypes: new Set(),
        etag: undefined,
      },
      // A feed that never answers has been silent since we began to listen.
      ...{ heardAt: beganAt, lastUpdated: undefined, ttlSeconds: 60, size: 0, emptyTimes: 0 },
      ...{ disabled: undefined, visiting: undefined },
    }),
  );

  const read = async (follower: Follower, url: string, etag?: string) => {
    const { limitBytes, timeoutMs } = deps;
    const { key } = follower.feed;
    const visited = await fetchFeed({ url, etag, key, signal: leaving.signal, limitBytes, timeoutMs });
    if (visited.kind !== 'problem') follower.heardAt = clock.now();
    return visited;
  };

  async function readWhole(follower: Follower, url: string): Promise<Head | FeedProblem> {
    const visited = await read(follower, url);
    if (visited.kind === 'problem') return visited.problem;
    if (visited.kind === 'unchanged') return { code: 'feed.refused', message: `${url} answered 304 unasked.` };
    return readHead(visited.value, url);
  }

  async function discover(follower: Follower): Promise<FeedProblem | undefined> {
    if (follower.addresses !== undefined && clock.now() - follower.discoveredAt < DISCOVERY_EVERY) return undefined;
    const { url } = follower.feed;
    const head = await readWhole(follower, url);
    if (isProblem(head)) return head;
    const addresses = readDiscovery(head, url);
    if (isProblem(addresses)) return addresses;
    if (addresses.types !== undefined) {
      const types = await readWhole(follower, addresses.types);
      if (isProblem(types)) return types;
      follower.otherTypes = readOtherTypes(types);
    }
    follower.addresses = addresses;
    follower.discoveredAt = clock.now();
    return undefined;
  }

  /** Undefined when all went well. */
  async function visit(follower: Follower): Promise<FeedProblem | undefined> {
    const lost = await discover(follower);
    if (lost !== undefined) return lost;
    const url = follower.addresses!.vehicles;
    const visited = await read(follower, url, follower.etag);
    if (visited.kind === 'problem') return visited.problem;
    if (visited.kind === 'unchanged') return undefined;
    const head = readHead(visited.value, url);
    if (isProblem(head)) return head;
    const wrong = refuseTime(head, follower, url, clock.now());
    if (wrong !== undefined) return wrong;
    follower.ttlSeconds = Math.min(MOST_TTL_SECONDS, Math.max(LEAST_TTL_SECONDS, head.ttlSeconds));
    if (head.lastUpdated === follower.lastUpdated) return undefined;
    const failed = await takeSnapshot(follower, head, url);
    if (failed !== undefined) return failed;
    follower.lastUpdated = head.lastUpdated;
    follower.etag = visited.etag;
    return undefined;
  }

  async function takeSnapshot(follower: Follower, head: Head, url: string): Promise<FeedProblem | undefined> {
    const { operator } = follower.feed;
    const read = readVehicles(head, url, follower.otherTypes);
    if (isProblem(read)) return read;
    const { vehicles, refused } = read;
    const unusable = refused.filter(({ code }) => code !== 'vehicle.docked').length;
    if (unusable > 0 && unusable > (vehicles.length + unusable) * MOST_UNUSABLE) {
      book.count(operator, 0, refused, clock.now());
      const message = `${url}: ${unusable} of ${vehicles.length + unusable} records cannot be used; the whole snapshot is put aside.`;
      return { code: 'feed.unusable', message };
    }
    follower.emptyTimes = vehicles.length === 0 && follower.size >= SOME_SIZE ? follower.emptyTimes + 1 : 0;
    if (follower.emptyTimes > 0 && follower.emptyTimes < EMPTY_BELIEVED)
      return {
        code: 'feed.empty',
        message: `${url} names no vehicle, after ${follower.size} before; asked again soon.`,
      };
    const taken = await tell(follower, vehicles, head.lastUpdated);
    const aside = taken.quarantined.map((each): PutAside => ({ ...each, index: vehicles[each.index]!.index }));
    book.count(operator, taken.taken, [...refused, ...aside], clock.now());
    follower.size = vehicles.length;
    return undefined;
  }

  async function tell(follower: Follower, vehicles: readonly Vehicle[], lastUpdated: Instant): Promise<Taken> {
    const { operator } = follower.feed;
    const at = (vehicle: Vehicle): Instant => Math.min(vehicle.lastReported ?? lastUpdated, lastUpdated);
    const standing = vehicles.map(
      (vehicle): NamedSighting => ({
        vehicleId: vehicle.id,
        kind: 'seen-standing',
        place: vehicle.place,
        at: at(vehicle),
        errorMetres: undefined,
      }),
    );
    const taken = await bikes.refresh(operator, standing, lastUpdated);
    const disabled = new Set(vehicles.filter(({ isDisabled }) => isDisabled).map(({ id }) => id));
    // After a start nobody remembers who was out of service; the platform does, and is told about everybody once if it needs to be.
    const isForgetful = follower.disabled === undefined && hasFaulty(operator);
    const changed = vehicles.filter(({ id, isDisabled }) =>
      isDisabled ? follower.disabled?.has(id) !== true : isForgetful || follower.disabled?.has(id) === true,
    );
    const sightings = changed.map(
      (vehicle): NamedSighting => ({
        vehicleId: vehicle.id,
        kind: vehicle.isDisabled ? 'faulty' : 'mended',
        ...{ place: undefined, at: at(vehicle), errorMetres: undefined },
      }),
    );
    if (sightings.length > 0) await bikes.take(operator, sightings);
    follower.disabled = disabled;
    return taken;
  }

  const hasFaulty = (operator: PartyId): boolean =>
    bikes.operatorViews().some(({ id, faulty }) => id === operator && faulty > 0);

  async function follow(follower: Follower): Promise<void> {
    const { operator } = follower.feed;
    const problem = await visit(follower).catch((error: Error): FeedProblem => {
      log.error({ operator, error: error.message, stack: error.stack }, 'A bike feed could not be taken in');
      return { code: 'feed.not_taken', message: 'We could not take the feed in; it is asked again soon.' };
    });
    if (leaving.signal.aborted) return;
    const now = clock.now();
    follower.failures = problem === undefined ? 0 : follower.failures + 1;
    follower.nextAt = now + waitOf(follower, problem);
    // What was said before a problem may have been forgotten on the other side, and its addresses may have moved.
    if (problem !== undefined) {
      follower.etag = undefined;
      follower.addresses = undefined;
    }
    const { heardAt, lastUpdated, ttlSeconds } = follower;
    const state: FeedState = {
      ...{ operator, kind: 'gbfs', heardAt, lastUpdated, ttlSeconds },
      problem: problem === undefined ? undefined : { code: problem.code, message: problem.message },
    };
    bikes.heard(state);
    book.note(state);
  }

  return {
    async tick(now) {
      const due = followers.filter(({ visiting, nextAt }) => visiting === undefined && nextAt <= now);
      await Promise.all(
        due.map((follower) => {
          follower.visiting = follow(follower).finally(() => {
            follower.visiting = undefined;
          });
          return follower.visiting;
        }),
      );
    },
    async stop() {
      leaving.abort();
      await Promise.all(followers.map(({ visiting }) => visiting));
    },
  };
}

function refuseTime(head: Head, { lastUpdated }: Follower, url: string, now: Instant): FeedProblem | undefined {
  if (head.lastUpdated > now + AHEAD_MS)
    return { code: 'feed.future', message: `${url}: last_updated ${toIso(head.lastUpdated)} lies in the future.` };
  if (lastUpdated !== undefined && head.lastUpdated < lastUpdated)
    return {
      code: 'feed.backwards',
      message: `${url}: last_updated went back from ${toIso(lastUpdated)} to ${toIso(head.lastUpdated)}; the snapshot is put aside.`,
    };
  return undefined;
}

function waitOf({ failures, ttlSeconds }: Follower, problem: FeedProblem | undefined): number {
  if (problem === undefined) return ttlSeconds * SECOND;
  const asked = Math.min(MOST_ASKED_WAIT, (problem.retryAfterSeconds ?? 0) * SECOND);
  return Math.max(asked, Math.min(MOST_WAIT, FIRST_WAIT * 2 ** (failures - 1)));
}
