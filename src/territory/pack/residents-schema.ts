/** `residents.yaml`: what residents may report, and how a report is taken. */
import Type, { type Static } from 'typebox';
import { QUESTION_TYPES } from '#kernel/reporting.ts';
import { Id, Localized, Minutes, oneOf, Source } from './schema-parts.ts';

const closed = { additionalProperties: false };
const Texts = Type.Record(Type.String(), Type.Array(Type.String({ minLength: 1 })), {
  description: 'Texts per language of the city',
});
const Count = Type.Integer({ minimum: 1 });

const QuestionSchema = Type.Object(
  {
    code: Id,
    datatype: oneOf(QUESTION_TYPES, 'How it is answered; the words of Open311'),
    required: Type.Optional(Type.Boolean()),
    question: Localized,
    hint: Type.Optional(Localized),
    values: Type.Optional(Type.Array(Type.Object({ key: Id, name: Localized }, closed), { minItems: 1 })),
  },
  closed,
);

const Category = Type.Object(
  {
    code: Id,
    group: Id,
    name: Localized,
    description: Localized,
    icon: Type.String({ minLength: 1, description: 'Name of a Lucide icon' }),
    case_class: Type.String({ description: 'Code of the case class that a report opens' }),
    keywords: Type.Optional(Texts),
    examples: Type.Optional(Texts),
    questions: Type.Optional(Type.Array(QuestionSchema)),
    hotline_class: Id,
    home_related: Type.Optional(Type.Boolean({ description: 'The place is a home: published only roughly' })),
    asset_classes: Type.Optional(Type.Array(Id, { description: 'Classes of assets whose QR plate proposes it' })),
  },
  closed,
);

export const ResidentsFile = Type.Object(
  {
    hotline_phone: Type.Optional(Type.String({ minLength: 1 })),
    groups: Type.Array(Type.Object({ id: Id, name: Localized }, closed), { minItems: 1 }),
    hotline_classes: Type.Array(
      Type.Object(
        {
          id: Id,
          name: Localized,
          description: Localized,
          minutes: Minutes,
          basis: oneOf(['calendar', 'working'], 'Through the whole day, or in working hours'),
          source: Type.Optional(Source),
        },
        closed,
      ),
      { minItems: 1 },
    ),
    categories: Type.Array(Category),
    blocked_words: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
    limits: Type.Optional(
      Type.Object(
        {
          description_characters: Type.Optional(Type.Integer({ minimum: 100, maximum: 10_000 })),
          photos_per_report: Type.Optional(Type.Integer({ minimum: 0, maximum: 10 })),
          reports_per_hour_per_address: Type.Optional(Count),
          reports_per_hour_per_device: Type.Optional(Count),
          proof_of_work_bits: Type.Optional(Type.Integer({ minimum: 0, maximum: 24 })),
        },
        closed,
      ),
    ),
    privacy: Type.Optional(
      Type.Object(
        {
          contact_days: Type.Optional(Count),
          smallest_count: Type.Optional(Type.Integer({ minimum: 2 })),
          home_grid_metres: Type.Optional(Count),
        },
        closed,
      ),
    ),
    answers: Type.Optional(
      Type.Object(
        {
          reopen_days: Type.Optional(Count),
          lowest_good_rating: Type.Optional(Type.Integer({ minimum: 1, maximum: 5 })),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type ResidentsYaml = Static<typeof ResidentsFile>;
