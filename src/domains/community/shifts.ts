/** Shifts, and what is handed over to the next. */
import { conflict } from '#kernel/errors.ts';
import { newId, type RandomBytes } from '#kernel/ids.ts';
import type { Database } from '#kernel/ports.ts';
import type { Community, Shift } from './community.types.ts';

interface Row {
  readonly id: string;
  readonly account: string;
  readonly account_name: string;
  readonly started_at: Date;
  readonly ended_at: Date | null;
  readonly next_name: string | null;
  readonly note: string | null;
}

const toShift = (row: Row): Shift => ({
  id: row.id,
  account: row.account,
  accountName: row.account_name,
  startedAt: row.started_at.getTime(),
  endedAt: row.ended_at?.getTime(),
  nextName: row.next_name ?? undefined,
  note: row.note ?? undefined,
});

const RUNNING = 'SELECT * FROM community_shifts WHERE account = $1 AND ended_at IS NULL';

export type Shifts = Pick<Community, 'findShift' | 'startShift' | 'endShift' | 'listHandovers' | 'readHandover'>;

export function createShifts(database: Database, random: RandomBytes): Shifts {
  async function findShift(account: string): Promise<Shift | undefined> {
    const [row] = await database.query<Row>(RUNNING, [account]);
    return row && toShift(row);
  }

  return {
    findShift,
    async startShift({ account, name, party }, at) {
      const [row] = await database.query<Row>(
        `INSERT INTO community_shifts (id, account, account_name, party, started_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (account) WHERE ended_at IS NULL DO NOTHING RETURNING *`,
        [newId('shift', at, random), account, name, party ?? null, new Date(at)],
      );
      if (row === undefined) throw conflict('shift.running', 'Your shift has begun already.', 'kind');
      return toShift(row);
    },
    async endShift(account, at, { next, note }) {
      const [row] = await database.query<Row>(
        `UPDATE community_shifts SET ended_at = greatest($2, started_at), next_account = $3, next_name = $4, note = $5
         WHERE account = $1 AND ended_at IS NULL RETURNING *`,
        [account, new Date(at), next?.account ?? null, next?.name ?? null, note === '' ? null : note],
      );
      if (row === undefined) throw conflict('shift.none', 'No shift of yours is running.', 'kind');
      return toShift(row);
    },
    async listHandovers(account) {
      const rows = await database.query<Row>(
        `SELECT * FROM community_shifts WHERE next_account = $1 AND read_at IS NULL AND note IS NOT NULL
         ORDER BY ended_at DESC LIMIT 20`,
        [account],
      );
      return rows.map(toShift);
    },
    async readHandover(shiftId, account, at) {
      await database.query(
        'UPDATE community_shifts SET read_at = coalesce(read_at, $3) WHERE id = $1 AND next_account = $2',
        [shiftId, account, new Date(at)],
      );
    },
  };
}
