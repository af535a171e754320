/** What the Open311 door needs from the city; `app` hands it in. */
import type { Casework } from '#casework/casework.types.ts';
import type { PublicRequests } from '#casework/receipts/public-requests.types.ts';
import type { Receipts } from '#casework/receipts/receipts.types.ts';
import type { RandomBytes } from '#kernel/ids.ts';
import type { Blobs, Clock, Database, Log } from '#kernel/ports.ts';
import type { Caller } from '#kernel/roles.ts';
import type { Vault } from '#people/vault/vault.types.ts';
import type { Territory } from '#territory/territory.types.ts';

export interface Open311Deps {
  readonly database: Database;
  readonly territory: Territory;
  readonly casework: Casework;
  readonly receipts: Pick<Receipts, 'receive'>;
  readonly requests: PublicRequests;
  readonly vault: Pick<Vault, 'keep' | 'release'>;
  readonly blobs: Blobs;
  /** Takes everything out of a photo that is not the picture. Errors: `photo.…`. */
  readonly cleanImage: (
    content: Uint8Array,
  ) => { content: Uint8Array; mediaType: string } | Promise<{ content: Uint8Array; mediaType: string }>;
  /** Who an `api_key` stands for. Errors: `key.unknown`. */
  readonly authenticate: (key: string) => Caller | Promise<Caller>;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  /** `https://city.example`; undefined: the address that was asked. */
  readonly publicUrl?: string | undefined;
}
