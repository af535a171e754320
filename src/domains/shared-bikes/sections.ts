/** The pack's files on shared bikes: operators and rules, bays, zones. */
import Type, { type Static } from 'typebox';
import type { CityPack } from '#kernel/city.ts';
import type { Polygon } from '#kernel/geo.ts';
import type { PackSection, SectionProblem } from '#kernel/pack-section.ts';
import {
  type Bay,
  type BikeRules,
  DEFAULT_RULES,
  type Ground,
  type Operator,
  type Zone,
} from './shared-bikes.types.ts';

const closed = { additionalProperties: false };
const Id = Type.String({ minLength: 1, maxLength: 80 });
const Words = Type.Record(Type.String(), Type.String({ minLength: 1 }), { minProperties: 1 });
const PositionSchema = Type.Tuple([
  Type.Number({ minimum: -180, maximum: 180 }),
  Type.Number({ minimum: -90, maximum: 90 }),
]);
const PolygonSchema = Type.Object(
  {
    type: Type.Literal('Polygon'),
    coordinates: Type.Array(Type.Array(PositionSchema, { minItems: 4 }), { minItems: 1 }),
  },
  closed,
);
const collectionOf = <P extends Type.TSchema>(properties: P) =>
  Type.Object(
    {
      type: Type.Literal('FeatureCollection'),
      features: Type.Array(Type.Object({ type: Type.Literal('Feature'), geometry: PolygonSchema, properties }, closed)),
    },
    closed,
  );
const TimeOfDay = Type.String({ pattern: '^([01]\\d|2[0-4]):[0-5]\\d$', description: 'Local time, 07:30' });
const positive = Type.Number({ exclusiveMinimum: 0 });

