/**
 * Which pipe has burst, judged from who lost how much pressure.
 *
 * A burst draws the pressure down most at the loggers nearest to it along the pipes. So every pipe near the worst logger is asked: if
 * it were this one, how much should each logger have lost? (A share that fades with the metres of pipe between them.) The pipe whose
 * pattern looks most like what was measured comes first (cosine of the two patterns; loggers that lost nothing speak against pipes
 * near them). Among equals the wider pipe comes first, since a narrow one cannot draw a whole street down. This ranks, it does not
 * prove: with one logger everything near it is equally likely, and the confidence says so. No hydraulics are computed.
 */
import type { Network, NetworkLink } from '#kernel/network.ts';
import { metresFrom } from './graph.ts';

/** A pressure logger at its node: how much of its normal pressure is gone, 0 (nothing) to 1 (all). */
export interface Loss {
  readonly node: string;
  readonly ratio: number;
}

export interface Candidate {
  readonly link: NetworkLink;
  /** 0–1, how well the losses fit this pipe. */
  readonly fit: number;
}

export interface RankingSettings {
  /** Pipes further than this from the worst logger are not asked. */
  readonly searchMetres: number;
  /** Metres of pipe over which a loss fades to a third. */
  readonly fadeMetres: number;
  /** Pipes narrower than this are service pipes, not mains. */
  readonly leastBoreMm: number;
}

/** Best first. Empty when no logger lost anything or no main lies near. */
export function rankCandidates(network: Network, losses: readonly Loss[], settings: RankingSettings): Candidate[] {
  const heard = losses.filter((loss) => Number.isFinite(loss.ratio));
  const worst = heard.reduce<Loss | undefined>(
    (best, loss) => (loss.ratio > (best?.ratio ?? 0) ? loss : best),
    undefined,
  );
  if (worst === undefined) return [];
  const reach = settings.searchMetres + 3 * settings.fadeMetres;
  const metres = heard.map((loss) => metresFrom(network, loss.node, reach));
  const near = metres[heard.indexOf(worst)]!;
  const candidates: Candidate[] = [];
  let widest = 0;
  for (const link of network.links.values()) {
    if (!isMain(link, settings) || distanceTo(near, link) > settings.searchMetres) continue;
    widest = Math.max(widest, link.boreMm);
    const expected = metres.map((each) => Math.exp(-distanceTo(each, link) / settings.fadeMetres));
    candidates.push({ link, fit: cosine(expected, heard) });
  }
  const weightOf = ({ link, fit }: Candidate) => fit * (link.boreMm / widest) ** 0.25;
  return candidates.sort((a, b) => weightOf(b) - weightOf(a) || (a.link.id < b.link.id ? -1 : 1));
}

/** A pipe with a length: pumps and fittings are links too, but they do not burst in the street. */
const isMain = (link: NetworkLink, { leastBoreMm }: RankingSettings): boolean =>
  link.lengthMetres > 1 && link.boreMm >= leastBoreMm;

/** To the middle of the pipe by way of its nearer end; Infinity when it is out of reach. */
const distanceTo = (metres: ReadonlyMap<string, number>, link: NetworkLink): number =>
  Math.min(metres.get(link.from) ?? Infinity, metres.get(link.to) ?? Infinity) + link.lengthMetres / 2;

function cosine(expected: readonly number[], losses: readonly Loss[]): number {
  let [product, a, b] = [0, 0, 0];
  for (let i = 0; i < expected.length; i++) {
    const loss = Math.max(0, losses[i]!.ratio);
    product += expected[i]! * loss;
    a += expected[i]! ** 2;
    b += loss ** 2;
  }
  return a === 0 || b === 0 ? 0 : product / Math.sqrt(a * b);
}
