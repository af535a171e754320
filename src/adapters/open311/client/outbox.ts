/**
 * Cases on their way to another server, each exactly once whatever breaks.
 *
 * That an attempt leaves is written down before it leaves. When its fate is unknown afterwards (no answer, half an answer, we were
 * shot), the other side is searched for our mark before anything is sent again; and because some servers publish late, it is only
 * believed to be missing when the first unknown attempt is some minutes old. A refusal is an answer and needs no search.
 */
import type { CaseSummary, Casework } from '#casework/casework.types.ts';
import type { Clock, Database, Log } from '#kernel/ports.ts';
import { HOUR, type Instant, MINUTE, SECOND } from '#kernel/time.ts';
import { dateTime } from '../query.ts';
import { hasMark, markOf, withMark } from './mark.ts';
import { RemoteProblem, toProblem } from './problem.ts';
import type { Remote } from './remote.ts';
import type { ConnectionConfig } from './section.ts';

export interface OutboxDeps {
  readonly database: Database;
  readonly casework: Pick<Casework, 'listCases' | 'getCase'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly language: string;
}

interface Row {
  case_id: string;
  mark: string;
  state: 'waiting' | 'sending' | 'token';
  attempts: number;
  unsure_since: Date | null;
  token: string | null;
}

const MOST_CASES = 1_000;
const BATCH = 20;
/** An attempt of unknown fate must be this old before its request is believed to be missing. */
export const SETTLE_MS = 2 * MINUTE;
/** Clocks of two cities differ. */
const SEARCH_SLACK_MS = 15 * MINUTE;
const MOST_REFUSALS = 3;

/** 10 s, 20 s, 40 s … at most an hour. */
const backoff = (attempts: number): number => Math.min(HOUR, 10 * SECOND * 2 ** Math.min(attempts, 12));

/** Puts down every case that is the other server's business and is not put down yet. Answers how many were new. */
export async function queueCases({ database, casework, clock }: OutboxDeps, config: ConnectionConfig): Promise<number> {
  const { push } = config;
  if (push === undefined) return 0;
  const { cases } = await casework.listCases({ open: true, party: push.party, areas: push.areas, limit: MOST_CASES });
  const due = cases.filter((each) => isTheirs(each, config));
  if (due.length === 0) return 0;
  const rows = await database.query(
    `INSERT INTO open311_outbox (connection, case_id, mark, state, queued_at, next_at)
     SELECT $1, new.case_id, new.mark, 'waiting', $4, $4 FROM unnest($2::text[], $3::text[]) AS new (case_id, mark)
     ON CONFLICT DO NOTHING RETURNING case_id`,
    [config.id, due.map(({ id }) => id), due.map(({ id }) => markOf(config.id, id)), new Date(clock.now())],
  );
  return rows.length;
}

const isTheirs = (summary: CaseSummary, { push, services }: ConnectionConfig): boolean =>
  serviceOf(summary, services) !== undefined &&
  (push?.party === undefined ||
    (summary.party === push.party && (summary.state === 'dispatched' || summary.state === 'in_progress')));

const serviceOf = ({ caseClass }: CaseSummary, services: ConnectionConfig['services']) =>
  services.find(({ case_classes }) => case_classes?.includes(caseClass) === true);

/** Sends what is due, oldest first. Stops at the first sign that the other side is away; rejects with that problem. */
export async function sendDue(deps: OutboxDeps, config: ConnectionConfig, remote: Remote): Promise<number> {
  const rows = await deps.database.query<Row>(
    `SELECT case_id, mark, state, attempts, unsure_since, token FROM open311_outbox
     WHERE connection = $1 AND state IN ('waiting', 'sending', 'token') AND next_at <= $2 ORDER BY queued_at, case_id LIMIT ${BATCH}`,
    [config.id, new Date(deps.clock.now())],
  );
  let sent = 0;
  for (const row of rows) if (await advance(deps, config, remote, row)) sent += 1;
  return sent;
}

async function advance(deps: OutboxDeps, config: ConnectionConfig, remote: Remote, row: Row): Promise<boolean> {
  try {
    if (row.state === 'token') return await askToken(deps, config, remote, row);
    if (row.unsure_since !== null && !(await isMissing(deps, config, remote, row, row.unsure_since.getTime())))
      return false;
    return await send(deps, config, remote, row);
  } catch (error) {
    const problem = toProblem(error);
    await postpone(deps, config, row, problem.message);
    throw problem;
  }
}

/** True when it may be sent (again); when it was found there, or when it is too early to tell, false. */
async function isMissing(
  deps: OutboxDeps,
  config: ConnectionConfig,
  remote: Remote,
  row: Row,
  since: Instant,
): Promise<boolean> {
  const now = deps.clock.now();
  const summary = await deps.casework.getCase(row.case_id);
  const found = await remote.listRequests({
    service_code: serviceOf(summary, config.services)?.service_code ?? '',
    start_date: dateTime(since - SEARCH_SLACK_MS),
    end_date: dateTime(now + SEARCH_SLACK_MS),
  });
  const ours = found.find(({ description }) => hasMark(description, row.mark));
  if (ours !== undefined) {
    await settle(deps, config, row, ours.id);
    return false;
  }
  if (now - since >= SETTLE_MS) return true;
  await postpone(deps, config, row, 'waiting to see whether an earlier attempt arrived');
  return false;
}

