/**
 * Cases as anyone may see them: what is open nearby, and how a neighbourhood fares. Nothing here names anybody; counts under the
 * smallest published one are left out; what is at somebody's home lies on a coarse grid, is searched for and measured from there, and
 * shows neither address nor photo. Cases for certain eyes only are not here at all.
 */
import { boundsAround, distanceMetres, type Position } from '#kernel/geo.ts';
import type { Clock, Database } from '#kernel/ports.ts';
import type { ReportingRules } from '#kernel/reporting.ts';
import { DAY, type Instant } from '#kernel/time.ts';
import type { Localized } from '#kernel/words.ts';
import type { CaseRecord, ReportChild } from '../record.ts';
import { blurToGrid, publishedCount } from './blurring.ts';
import { publicState } from './follow.ts';
import { maskNumbers } from './masking.ts';
import type { Follow } from './receipts.types.ts';

export interface PublicCase {
  readonly caseId: string;
  readonly category: string | undefined;
  readonly name: Localized;
  readonly place: Position;
  readonly address: Localized;
  readonly distanceMetres: number;
  readonly since: Instant;
  readonly state: Follow['state'];
  readonly toldBy: number | undefined;
  readonly photo: string | undefined;
  /** What residents wrote, for comparing with; never shown. */
  readonly texts: readonly string[];
}

export interface NeighbourhoodFigures {
  readonly reported: number | undefined;
  readonly closed: number | undefined;
  readonly closedOnTimeRatio: number | undefined;
  /** Mean of the ratings from 1 to 5. */
  readonly satisfied: number | undefined;
  readonly open: readonly {
    readonly category: string | undefined;
    readonly name: Localized;
    readonly count: number | undefined;
  }[];
  readonly done: readonly {
    readonly name: Localized;
    readonly address: Localized;
    readonly closedAt: Instant;
    readonly sentence: Localized;
    readonly before: string | undefined;
    readonly after: string | undefined;
  }[];
}

export interface PublicCases {
  /** Open cases of what residents report, nearest first. */
  listNear(place: Position, metres: number, limit: number): Promise<PublicCase[]>;
  /** Figures of the last 30 days of a community. */
  figuresOf(community: string): Promise<NeighbourhoodFigures>;
}

export interface PublicCasesDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly reporting: ReportingRules;
  /** In place of the address of a home. */
  areaName(id: string): Localized | undefined;
}

const FIGURES_DAYS = 30;
const MOST_READ = 400;
const MOST_DONE = 6;
const OPEN_TO_ALL = `NOT (record -> 'facts' ? 'visibleTo')`;

