/** Pieces that the schemas of several pack files are made of. */
import Type from 'typebox';

export const oneOf = <T extends string>(values: readonly T[], description: string) =>
  Type.Enum([...values], { description });

export const Localized = Type.Record(
  Type.String({ pattern: '^[a-z]{2,3}(-[A-Za-z0-9]+)*$' }),
  Type.String({ minLength: 1 }),
  {
    minProperties: 1,
    description: 'A text per language of the city, keyed by language tag',
  },
);
export const Id = Type.String({
  pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
  description: 'Stable id: lower case, digits, hyphens',
});
export const Minutes = Type.Integer({ minimum: 1 });
export const Source = Type.String({
  minLength: 1,
  description: 'Where the number comes from; "city policy" when it is the city that decided',
});
