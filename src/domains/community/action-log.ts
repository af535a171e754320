/**
 * The log of what phones have sent, which makes each action happen once.
 *
 * An id is claimed before anything is done and carries its outcome afterwards. A claim without an outcome is a run that was
 * interrupted between the two: what the ledger shows decides then whether it still has to be done. Actions of one account run one
 * after another in this process; a claim of another process is left alone for a while, because it may be at work.
 */
import { CityError, unavailable } from '#kernel/errors.ts';
import type { Clock, Database } from '#kernel/ports.ts';
import { type Instant, SECOND } from '#kernel/time.ts';
import type { Community, NewAction, Outcome, StoredAction } from './community.types.ts';

const LEASE_MS = 30 * SECOND;

interface Row {
  readonly id: string;
  readonly account: string;
  readonly account_name: string;
  readonly party: string | null;
  readonly kind: string;
  readonly target: string;
  readonly case_id: string | null;
  readonly cell: string | null;
  readonly done_at: Date;
  readonly received_at: Date;
  readonly longitude: number | null;
  readonly latitude: number | null;
  readonly accuracy_metres: number | null;
  readonly distance_metres: number | null;
  readonly flags: string[];
  readonly photos: string[];
  readonly details: Record<string, unknown>;
  readonly claimed_by: string;
  readonly claimed_at: Date;
  readonly outcome: Outcome | null;
}

const toAction = (row: Row): StoredAction => ({
  id: row.id,
  account: row.account,
  accountName: row.account_name,
  party: row.party ?? undefined,
  kind: row.kind,
  target: row.target,
  caseId: row.case_id ?? undefined,
  cell: row.cell ?? undefined,
  doneAt: row.done_at.getTime(),
  receivedAt: row.received_at.getTime(),
  whereabouts:
    row.longitude === null || row.latitude === null
      ? undefined
      : { lon: row.longitude, lat: row.latitude, accuracyMetres: row.accuracy_metres ?? 0 },
  distanceMetres: row.distance_metres ?? undefined,
  flags: row.flags as StoredAction['flags'],
  photos: row.photos,
  details: row.details,
  outcome: row.outcome ?? undefined,
});

export type ActionLog = Pick<Community, 'perform' | 'findAction' | 'listActions'>;

/** `run` names this run of the program. */
export function createActionLog(database: Database, clock: Clock, run: string): ActionLog {
  const gates = new Map<string, Promise<unknown>>();

  function inOrder<T>(account: string, work: () => Promise<T>): Promise<T> {
    const done = (gates.get(account) ?? Promise.resolve()).then(work, work);
    const settled = done
      .catch(() => undefined)
      .then(() => {
        if (gates.get(account) === settled) gates.delete(account);
      });
    gates.set(account, settled);
    return done;
  }

  async function claim(action: NewAction): Promise<boolean> {
    const { whereabouts } = action;
    const rows = await database.query(
      `INSERT INTO community_actions (id, account, account_name, party, kind, target, case_id, cell, done_at, received_at,
         longitude, latitude, accuracy_metres, distance_metres, flags, photos, details, claimed_by, claimed_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
       ON CONFLICT (id) DO NOTHING RETURNING id`,
      [
        action.id,
        action.account,
        action.accountName,
        action.party ?? null,
        action.kind,
        action.target,
        action.caseId ?? null,
        action.cell ?? null,
        new Date(action.doneAt),
        new Date(action.receivedAt),
        whereabouts?.lon ?? null,
        whereabouts?.lat ?? null,
        whereabouts?.accuracyMetres ?? null,
        action.distanceMetres ?? null,
        [...action.flags],
        [...action.photos],
        JSON.stringify(action.details),
        run,
        new Date(clock.now()),
      ],
    );
    return rows.length > 0;
  }

  async function findRow(id: string): Promise<Row | undefined> {
    const [row] = await database.query<Row>('SELECT * FROM community_actions WHERE id = $1', [id]);
    return row;
  }

  async function settle(id: string, outcome: Outcome): Promise<Outcome> {
    await database.query(
      'UPDATE community_actions SET outcome = $2::jsonb, case_id = coalesce(case_id, $3) WHERE id = $1',
      [id, JSON.stringify(outcome), outcome.caseId ?? null],
    );
    return outcome;
  }

  const perform: Community['perform'] = (action, { work, recover }) =>
    inOrder(action.account, async () => {
      if (await claim(action)) return settle(action.id, await work());
      const row = (await findRow(action.id))!;
      refuseStranger(row, action);
      if (row.outcome !== null) return row.outcome;
      const since: Instant = row.claimed_at.getTime();
      if (row.claimed_by !== run && clock.now() - since < LEASE_MS)
        throw unavailable('crew.busy', 'This action is being written down; send it again in a few seconds.');
      return settle(action.id, (await recover(since)) ?? (await work()));
    });

  return {
    perform,
    async findAction(id) {
      const row = await findRow(id);
      return row && toAction(row);
    },
    async listActions({ caseId, cell, kind, limit }) {
      const rows = await database.query<Row>(
        `SELECT * FROM community_actions
         WHERE ($1::text IS NULL OR case_id = $1) AND ($2::text IS NULL OR cell = $2) AND ($3::text IS NULL OR kind = $3)
         ORDER BY done_at DESC, id LIMIT $4`,
        [caseId ?? null, cell ?? null, kind ?? null, limit],
      );
      return rows.map(toAction);
    },
  };
}

function refuseStranger(row: Row, action: NewAction): void {
  if (row.account === action.account && row.kind === action.kind && row.target === action.target) return;
  throw new CityError('conflict', 'crew.action_of_another', 'This id belongs to another action.', 'id');
}
