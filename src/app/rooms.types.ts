/** The rooms of one city, and what they are furnished with. */
import type { Casework } from '#casework/casework.types.ts';
import type { PublicCases } from '#casework/receipts/public-cases.ts';
import type { Receipts } from '#casework/receipts/receipts.types.ts';
import type { Detection } from '#detection/detection.types.ts';
import type { Care } from '#domains/community/care.types.ts';
import type { Community } from '#domains/community/community.types.ts';
import type { Hotline } from '#domains/resident-services/hotline/hotline.types.ts';
import type { ResidentServices } from '#domains/resident-services/resident-services.types.ts';
import type { SharedBikes } from '#domains/shared-bikes/shared-bikes.types.ts';
import type { CityPack } from '#kernel/city.ts';
import type { RandomBytes } from '#kernel/ids.ts';
import type { Bus, Clock, Database, Log } from '#kernel/ports.ts';
import type { Vault } from '#people/vault/vault.types.ts';
import type { Scorecard } from '#scorecard/scorecard.ts';
import type { Sensing } from '#sensing/sensing.types.ts';
import type { Territory } from '#territory/territory.types.ts';
import type { Loop, Topics } from './loop.ts';

export interface Rooms {
  readonly territory: Territory;
  readonly sensing: Sensing;
  readonly detection: Detection;
  readonly casework: Casework;
  readonly scorecard: Scorecard;
  readonly vault: Vault;
  readonly community: Community;
  readonly care: Care;
  readonly residentServices: ResidentServices;
  readonly hotline: Hotline;
  readonly receipts: Receipts;
  readonly publicCases: PublicCases;
  /** Undefined in a city without shared bikes. */
  readonly sharedBikes: SharedBikes | undefined;
  /** Puts the rules of the pack on Datastreams that are new or have changed. */
  watch(): void;
}

export interface RoomDeps {
  readonly pack: CityPack;
  readonly database: Database;
  readonly bus: Bus<Topics>;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly loop: Loop;
  readonly vault: Vault;
}
