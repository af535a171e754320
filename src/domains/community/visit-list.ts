/** The list of homes to look in on. A pseudonym is all it knows of anybody. */
import { conflict, notFound } from '#kernel/errors.ts';
import { newId, type RandomBytes } from '#kernel/ids.ts';
import type { Clock, Database } from '#kernel/ports.ts';
import { HOUR } from '#kernel/time.ts';
import type { Community, CrewRules, Visit } from './community.types.ts';
import { planVisits } from './visits.ts';

interface Row {
  readonly id: string;
  readonly pseudonym: string;
  readonly carer: string;
  readonly cell: string;
  readonly longitude: number | null;
  readonly latitude: number | null;
  readonly due_at: Date;
  readonly state: Visit['state'];
  readonly settled_at: Date | null;
  readonly settled_by: string | null;
  readonly note: string | null;
  readonly revision: number;
}

const toVisit = (row: Row): Visit => ({
  id: row.id,
  pseudonym: row.pseudonym,
  carer: row.carer,
  cell: row.cell,
  place: row.longitude === null || row.latitude === null ? undefined : [row.longitude, row.latitude],
  dueAt: row.due_at.getTime(),
  state: row.state,
  settledAt: row.settled_at?.getTime(),
  settledBy: row.settled_by ?? undefined,
  note: row.note ?? undefined,
  version: Number(row.revision),
});

export type VisitList = Pick<
  Community,
  'planVisits' | 'listVisits' | 'findVisit' | 'listOverdueVisits' | 'settleVisit'
>;

export function createVisitList(database: Database, clock: Clock, random: RandomBytes, rules: CrewRules): VisitList {
  const { everyDays, dueWithinHours } = rules.visits;

  const listDue = async (): Promise<Visit[]> =>
    (await database.query<Row>(`SELECT * FROM community_visits WHERE state = 'due' ORDER BY due_at, id`)).map(toVisit);

  async function lastSettled(): Promise<Map<string, number>> {
    const rows = await database.query<{ pseudonym: string; at: Date }>(
      `SELECT pseudonym, max(settled_at) AS at FROM community_visits WHERE state IN ('done', 'missed') GROUP BY pseudonym`,
    );
    return new Map(rows.map(({ pseudonym, at }) => [pseudonym, at.getTime()]));
  }

  return {
    async planVisits(homes) {
      const { plan, cancel } = planVisits(homes, await listDue(), await lastSettled(), everyDays);
      await database.transaction(async (tx) => {
        for (const { home, dueAt } of plan) {
          await tx.query(
            `INSERT INTO community_visits (id, pseudonym, carer, cell, longitude, latitude, due_at, state, revision)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'due', nextval('community_revisions'))
             ON CONFLICT (pseudonym) WHERE state = 'due' DO NOTHING`,
            [
              newId('visit', clock.now(), random),
              home.pseudonym,
              home.carer,
              home.cell,
              home.place?.[0] ?? null,
              home.place?.[1] ?? null,
              new Date(dueAt),
            ],
          );
        }
        await tx.query(
          `UPDATE community_visits SET state = 'cancelled', revision = nextval('community_revisions')
           WHERE state = 'due' AND id = ANY($1)`,
          [cancel.map(({ id }) => id)],
        );
      });
      return { planned: plan.length, cancelled: cancel.length };
    },
    async listVisits({ carers, due }) {
      const rows = await database.query<Row>(
        `SELECT * FROM community_visits WHERE ($1::text[] IS NULL OR carer = ANY($1)) AND (NOT $2 OR state = 'due')
         ORDER BY due_at, id LIMIT 1000`,
        [carers === undefined ? null : [...carers], due],
      );
      return rows.map(toVisit);
    },
    async findVisit(id) {
      const [row] = await database.query<Row>('SELECT * FROM community_visits WHERE id = $1', [id]);
      return row && toVisit(row);
    },
    async listOverdueVisits(now) {
      const missedBefore = now - dueWithinHours * HOUR;
      return (await listDue()).filter(({ dueAt }) => dueAt <= missedBefore);
    },
    async settleVisit(id, state, by, at, note) {
      const [row] = await database.query<Row>(
        `UPDATE community_visits SET state = $2, settled_at = $3, settled_by = $4, note = $5, revision = nextval('community_revisions')
         WHERE id = $1 AND state = 'due' RETURNING *`,
        [id, state, new Date(at), by.name, note ?? null],
      );
      if (row !== undefined) return toVisit(row);
      const [known] = await database.query<Row>('SELECT * FROM community_visits WHERE id = $1', [id]);
      if (known === undefined) throw notFound('visit.unknown', `There is no visit ${id}.`, 'target');
      throw conflict('visit.settled', `This visit is ${known.state} already.`, 'target');
    },
  };
}
