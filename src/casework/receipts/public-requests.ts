/** Reports as anyone may see them, read from the receipts and from the case each report is in now. */
import type { CaseState } from '#kernel/case.ts';
import { distanceMetres, type Position } from '#kernel/geo.ts';
import type { Queryable, SqlValue } from '#kernel/ports.ts';
import type { ReportingRules } from '#kernel/reporting.ts';
import type { Localized } from '#kernel/words.ts';
import { blurToGrid } from './blurring.ts';
import type { PublicQuery, PublicRequest, PublicRequests, PublicStep } from './public-requests.types.ts';

interface Row {
  id: string;
  state: 'held' | 'filed' | 'discarded';
  category: string;
  description: string;
  longitude: number;
  latitude: number;
  photos: string[];
  media_url: string | null;
  answers: PublicRequest['answers'];
  reported_at: Date;
  judged_at: Date | null;
  case_id: string | null;
  reference: string | null;
  case_state: CaseState | null;
  is_open: boolean | null;
  closed_at: Date | null;
  updated_at: Date | null;
  party: string | null;
  party_name: Localized | null;
  address: Localized | null;
  due_at: string | null;
}

// A report whose case was merged belongs to the case that goes on: `reports` says which.
const CHANGED = `coalesce(CASE WHEN c.is_open THEN greatest(c.updated_at, r.reported_at) ELSE c.closed_at END, c.updated_at, r.judged_at, r.reported_at)`;
const SOURCE = `
  FROM receipts r
  LEFT JOIN reports p ON p.id = r.report_id
  LEFT JOIN cases c ON c.id = coalesce(p.case_id, r.case_id)`;
const COLUMNS = `
  r.id, r.state, r.category, r.description, r.longitude, r.latitude, r.photos, r.media_url, r.answers, r.reported_at, r.judged_at,
  c.id AS case_id, c.reference, c.state AS case_state, c.is_open, c.closed_at, ${CHANGED} AS updated_at, c.party,
  c.record->'partyName' AS party_name, c.record->'address' AS address,
  CASE WHEN c.is_open THEN c.record #>> '{clocks,handle,dueAt}' END AS due_at`;

/** What only some parties may know of is nobody else's, also when a resident told it. Said so that the planner takes it for rare. */
const NOT_CONFIDENTIAL = `(c.record->'facts' ? 'visibleTo') IS NOT TRUE`;

/**
 * Changes of state after the report, from the events of the asked time to the reports of their cases. Who joined a case that was under
 * way is told where it stood then.
 */
const STEPS = `
  SELECT r.id AS request, e.sequence, e.at, e.type, coalesce(e.to_state, (
      SELECT b.to_state FROM case_events b
      WHERE b.case_id = e.case_id AND b.sequence < e.sequence AND b.to_state IS NOT NULL ORDER BY b.sequence DESC LIMIT 1
    )) AS to_state
  FROM case_events e
  JOIN reports p ON p.case_id = e.case_id
  JOIN receipts r ON r.report_id = p.id
  JOIN cases c ON c.id = e.case_id
  WHERE e.at BETWEEN $1 AND $2 AND e.at >= r.reported_at AND r.state = 'filed' AND ${NOT_CONFIDENTIAL}
    AND ($3::text[] IS NULL OR r.id = ANY ($3))
    AND (e.to_state IS DISTINCT FROM e.from_state
      OR e.type = 'report.added' AND e.details #>> '{report,id}' = p.id AND c.opened_at < r.reported_at)
  ORDER BY e.at, e.sequence, r.id LIMIT $4`;

