/** mySociety's updates: what became of requests, out; and what others say about them, in, each once. */
import type { PublicRequest, PublicStep } from '#casework/receipts/public-requests.types.ts';
import type { Actor } from '#kernel/case.ts';
import { CityError, invalid, notFound } from '#kernel/errors.ts';
import { newId } from '#kernel/ids.ts';
import type { Caller } from '#kernel/roles.ts';
import { DAY, findInstant, type Instant } from '#kernel/time.ts';
import type { Form } from './form.ts';
import type { Open311Deps } from './open311.types.ts';
import { mediaUrlOf, personOf } from './post-request.ts';
import { dateTime } from './query.ts';
import { findStatus, STATUSES, statusOfStep, type UpdateStatus } from './statuses.ts';
import type { Speech } from './words.ts';
import type { Value } from './xml.ts';

export function toUpdates(steps: readonly PublicStep[], speech: Speech): Value[] {
  return steps.flatMap(({ id, requestId, at, action, state }) => {
    const status = statusOfStep(action, state);
    if (status === undefined) return [];
    return [
      {
        update_id: id,
        service_request_id: requestId,
        status,
        updated_datetime: dateTime(at),
        description: speech.say(state === 'handled' ? 'handled' : `status.${status}`),
        media_url: null,
      },
    ];
  });
}

interface NewUpdate {
  readonly sender: Caller;
  /** The sender's own number of it. */
  readonly updateId: string;
  readonly request: PublicRequest;
  readonly status: UpdateStatus;
  readonly description: string;
  readonly mediaUrl: string | undefined;
  readonly at: Instant;
}

/**
 * Stores an update and tells the case. The same sender's same `update_id` answers the same id again and changes nothing; when the
 * first time broke off between storing and telling, the second tells.
 * Errors: `request.unknown` (404), `update.…`, `status.unknown`.
 */
export async function postUpdate(deps: Open311Deps, form: Form, sender: Caller): Promise<string> {
  const update = await readUpdate(deps, form, sender);
  const stored = await store(deps, update, form);
  if (stored.told) return stored.id;
  await tell(deps, update);
  await deps.database.query('UPDATE open311_received_updates SET told_at = $2 WHERE id = $1', [
    stored.id,
    new Date(deps.clock.now()),
  ]);
  return stored.id;
}

const MOST_ID = 200;

async function readUpdate({ requests, clock, territory }: Open311Deps, form: Form, sender: Caller): Promise<NewUpdate> {
  const need = (name: string): string => {
    const value = form.find(name);
    if (value === undefined) throw invalid('update.missing', `${name} was not provided.`, name);
    return value;
  };
  const id = need('service_request_id');
  const updateId = form.find('update_id') ?? form.find('update_id_ext') ?? need('update_id');
  if (updateId.length > MOST_ID)
    throw invalid('text.too_long', `update_id has at most ${MOST_ID} characters.`, 'update_id');
  const status = findStatus(need('status'));
  if (status === undefined) throw invalid('status.unknown', `status is one of ${STATUSES.join(', ')}.`, 'status');
  const description = form.find('description') ?? '';
  const most = territory.pack.reporting.limits.descriptionCharacters;
  if (description.length > most)
    throw invalid('text.too_long', `description has at most ${most} characters.`, 'description');
  const [request] = await requests.list({ ids: [id], limit: 1 });
  if (request === undefined)
    throw notFound('request.unknown', `service_request_id ${id} was not found.`, 'service_request_id');
  return { sender, updateId, request, status, description, mediaUrl: mediaUrlOf(form), at: timeOf(form, clock.now()) };
}

/** When it happened on the sender's side; a clock that runs ahead of ours does not date an update into our future. */
function timeOf(form: Form, now: Instant): Instant {
  const text = form.find('updated_datetime');
  if (text === undefined) return now;
  const at = findInstant(text);
  if (at === undefined)
    throw invalid('date.malformed', 'updated_datetime is a date with time and zone.', 'updated_datetime');
  return Math.min(at, now);
}

async function store(deps: Open311Deps, update: NewUpdate, form: Form): Promise<{ id: string; told: boolean }> {
  const { database, vault, clock, random, territory } = deps;
  const { sender, updateId, request, status, description, mediaUrl, at } = update;
  const find = async () => {
    const [row] = await database.query<{ id: string; told_at: Date | null; request_id: string }>(
      'SELECT id, told_at, request_id FROM open311_received_updates WHERE sender = $1 AND update_id = $2',
      [sender.id, updateId],
    );
    return row;
  };
  let row = await find();
  if (row === undefined) {
    const person = personOf(form);
    const contact = person === undefined ? null : await vault.keep(person, 'report');
    const now = clock.now();
    if (contact !== null) await vault.release(contact, now + territory.pack.reporting.privacy.contactDays * DAY);
    await database.query(
      `INSERT INTO open311_received_updates
         (id, sender, update_id, request_id, status, description, media_url, contact, at, received_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (sender, update_id) DO NOTHING`,
      [
        newId('upd', now, random),
        sender.id,
        updateId,
        request.id,
        status,
        description,
        mediaUrl ?? null,
        contact,
        new Date(at),
        new Date(now),
      ],
    );
    row = await find();
  }
  if (row === undefined)
    throw new CityError('unavailable', 'update.lost', 'The update could not be stored; send it again.');
  if (row.request_id !== request.id)
    throw invalid('update.other_request', `update_id ${updateId} was sent before, for another request.`, 'update_id');
  return { id: row.id, told: row.told_at !== null };
}

/** As a note on the case, or by opening it again when it is over and the city still takes that. Never twice. */
async function tell({ casework, clock, territory }: Open311Deps, update: NewUpdate): Promise<void> {
  const { request, sender, status, description, mediaUrl } = update;
  if (request.caseId === undefined) return;
  const mark = `#${update.updateId}`;
  const detail = await casework.getCase(request.caseId);
  const isTold = detail.events.some(
    ({ actor, details }) =>
      actor.id === sender.id &&
      [details['text'], details['reason']].some((text) => typeof text === 'string' && text.endsWith(mark)),
  );
  if (isTold) return;
  const actor: Actor = { kind: 'key', id: sender.id, name: sender.name, party: sender.party };
  const text = [`${status}:`, description, mediaUrl, mark]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
  const reopenUntil = (detail.closedAt ?? 0) + territory.pack.reporting.answers.reopenDays * DAY;
  const asksAgain = status === 'REOPEN' || status === 'OPEN';
  if (asksAgain && detail.closedAt !== undefined && clock.now() <= reopenUntil)
    await attempt(() => casework.act(detail.id, 'reopen', { reason: text }, actor));
  else await attempt(() => casework.act(detail.id, 'note', { text }, actor));
}

/** The update is stored whatever the case's state allows; that a case over and done takes no note is not the sender's fault. */
async function attempt(move: () => Promise<unknown>): Promise<void> {
  try {
    await move();
  } catch (error) {
    if (!(error instanceof CityError) || error.kind !== 'conflict') throw error;
  }
}
