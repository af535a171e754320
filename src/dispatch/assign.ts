/**
 * Who goes: the party that answers for a role at a place, and the crew of that party that is nearest and free. Pure.
 *
 * The party is a matter of responsibility, never of distance: the pack says who answers for what where. Only inside a party is the
 * nearest crew proposed; the party may send another. Distance is as the crow flies until streets are asked.
 */
import { distanceMetres, type Position } from '#kernel/geo.ts';
import type { Party } from '#kernel/rules.ts';
import type { PartyId } from '#kernel/words.ts';

/** The role that is answered by the named person of the cell when no party has taken it over. */
export const GRID_WORKER = 'grid-worker';

export interface Who {
  readonly role: string;
  readonly place: Position;
  readonly responsibility: {
    partyFor(role: string): PartyId | undefined;
    readonly gridWorker: { readonly party: PartyId } | undefined;
  };
  readonly parties: readonly Party[];
  readonly busyCrews: ReadonlySet<PartyId>;
  /** Parties that have already refused; they are not asked again. */
  readonly except: readonly PartyId[];
}

export interface Assigned {
  readonly party: PartyId;
  readonly crew?: PartyId | undefined;
}

/** Undefined when nobody answers for the role here. */
export function assign(who: Who): Assigned | undefined {
  const party = responsibleParty(who);
  if (party === undefined) return undefined;
  const crew = nearestFreeCrew(who, party);
  return crew === undefined ? { party } : { party, crew };
}

function responsibleParty({ role, responsibility, parties, except }: Who): PartyId | undefined {
  const first = responsibility.partyFor(role) ?? (role === GRID_WORKER ? responsibility.gridWorker?.party : undefined);
  if (first === undefined || !except.includes(first)) return first;
  const parent = parties.find(({ id }) => id === first)?.parent;
  const canStandIn = parties.find(({ id, roles }) => id === parent && roles.includes(role) && !except.includes(id));
  return canStandIn?.id;
}

function nearestFreeCrew({ place, parties, busyCrews }: Who, party: PartyId): PartyId | undefined {
  const free = parties
    .filter(
      ({ id, kind, parent, base }) => kind === 'crew' && parent === party && base !== undefined && !busyCrews.has(id),
    )
    .map(({ id, base }) => ({ id, metres: distanceMetres(base as Position, place) }))
    .sort((a, b) => a.metres - b.metres || (a.id < b.id ? -1 : 1));
  return free[0]?.id;
}