export function createPublicRequests({
  database,
  reporting,
}: {
  readonly database: Queryable;
  readonly reporting: ReportingRules;
}): PublicRequests {
  const homes = new Set(reporting.categories.filter(({ homeRelated }) => homeRelated).map(({ code }) => code));
  const grid = reporting.privacy.homeGridMetres;
  return {
    async list(query) {
      const { where, parameters } = conditions(query);
      const sql = `SELECT ${COLUMNS} ${SOURCE} WHERE ${where} ORDER BY r.reported_at DESC, r.id DESC
        LIMIT ${Math.trunc(query.limit)} OFFSET ${Math.trunc(query.offset ?? 0)}`;
      const rows = await database.query<Row>(sql, parameters);
      const shown = rows.map((row) => toPublic(row, homes.has(row.category), grid));
      return query.near === undefined ? shown : shown.filter((each) => isWithin(each, query.near!));
    },
    async listSteps({ from, to, ids, limit }) {
      const rows = await database.query<{
        request: string;
        sequence: string;
        at: Date;
        type: string;
        to_state: CaseState;
      }>(STEPS, [new Date(from), new Date(to), ids === undefined ? null : [...ids], limit]);
      return rows.map(
        ({ request, sequence, at, type, to_state }): PublicStep => ({
          id: `${request}.${sequence}`,
          requestId: request,
          at: at.getTime(),
          action: type,
          state: to_state,
        }),
      );
    },
    async isPublicPhoto(key) {
      const [row] = await database.query<{ shown: boolean }>(
        `SELECT EXISTS (SELECT FROM shown_photos WHERE key = $1)
           AND NOT EXISTS (SELECT FROM receipts WHERE $1 = ANY (photos) AND category = ANY ($2)) AS shown`,
        [key, [...homes]],
      );
      return row?.shown === true;
    },
  };
}

function conditions(query: PublicQuery): { where: string; parameters: SqlValue[] } {
  const parameters: SqlValue[] = [];
  const put = (value: SqlValue) => `$${parameters.push(value)}`;
  if (query.ids !== undefined)
    return { where: `r.id = ANY (${put([...query.ids])}) AND ${NOT_CONFIDENTIAL}`, parameters };
  const parts = [`r.state = 'filed'`, NOT_CONFIDENTIAL];
  if (query.categories !== undefined) parts.push(`r.category = ANY (${put([...query.categories])})`);
  if (query.reportedFrom !== undefined) parts.push(`r.reported_at >= ${put(new Date(query.reportedFrom))}`);
  if (query.reportedTo !== undefined) parts.push(`r.reported_at <= ${put(new Date(query.reportedTo))}`);
  if (query.updatedFrom !== undefined) parts.push(`${CHANGED} >= ${put(new Date(query.updatedFrom))}`);
  if (query.updatedTo !== undefined) parts.push(`${CHANGED} <= ${put(new Date(query.updatedTo))}`);
  if (query.open !== undefined) parts.push(`coalesce(c.is_open, true) = ${put(query.open)}`);
  if (query.near !== undefined) parts.push(boxAround(query.near, put));
  return { where: parts.join(' AND '), parameters };
}

const METRES_PER_DEGREE = 111_195;

/** A little wider than the circle, so that a blurred place is judged by where it is shown and not by where it is. */
function boxAround(
  { place: [lon, lat], metres }: NonNullable<PublicQuery['near']>,
  put: (value: number) => string,
): string {
  const dLat = (metres + 1_000) / METRES_PER_DEGREE;
  const dLon = dLat / Math.max(0.01, Math.cos((lat * Math.PI) / 180));
  const between = (column: string, from: number, to: number) => `${column} BETWEEN ${put(from)} AND ${put(to)}`;
  return `${between('r.latitude', lat - dLat, lat + dLat)} AND ${between('r.longitude', lon - dLon, lon + dLon)}`;
}

const isWithin = ({ place }: PublicRequest, near: NonNullable<PublicQuery['near']>): boolean =>
  place !== undefined && distanceMetres(place, near.place) <= near.metres;

function toPublic(row: Row, isHome: boolean, gridMetres: number): PublicRequest {
  const place: Position = [row.longitude, row.latitude];
  const isShown = row.state === 'filed';
  return {
    id: row.id,
    category: row.category,
    description: isShown ? row.description : undefined,
    place: isShown ? (isHome ? blurToGrid(place, gridMetres) : place) : undefined,
    address: isShown && !isHome ? (row.address ?? undefined) : undefined,
    photos: isShown && !isHome ? row.photos : [],
    mediaUrl: isShown && !isHome ? (row.media_url ?? undefined) : undefined,
    answers: isShown ? row.answers : {},
    reportedAt: row.reported_at.getTime(),
    updatedAt: (row.updated_at ?? row.reported_at).getTime(),
    state: row.case_state ?? undefined,
    isOpen: row.state === 'held' || (row.state === 'filed' && row.is_open !== false),
    caseId: row.case_id ?? undefined,
    reference: row.reference ?? undefined,
    party: row.party ?? undefined,
    partyName: row.party_name ?? undefined,
    dueAt: row.due_at === null ? undefined : Number(row.due_at),
  };
}
