/** What other servers have for us: their new requests as reports, and what became of the cases they were given. Each once. */
import { createHash } from 'node:crypto';
import type { CaseDetail, Casework } from '#casework/casework.types.ts';
import type { Receipts } from '#casework/receipts/receipts.types.ts';
import type { Actor } from '#kernel/case.ts';
import { CityError } from '#kernel/errors.ts';
import type { Clock, Database, Log } from '#kernel/ports.ts';
import { DAY, HOUR, type Instant, MINUTE } from '#kernel/time.ts';
import { dateTime, MOST_DAYS } from '../query.ts';
import { findStatus, isEnded, type UpdateStatus } from '../statuses.ts';
import { hasAnyMark, markOf, withMark } from './mark.ts';
import type { Remote, RemoteRequest, RemoteUpdate } from './remote.ts';
import type { ConnectionConfig } from './section.ts';

export interface PullDeps {
  readonly database: Database;
  readonly casework: Pick<Casework, 'act' | 'getCase'>;
  readonly receipts: Pick<Receipts, 'receive'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly language: string;
}

/** What was published late, or dated by a clock that lags, is still seen: asking again costs nothing, because each is taken once. */
const REQUESTS_OVERLAP_MS = HOUR;
const UPDATES_OVERLAP_MS = 10 * MINUTE;
const FIRST_DAYS = 1;
/** In one visit. */
const MOST_TAKEN = 100;
const MOST_SPAN_MS = (MOST_DAYS - 1) * DAY;

/** Takes their new requests of mapped services. Answers how many became reports now. */
export async function pullRequests(deps: PullDeps, config: ConnectionConfig, remote: Remote): Promise<number> {
  const codes = config.services
    .filter(({ category }) => category !== undefined)
    .map(({ service_code }) => service_code);
  if (config.pull?.requests !== true || codes.length === 0) return 0;
  const { from, to } = await windowOf(deps, config, 'requests_until', REQUESTS_OVERLAP_MS);
  const found = await remote.listRequests({
    service_code: codes.join(','),
    start_date: dateTime(from),
    end_date: dateTime(to),
  });
  const candidates = found.filter(
    (each) => each.isOpen && codes.includes(each.serviceCode) && !hasAnyMark(each.description),
  );
  const done = await doneOf(deps, config, candidates);
  const news = candidates.filter(({ id }) => !done.has(id)).sort((a, b) => (a.requestedAt ?? 0) - (b.requestedAt ?? 0));
  let taken = 0;
  for (const request of news.slice(0, MOST_TAKEN))
    if (await once(deps, config, 'request', request.id, () => takeRequest(deps, config, request))) taken += 1;
  // A backlog is worked off over several visits, so that our own cases do not wait behind it.
  if (news.length <= MOST_TAKEN) await moveOn(deps, config, 'requests_until', to);
  return taken;
}

async function doneOf(
  { database }: PullDeps,
  config: ConnectionConfig,
  requests: readonly RemoteRequest[],
): Promise<ReadonlySet<string>> {
  const rows = await database.query<{ remote_id: string }>(
    `SELECT remote_id FROM open311_pulled
     WHERE connection = $1 AND kind = 'request' AND remote_id = ANY ($2) AND done_at IS NOT NULL`,
    [config.id, requests.map(({ id }) => id)],
  );
  return new Set(rows.map(({ remote_id }) => remote_id));
}

async function takeRequest(
  { receipts, language }: PullDeps,
  config: ConnectionConfig,
  request: RemoteRequest,
): Promise<string> {
  const service = config.services.find(({ service_code }) => service_code === request.serviceCode)!;
  if (request.place === undefined) throw new CityError('invalid', 'place.missing', 'The request says no place.', 'lat');
  const description = request.description === '' ? request.serviceCode : request.description.slice(0, 1_500);
  const { id } = await receipts.receive({
    clientId: uuidOf(config.id, request.id),
    category: service.category!,
    place: request.place,
    accuracyMetres: undefined,
    address: request.address === '' ? undefined : request.address.slice(0, 200),
    description: withMark(description, markOf(config.id, request.id)),
    photos: [],
    answers: service.answers ?? {},
    joins: undefined,
    contact: undefined,
    language,
    source: 'integrator',
    writtenAt: undefined,
    mediaUrl: isWebAddress(request.mediaUrl) ? request.mediaUrl : undefined,
  });
  return id;
}

