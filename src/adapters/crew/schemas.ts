/** The shapes a crew's request may have. What an action's details must hold is checked by who carries it out. */
import { Type } from 'typebox';
import { ACTION_KINDS, type ActionKind } from './api.types.ts';

const Strict = { additionalProperties: false } as const;
const InstantMs = Type.Integer({ minimum: 0, maximum: 7_258_118_400_000 });
const Id = Type.String({ minLength: 1, maxLength: 200 });
const Uuid = Type.String({ pattern: '^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$' });
const PhotoKey = Type.String({ pattern: '^[0-9a-f]{64}$' });
/** A year either way: a phone whose clock is further off than this has none. */
const YEAR_MS = 366 * 86_400_000;
const MOST_ACTIONS = 200;

const Action = Type.Object(
  {
    id: Uuid,
    kind: Type.Unsafe<ActionKind>({ type: 'string', enum: [...ACTION_KINDS] }),
    target: Id,
    caseId: Type.Optional(Id),
    at: InstantMs,
    offset: Type.Integer({ minimum: -YEAR_MS, maximum: YEAR_MS }),
    baseVersion: Type.Optional(Type.Integer({ minimum: 0 })),
    place: Type.Optional(
      Type.Object(
        {
          lon: Type.Number({ minimum: -180, maximum: 180 }),
          lat: Type.Number({ minimum: -90, maximum: 90 }),
          accuracy: Type.Number({ minimum: 0, maximum: 100_000 }),
        },
        Strict,
      ),
    ),
    photos: Type.Optional(Type.Array(PhotoKey, { maxItems: 10 })),
    details: Type.Optional(Type.Record(Type.String({ maxLength: 40 }), Type.Unknown(), { maxProperties: 10 })),
  },
  Strict,
);

export const SyncRequest = Type.Object(
  { sentAt: InstantMs, actions: Type.Array(Action, { maxItems: MOST_ACTIONS }) },
  Strict,
);
export const DayQuery = Type.Object(
  { since: Type.Optional(Type.String({ pattern: '^\\d{1,15}\\.[0-9a-f]{12}$' })) },
  Strict,
);
export const CellParams = Type.Object({ id: Id });
export const ProofsQuery = Type.Object({ case: Id }, Strict);
