/** How much was told and how much was noticed, by community: counts only, confidential cases left out. */
import type { Queryable } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';

export interface CommunityCounts {
  readonly community: string;
  /** Reports by residents, also over the hotline; each counts, because each is somebody who spoke up. */
  readonly told: number;
  /** Cases that came from a sensor's finding or a grid worker's report, dismissed and merged ones not counted. */
  readonly noticed: number;
}

/** Of `[from, to)`. Communities without either are missing. */
export async function countByCommunity(db: Queryable, from: Instant, to: Instant): Promise<CommunityCounts[]> {
  return db.query<{ community: string; told: number; noticed: number }>(
    `with told as (
       select c.community, count(*)::int as told from reports r join cases c on c.id = r.case_id
       where r.at >= $1 and r.at < $2 and r.source in ('resident', 'hotline') and not c.record->'facts' ? 'visibleTo'
       group by c.community),
     noticed as (
       select c.community, count(*)::int as noticed from cases c
       where c.opened_at >= $1 and c.opened_at < $2 and c.state not in ('dismissed', 'merged') and not c.record->'facts' ? 'visibleTo'
         and (exists (select from case_findings f where f.case_id = c.id)
              or exists (select from reports r where r.case_id = c.id and r.source = 'grid_worker'))
       group by c.community)
     select coalesce(told.community, noticed.community) as community, coalesce(told, 0) as told, coalesce(noticed, 0) as noticed
     from told full join noticed on told.community = noticed.community order by 1`,
    [new Date(from), new Date(to)],
  );
}