const RulesSchema = Type.Object(
  {
    error_metres: Type.Optional(positive),
    most_error_metres: Type.Optional(positive),
    outside_odds: Type.Optional(positive),
    certain_from: Type.Optional(Type.Number({ minimum: 0.5, maximum: 1 })),
    overfull_minutes: Type.Optional(positive),
    quota_minutes: Type.Optional(positive),
    outside_minutes: Type.Optional(positive),
    forbidden_minutes: Type.Optional(positive),
    silent_hours: Type.Optional(positive),
    track_minutes: Type.Optional(positive),
    faulty_hours: Type.Optional(positive),
    abandoned_days: Type.Optional(positive),
    least_bikes: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  closed,
);

const FeedSchema = Type.Object(
  {
    gbfs: Type.Optional(Type.String({ description: 'Address of the auto-discovery file, gbfs.json' })),
    key_from: Type.Optional(Type.String({ description: 'Environment variable that holds the key of the feed' })),
    mds_provider_id: Type.Optional(
      Type.String({
        pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
        description: 'provider_id by which the operator speaks of itself in MDS',
      }),
    ),
  },
  closed,
);

const RulesFile = Type.Object(
  {
    operators: Type.Array(
      Type.Object({ party: Id, quota: Type.Integer({ minimum: 0 }), feed: Type.Optional(FeedSchema) }, closed),
    ),
    rules: Type.Optional(RulesSchema),
    contact_email: Type.Optional(
      Type.String({ format: 'email', description: 'Where readers of the published bays can ask about them' }),
    ),
    stand_join_metres: Type.Optional(positive),
    stand_most_metres: Type.Optional(positive),
    opens: Type.Optional(
      Type.Record(Type.String(), Type.String(), { description: 'Case class that a kind of trouble opens' }),
    ),
  },
  closed,
);

const BaysFile = collectionOf(
  Type.Object(
    {
      id: Id,
      name: Type.Optional(Words),
      capacity: Type.Integer({ minimum: 1 }),
      area_class: Type.Optional(Id),
    },
    closed,
  ),
);
const ZonesFile = collectionOf(
  Type.Object(
    {
      id: Id,
      kind: Type.Enum(['no-parking', 'exit-buffer', 'quota']),
      name: Words,
      quotas: Type.Optional(
        Type.Array(Type.Object({ from: TimeOfDay, to: TimeOfDay, bikes: Type.Integer({ minimum: 0 }) }, closed), {
          minItems: 1,
        }),
      ),
    },
    closed,
  ),
);

const RULES_FILE = 'shared-bikes.yaml';
const BAYS_FILE = 'shared-bikes/bays.geojson';
const ZONES_FILE = 'shared-bikes/zones.geojson';

export const sections: readonly PackSection[] = [
  { file: RULES_FILE, format: 'yaml', schema: RulesFile, check: checkRules },
  { file: BAYS_FILE, format: 'geojson', schema: BaysFile, check: checkIds },
  { file: ZONES_FILE, format: 'geojson', schema: ZonesFile, check: checkIds },
];

function checkRules(value: unknown, pack: CityPack): SectionProblem[] {
  const { operators, opens = {} } = value as Static<typeof RulesFile>;
  const parties = new Set(pack.parties.map(({ id }) => id));
  const classes = new Set(pack.caseClasses.map(({ code }) => code));
  return [
    ...operators.flatMap(({ party }, i) =>
      parties.has(party) ? [] : [{ path: `operators[${i}].party`, reason: `unknown party ${party}` }],
    ),
    ...Object.entries(opens).flatMap(([kind, code]) =>
      classes.has(code) ? [] : [{ path: `opens.${kind}`, reason: `unknown case class ${code}` }],
    ),
  ];
}

function checkIds(value: unknown): SectionProblem[] {
  const { features } = value as { features: readonly { properties: { id: string } }[] };
  const seen = new Set<string>();
  return features.flatMap(({ properties: { id } }, i) => {
    if (seen.has(id)) return [{ path: `features[${i}].properties.id`, reason: `duplicate id ${id}` }];
    seen.add(id);
    return [];
  });
}

export interface BikePack {
  readonly operators: readonly Operator[];
  /** GBFS feed of each operator, in the order of operators; undefined: it pushes. */
  readonly feeds: readonly ({ readonly url: string; readonly keyFrom: string | undefined } | undefined)[];
  /** By which each operator speaks of itself in MDS, in the order of operators; undefined: the pack does not say. */
  readonly mdsProviderIds?: readonly (string | undefined)[];
  readonly contactEmail?: string | undefined;
  readonly rules: BikeRules;
  readonly ground: Ground;
  readonly standJoinMetres: number;
  readonly standMostMetres: number;
  readonly opens: Readonly<Record<string, string>>;
}

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** What the pack says of shared bikes; undefined when the city has none. */
export function readBikePack(pack: CityPack): BikePack | undefined {
  const file = pack.sections.get(RULES_FILE) as Static<typeof RulesFile> | undefined;
  if (file === undefined) return undefined;
  const bays = pack.sections.get(BAYS_FILE) as Static<typeof BaysFile> | undefined;
  const zones = pack.sections.get(ZONES_FILE) as Static<typeof ZonesFile> | undefined;
  const nameOf = new Map(pack.parties.map(({ id, name }) => [id, name]));
  return {
    operators: file.operators.map(({ party, quota }) => ({
      id: party,
      name: nameOf.get(party) ?? { en: party },
      quota,
    })),
    feeds: file.operators.map(({ feed }) =>
      feed?.gbfs === undefined ? undefined : { url: feed.gbfs, keyFrom: feed.key_from },
    ),
    mdsProviderIds: file.operators.map(({ feed }) => feed?.mds_provider_id),
    contactEmail: file.contact_email,
    rules: { ...DEFAULT_RULES, ...toCamel(file.rules ?? {}) },
    ground: { bays: (bays?.features ?? []).map(toBay), zones: (zones?.features ?? []).map(toZone) },
    standJoinMetres: file.stand_join_metres ?? 10,
    standMostMetres: file.stand_most_metres ?? 40,
    opens: file.opens ?? {},
  };
}

const toCamel = (rules: Readonly<Record<string, number | undefined>>): Partial<BikeRules> =>
  Object.fromEntries(
    Object.entries(rules).map(([key, value]) => [key.replaceAll(/_(\w)/g, (_, c: string) => c.toUpperCase()), value]),
  );

const toBay = ({ geometry, properties: p }: Static<typeof BaysFile>['features'][number]): Bay => ({
  id: p.id,
  name: p.name,
  polygon: geometry.coordinates as Polygon,
  capacity: p.capacity,
  areaClass: p.area_class ?? 'ordinary',
  area: undefined,
});

const toZone = ({ geometry, properties: p }: Static<typeof ZonesFile>['features'][number]): Zone => ({
  id: p.id,
  kind: p.kind as Zone['kind'],
  name: p.name,
  polygon: geometry.coordinates as Polygon,
  area: undefined,
  quotas: (p.quotas ?? []).map(({ from, to, bikes }) => ({ from: minuteOf(from), to: minuteOf(to), bikes })),
});
