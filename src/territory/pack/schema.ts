/**
 * The YAML files of a city pack as TypeBox schemas: one definition gives the check at the door, the TypeScript type and the JSON
 * Schema that editors complete from (`packs/schemas`). Keys are snake_case as people write YAML; `to-pack.ts` translates them.
 */
import Type, { type Static } from 'typebox';
import { GRADES, LEVELS } from '#kernel/words.ts';
import { ResidentsFile } from './residents-schema.ts';
import { Id, Localized, Minutes, oneOf, Source } from './schema-parts.ts';

const closed = { additionalProperties: false };
const PositionSchema = Type.Tuple(
  [Type.Number({ minimum: -180, maximum: 180 }), Type.Number({ minimum: -90, maximum: 90 })],
  {
    description: 'Longitude, latitude in degrees, WGS 84',
  },
);
const RangeSchema = Type.Tuple([Type.Number(), Type.Number()], {
  description: 'Lowest and highest value, lowest first',
});
const Grade = oneOf(GRADES, 'Grade of public warning, least to most severe');
const Level = oneOf(LEVELS, 'Administrative level');
const Opens = Type.String({ minLength: 1, description: 'Code of the case class that this opens' });

export const CityFile = Type.Object(
  {
    id: Id,
    name: Localized,
    fictional: Type.Boolean(),
    time_zone: Type.String({ minLength: 1, description: 'IANA zone of the city, for display and working hours' }),
    languages: Type.Array(Type.String(), { minItems: 1 }),
    default_language: Type.String(),
    reference_prefix: Type.String({ pattern: '^[A-Z]{2,6}$', description: 'First letters of case references' }),
    center: PositionSchema,
    default_calendar: Id,
  },
  closed,
);

const Limit = Type.Object(
  {
    grade: Grade,
    above: Type.Optional(Type.Number()),
    below: Type.Optional(Type.Number()),
    above_ratio_of_normal: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    below_ratio_of_normal: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    clear_at: Type.Optional(
      Type.Number({ description: 'Value at which the limit counts as left; default: the limit itself' }),
    ),
    clear_at_ratio: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    for_seconds: Type.Number({ minimum: 0 }),
    clear_for_seconds: Type.Number({ minimum: 0 }),
    opens: Type.Optional(Opens),
    source: Type.Optional(Source),
  },
  closed,
);
const Rate = Type.Object(
  {
    grade: Grade,
    per_minute: Type.Number({ exclusiveMinimum: 0 }),
    direction: oneOf(['rise', 'fall', 'either'], 'Which way the value must move'),
    opens: Type.Optional(Opens),
    source: Type.Optional(Source),
  },
  closed,
);
const Stuck = Type.Object(
  {
    grade: Grade,
    for_seconds: Type.Number({ exclusiveMinimum: 0 }),
    min_reports: Type.Integer({ minimum: 2 }),
    tolerance: Type.Number({ minimum: 0 }),
    opens: Type.Optional(Opens),
  },
  closed,
);
const Silence = Type.Object(
  {
    grade: Grade,
    late_after_intervals: Type.Number({ minimum: 1 }),
    silent_after_intervals: Type.Number({ minimum: 1 }),
    opens: Type.Optional(Opens),
  },
  closed,
);
const Indicator = Type.Object(
  {
    name: Localized,
    unit: Type.String({ minLength: 1, description: 'UCUM code' }),
    range: RangeSchema,
    normal: Type.Optional(RangeSchema),
    interval_seconds: Type.Number({ exclusiveMinimum: 0 }),
    limits: Type.Optional(Type.Array(Limit)),
    rate: Type.Optional(Rate),
    stuck: Type.Optional(Stuck),
    silence: Type.Optional(Silence),
  },
  closed,
);
const AssetClassSchema = Type.Object(
  {
    name: Localized,
    geometry: oneOf(['point', 'line'], 'How it lies on the map'),
    icon: Type.Optional(Type.String()),
    critical: Type.Optional(Type.Boolean()),
    indicators: Type.Optional(Type.Record(Id, Indicator)),
  },
  closed,
);
export const DomainFile = Type.Object(
  {
    id: Id,
    name: Localized,
    colour: Type.String({ pattern: '^#[0-9a-f]{6}$' }),
    icon: Type.String({ minLength: 1, description: 'Name of a Lucide icon' }),
    settings: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: "The domain's own section" })),
    classes: Type.Record(Id, AssetClassSchema),
  },
  closed,
);

export const PartiesFile = Type.Object(
  {
    parties: Type.Array(
      Type.Object(
        {
          id: Id,
          name: Localized,
          kind: oneOf(['department', 'enterprise', 'crew', 'grid', 'centre'], 'What kind of party it is'),
          level: Level,
          parent: Type.Optional(Id),
          roles: Type.Array(Id, { description: 'What it can be asked to do' }),
          areas: Type.Optional(
            Type.Array(Type.String(), { description: 'Areas it answers for; absent: the whole city' }),
          ),
          base: Type.Optional(PositionSchema),
          phone: Type.Optional(Type.String()),
        },
        closed,
      ),
    ),
  },
  closed,
);

