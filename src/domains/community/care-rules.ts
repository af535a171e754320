/** `care.yaml`: when somebody who agreed to it is looked in on. Without the file nobody can be enrolled. */
import Type, { type Static } from 'typebox';
import type { CityPack } from '#kernel/city.ts';
import type { PackSection, SectionProblem } from '#kernel/pack-section.ts';
import { GRADES } from '#kernel/words.ts';
import type { CareRules } from './care.types.ts';

const closed = { additionalProperties: false };
const Hours = Type.Number({ minimum: 1, maximum: 24 * 14 });

const CareFile = Type.Object(
  {
    opens: Type.String({
      description: 'Code of the case class; its cases are seen by the carer and the community only',
    }),
    grade: Type.Unsafe<(typeof GRADES)[number]>({ type: 'string', enum: [...GRADES] }),
    longest_days: Type.Integer({
      minimum: 1,
      maximum: 732,
      description: 'A consent is asked for again after at most this',
    }),
    rules: Type.Object(
      {
        'water-silent': Type.Optional(
          Type.Object(
            {
              hours: Hours,
              flow_above: Type.Number({
                minimum: 0,
                description: 'Litres per hour that count as use; a drip does not',
              }),
            },
            closed,
          ),
        ),
        'missed-visit': Type.Optional(
          Type.Object(
            { hours: Type.Number({ minimum: 0, maximum: 24 * 14, description: 'After the visit became overdue' }) },
            closed,
          ),
        ),
      },
      closed,
    ),
  },
  closed,
);

const FILE = 'care.yaml';

function check(value: unknown, { caseClasses }: CityPack): SectionProblem[] {
  const { opens } = value as Static<typeof CareFile>;
  const found = caseClasses.find(({ code }) => code === opens);
  if (found === undefined) return [{ path: '$.opens', reason: `there is no case class ${opens} in case-classes.yaml` }];
  // Two homes of one cell must never become one case.
  return found.mergeWithinMetres === 0 && found.mergesInto.length === 0
    ? []
    : [{ path: '$.opens', reason: `the case class ${opens} must not merge: merge_within_metres must be 0` }];
}

export const careSection: PackSection = { file: FILE, format: 'yaml', schema: CareFile, check };

export function careRulesOf(sections: CityPack['sections']): CareRules | undefined {
  const file = sections.get(FILE) as Static<typeof CareFile> | undefined;
  if (file === undefined) return undefined;
  const water = file.rules['water-silent'];
  return {
    opens: file.opens,
    grade: file.grade,
    longestDays: file.longest_days,
    waterSilent: water && { hours: water.hours, flowAbove: water.flow_above },
    missedVisit: file.rules['missed-visit'],
  };
}
