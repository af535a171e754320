/**
 * The console API `/api/v1` as the browser sees it: JSON bodies only, instants as epoch milliseconds, positions `[lon, lat]`.
 * Errors everywhere: `{ code, message, field?, details? }` with the status of its kind. The web imports these as types.
 *
 *   POST   /session {name, password}           → SessionView, sets cookie `cityloom_session`   DELETE /session   GET /session
 *   PUT    /session/password {current, next}   → SessionView, a new cookie; every other session of the account ends
 *   GET    /welcome                            → WelcomeView                  (public) what the sign-in screen may show
 *   GET    /city                               → CityView                     (city.read)
 *   GET    /points                             → PointsView                   (city.read) where every point asset stands; cacheable
 *   GET    /tiles/{layer}/{z}/{x}/{y}.mvt      layer = base | assets          (city.read)
 *   GET    /state?at=                          → StateView                    the whole map at an instant (now without `at`)
 *   GET    /gauges?at=                         → GaugesView
 *   GET    /day?date=YYYY-MM-DD                → DayView                      cases as ticks, curve per hour
 *   GET    /cases?open=&state=&domain=&grade=&party=&at=&q=&limit= → { cases: CaseView[], total }
 *   GET    /cases/:id?at=                      → CaseDetailView
 *   POST   /cases/:id/actions {action, …details} → CaseDetailView
 *   GET    /work-orders?open=&party=           → { workOrders: WorkOrder[] }
 *   POST   /work-orders/:id/actions {action, feedback?, photos?} → CaseDetailView
 *   POST   /reports {caseClass, place, description, source, photos?} → { caseId, reportId, merged }
 *   POST   /photos (multipart or raw image)    → { key }                      GET /photos/:key
 *   GET    /things/:id?at= , /assets/:assetId?at= → ThingView
 *   GET    /datastreams/:id/series?from=&to=&points= → SeriesView
 *   GET    /latest?at=                         → { at, ids: number[], times: number[], values: (number|null)[] } every Datastream
 *   GET    /search?q=&limit=                   → { results: SearchResult[] }
 *   GET    /accounts → { accounts: AccountView[] }, GET /keys → { keys: KeyView[] }, POST /keys {name, role, party?, thingIds?} → KeyView & { key }
 *   GET    /accounts , POST /accounts, PATCH /accounts/:id ; GET /keys, POST /keys, DELETE /keys/:id    (people.manage)
 *          POST /accounts without password → { account, password } once; PATCH {resetPassword: true} → AccountView & { password }
 *   GET    /cases/:id/contacts                 → CaseContactsView             (vault.reveal) never a name
 *   POST   /cases/:id/contacts/:contactId/reveal {purpose, fields} → RevealedView  written down; the person is shown who looked
 *   GET    /care → { rules, enrolments: EnrolmentView[] }, POST /care, DELETE /care/:id, POST /care/:id/away {until}, POST /care/:id/seen,
 *          POST /care/:id/reveal {purpose: 'care', fields} → RevealedView   (care.see)
 *   GET    /equity?days=                       → EquityView                   (equity.read)
 *   GET    /live?after=CURSOR&datastreams=1,2,3  server-sent events, see LiveEvent; `Last-Event-ID` wins over `after`
 */
import type { ActionDetails, CaseDetail, CaseSummary, WorkOrder } from '#casework/casework.types.ts';
import type { CareRule, CareRules } from '#domains/community/care.types.ts';
import type { CaseAction } from '#kernel/case.ts';
import type { Bounds, Position } from '#kernel/geo.ts';
import type { Permission, Role } from '#kernel/roles.ts';
import type { CaseClass, LimitRule, Party, ResponsePlan } from '#kernel/rules.ts';
import type { Instant } from '#kernel/time.ts';
import type { AssetId, DatastreamId, DomainId, Grade, Localized, ThingId } from '#kernel/words.ts';
import type { PersonalData, PersonalField, RevealPurpose } from '#people/vault/vault.types.ts';
import type { CommunityEquity } from '#scorecard/equity.ts';

export interface SessionView {
  readonly account: {
    readonly id: string;
    readonly name: string;
    readonly displayName: string;
    readonly roles: readonly Role[];
    readonly party: string | undefined;
    readonly areas: readonly string[];
  };
  readonly permissions: readonly Permission[];
  readonly mustChangePassword: boolean;
}

/** Known before anybody signs in. `accounts` only in a fictional city: a visitor may try each of its roles. */
export interface WelcomeView {
  readonly name: Localized;
  readonly languages: readonly string[];
  readonly defaultLanguage: string;
  readonly fictional: boolean;
  readonly accounts: readonly {
    readonly name: string;
    readonly displayName: string;
    readonly roles: readonly Role[];
    readonly party: Localized | undefined;
    readonly password: string;
  }[];
}