export function createPublicCases({ database, clock, reporting, areaName }: PublicCasesDeps): PublicCases {
  const { smallestCount, homeGridMetres } = reporting.privacy;
  const classes = [...new Set(reporting.categories.map(({ caseClass }) => caseClass))];
  const homes = new Set(reporting.categories.filter((category) => category.homeRelated).map(({ code }) => code));
  const homeClasses = new Set(
    reporting.categories.filter((category) => category.homeRelated).map(({ caseClass }) => caseClass),
  );
  const byClass = new Map(reporting.categories.toReversed().map((category) => [category.caseClass, category]));

  const reportsOf = ({ children }: CaseRecord): ReportChild[] =>
    children.filter((child): child is ReportChild => child.kind === 'report');
  const categoryOf = (record: CaseRecord): string | undefined =>
    reportsOf(record)[0]?.category ?? byClass.get(record.caseClass)?.code;
  /** When in doubt it is a home: one report from a home makes the case one. */
  const isAtHome = (record: CaseRecord): boolean =>
    homeClasses.has(record.caseClass) ||
    reportsOf(record).some(({ category }) => category !== undefined && homes.has(category));

  function toPublic(record: CaseRecord, from: Position): PublicCase {
    const atHome = isAtHome(record);
    const place = atHome ? blurToGrid(record.place, homeGridMetres) : record.place;
    const reports = reportsOf(record);
    const isConfirmed = record.state !== 'collected';
    return {
      caseId: record.id,
      category: categoryOf(record),
      name: record.name,
      place,
      address: atHome ? (areaName(record.community) ?? {}) : record.address,
      distanceMetres: Math.round(distanceMetres(from, place)),
      since: record.openedAt,
      state: publicState(record),
      toldBy: publishedCount(reports.length, smallestCount),
      // What nobody of the city has seen yet is not shown to the neighbours.
      photo: atHome || !isConfirmed ? undefined : reports.find(({ photos }) => photos.length > 0)?.photos[0],
      texts: reports.slice(0, 5).map(({ sentence }) => Object.values(sentence)[0] ?? ''),
    };
  }

  async function listNear(place: Position, metres: number, limit: number): Promise<PublicCase[]> {
    // A home may lie nearer or further than the spot it is shown at; who is in the answer depends on the spot alone.
    const rows = await database.query<{ record: CaseRecord }>(
      `SELECT record FROM cases WHERE is_open AND longitude BETWEEN $1 AND $3 AND latitude BETWEEN $2 AND $4
         AND case_class = ANY($5) AND ${OPEN_TO_ALL} ORDER BY opened_at DESC LIMIT ${MOST_READ}`,
      [...boundsAround(place, metres + homeGridMetres), classes],
    );
    return rows
      .map(({ record }) => toPublic(record, place))
      .filter((found) => found.distanceMetres <= metres)
      .sort((a, b) => a.distanceMetres - b.distanceMetres)
      .slice(0, limit);
  }

  async function countsOf(community: string, since: Date) {
    const [row] = await database.query<{ reported: number; closed: number; judged: number; on_time: number }>(
      `SELECT (SELECT count(*)::int FROM reports p JOIN cases c ON c.id = p.case_id
                WHERE c.community = $1 AND p.at >= $2 AND p.source IN ('resident', 'hotline', 'integrator')
                  AND NOT (c.record -> 'facts' ? 'visibleTo')) AS reported,
         count(*)::int AS closed, count(record -> 'onTime')::int AS judged,
         count(*) FILTER (WHERE (record ->> 'onTime')::boolean)::int AS on_time
       FROM cases WHERE community = $1 AND closed_at >= $2 AND state IN ('closed', 'evaluated')
         AND case_class = ANY($3) AND ${OPEN_TO_ALL}`,
      [community, since, classes],
    );
    return row ?? { reported: 0, closed: 0, judged: 0, on_time: 0 };
  }

  async function satisfactionIn(community: string, since: Date) {
    const [row] = await database.query<{ count: number; mean: number | null }>(
      `SELECT count(*)::int AS count, avg(satisfied)::float8 AS mean FROM (
         SELECT DISTINCT ON (e.details ->> 'reportId') (e.details ->> 'satisfied')::int AS satisfied
         FROM case_events e JOIN cases c ON c.id = e.case_id
         WHERE c.community = $1 AND e.type = 'report.rated' AND e.at >= $2 AND e.details ? 'satisfied'
         ORDER BY e.details ->> 'reportId', e.sequence DESC) AS last`,
      [community, since],
    );
    return row ?? { count: 0, mean: null };
  }

  async function openIn(community: string): Promise<NeighbourhoodFigures['open']> {
    const rows = await database.query<{ case_class: string; name: Localized; count: number }>(
      `SELECT case_class, (array_agg(record -> 'name'))[1] AS name, count(*)::int AS count FROM cases
       WHERE is_open AND community = $1 AND case_class = ANY($2) AND ${OPEN_TO_ALL} GROUP BY case_class ORDER BY count(*) DESC, case_class`,
      [community, classes],
    );
    return (
      rows
        // That somebody near has trouble at home is said only when it says nothing of who.
        .filter(({ case_class, count }) => !homeClasses.has(case_class) || count >= smallestCount)
        .map(({ case_class, name, count }) => ({
          category: byClass.get(case_class)?.code,
          name: byClass.get(case_class)?.name ?? name,
          count: publishedCount(count, smallestCount),
        }))
    );
  }

  async function doneIn(community: string): Promise<NeighbourhoodFigures['done']> {
    const rows = await database.query<{ record: CaseRecord }>(
      `SELECT record FROM cases WHERE community = $1 AND state IN ('closed', 'evaluated') AND case_class = ANY($2)
         AND jsonb_path_exists(record, '$.children[*] ? (@.kind == "report")') AND ${OPEN_TO_ALL}
       ORDER BY updated_at DESC LIMIT 60`,
      [community, classes.filter((code) => !homeClasses.has(code))],
    );
    return rows
      .map(({ record }) => record)
      .filter((record) => !isAtHome(record))
      .sort((a, b) => (b.closedAt ?? 0) - (a.closedAt ?? 0))
      .slice(0, MOST_DONE)
      .map(toDone);
  }

  return {
    listNear,
    async figuresOf(community) {
      const since = new Date(clock.now() - FIGURES_DAYS * DAY);
      const [counts, satisfaction, open, done] = await Promise.all([
        countsOf(community, since),
        satisfactionIn(community, since),
        openIn(community),
        doneIn(community),
      ]);
      const isJudged = counts.judged >= smallestCount;
      return {
        reported: publishedCount(counts.reported, smallestCount),
        closed: publishedCount(counts.closed, smallestCount),
        closedOnTimeRatio: isJudged ? Math.round((counts.on_time / counts.judged) * 100) / 100 : undefined,
        satisfied:
          satisfaction.count >= smallestCount && satisfaction.mean !== null
            ? Math.round(satisfaction.mean * 10) / 10
            : undefined,
        open,
        done,
      };
    },
  };
}

function toDone(record: CaseRecord): NeighbourhoodFigures['done'][number] {
  const work = record.orders.findLast(({ lead, state }) => lead && state === 'finished');
  const said = work?.feedback === undefined ? undefined : maskNumbers(work.feedback);
  const sentence =
    said === undefined ? record.name : Object.fromEntries(Object.keys(record.name).map((language) => [language, said]));
  const report = record.children.find((child) => child.kind === 'report' && child.photos.length > 0);
  return {
    name: record.name,
    address: record.address,
    closedAt: record.closedAt ?? record.updatedAt,
    sentence,
    before: report?.kind === 'report' ? report.photos[0] : undefined,
    after: record.verified?.photos[0] ?? work?.photos[0],
  };
}