async function send(deps: OutboxDeps, config: ConnectionConfig, remote: Remote, row: Row): Promise<boolean> {
  const summary = await deps.casework.getCase(row.case_id);
  const fields = formOf(summary, config, row.mark, deps.language);
  const now = new Date(deps.clock.now());
  await deps.database.query(
    `UPDATE open311_outbox SET state = 'sending', attempts = attempts + 1, unsure_since = coalesce(unsure_since, $3)
     WHERE connection = $1 AND case_id = $2`,
    [config.id, row.case_id, now],
  );
  try {
    const { id, token } = await remote.post(fields);
    if (id !== undefined) {
      await settle(deps, config, row, id);
      return true;
    }
    await deps.database.query(
      `UPDATE open311_outbox SET state = 'token', token = $3, unsure_since = NULL, problem = NULL, next_at = $4 WHERE connection = $1 AND case_id = $2`,
      [config.id, row.case_id, token ?? null, new Date(deps.clock.now() + 10 * SECOND)],
    );
    return false;
  } catch (error) {
    const problem = toProblem(error);
    // Nothing of this attempt is on the other side. An earlier one may be: then the search goes on.
    if ((problem.kind === 'refused' || problem.kind === 'away') && row.unsure_since === null)
      await recall(deps, config, row);
    if (problem.kind !== 'refused') throw problem;
    await refuse(deps, config, row, problem);
    return false;
  }
}

const recall = ({ database }: OutboxDeps, config: ConnectionConfig, row: Row) =>
  database.query(
    `UPDATE open311_outbox SET state = 'waiting', unsure_since = NULL WHERE connection = $1 AND case_id = $2`,
    [config.id, row.case_id],
  );

/** A request turned down some times stays here with the reason, for people to see; the others go on. */
async function refuse(deps: OutboxDeps, config: ConnectionConfig, row: Row, problem: RemoteProblem): Promise<void> {
  deps.log.warn(
    { connection: config.id, caseId: row.case_id, problem: problem.message },
    'Another server refused a case',
  );
  if (row.attempts + 1 < MOST_REFUSALS) return postpone(deps, config, row, problem.message);
  await deps.database.query(
    `UPDATE open311_outbox SET state = 'given_up', problem = $3 WHERE connection = $1 AND case_id = $2`,
    [config.id, row.case_id, problem.message],
  );
}

async function askToken(deps: OutboxDeps, config: ConnectionConfig, remote: Remote, row: Row): Promise<boolean> {
  const id = await remote.findByToken(row.token ?? '');
  if (id === undefined) {
    await postpone(deps, config, row, 'no number for the token yet');
    return false;
  }
  await settle(deps, config, row, id);
  return true;
}

async function settle(
  { database, clock, log }: OutboxDeps,
  config: ConnectionConfig,
  row: Row,
  remoteId: string,
): Promise<void> {
  await database.query(
    `UPDATE open311_outbox SET state = 'sent', remote_id = $3, sent_at = $4, unsure_since = NULL, problem = NULL
     WHERE connection = $1 AND case_id = $2`,
    [config.id, row.case_id, remoteId, new Date(clock.now())],
  );
  log.info({ connection: config.id, caseId: row.case_id, remoteId }, 'A case was given to another server');
}

async function postpone(
  { database, clock }: OutboxDeps,
  config: ConnectionConfig,
  row: Row,
  problem: string,
): Promise<void> {
  await database.query('UPDATE open311_outbox SET next_at = $3, problem = $4 WHERE connection = $1 AND case_id = $2', [
    config.id,
    row.case_id,
    new Date(clock.now() + backoff(row.attempts)),
    problem,
  ]);
}

/** What they are told: what and where, in the city's words. Nothing that a resident wrote leaves the city. */
function formOf(summary: CaseSummary, config: ConnectionConfig, mark: string, language: string): [string, string][] {
  const service = serviceOf(summary, config.services);
  if (service === undefined)
    throw new RemoteProblem('refused', `no service is mapped for ${summary.caseClass} any more`);
  const say = (text: Readonly<Record<string, string>>) => text[language] ?? Object.values(text)[0] ?? '';
  const [longitude, latitude] = summary.place;
  const fields: [string, string][] = [
    ['service_code', service.service_code],
    ['lat', String(latitude)],
    ['long', String(longitude)],
    ['address_string', say(summary.address)],
    ['description', withMark(`${summary.reference} ${say(summary.name)}`, mark)],
    ['service_request_id_ext', summary.reference],
  ];
  if (config.push?.email !== undefined) fields.push(['email', config.push.email]);
  for (const [code, value] of Object.entries(service.attributes ?? {})) fields.push([`attribute[${code}]`, value]);
  return fields;
}
