/** What the crew's door is given. */
import type { FastifyRequest } from 'fastify';
import type { Casework } from '#casework/casework.types.ts';
import type { Community } from '#domains/community/community.types.ts';
import type { Position } from '#kernel/geo.ts';
import type { Blobs, Clock, Log } from '#kernel/ports.ts';
import type { Caller } from '#kernel/roles.ts';
import type { Instant } from '#kernel/time.ts';
import type { Localized } from '#kernel/words.ts';
import type { People } from '#people/people.types.ts';
import type { Territory } from '#territory/territory.types.ts';

/** A booking at somebody's door, as the services room tells it. */
export interface DoorBooking {
  readonly id: string;
  readonly serviceName: Localized;
  readonly begin: Instant;
  readonly end: Instant;
  readonly place: Position | undefined;
  readonly address: Localized;
  readonly cell: string | undefined;
  readonly version: number;
}

/** Bookings for which a worker comes to the door; a city without such services hands in none. */
export interface Bookings {
  /** Those of the day that this caller is to go to. */
  listVisits(caller: Caller, now: Instant): Promise<readonly DoorBooking[]>;
  /** Errors: `booking.…` (409) when it was changed or cancelled meanwhile. */
  settle(id: string, outcome: 'done' | 'missed', by: Caller, note: string | undefined): Promise<void>;
}

export interface CrewDeps {
  readonly community: Community;
  readonly casework: Casework;
  readonly territory: Territory;
  readonly people: Pick<People, 'listAccounts'>;
  readonly blobs: Pick<Blobs, 'find'>;
  readonly bookings?: Bookings | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Refuses a write by cookie that our own pages did not make. */
  guard(request: FastifyRequest): void;
}
