/** `community.yaml`: what a grid worker may report in two taps, how often homes are looked in on, and how a walk is reckoned. */
import Type, { type Static } from 'typebox';
import type { CityPack } from '#kernel/city.ts';
import type { PackSection, SectionProblem } from '#kernel/pack-section.ts';
import type { CrewRules } from './community.types.ts';

const closed = { additionalProperties: false };
const Id = Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' });
const Words = Type.Record(Type.String({ pattern: '^[a-z]{2,3}(-[A-Za-z0-9]+)*$' }), Type.String({ minLength: 1 }), {
  minProperties: 1,
  description: 'A text per language of the city, keyed by language tag',
});
const Positive = Type.Number({ exclusiveMinimum: 0 });

const CommunityFile = Type.Object(
  {
    patrol: Type.Array(
      Type.Object(
        {
          code: Id,
          name: Words,
          icon: Type.String({ minLength: 1, description: 'Name of a Lucide icon' }),
          case_class: Type.String({ description: 'Code of the case class that a patrol report opens' }),
        },
        closed,
      ),
      { description: 'The big buttons of a patrol report, in their order' },
    ),
    visits: Type.Optional(
      Type.Object({ every_days: Type.Optional(Positive), due_within_hours: Type.Optional(Positive) }, closed),
    ),
    walking: Type.Optional(
      Type.Object(
        {
          metres_per_minute: Type.Optional(Positive),
          detour_factor: Type.Optional(Type.Number({ minimum: 1, maximum: 5 })),
        },
        closed,
      ),
    ),
    proof: Type.Optional(
      Type.Object(
        {
          grace_metres: Type.Optional(
            Type.Number({ minimum: 0, description: 'Further away than the accuracy and this: flagged' }),
          ),
        },
        closed,
      ),
    ),
  },
  closed,
);

const FILE = 'community.yaml';

function check(value: unknown, { caseClasses }: CityPack): SectionProblem[] {
  const known = new Set(caseClasses.map(({ code }) => code));
  return (value as Static<typeof CommunityFile>).patrol.flatMap(({ case_class: code }, index) =>
    known.has(code)
      ? []
      : [{ path: `$.patrol[${index}].case_class`, reason: `there is no case class ${code} in case-classes.yaml` }],
  );
}

export const crewSection: PackSection = { file: FILE, format: 'yaml', schema: CommunityFile, check };

/** The rules of a pack; without the file nothing can be reported on patrol and every number is the one written here. */
export function crewRulesOf(sections: CityPack['sections']): CrewRules {
  const file = sections.get(FILE) as Static<typeof CommunityFile> | undefined;
  return {
    patrol: (file?.patrol ?? []).map(({ code, name, icon, case_class: caseClass }) => ({
      code,
      name,
      icon,
      caseClass,
    })),
    visits: { everyDays: file?.visits?.every_days ?? 7, dueWithinHours: file?.visits?.due_within_hours ?? 24 },
    walking: {
      metresPerMinute: file?.walking?.metres_per_minute ?? 70,
      detourFactor: file?.walking?.detour_factor ?? 1.3,
    },
    proof: { graceMetres: file?.proof?.grace_metres ?? 100 },
  };
}
