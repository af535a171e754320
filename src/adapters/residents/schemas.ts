/** Bodies, queries and paths of the residents' API. What the pack decides (lengths, categories, questions) is checked by the rooms. */
import { Type } from 'typebox';

const longitude = Type.Number({ minimum: -180, maximum: 180 });
const latitude = Type.Number({ minimum: -90, maximum: 90 });
const Place = Type.Array(Type.Number(), { minItems: 2, maxItems: 2 });
const PhotoKey = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Text = (maxLength: number) => Type.String({ maxLength });
const Instant = Type.Integer({ minimum: 0, maximum: 8.64e15 });
/** Longer than any pack allows: the pack's own limit is told in words. */
const LONGEST_DESCRIPTION = 20_000;

export const PlaceQuery = Type.Object({ lon: longitude, lat: latitude });
export const SearchQuery = Type.Object({ q: Text(100), language: Type.Optional(Text(20)) });
export const CodeParams = Type.Object({ code: Text(80) });
export const KeyParams = Type.Object({ key: PhotoKey });
export const ClientParams = Type.Object({ clientId: Text(64) });
export const CommunityParams = Type.Object({ community: Text(100) });

export const SuggestSchema = Type.Object({
  text: Text(LONGEST_DESCRIPTION),
  language: Type.Optional(Text(20)),
  place: Type.Optional(Place),
  category: Type.Optional(Text(100)),
});

const Contact = Type.Object(
  {
    name: Type.Optional(Text(500)),
    phone: Type.Optional(Text(500)),
    email: Type.Optional(Text(500)),
    address: Type.Optional(Text(1_000)),
    note: Type.Optional(Text(2_000)),
  },
  { additionalProperties: false },
);
/** Texts first: the check would make a number of a choice whose key is one. */
const Answer = Type.Union([Text(4_000), Type.Array(Text(200), { maxItems: 50 }), Type.Number()]);

export const ReportSchema = Type.Object({
  clientId: Text(64),
  proof: Type.Optional(Text(200)),
  category: Text(100),
  place: Place,
  accuracyMetres: Type.Optional(Type.Number()),
  address: Type.Optional(Text(2_000)),
  description: Text(LONGEST_DESCRIPTION),
  photos: Type.Optional(Type.Array(PhotoKey, { maxItems: 20 })),
  answers: Type.Optional(Type.Record(Text(100), Answer)),
  joins: Type.Optional(Text(100)),
  contact: Type.Optional(Contact),
  language: Text(20),
  writtenAt: Type.Optional(Instant),
});

export const RatingSchema = Type.Object({
  solved: Type.Boolean(),
  satisfied: Type.Optional(Type.Integer({ minimum: 1, maximum: 5 })),
  comment: Type.Optional(Text(LONGEST_DESCRIPTION)),
});
export const NoteSchema = Type.Object({
  text: Text(LONGEST_DESCRIPTION),
  photos: Type.Optional(Type.Array(PhotoKey, { maxItems: 3 })),
});
