/**
 * Which pipe has burst, judged from who lost how much pressure.
 *
 * Every pipe near the worst logger is asked: if it were this one, how much would each logger have lost (`sensitivity.ts`)? The pipe
 * whose pattern looks most like what was measured comes first (cosine of the two patterns; loggers that lost nothing speak against the
 * pipes they would feel). Among equals the wider pipe comes first, since a narrow one cannot draw a whole street down. This ranks, it
 * does not prove: with one logger every pipe it feels fits, and the confidence says so.
 */
import type { Network, NetworkLink } from '#kernel/network.ts';
import { metresFrom } from './graph.ts';
import { isPipe, type Sensitivity, sensitivityOf } from './sensitivity.ts';

/** A pressure logger at its node, and how much pressure it lost, in kPa; 0 when none. */
export interface Loss {
  readonly node: string;
  readonly kpa: number;
}

export interface Candidate {
  readonly link: NetworkLink;
  /** 0–1, how well the losses fit this pipe. */
  readonly fit: number;
}

export interface RankingSettings {
  /** Pipes further than this from the worst logger, along the pipes, are not asked. */
  readonly searchMetres: number;
  /** Pipes narrower than this are service pipes, not mains. */
  readonly leastBoreMm: number;
}

/** How much a wider bore counts among pipes that fit alike; the pattern decides, this only breaks near ties. */
const BORE_HINT = 0.05;

/** Best first. Empty when no logger lost anything or no main lies near. */
export function rankCandidates(network: Network, losses: readonly Loss[], settings: RankingSettings): Candidate[] {
  const heard = losses.filter((loss) => Number.isFinite(loss.kpa));
  const worst = heard.reduce<Loss | undefined>((best, loss) => (loss.kpa > (best?.kpa ?? 0) ? loss : best), undefined);
  if (worst === undefined) return [];
  const near = metresFrom(network, worst.node, settings.searchMetres);
  const sensitivities = heard.map((loss) => sensitivityOf(network, loss.node));
  const candidates: Candidate[] = [];
  let widest = 0;
  for (const link of network.links.values()) {
    if (!isPipe(link) || link.boreMm < settings.leastBoreMm || !(near.has(link.from) || near.has(link.to))) continue;
    widest = Math.max(widest, link.boreMm);
    candidates.push({
      link,
      fit: cosine(
        sensitivities.map((each) => feltFrom(each, link)),
        heard,
      ),
    });
  }
  const weightOf = ({ link, fit }: Candidate) => fit * (link.boreMm / widest) ** BORE_HINT;
  return candidates.sort((a, b) => weightOf(b) - weightOf(a) || (a.link.id < b.link.id ? -1 : 1));
}

/** What a logger feels of a break in the middle of a pipe. */
const feltFrom = (sensitivity: Sensitivity, link: NetworkLink): number =>
  ((sensitivity.get(link.from) ?? 0) + (sensitivity.get(link.to) ?? 0)) / 2;

function cosine(expected: readonly number[], losses: readonly Loss[]): number {
  let [product, a, b] = [0, 0, 0];
  for (let i = 0; i < expected.length; i++) {
    const loss = Math.max(0, losses[i]!.kpa);
    product += expected[i]! * loss;
    a += expected[i]! ** 2;
    b += loss ** 2;
  }
  return a === 0 || b === 0 ? 0 : product / Math.sqrt(a * b);
}