const LocalDate = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'Local date, 2026-10-01' });
const Hours = Type.String({
  pattern: '^([01]\\d|2[0-4]):[0-5]\\d-([01]\\d|2[0-4]):[0-5]\\d$',
  description: 'Working time, 08:30-12:00',
});
const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const Weekday = oneOf(WEEKDAYS, 'Day of the week');
const weekdayNames: readonly string[] = WEEKDAYS;
/** ISO number of a day, 1 (Monday) … 7 (Sunday). */
export const weekdayNumber = (day: string): number => weekdayNames.indexOf(day) + 1;
const WeekHours = Type.Object(
  {
    monday: Type.Optional(Type.Array(Hours)),
    tuesday: Type.Optional(Type.Array(Hours)),
    wednesday: Type.Optional(Type.Array(Hours)),
    thursday: Type.Optional(Type.Array(Hours)),
    friday: Type.Optional(Type.Array(Hours)),
    saturday: Type.Optional(Type.Array(Hours)),
    sunday: Type.Optional(Type.Array(Hours)),
  },
  closed,
);
export const CalendarsFile = Type.Object(
  {
    calendars: Type.Array(
      Type.Object(
        {
          id: Id,
          time_zone: Type.Optional(Type.String({ description: "Default: the city's" })),
          week: WeekHours,
          holidays: Type.Array(LocalDate),
          make_up_days: Type.Optional(
            Type.Record(LocalDate, Weekday, { description: 'Dates worked like the named weekday' }),
          ),
          source: Type.Optional(Source),
        },
        closed,
      ),
    ),
  },
  closed,
);

const ClockSchema = Type.Object(
  { basis: oneOf(['calendar', 'working'], 'Through the whole day, or in working hours'), minutes: Minutes },
  closed,
);
const Code = Type.String({ pattern: '^[a-z0-9-]+\\.[a-z0-9-]+$', description: 'domain.class' });
export const CaseClassesFile = Type.Object(
  {
    case_classes: Type.Array(
      Type.Object(
        {
          code: Code,
          domain: Id,
          name: Localized,
          kind: oneOf(['component', 'event'], 'A thing that stands there, or something that happens'),
          grade: Grade,
          level: Level,
          handled_by: Type.Array(Id, { minItems: 1, description: 'Party roles, first choice first' }),
          needs_confirmation: Type.Boolean(),
          acknowledge: ClockSchema,
          accept: ClockSchema,
          handle: ClockSchema,
          merge_within_metres: Type.Number({ minimum: 0 }),
          merge_within_minutes: Type.Number({ minimum: 0 }),
          merges_into: Type.Optional(Type.Array(Type.String())),
          verify_by: oneOf(['sensors', 'person', 'either'], 'Who confirms that it is over'),
          normal_for_minutes: Type.Optional(Type.Number({ minimum: 0 })),
          bounce_limit: Type.Integer({ minimum: 0 }),
          plan: Type.Optional(Id),
          source: Type.Optional(Source),
        },
        closed,
      ),
    ),
  },
  closed,
);

export const PlansFile = Type.Object(
  {
    plans: Type.Array(
      Type.Object(
        {
          id: Id,
          case_class: Type.String(),
          name: Localized,
          when: Type.Optional(
            Type.Object(
              {
                bore_below_mm: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
                bore_at_least_mm: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
              },
              closed,
            ),
          ),
          impact_metres: Type.Number({ minimum: 0 }),
          proposes_isolation: Type.Boolean(),
          orders: Type.Array(
            Type.Object(
              {
                key: Id,
                for_each: Type.Optional(
                  Type.String({ description: 'One order per party that facts of this name speak of: take.<party>' }),
                ),
                role: Id,
                lead: Type.Optional(Type.Boolean()),
                task: Localized,
                accept: ClockSchema,
                finish: ClockSchema,
                needs_photo: Type.Optional(Type.Boolean()),
              },
              closed,
            ),
            { minItems: 1 },
          ),
          source: Type.Optional(Source),
        },
        closed,
      ),
    ),
  },
  closed,
);

export const AccountsFile = Type.Object(
  {
    accounts: Type.Array(
      Type.Object(
        {
          name: Type.String({ pattern: '^[a-z0-9][a-z0-9.-]*$', description: 'What the person signs in with' }),
          display_name: Type.String({ minLength: 1 }),
          roles: Type.Array(Id, { minItems: 1 }),
          party: Type.Optional(Id),
          areas: Type.Optional(Type.Array(Type.String())),
        },
        closed,
      ),
    ),
  },
  closed,
);

export type DomainYaml = Static<typeof DomainFile>;
export type IndicatorYaml = Static<typeof Indicator>;
export type LimitYaml = Static<typeof Limit>;
export type PartiesYaml = Static<typeof PartiesFile>;
export type CalendarsYaml = Static<typeof CalendarsFile>;
export type CaseClassesYaml = Static<typeof CaseClassesFile>;
export type PlansYaml = Static<typeof PlansFile>;
export type AccountsYaml = Static<typeof AccountsFile>;

/** File name of the JSON Schema → schema; `tools/city/write-schemas.ts` writes them, `--check` compares. */
export const yamlSchemas = {
  city: CityFile,
  domain: DomainFile,
  parties: PartiesFile,
  calendars: CalendarsFile,
  'case-classes': CaseClassesFile,
  plans: PlansFile,
  accounts: AccountsFile,
  residents: ResidentsFile,
} as const;
