/**
 * The residents' API, `/api/v1/residents/…`: what /cabin speaks. Everything is open to anyone (permission `public`), limited per
 * address and device, and nothing in it names a person. Instants are milliseconds since 1970. Errors are `{code, message, field?}`.
 *
 *   GET    /city                          → CityView
 *   GET    /locate?lon&lat                → PlaceView
 *   GET    /search?q&language             → { places: PlaceView[] }
 *   GET    /plates/:code                  → PlateView                  the QR plate on a lamp, bin or cover (`/cabin?plate=CODE`)
 *   POST   /suggest  SuggestBody          → SuggestView                while somebody writes; stores nothing
 *   GET    /nearby?lon&lat                → NearbyView
 *   POST   /challenges                    → ChallengeView              solve before a report, booking or photo
 *   POST   /photos   (image body or form) → { key }                    header `x-proof: <challenge>.<nonce>`; cleaned of EXIF, at most 2,048 px
 *   GET    /photos/:key                   → image                      only photos of receipts and of closed public cases
 *   POST   /reports  ReportBody           → 201 ReceiptView            again with the same clientId: 200 and the same receipt
 *   GET    /receipts/:code                → Follow
 *   GET    /receipts/:code/live           → server-sent events `follow` (Follow), resumable
 *   POST   /receipts/:code/rating         → Follow
 *   POST   /receipts/:code/notes          → Follow
 *   GET    /receipts/:code/data           → OwnDataView                everything that is kept, and who looked at it
 *   DELETE /receipts/:code/data           → OwnDataView                erases contact data, keeps the case
 *   GET    /receipts/by-client/:clientId  → ReceiptView                a kiosk's slip, printed before the code was known
 *   GET    /neighbourhood/:community      → NeighbourhoodView
 *   GET    /tiles/:z/:x/:y.mvt            → vector tile                the city's ground, streets, houses and names; no assets
 *   GET    /kiosk                         → KioskView                  with the kiosk's device key (permission `observation.write`)
 *   GET    /services                      → { services: ServiceView[] }
 *   GET    /services/:id/slots?from&days  → { slots: SlotView[] }
 *   POST   /bookings BookingBody          → 201 BookingView            idempotent by clientId like reports
 *   GET    /bookings/:code                → BookingView
 *   POST   /bookings/:code/change { slot }  → BookingView
 *   POST   /bookings/:code/cancel { reason? } → BookingView
 *   POST   /bookings/:code/rating { satisfied, comment? } → BookingView
 */
import type { Follow } from '#casework/receipts/receipts.types.ts';
import type { Position } from '#kernel/geo.ts';
import type { Question } from '#kernel/reporting.ts';
import type { Instant } from '#kernel/time.ts';
import type { Localized } from '#kernel/words.ts';
import type { Access, PersonalData, PersonalField, Tombstone } from '#people/vault/vault.types.ts';

export type { Follow };

export interface CategoryView {
  readonly code: string;
  readonly group: string;
  readonly name: Localized;
  readonly description: Localized;
  readonly icon: string;
  readonly questions: readonly Question[];
  readonly homeRelated: boolean;
  /** True: people should call first (danger). */
  readonly urgent: boolean;
}

export interface CityView {
  readonly id: string;
  readonly name: Localized;
  readonly fictional: boolean;
  readonly languages: readonly string[];
  readonly defaultLanguage: string;
  readonly timeZone: string;
  readonly center: Position;
  /** West, south, east, north. */
  readonly bounds: readonly [number, number, number, number];
  readonly hotlinePhone: string | undefined;
  readonly groups: readonly { readonly id: string; readonly name: Localized }[];
  readonly categories: readonly CategoryView[];
  readonly limits: { readonly descriptionCharacters: number; readonly photosPerReport: number };
  readonly communities: readonly { readonly id: string; readonly name: Localized; readonly center: Position }[];
}

export interface PlaceView {
  readonly place: Position;
  readonly address: Localized;
  readonly community: { readonly id: string; readonly name: Localized } | undefined;
  /** False: the city does not answer for this place. */
  readonly inCity: boolean;
}

export interface PlateView extends PlaceView {
  readonly code: string;
  readonly name: Localized;
  readonly className: Localized;
  /** Categories that things like this are usually reported for, likeliest first. */
  readonly categories: readonly string[];
}

export interface SuggestBody {
  readonly text: string;
  readonly language?: string | undefined;
  readonly place?: Position | undefined;
  readonly category?: string | undefined;
}
export interface SuggestView {
  /** Likeliest first; at most three, none under 5 %. */
  readonly categories: readonly { readonly code: string; readonly probability: number }[];
  readonly nearby: readonly NearbyCase[];
}
export interface NearbyCase {
  readonly caseId: string;
  readonly category: string | undefined;
  readonly name: Localized;
  readonly place: Position;
  readonly address: Localized;
  readonly distanceMetres: number;
  readonly since: Instant;
  readonly state: Follow['state'];
  /** People who told it; undefined under the smallest published count: then say "others told us". */
  readonly toldBy: number | undefined;
  /** 0 to 1 that it is the same trouble as the text given; undefined without a text. */
  readonly likeness: number | undefined;
  readonly photo: string | undefined;
}
export interface NearbyView {
  readonly cases: readonly NearbyCase[];
  readonly services: readonly {
    readonly id: string;
    readonly name: Localized;
    readonly place: Position;
    readonly distanceMetres: number;
    readonly open: boolean;
    readonly hours: Localized;
  }[];
}

