/** Which fault a case is about, as someone on the spot would see it. */
import { distanceMetres } from '#kernel/geo.ts';
import type { Fault } from '../faults/faults.ts';
import type { CaseSeen } from './console.ts';

const REACH_METRES: Readonly<Record<string, number>> = { burst: 2_000, shower: 900, leak: 400 };
const NEAR_METRES = 150;

/** The fault of the very asset, else the one named in the facts, else the nearest of the domain within its reach. */
export function faultOf(
  seen: Pick<CaseSeen, 'assetId' | 'domain' | 'place' | 'facts'>,
  faults: readonly Fault[],
): Fault | undefined {
  const named = new Set(Object.values(seen.facts ?? {}));
  const exact =
    faults.find(({ assetId }) => assetId === seen.assetId) ?? faults.find(({ assetId }) => named.has(assetId));
  if (exact) return exact;
  return faults
    .filter(({ kind }) => kind.domain === seen.domain)
    .map((fault) => ({ fault, metres: distanceMetres(fault.place, seen.place) }))
    .filter(({ fault, metres }) => metres <= (REACH_METRES[fault.kind.id] ?? NEAR_METRES))
    .sort((a, b) => a.metres - b.metres)[0]?.fault;
}