const isWebAddress = (url: string | undefined): boolean =>
  url !== undefined && url.length <= 2_000 && /^https?:\/\//.test(url) && URL.canParse(url);

/** The same request is the same report, even when we were shot between taking it and writing that down. */
function uuidOf(connection: string, id: string): string {
  const hex = createHash('sha256').update(`${connection}\n${id}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Tells our cases what the other side says of them. Answers how many updates were new. */
export async function pullUpdates(deps: PullDeps, config: ConnectionConfig, remote: Remote): Promise<number> {
  const way = config.pull?.updates ?? 'none';
  if (way === 'none') return 0;
  const { from, to } = await windowOf(deps, config, 'updates_until', UPDATES_OVERLAP_MS);
  const updates = way === 'extension' ? await remote.listUpdates(from, to) : await askStatuses(deps, config, remote);
  const cases = await casesOf(deps, config, updates);
  let told = 0;
  for (const update of updates.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0))) {
    const caseId = cases.get(update.requestId);
    if (caseId === undefined) continue;
    const key = update.id ?? `${update.requestId}|${update.at ?? ''}|${update.status}`;
    if (await once(deps, config, 'update', key, () => tellCase(deps, config, caseId, update, key))) told += 1;
  }
  await moveOn(deps, config, 'updates_until', to);
  return told;
}

const MOST_ASKED = 100;

/** For servers without updates: the status of what they were given and of which they have not said that it is over. */
async function askStatuses({ database }: PullDeps, config: ConnectionConfig, remote: Remote): Promise<RemoteUpdate[]> {
  const open = await database.query<{ remote_id: string }>(
    `SELECT remote_id FROM open311_outbox o WHERE connection = $1 AND remote_id IS NOT NULL AND NOT EXISTS (
       SELECT FROM open311_pulled p WHERE p.connection = $1 AND kind = 'update' AND p.remote_id LIKE o.remote_id || '|%|CLOSED')`,
    [config.id],
  );
  const updates: RemoteUpdate[] = [];
  for (let at = 0; at < open.length; at += MOST_ASKED) {
    const ids = open.slice(at, at + MOST_ASKED).map(({ remote_id }) => remote_id);
    for (const request of await remote.listRequests({ service_request_id: ids.join(',') }))
      if (!request.isOpen)
        updates.push({
          id: undefined,
          requestId: request.id,
          status: 'CLOSED',
          description: request.statusNotes,
          at: request.updatedAt,
        });
  }
  return updates;
}

async function casesOf(
  { database }: PullDeps,
  config: ConnectionConfig,
  updates: readonly RemoteUpdate[],
): Promise<Map<string, string>> {
  const rows = await database.query<{ remote_id: string; case_id: string }>(
    'SELECT remote_id, case_id FROM open311_outbox WHERE connection = $1 AND remote_id = ANY ($2)',
    [config.id, updates.map(({ requestId }) => requestId)],
  );
  return new Map(rows.map(({ remote_id, case_id }) => [remote_id, case_id]));
}

/** A note always; and what it means for a case that was given to them: taken on, done, or given back. */
async function tellCase(
  { casework }: PullDeps,
  config: ConnectionConfig,
  caseId: string,
  update: RemoteUpdate,
  key: string,
): Promise<string> {
  let detail = await casework.getCase(caseId);
  const actor: Actor = { kind: 'key', id: `open311:${config.id}`, name: config.id, party: config.push?.party };
  const status = findStatus(update.status);
  const mark = `#${key}`;
  const text = [`${update.status}:`, update.description, mark].filter((part) => part !== '').join(' ');
  const isTold = detail.events.some(
    ({ details }) => typeof details['text'] === 'string' && details['text'].endsWith(mark),
  );
  if (!isTold) detail = await casework.act(caseId, 'note', { text }, actor);
  const isTheirs = detail.party !== undefined && detail.party === config.push?.party;
  if (isTheirs && status !== undefined) await follow(casework, detail, status, text, actor);
  return caseId;
}

async function follow(
  casework: PullDeps['casework'],
  detail: CaseDetail,
  status: UpdateStatus,
  text: string,
  actor: Actor,
): Promise<void> {
  try {
    const isGivenBack = status === 'NOT_COUNCILS_RESPONSIBILITY';
    if (isGivenBack && (detail.state === 'dispatched' || detail.state === 'in_progress')) {
      await casework.act(detail.id, 'return', { reason: text }, actor);
      return;
    }
    const takesOn =
      isEnded(status) || status === 'IN_PROGRESS' || status === 'ACTION_SCHEDULED' || status === 'PLANNED';
    if (takesOn && detail.state === 'dispatched') await casework.act(detail.id, 'accept', {}, actor);
    if (isEnded(status) && (detail.state === 'dispatched' || detail.state === 'in_progress'))
      await casework.act(detail.id, 'finish', { feedback: text }, actor);
  } catch (error) {
    // The case cannot follow by itself (a photo is asked for, it is paused): the note stands, and people decide.
    if (!(error instanceof CityError)) throw error;
  }
}

/** Does the work once for a remote id: what broke off is done again, what is wrong is kept with its reason and not tried for ever. */
async function once(
  deps: PullDeps,
  config: ConnectionConfig,
  kind: 'request' | 'update',
  remoteId: string,
  work: () => Promise<string>,
): Promise<boolean> {
  const { database, clock, log } = deps;
  const key = [config.id, kind, remoteId];
  await database.query(
    `INSERT INTO open311_pulled (connection, kind, remote_id, first_seen_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
    [...key, new Date(clock.now())],
  );
  const [row] = await database.query<{ done_at: Date | null }>(
    'SELECT done_at FROM open311_pulled WHERE connection = $1 AND kind = $2 AND remote_id = $3',
    key,
  );
  if (row?.done_at !== null) return false;
  const finish = (localId: string | null, problem: string | null) =>
    database.query(
      'UPDATE open311_pulled SET local_id = $4, problem = $5, done_at = $6 WHERE connection = $1 AND kind = $2 AND remote_id = $3',
      [...key, localId, problem, new Date(clock.now())],
    );
  try {
    await finish(await work(), null);
    return true;
  } catch (error) {
    if (!(error instanceof CityError) || error.kind === 'unavailable' || error.kind === 'too_many') throw error;
    log.warn(
      { connection: config.id, kind, remoteId, problem: error.message },
      'Something of another server cannot be taken',
    );
    await finish(null, `${error.code}: ${error.message}`);
    return false;
  }
}

type Cursor = 'requests_until' | 'updates_until';

async function windowOf(
  { database, clock }: PullDeps,
  config: ConnectionConfig,
  cursor: Cursor,
  overlapMs: number,
): Promise<{ from: Instant; to: Instant }> {
  const [row] = await database.query<Record<Cursor, Date | null>>(
    `SELECT ${cursor} FROM open311_connections WHERE id = $1`,
    [config.id],
  );
  const until = row?.[cursor]?.getTime();
  const now = clock.now();
  const from = until === undefined ? now - (config.pull?.first_days ?? FIRST_DAYS) * DAY : until - overlapMs;
  return { from, to: Math.min(now + MINUTE, from + MOST_SPAN_MS) };
}

/** Never past now: a window that ended in the future would hide what is still to come. */
const moveOn = ({ database, clock }: PullDeps, config: ConnectionConfig, cursor: Cursor, to: Instant) =>
  database.query(`UPDATE open311_connections SET ${cursor} = $2 WHERE id = $1`, [
    config.id,
    new Date(Math.min(to, clock.now())),
  ]);
