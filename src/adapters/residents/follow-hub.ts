/**
 * Everybody who follows a report live. A follower costs an entry in a map and a connection: no timer and no query of their own. When a
 * case changes, its followers are marked; once per short while everything marked is read in one go, however many follow it.
 *
 * A frame is the whole truth about one receipt, so whoever reconnects needs nothing that was missed: they are given the present state,
 * unless its version is the one they had.
 */
import type { ServerResponse } from 'node:http';
import type { CaseChange } from '#casework/casework.types.ts';
import type { Receipts } from '#casework/receipts/receipts.types.ts';
import { type CityError, notFound, unavailable } from '#kernel/errors.ts';
import type { Log } from '#kernel/ports.ts';
import type { Follow } from './api.types.ts';

export interface FollowHubOptions {
  readonly receipts: Pick<Receipts, 'followMany'>;
  readonly log: Log;
  readonly onFollowers?: ((count: number) => void) | undefined;
  /** How long changes are gathered before they are told. */
  readonly gatherMs?: number | undefined;
  readonly heartbeatMs?: number | undefined;
  readonly most?: number | undefined;
}

interface Follower {
  readonly code: string;
  readonly response: ServerResponse;
  caseId: string | undefined;
  version: number;
}

interface Asked {
  readonly resolve: (found: Found) => void;
  readonly reject: (error: CityError | Error) => void;
}
type Found = Awaited<ReturnType<Receipts['followMany']>>[number];

const GATHER_MS = 40;
const HEARTBEAT_MS = 20_000;
const MOST = 20_000;
/** A connection that does not take this much is let go; it comes back and is given the present. */
const MOST_WAITING_BYTES = 262_144;
/** Codes read by one query. */
const BATCH = 500;
const HEARTBEAT = Buffer.from(': alive\n\n');

export type FollowHub = ReturnType<typeof createFollowHub>;

export function createFollowHub(options: FollowHubOptions) {
  const { receipts, log } = options;
  const most = options.most ?? MOST;
  const followers = new Set<Follower>();
  const byCase = new Map<string, Set<Follower>>();
  const marked = new Set<Follower>();
  const asked = new Map<string, Asked[]>();
  let gathering: NodeJS.Timeout | undefined;
  let isReading = false;
  const heartbeat = setInterval(() => {
    for (const { response } of followers) if (response.writableLength === 0) response.write(HEARTBEAT);
  }, options.heartbeatMs ?? HEARTBEAT_MS).unref();

  function gather(): void {
    gathering ??= setTimeout(() => {
      gathering = undefined;
      void readAll();
    }, options.gatherMs ?? GATHER_MS);
  }

  async function readAll(): Promise<void> {
    if (isReading) return gather();
    isReading = true;
    try {
      while (marked.size > 0 || asked.size > 0) {
        const codes = [...new Set([...asked.keys(), ...[...marked].map(({ code }) => code)])].slice(0, BATCH);
        await readSome(new Set(codes));
      }
    } finally {
      isReading = false;
    }
  }

  async function readSome(codes: ReadonlySet<string>): Promise<void> {
    const told = [...marked].filter(({ code }) => codes.has(code));
    const askers = [...codes].flatMap((code) => (asked.get(code) ?? []).map((asker) => ({ code, ...asker })));
    for (const follower of told) marked.delete(follower);
    for (const code of codes) asked.delete(code);
    try {
      const found = new Map((await receipts.followMany([...codes])).map((each) => [each.code, each]));
      for (const { code, resolve, reject } of askers) {
        const one = found.get(code);
        if (one === undefined) reject(unknown());
        else resolve(one);
      }
      const frames = new Map<string, Buffer>();
      for (const follower of told) {
        const one = found.get(follower.code);
        if (one !== undefined) tell(follower, one, frames);
      }
    } catch (error) {
      log.warn({ error: (error as Error).message }, 'Followers could not be told; the next change tells them');
      for (const { reject } of askers)
        reject(unavailable('storage.unavailable', 'The city cannot look just now; try again soon.'));
    }
  }

  function tell(follower: Follower, { caseId, follow, code }: Found, frames: Map<string, Buffer>): void {
    if (!followers.has(follower)) return;
    move(follower, caseId);
    if (follow.version === follower.version) return;
    follower.version = follow.version;
    const frame = frames.get(code) ?? frameOf(follow);
    frames.set(code, frame);
    if (follower.response.writableLength > MOST_WAITING_BYTES) letGo(follower);
    else follower.response.write(frame);
  }

  function move(follower: Follower, caseId: string | undefined): void {
    if (follower.caseId === caseId) return;
    leaveCase(follower);
    follower.caseId = caseId;
    if (caseId === undefined) return;
    const others = byCase.get(caseId);
    if (others === undefined) byCase.set(caseId, new Set([follower]));
    else others.add(follower);
  }

  function leaveCase(follower: Follower): void {
    if (follower.caseId === undefined) return;
    const others = byCase.get(follower.caseId);
    others?.delete(follower);
    if (others?.size === 0) byCase.delete(follower.caseId);
  }

  function letGo(follower: Follower): void {
    if (!followers.delete(follower)) return;
    marked.delete(follower);
    leaveCase(follower);
    follower.response.destroy();
    options.onFollowers?.(followers.size);
  }

  return {
    count: () => followers.size,

    /** Looks one up, together with whoever else asks at the same moment. Errors: `receipt.unknown`, `live.full` (503). */
    look(code: string): Promise<Found> {
      if (followers.size >= most)
        return Promise.reject(unavailable('live.full', 'Too many follow live just now; ask for the receipt instead.'));
      return new Promise((resolve, reject) => {
        const others = asked.get(code);
        if (others === undefined) asked.set(code, [{ resolve, reject }]);
        else others.push({ resolve, reject });
        gather();
      });
    },

    /** From here on the connection is ours. `seen`: the version the page has. */
    follow(found: Found, response: ServerResponse, seen: number | undefined): void {
      const follower: Follower = { code: found.code, response, caseId: undefined, version: seen ?? -1 };
      followers.add(follower);
      response.on('close', () => letGo(follower));
      response.on('error', () => letGo(follower));
      response.write('retry: 3000\n\n');
      tell(follower, found, new Map());
      // What changed between the look and now is not missed.
      marked.add(follower);
      gather();
      options.onFollowers?.(followers.size);
    },

    onCase({ summary, event }: CaseChange): void {
      const concerned = byCase.get(summary.id);
      if (concerned === undefined || concerned.size === 0) return;
      if (event.type === 'evaluate') return;
      for (const follower of concerned) marked.add(follower);
      gather();
    },

    close(): void {
      clearInterval(heartbeat);
      clearTimeout(gathering);
      for (const follower of [...followers]) letGo(follower);
    },
  };
}

const unknown = () => notFound('receipt.unknown', 'There is no receipt with that code.', 'code');

const frameOf = (follow: Follow): Buffer =>
  Buffer.from(`id: ${follow.version}\nevent: follow\ndata: ${JSON.stringify(follow)}\n\n`);
