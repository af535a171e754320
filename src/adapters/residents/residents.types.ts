/** What the residents' adapter is given, and what it offers to the loop that feeds it. */
import type { FastifyRequest } from 'fastify';
import type { CaseChange, Casework } from '#casework/casework.types.ts';
import type { PublicCases } from '#casework/receipts/public-cases.ts';
import type { Receipts } from '#casework/receipts/receipts.types.ts';
import type { Understanding } from '#casework/understanding/understanding.types.ts';
import type { RandomBytes } from '#kernel/ids.ts';
import type { Blobs, Clock, Log } from '#kernel/ports.ts';
import type { Vault } from '#people/vault/vault.types.ts';
import type { Territory } from '#territory/territory.types.ts';
import type { NearbyView, SuggestBody, SuggestView } from './api.types.ts';

export interface ResidentsDeps {
  readonly territory: Territory;
  readonly receipts: Receipts;
  readonly publicCases: PublicCases;
  readonly casework: Pick<Casework, 'getCase'>;
  readonly vault: Vault;
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  /** Undefined: suggestions go by the words of the pack. */
  readonly understanding?: Pick<Understanding, 'suggest' | 'likelyDuplicates'> | undefined;
  /** Places nearby where something can be had. */
  readonly listServicesNear?:
    | ((place: readonly [number, number], metres: number) => NearbyView['services'])
    | undefined;
  /** Told how many people follow live, whenever that changes. */
  readonly onFollowers?: ((count: number) => void) | undefined;
}

export interface Residents {
  /** A case event is durable: who follows that case is told. Cheap, never throws. */
  onCase(change: CaseChange): void;
  /** For the booking routes: counts one and uses the proof up. Errors: `request.too_many`, `proof.…`. */
  admitBooking(request: FastifyRequest, proof: string): void;
  /** For booking codes, as for receipts': who guesses too often is refused. Error: `request.too_many`. */
  guardCode<T>(request: FastifyRequest, look: () => Promise<T>): Promise<T>;
  /** What is suggested while somebody writes or speaks: for the hotline's desk as well. */
  suggest(body: SuggestBody): Promise<SuggestView>;
  /** Ends every live stream; pages come back by themselves. */
  stop(): void;
}