/** Every Thing that is a point on the map, as columns of equal length; `domains` and `classes` index into the two name lists. */
export interface PointsView {
  readonly domainNames: readonly DomainId[];
  readonly classNames: readonly string[];
  readonly ids: readonly ThingId[];
  readonly lons: readonly number[];
  readonly lats: readonly number[];
  readonly domains: readonly number[];
  readonly classes: readonly number[];
}

export interface AccountView {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly roles: readonly Role[];
  readonly party: string | undefined;
  readonly areas: readonly string[];
  readonly disabled: boolean;
  readonly lastSignInAt: Instant | undefined;
}

export interface KeyView {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** First characters of the secret, to recognise it by. */
  readonly hint: string;
  readonly party: string | undefined;
  readonly areas: readonly string[];
  readonly thingIds: readonly ThingId[] | undefined;
  readonly createdAt: Instant;
  readonly lastUsedAt: Instant | undefined;
}

export interface CityView {
  readonly name: Localized;
  readonly timeZone: string;
  readonly languages: readonly string[];
  readonly defaultLanguage: string;
  readonly center: Position;
  readonly bounds: Bounds;
  readonly fictional: boolean;
  readonly now: Instant;
  readonly domains: readonly {
    readonly id: DomainId;
    readonly name: Localized;
    readonly colour: string;
    readonly icon: string;
    readonly assets: number;
    readonly datastreams: number;
    readonly classes: readonly { readonly id: string; readonly name: Localized; readonly geometry: 'point' | 'line' }[];
  }[];
  readonly caseClasses: readonly CaseClass[];
  readonly parties: readonly Party[];
  readonly plans: readonly ResponsePlan[];
  readonly areas: readonly {
    readonly id: string;
    readonly level: 'district' | 'street' | 'community';
    readonly name: Localized;
    readonly parent: string | undefined;
    readonly center: Position;
    readonly bounds: Bounds;
  }[];
}

/** Only what is not normal; everything absent is `ok`. Column arrays of equal length; thing ids are the map's feature ids. */
export interface StateView {
  readonly at: Instant;
  /** Sequence to resume the live stream from. */
  readonly cursor: string;
  readonly things: { readonly ids: readonly ThingId[]; readonly states: readonly ThingState[] };
  readonly counts: Readonly<
    Record<
      DomainId,
      {
        readonly ok: number;
        readonly late: number;
        readonly silent: number;
        readonly blue: number;
        readonly yellow: number;
        readonly orange: number;
        readonly red: number;
      }
    >
  >;
}
/** Worst of its datastreams: a grade, or silent/late, or ok. */
export type ThingState = 'ok' | 'late' | 'silent' | Grade;

export interface Gauge {
  /** Ratio 0–1, or seconds for the response median. */
  readonly value: number | undefined;
  readonly numerator: number;
  readonly denominator: number;
  /** Last 24 values, one per hour, oldest first; null where nothing was known. */
  readonly trend: readonly (number | null)[];
}
export interface GaugesView {
  readonly at: Instant;
  readonly coverage: Gauge;
  readonly perception: Gauge;
  /** Median seconds from observation to acknowledged, last 24 h. */
  readonly response: Gauge;
  /** Share acknowledged inside its deadline. */
  readonly responseOnTime: Gauge;
  readonly byDomain: Readonly<
    Record<DomainId, { readonly coverage: number | undefined; readonly perception: number | undefined }>
  >;
}

export interface DayView {
  readonly date: string;
  readonly begin: Instant;
  readonly end: Instant;
  readonly ticks: readonly {
    readonly caseId: string;
    readonly at: Instant;
    readonly grade: Grade;
    readonly domain: DomainId;
  }[];
  readonly hours: readonly { readonly begin: Instant; readonly opened: number; readonly closed: number }[];
  /** What changed in the last hour, newest first. */
  readonly changes: readonly {
    readonly at: Instant;
    readonly caseId: string;
    readonly sentence: Localized;
    readonly grade: Grade;
  }[];
}

export interface CaseView extends CaseSummary {
  /** What this caller may do now. */
  readonly actions: readonly CaseAction[];
}
export interface CaseDetailView extends CaseDetail {
  readonly actions: readonly CaseAction[];
  /** Datastreams whose charts are the evidence, the most telling first. */
  readonly evidence: readonly {
    readonly datastreamId: DatastreamId;
    readonly name: Localized;
    readonly thingName: Localized;
    readonly unit: string;
    readonly normal: readonly [number, number] | undefined;
    readonly limits: readonly LimitRule[];
    readonly alarmAt: Instant;
    readonly clearedAt: Instant | undefined;
  }[];
  readonly photos: readonly {
    readonly key: string;
    readonly kind: 'report' | 'before' | 'after' | 'verify';
    readonly at: Instant;
  }[];
}
export type { ActionDetails, WorkOrder };

