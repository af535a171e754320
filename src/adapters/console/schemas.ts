/** The shapes a request may have. Instants are epoch milliseconds, positions `[longitude, latitude]`. */
import { Type } from 'typebox';
import { ROLES } from '#kernel/roles.ts';
import { GRADES } from '#kernel/words.ts';
import { CASE_ACTIONS, ORDER_ACTIONS } from './case-permissions.ts';

const words = <T extends string>(values: readonly T[]) => Type.Unsafe<T>({ type: 'string', enum: [...values] });
const Name = Type.String({ minLength: 1, maxLength: 100 });
const Id = Type.String({ minLength: 1, maxLength: 200 });
const WholeId = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
/** Years 1970 to 2200, so that nothing overflows behind it. */
const InstantMs = Type.Integer({ minimum: 0, maximum: 7_258_118_400_000 });
const Place = Type.Unsafe<readonly [number, number]>({
  type: 'array',
  items: [
    { type: 'number', minimum: -180, maximum: 180 },
    { type: 'number', minimum: -90, maximum: 90 },
  ],
  minItems: 2,
  maxItems: 2,
  additionalItems: false,
});
const PhotoKey = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Photos = Type.Array(PhotoKey, { maxItems: 20 });
const Strict = { additionalProperties: false } as const;

const CASE_STATES = [
  'collected',
  'opened',
  'dispatched',
  'in_progress',
  'handled',
  'closed',
  'evaluated',
  'dismissed',
  'merged',
] as const;

export const SignInBody = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 100 }), password: Type.String({ minLength: 1, maxLength: 256 }) },
  Strict,
);
export const PasswordBody = Type.Object(
  { current: Type.String({ minLength: 1, maxLength: 256 }), next: Type.String({ minLength: 1, maxLength: 256 }) },
  Strict,
);

export const AtQuery = Type.Object({ at: Type.Optional(InstantMs) }, Strict);
export const DayQuery = Type.Object(
  { date: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })) },
  Strict,
);
export const TileParams = Type.Object({
  layer: words(['base', 'assets']),
  z: Type.Integer({ minimum: 0, maximum: 22 }),
  x: Type.Integer({ minimum: 0, maximum: 4_194_303 }),
  y: Type.Integer({ minimum: 0, maximum: 4_194_303 }),
});

export const CasesQuery = Type.Object(
  {
    open: Type.Optional(Type.Boolean()),
    state: Type.Optional(Type.Array(words(CASE_STATES), { maxItems: 8 })),
    domain: Type.Optional(Name),
    grade: Type.Optional(words(GRADES)),
    party: Type.Optional(Id),
    at: Type.Optional(InstantMs),
    from: Type.Optional(InstantMs),
    to: Type.Optional(InstantMs),
    q: Type.Optional(Type.String({ maxLength: 200 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
  },
  Strict,
);
export const IdParams = Type.Object({ id: Id });
export const NumericIdParams = Type.Object({ id: WholeId });
export const AssetParams = Type.Object({ assetId: Id });
export const PhotoParams = Type.Object({ key: PhotoKey });

/** The other members are the action's own details; casework checks them, naming the field. */
export const CaseActionBody = Type.Object({ action: words(CASE_ACTIONS) }, { additionalProperties: true });
export const OrderActionBody = Type.Object(
  {
    action: words(ORDER_ACTIONS),
    feedback: Type.Optional(Type.String({ maxLength: 4_000 })),
    reason: Type.Optional(Type.String({ maxLength: 4_000 })),
    photos: Type.Optional(Photos),
  },
  { additionalProperties: true },
);
export const OrdersQuery = Type.Object({ open: Type.Optional(Type.Boolean()), party: Type.Optional(Id) }, Strict);

export const ReportBody = Type.Object(
  {
    caseClass: Id,
    place: Place,
    description: Type.String({ minLength: 1, maxLength: 4_000 }),
    source: words(['hotline', 'grid_worker', 'integrator']),
    photos: Type.Optional(Photos),
  },
  Strict,
);

export const SeriesQuery = Type.Object(
  { from: InstantMs, to: InstantMs, points: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })) },
  Strict,
);
export const SearchQuery = Type.Object(
  {
    q: Type.String({ minLength: 1, maxLength: 200 }),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
    language: Type.Optional(Type.String({ maxLength: 20 })),
  },
  Strict,
);
export const LiveQuery = Type.Object(
  {
    after: Type.Optional(Type.String({ maxLength: 60 })),
    datastreams: Type.Optional(Type.String({ pattern: '^(\\d{1,16}(,\\d{1,16}){0,49})?$' })),
  },
  Strict,
);

const Roles = Type.Array(words(ROLES), { minItems: 1, maxItems: ROLES.length, uniqueItems: true });
const Areas = Type.Array(Id, { maxItems: 1_000 });
export const NewAccountBody = Type.Object(
  {
    name: Name,
    displayName: Name,
    roles: Roles,
    party: Type.Optional(Id),
    areas: Type.Optional(Areas),
    /** Left out: a one-time password is made and answered once. */
    password: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  },
  Strict,
);
export const AccountChangeBody = Type.Object(
  {
    displayName: Type.Optional(Name),
    roles: Type.Optional(Roles),
    party: Type.Optional(Type.Union([Id, Type.Null()])),
    areas: Type.Optional(Areas),
    disabled: Type.Optional(Type.Boolean()),
    /** True: the present password ends, a one-time password is made and answered once. */
    resetPassword: Type.Optional(Type.Boolean()),
  },
  Strict,
);
export const NewKeyBody = Type.Object(
  {
    name: Name,
    role: words(ROLES),
    party: Type.Optional(Id),
    areas: Type.Optional(Areas),
    thingIds: Type.Optional(Type.Array(WholeId, { maxItems: 10_000 })),
  },
  Strict,
);
