/** Categories of the pack as Open311 services: the list, and each one's questions as ordered attributes. */
import type { Question, ReportCategory, ReportingRules } from '#kernel/reporting.ts';
import type { Speech } from './words.ts';
import type { Value } from './xml.ts';

/** `metadata` is true when a category asks something; the number comes at once, so every type is `realtime`. */
export const toService = (category: ReportCategory, { groups }: ReportingRules, speech: Speech): Value => ({
  service_code: category.code,
  service_name: speech.of(category.name),
  description: speech.of(category.description),
  metadata: category.questions.length > 0,
  type: 'realtime',
  keywords: (category.keywords[speech.language] ?? []).map((word) => word.replaceAll(',', ' ')).join(','),
  group: groupName(category, groups, speech),
});

function groupName(category: ReportCategory, groups: ReportingRules['groups'], speech: Speech): string {
  const group = groups.find(({ id }) => id === category.group);
  return group === undefined ? category.group : speech.of(group.name);
}

export const toDefinition = (category: ReportCategory, speech: Speech): Value => ({
  service_code: category.code,
  attributes: category.questions.map((question, index) => toAttribute(question, index + 1, speech)),
});

/** `order` starts at 1. A list of values is there for lists only. */
const toAttribute = (question: Question, order: number, speech: Speech): Value => ({
  variable: true,
  code: question.code,
  datatype: question.datatype,
  required: question.required,
  datatype_description: question.hint === undefined ? null : speech.of(question.hint),
  order,
  description: speech.of(question.question),
  ...(question.datatype.endsWith('list') && {
    values: question.values.map(({ key, name }) => ({ key, name: speech.of(name) })),
  }),
});
