/**
 * Keeps the connections of the pack going: each on its own, so that one that is away, slow or mad holds nobody else up. Everything
 * that must not be lost is in the database; stopping at any moment loses and doubles nothing.
 */
import type { Casework } from '#casework/casework.types.ts';
import type { Receipts } from '#casework/receipts/receipts.types.ts';
import type { Clock, Database, Log } from '#kernel/ports.ts';
import { HOUR, type Instant, SECOND } from '#kernel/time.ts';
import { queueCases, sendDue } from './outbox.ts';
import { toProblem } from './problem.ts';
import { pullRequests, pullUpdates } from './pull.ts';
import { connect, type Remote } from './remote.ts';
import type { ConnectionConfig } from './section.ts';

export interface ClientDeps {
  readonly connections: readonly ConnectionConfig[];
  readonly database: Database;
  readonly casework: Pick<Casework, 'listCases' | 'getCase' | 'act'>;
  readonly receipts: Pick<Receipts, 'receive'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly language: string;
  /** The secret behind a name that the pack gives. */
  readonly findSecret: (name: string) => string | undefined;
  readonly timeoutMs?: number | undefined;
}

export interface ConnectionView {
  readonly id: string;
  readonly url: string;
  /** `quarantined`: what it answers is no Open311; it is asked once an hour whether it has come to its senses. */
  readonly state: 'new' | 'ok' | 'failing' | 'quarantined';
  readonly problem: string | undefined;
  readonly lastOkAt: Instant | undefined;
  readonly nextAt: Instant | undefined;
  readonly waiting: number;
  readonly sent: number;
  readonly givenUp: number;
  readonly requestsTaken: number;
  readonly updatesTaken: number;
  /** Requests and updates of theirs that could not be taken, with the newest reason. */
  readonly refused: number;
  readonly lastRefusal: string | undefined;
}

export interface Open311Client {
  /** Works on every connection that is due; resolves when all have been tried. Never rejects. */
  tick(now: Instant): Promise<void>;
  list(): Promise<ConnectionView[]>;
  /** Breaks off what is under way, which loses nothing, and resolves when it has ended. */
  stop(): Promise<void>;
}

const INTERVAL_SECONDS = 60;
const QUARANTINE_AFTER = 3;
const NONSENSE = 'nonsense: ';

export function createOpen311Client(deps: ClientDeps): Open311Client {
  const { connections, database, findSecret } = deps;
  const stopping = new AbortController();
  const remotes = new Map(
    connections.map((config): [string, Remote] => [
      config.id,
      connect(
        config,
        config.api_key_env === undefined ? undefined : findSecret(config.api_key_env),
        deps.timeoutMs,
        stopping.signal,
      ),
    ]),
  );
  const busy = new Set<string>();
  let visits: Promise<unknown> = Promise.resolve();

  async function visit(config: ConnectionConfig, now: Instant): Promise<void> {
    if (busy.has(config.id)) return;
    busy.add(config.id);
    try {
      if (await isDue(deps, config, now)) await work(deps, config, remotes.get(config.id)!);
    } catch (error) {
      deps.log.error({ connection: config.id, error: (error as Error).message }, 'A connection could not be worked on');
    } finally {
      busy.delete(config.id);
    }
  }

  return {
    async tick(now) {
      if (stopping.signal.aborted) return;
      const all = Promise.all(connections.map((config) => visit(config, now)));
      visits = Promise.all([visits, all]);
      await all;
    },
    list: () => Promise.all(connections.map((config) => viewOf(database, config))),
    async stop() {
      stopping.abort();
      await visits;
    },
  };
}

async function isDue({ database }: ClientDeps, config: ConnectionConfig, now: Instant): Promise<boolean> {
  const [row] = await database.query<{ next_at: Date | null }>(
    'SELECT next_at FROM open311_connections WHERE id = $1',
    [config.id],
  );
  if (row === undefined)
    await database.query('INSERT INTO open311_connections (id) VALUES ($1) ON CONFLICT DO NOTHING', [config.id]);
  return row?.next_at == null || row.next_at.getTime() <= now;
}