export interface ChallengeView {
  readonly challenge: string;
  /** The SHA-256 of `<challenge>.<nonce>` must begin with this many zero bits; nonce is a decimal integer. */
  readonly bits: number;
  readonly expiresAt: Instant;
}

export interface ReportBody {
  readonly clientId: string;
  /** `<challenge>.<nonce>`. A report written offline solves its challenge when it is sent. */
  readonly proof: string;
  readonly category: string;
  readonly place: Position;
  readonly accuracyMetres?: number | undefined;
  readonly address?: string | undefined;
  readonly description: string;
  readonly photos?: readonly string[] | undefined;
  readonly answers?: Readonly<Record<string, string | number | readonly string[]>> | undefined;
  readonly joins?: string | undefined;
  readonly contact?: PersonalData | undefined;
  readonly language: string;
  readonly writtenAt?: Instant | undefined;
}
export interface ReceiptView {
  readonly code: string;
  readonly reference: string;
  readonly merged: boolean;
  readonly follow: Follow;
}

export interface OwnDataView {
  readonly contact: PersonalData | undefined;
  readonly fields: readonly PersonalField[];
  /** When it will be anonymised; undefined while the case is open. */
  readonly until: Instant | undefined;
  readonly erased: Tombstone | undefined;
  readonly accesses: readonly Access[];
  readonly follow: Follow;
}

export interface NeighbourhoodView {
  readonly id: string;
  readonly name: Localized;
  readonly street: Localized | undefined;
  readonly district: Localized | undefined;
  /** Grid workers of the community by name, with the cells they look after. */
  readonly workers: readonly {
    readonly name: string;
    readonly cells: readonly Localized[];
    readonly phone: string | undefined;
  }[];
  readonly residents: number | undefined;
  /** Last 30 days; undefined under the smallest published count. */
  readonly reported: number | undefined;
  readonly closed: number | undefined;
  readonly closedOnTimeRatio: number | undefined;
  readonly satisfied: number | undefined;
  readonly open: readonly {
    readonly category: string | undefined;
    readonly name: Localized;
    readonly count: number | undefined;
  }[];
  /** Newest closed public cases with what was done. */
  readonly done: readonly {
    readonly name: Localized;
    readonly address: Localized;
    readonly closedAt: Instant;
    readonly sentence: Localized;
    readonly before: string | undefined;
    readonly after: string | undefined;
  }[];
}

/** How a service is had: at a place, or somebody comes. */
export type ServiceKind = 'at-a-place' | 'at-the-door' | 'at-the-kiosk';

export interface ServiceView {
  readonly id: string;
  readonly name: Localized;
  readonly description: Localized;
  readonly icon: string;
  readonly kind: ServiceKind;
  /** Free: undefined. */
  readonly price: Localized | undefined;
  readonly documents: readonly Localized[];
  /** Asked before booking; who does not fit is told why. */
  readonly eligibility: readonly {
    readonly id: string;
    readonly question: Localized;
    readonly needs: boolean;
    readonly refusal: Localized;
  }[];
  readonly hours: Localized;
  readonly minutes: number;
  readonly places: readonly {
    readonly id: string;
    readonly name: Localized;
    readonly place: Position;
    readonly address: Localized;
  }[];
  readonly asksContact: readonly PersonalField[];
  readonly questions: readonly Question[];
}
export interface SlotView {
  /** Stable: service, place and local start. */
  readonly id: string;
  readonly placeId: string | undefined;
  readonly begin: Instant;
  readonly end: Instant;
  readonly capacity: number;
  readonly free: number;
}
export interface BookingBody {
  readonly clientId: string;
  readonly proof: string;
  readonly service: string;
  readonly slot: string;
  readonly contact?: PersonalData | undefined;
  readonly place?: Position | undefined;
  readonly eligibility: Readonly<Record<string, boolean>>;
  readonly answers?: Readonly<Record<string, string | number | readonly string[]>> | undefined;
  readonly language: string;
}
export interface BookingView {
  readonly code: string;
  readonly service: string;
  readonly serviceName: Localized;
  readonly kind: ServiceKind;
  readonly state: 'booked' | 'arrived' | 'under-way' | 'done' | 'cancelled' | 'missed';
  readonly slot: SlotView;
  readonly placeName: Localized | undefined;
  readonly address: Localized | undefined;
  /** The number that is called: `A017`. */
  readonly queueNumber: string;
  /** Bookings of the same slot and place with a smaller number that still wait. */
  readonly before: number;
  readonly worker: string | undefined;
  readonly mayChangeUntil: Instant | undefined;
  readonly rating: { readonly satisfied: number; readonly comment: string | undefined } | undefined;
  readonly steps: readonly { readonly at: Instant; readonly kind: string; readonly sentence: Localized }[];
}

/** What a kiosk is told about itself: which Thing its key belongs to and where its health goes. */
export interface KioskView {
  readonly thingId: number;
  readonly name: Localized;
  readonly place: Position;
  readonly address: Localized;
  readonly community: { readonly id: string; readonly name: Localized } | undefined;
  /** Datastream by indicator: `paper` in per cent, `network` 1 or 0, `last-use` in minutes. */
  readonly datastreams: Readonly<Record<string, number>>;
}
