/** `open311.yaml`: other Open311 servers this city gives cases to and takes reports from. */
import Type, { type Static } from 'typebox';
import type { CityPack } from '#kernel/city.ts';
import type { PackSection, SectionProblem } from '#kernel/pack-section.ts';

const closed = { additionalProperties: false };
const Name = Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$', maxLength: 60 });
const Texts = Type.Record(Type.String(), Type.String());

const Service = Type.Object(
  {
    service_code: Type.String({ minLength: 1, description: 'What the other server calls it' }),
    case_classes: Type.Optional(
      Type.Array(Type.String(), { description: 'Cases of these classes are pushed as this' }),
    ),
    attributes: Type.Optional(
      Type.Unsafe<Static<typeof Texts>>({ ...Texts, description: 'Sent with each: what the other server requires' }),
    ),
    category: Type.Optional(Type.String({ description: 'Their requests of it become reports of this category' })),
    answers: Type.Optional(
      Type.Unsafe<Static<typeof Texts>>({ ...Texts, description: 'What our category requires and they do not say' }),
    ),
  },
  closed,
);

const Push = Type.Object(
  {
    party: Type.Optional(Type.String({ description: 'Cases dispatched to this party; absent: any open case' })),
    areas: Type.Optional(Type.Array(Type.String(), { description: 'Only cases that lie in one of these areas' })),
    email: Type.Optional(Type.String({ description: 'Sent as the reporter: an office, never a person' })),
  },
  closed,
);

const Pull = Type.Object(
  {
    requests: Type.Optional(Type.Boolean({ description: 'Their new requests become our reports' })),
    updates: Type.Optional(
      Type.Union([Type.Literal('extension'), Type.Literal('status'), Type.Literal('none')], {
        description: 'extension: they publish servicerequestupdates; status: ask for the status of what was pushed',
      }),
    ),
    first_days: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 90, description: 'How far back the first pull reaches' }),
    ),
  },
  closed,
);

const ConnectionSchema = Type.Object(
  {
    id: Name,
    url: Type.String({
      pattern: '^https?://',
      description: 'Of the endpoint, as their discovery names it, without a final slash',
    }),
    format: Type.Optional(Type.Union([Type.Literal('xml'), Type.Literal('json')])),
    jurisdiction_id: Type.Optional(Type.String()),
    api_key_env: Type.Optional(
      Type.String({ pattern: '^[A-Z][A-Z0-9_]*$', description: 'Environment variable that holds the key' }),
    ),
    interval_seconds: Type.Optional(Type.Integer({ minimum: 5, maximum: 86_400 })),
    push: Type.Optional(Push),
    pull: Type.Optional(Pull),
    services: Type.Array(Service),
  },
  closed,
);

const SectionSchema = Type.Object({ connections: Type.Array(ConnectionSchema) }, closed);
type Section = Static<typeof SectionSchema>;

export type ConnectionConfig = Static<typeof ConnectionSchema>;

export const FILE = 'open311.yaml';

export const OPEN311_SECTION: PackSection = {
  file: FILE,
  format: 'yaml',
  schema: SectionSchema,
  check: (value, pack) => findProblems(value as Section, pack),
};

/** The connections of a pack whose section has been checked; none when it has no such file. */
export const connectionsOf = (pack: CityPack): readonly ConnectionConfig[] =>
  (pack.sections.get(FILE) as Section | undefined)?.connections ?? [];

function findProblems({ connections }: Section, pack: CityPack): SectionProblem[] {
  const known = {
    parties: new Set(pack.parties.map(({ id }) => id)),
    areas: new Set(pack.areas.map(({ id }) => id)),
    classes: new Set(pack.caseClasses.map(({ code }) => code)),
    categories: new Set(pack.reporting.categories.map(({ code }) => code)),
  };
  const problems: SectionProblem[] = [];
  const check = (kind: keyof typeof known, id: string | undefined, path: string) => {
    if (id !== undefined && !known[kind].has(id)) problems.push({ path, reason: `the city has no “${id}”` });
  };
  const ids = new Set<string>();
  for (const [i, connection] of connections.entries()) {
    const at = `$.connections[${i}]`;
    if (ids.has(connection.id)) problems.push({ path: `${at}.id`, reason: `“${connection.id}” is there twice` });
    ids.add(connection.id);
    check('parties', connection.push?.party, `${at}.push.party`);
    for (const [j, area] of (connection.push?.areas ?? []).entries()) check('areas', area, `${at}.push.areas[${j}]`);
    for (const [j, service] of connection.services.entries()) {
      check('categories', service.category, `${at}.services[${j}].category`);
      for (const [k, code] of (service.case_classes ?? []).entries())
        check('classes', code, `${at}.services[${j}].case_classes[${k}]`);
    }
  }
  return problems;
}