/** Every part is tried, also when one before it failed: a list that makes no sense does not keep a case from being sent. */
async function work(deps: ClientDeps, config: ConnectionConfig, remote: Remote): Promise<void> {
  const problems: string[] = [];
  const parts = [
    async () => void (await queueCases(deps, config)),
    async () => void (await sendDue(deps, config, remote)),
    async () => void (await pullUpdates(deps, config, remote)),
    async () => void (await pullRequests(deps, config, remote)),
  ];
  for (const part of parts) {
    try {
      await part();
    } catch (error) {
      const { kind, message } = toProblem(error);
      problems.push(kind === 'nonsense' ? `${NONSENSE}${message}` : message);
    }
  }
  await note(deps, config, problems);
}

async function note(
  { database, clock, log }: ClientDeps,
  config: ConnectionConfig,
  problems: readonly string[],
): Promise<void> {
  const now = clock.now();
  const interval = (config.interval_seconds ?? INTERVAL_SECONDS) * SECOND;
  const [problem] = problems;
  if (problem === undefined) {
    await database.query(
      'UPDATE open311_connections SET last_ok_at = $2, failures = 0, problem = NULL, next_at = $3 WHERE id = $1',
      [config.id, new Date(now), new Date(now + interval)],
    );
    return;
  }
  log.warn({ connection: config.id, problem }, 'Another Open311 server could not be worked with');
  const [row] = await database.query<{ failures: number }>(
    'UPDATE open311_connections SET failures = failures + 1, problem = $2 WHERE id = $1 RETURNING failures',
    [config.id, problem.slice(0, 500)],
  );
  const failures = row?.failures ?? 1;
  const isMad = failures >= QUARANTINE_AFTER && problem.startsWith(NONSENSE);
  const wait = isMad ? HOUR : Math.min(HOUR, interval * 2 ** Math.min(failures - 1, 10));
  await database.query('UPDATE open311_connections SET next_at = $2 WHERE id = $1', [config.id, new Date(now + wait)]);
}

interface CountRow {
  last_ok_at: Date | null;
  next_at: Date | null;
  failures: number | null;
  problem: string | null;
  waiting: number;
  sent: number;
  given_up: number;
  requests: number;
  updates: number;
  refused: number;
  last_refusal: string | null;
}

const COUNTS = `
  SELECT c.last_ok_at, c.next_at, c.failures, c.problem, o.*, p.*
  FROM (SELECT $1::text AS id) AS one LEFT JOIN open311_connections c ON c.id = one.id,
  LATERAL (SELECT count(*) FILTER (WHERE state IN ('waiting', 'sending', 'token'))::int AS waiting,
      count(*) FILTER (WHERE state = 'sent')::int AS sent, count(*) FILTER (WHERE state = 'given_up')::int AS given_up
    FROM open311_outbox WHERE connection = one.id) AS o,
  LATERAL (SELECT count(*) FILTER (WHERE kind = 'request' AND local_id IS NOT NULL)::int AS requests,
      count(*) FILTER (WHERE kind = 'update' AND local_id IS NOT NULL)::int AS updates,
      count(problem)::int AS refused, (array_agg(problem ORDER BY done_at DESC) FILTER (WHERE problem IS NOT NULL))[1] AS last_refusal
    FROM open311_pulled WHERE connection = one.id) AS p`;

async function viewOf(database: Database, config: ConnectionConfig): Promise<ConnectionView> {
  const [row] = await database.query<CountRow>(COUNTS, [config.id]);
  if (row === undefined) throw new Error(`The connection ${config.id} cannot be counted.`);
  const failures = row.failures ?? 0;
  const isMad = failures >= QUARANTINE_AFTER && row.problem?.startsWith(NONSENSE) === true;
  return {
    id: config.id,
    url: config.url,
    state: isMad ? 'quarantined' : failures > 0 ? 'failing' : row.last_ok_at === null ? 'new' : 'ok',
    problem: row.problem ?? undefined,
    lastOkAt: row.last_ok_at?.getTime(),
    nextAt: row.next_at?.getTime(),
    waiting: row.waiting,
    sent: row.sent,
    givenUp: row.given_up,
    requestsTaken: row.requests,
    updatesTaken: row.updates,
    refused: row.refused,
    lastRefusal: row.last_refusal ?? undefined,
  };
}
