/** The city's day in a few sentences and two small charts. */
import type { DayView, StateView } from '#adapters/console/api.types.ts';
import { HOUR, type Instant } from '#kernel/time.ts';
import type { Grade, Localized } from '#kernel/words.ts';

export interface DayHour {
  readonly begin: Instant;
  readonly opened: number;
  readonly closed: number;
}

/** The hours of the day up to the moment looked at, so that a past moment does not know its future. */
export const hoursUntil = (day: DayView, moment: Instant): DayHour[] =>
  day.hours.filter(({ begin }) => begin <= moment);

export function openedAndClosed(day: DayView, moment: Instant): { opened: number; closed: number } {
  const hours = hoursUntil(day, moment);
  const sum = (key: 'opened' | 'closed'): number => hours.reduce((total, hour) => total + hour[key], 0);
  return { opened: sum('opened'), closed: sum('closed') };
}

interface Changed {
  readonly id: string;
  readonly updatedAt: Instant;
  readonly sentence: Localized;
  readonly grade: Grade;
}

/** What changed in the hour before a moment of the past, newest first, as far as the cases open then can tell. */
export function changesBefore(cases: Iterable<Changed>, moment: Instant): DayView['changes'] {
  return [...cases]
    .filter(({ updatedAt }) => updatedAt <= moment && updatedAt > moment - HOUR)
    .sort((a, b) => b.updatedAt - a.updatedAt)
    .slice(0, 12)
    .map(({ id, updatedAt, sentence, grade }) => ({ at: updatedAt, caseId: id, sentence, grade }));
}

export interface DomainHealth {
  readonly domain: string;
  readonly wrong: number;
  readonly silent: number;
  readonly late: number;
  readonly total: number;
}

/** The eight lifelines in the order a city says them; what else a pack has follows in its own order. */
const LIFELINES = ['water', 'power', 'gas', 'telecom', 'bridges', 'tunnels', 'rail', 'drainage'];

/** Domains that have something on the map, lifelines first. */
export function shownDomains<Domain extends { readonly id: string; readonly assets: number }>(
  domains: readonly Domain[],
): Domain[] {
  const rank = (id: string): number => (LIFELINES.includes(id) ? LIFELINES.indexOf(id) : LIFELINES.length);
  return domains.filter(({ assets }) => assets > 0).sort((a, b) => rank(a.id) - rank(b.id));
}

/** Domains by how much is wrong with them, worst first; where nothing is wrong, in the city's own order. */
export function domainHealth(counts: StateView['counts'] | undefined, order: readonly string[]): DomainHealth[] {
  const rows = order.map((domain) => {
    const count = counts?.[domain];
    const wrong = count ? count.blue + count.yellow + count.orange + count.red : 0;
    const total = count ? wrong + count.ok + count.late + count.silent : 0;
    return { domain, wrong, silent: count?.silent ?? 0, late: count?.late ?? 0, total };
  });
  return rows.sort(
    (a, b) => b.wrong - a.wrong || b.silent - a.silent || order.indexOf(a.domain) - order.indexOf(b.domain),
  );
}