export interface ThingView {
  readonly id: ThingId;
  readonly assetId: AssetId | undefined;
  readonly name: Localized;
  readonly domain: DomainId | undefined;
  readonly assetClass: string | undefined;
  readonly className: Localized | undefined;
  readonly owner: { readonly id: string; readonly name: Localized } | undefined;
  readonly place: Position | undefined;
  readonly state: ThingState;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly datastreams: readonly {
    readonly id: DatastreamId;
    readonly indicator: string | undefined;
    readonly name: Localized;
    readonly unit: string;
    readonly normal: readonly [number, number] | undefined;
    readonly range: readonly [number, number] | undefined;
    readonly limits: readonly LimitRule[];
    readonly latest: { readonly at: Instant; readonly value: number | undefined } | undefined;
    readonly liveness: 'unexpected' | 'expected' | 'reporting' | 'late' | 'silent';
    readonly grade: Grade | undefined;
  }[];
  readonly openCases: readonly {
    readonly id: string;
    readonly reference: string;
    readonly name: Localized;
    readonly grade: Grade;
  }[];
}

/** `bucketSeconds` 0: raw points, then min = mean = max = value. Missing buckets are gaps: draw them as gaps. */
export interface SeriesView {
  readonly datastreamId: DatastreamId;
  readonly unit: string;
  readonly bucketSeconds: number;
  readonly times: readonly Instant[];
  readonly min: readonly number[];
  readonly mean: readonly number[];
  readonly max: readonly number[];
  readonly count: readonly number[];
}

export interface SearchResult {
  readonly kind: 'asset' | 'case' | 'road' | 'area' | 'cell' | 'building';
  readonly id: string;
  readonly name: Localized;
  readonly detail: Localized;
  readonly place: Position;
  readonly thingId?: ThingId;
}

/**
 * Frames of `/live`. Every frame but `values` has an id `<epoch>-<n>`; a client that sends `Last-Event-ID` gets everything after it, or one
 * `reset` when the server no longer holds it (then: fetch /state, /cases and /gauges again).
 */
export type LiveEvent =
  | { readonly event: 'hello'; readonly data: { readonly now: Instant } }
  | { readonly event: 'reset'; readonly data: { readonly reason: string } }
  | {
      readonly event: 'state';
      readonly data: { readonly at: Instant; readonly ids: readonly ThingId[]; readonly states: readonly ThingState[] };
    }
  | { readonly event: 'case'; readonly data: CaseView & { readonly eventType: string } }
  | { readonly event: 'gauges'; readonly data: GaugesView }
  | {
      readonly event: 'values';
      readonly data: {
        readonly at: Instant;
        readonly ids: readonly DatastreamId[];
        readonly times: readonly Instant[];
        readonly values: readonly number[];
      };
    };

/** Who told the city of a case: how many, and what is kept of those who left a contact. Never a name. */
export interface CaseContactsView {
  /** Residents who told it. */
  readonly told: number;
  readonly contacts: readonly {
    readonly id: string;
    /** `care`: the home that a case of care is about. */
    readonly kind: 'resident' | 'care';
    readonly at: Instant;
    readonly language: string | undefined;
    readonly fields: readonly PersonalField[];
    /** Gone since: by retention or because the person wished so. */
    readonly erasedAt: Instant | undefined;
  }[];
  /** What this caller may look for, most usual first; empty: not at all. */
  readonly purposes: readonly RevealPurpose[];
}

export interface RevealedView {
  readonly person: PersonalData;
  /** Cover it again after this. */
  readonly shownSeconds: number;
}

export interface EnrolmentView {
  readonly id: string;
  /** The same for every consent of one person; says nothing about them and leads to nothing in the vault. */
  readonly person: string;
  readonly rule: CareRule;
  readonly carerName: string;
  readonly cell: string;
  readonly cellName: Localized;
  readonly meter: DatastreamId | undefined;
  /** How the consent was given, and who wrote it down. */
  readonly given: string | undefined;
  readonly recordedBy: string | undefined;
  /** What is kept of the person, without its content. */
  readonly fields: readonly PersonalField[];
  /** Why somebody should look in now; undefined: all is well, or the person is away. */
  readonly concern: { readonly since: Instant; readonly sentence: Localized } | undefined;
  readonly since: Instant;
  readonly expiresAt: Instant;
  readonly awayUntil: Instant | undefined;
  readonly seenAt: Instant | undefined;
}

/** `rules` undefined: this city's pack offers no care. */
export interface CareView {
  readonly rules: CareRules | undefined;
  readonly enrolments: readonly EnrolmentView[];
}

/** Reports against need by community. Undefined counts are under `smallestCount`. */
export interface EquityView {
  readonly from: Instant;
  readonly to: Instant;
  readonly smallestCount: number;
  readonly told: number | undefined;
  readonly noticed: number | undefined;
  readonly toldPerThousand: number | undefined;
  readonly communities: readonly (CommunityEquity & { readonly name: Localized })[];
}
