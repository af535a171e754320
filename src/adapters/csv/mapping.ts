/**
 * The mapping file: how a recording is written and which Datastream each of its columns belongs to. Parsed whole before the first
 * row is read; every error names its path in the file (`columns[2].unit`). Described for people in docs/adopt/import.md.
 */
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { parse as parseYaml, YAMLParseError } from 'yaml';
import { invalid } from '#kernel/errors.ts';
import { converter, getUnit } from '#kernel/units.ts';
import { zoneOffset } from './local-time.ts';
import { timeFormat } from './time-format.ts';

const closed = { additionalProperties: false } as const;
const Text = Type.String({ minLength: 1 });
const Pair = Type.Tuple([Type.Number(), Type.Number()]);
const Missing = Type.Array(Type.Union([Type.String(), Type.Number()]));

const FileSection = Type.Object(
  {
    separator: Type.Optional(Text),
    quote: Type.Optional(Type.String({ minLength: 1, maxLength: 1 })),
    decimal: Type.Optional(Type.Enum(['.', ','])),
    /** Between thousands: `1.234,5`. */
    grouping: Type.Optional(Type.String({ minLength: 1, maxLength: 1 })),
    comment: Type.Optional(Text),
    skipLines: Type.Optional(Type.Integer({ minimum: 0 })),
    /** False: the first row is data and columns are called 1, 2, 3 … */
    header: Type.Optional(Type.Boolean()),
    encoding: Type.Optional(Text),
    member: Type.Optional(Text),
  },
  closed,
);

const TimeSection = Type.Object(
  {
    columns: Type.Array(Type.Union([Text, Type.Integer()]), { minItems: 1 }),
    format: Type.Optional(Text),
    zone: Type.Optional(Text),
    ambiguous: Type.Optional(Type.Enum(['in_order', 'earlier', 'later', 'reject'])),
    missing: Type.Optional(Type.Enum(['reject', 'shift'])),
  },
  closed,
);

const Existing = Type.Object(
  { id: Type.Optional(Type.Integer({ minimum: 1 })), assetId: Type.Optional(Text), indicator: Type.Optional(Text) },
  closed,
);

const Create = Type.Object(
  {
    assetId: Text,
    name: Text,
    description: Type.Optional(Text),
    place: Pair,
    domain: Type.Optional(Text),
    assetClass: Type.Optional(Text),
    indicator: Text,
    label: Type.Optional(Text),
    unit: Type.Optional(Text),
    range: Type.Optional(Pair),
    normal: Type.Optional(Pair),
    intervalSeconds: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  },
  closed,
);

const Column = Type.Object(
  {
    column: Type.Union([Text, Type.Integer()]),
    /** UCUM code of what the file holds; the Datastream's own unit when absent. */
    unit: Type.Optional(Text),
    missing: Type.Optional(Missing),
    datastream: Type.Optional(Existing),
    create: Type.Optional(Create),
  },
  closed,
);

const MappingFile = Type.Object(
  {
    description: Type.Optional(Type.String()),
    file: Type.Optional(FileSection),
    time: TimeSection,
    missing: Type.Optional(Missing),
    columns: Type.Array(Column, { minItems: 1 }),
  },
  closed,
);
const check = Compile(MappingFile);

export type ColumnMapping = Static<typeof Column>;
export type NewDatastream = Static<typeof Create>;
export type Mapping = Static<typeof MappingFile>;

/** Parses the text of a mapping file (YAML or JSON). Errors: `mapping.*`, `unit.*`, `time.unknown_zone`, each naming its path. */
export function parseMapping(text: string): Mapping {
  const value = readYaml(text);
  if (!check.Check(value)) throw firstError(value);
  const mapping: Mapping = value;
  zoneOffset(mapping.time.zone ?? 'UTC', 'time.zone');
  timeFormat(mapping.time.format ?? 'iso', 'time.format');
  if (mapping.file?.decimal === mapping.file?.grouping && mapping.file?.grouping !== undefined)
    throw invalid(
      'mapping.invalid',
      'The decimal sign and the sign between thousands cannot be the same.',
      'file.grouping',
    );
  mapping.columns.forEach(checkColumn);
  return mapping;
}

function checkColumn({ datastream, create, unit }: ColumnMapping, index: number): void {
  const path = `columns[${index}]`;
  if ((datastream === undefined) === (create === undefined))
    throw invalid('mapping.invalid', 'A column goes either to an existing `datastream` or to one to `create`.', path);
  const isById = datastream?.id !== undefined;
  if (
    datastream &&
    (isById ? datastream.assetId !== undefined : datastream.assetId === undefined || datastream.indicator === undefined)
  )
    throw invalid(
      'mapping.invalid',
      'A datastream is named by its `id`, or by `assetId` and `indicator`.',
      `${path}.datastream`,
    );
  if (unit !== undefined) getUnit(unit, `${path}.unit`);
  if (!create) return;
  if (create.unit === undefined && unit === undefined)
    throw invalid('mapping.invalid', 'A new datastream needs a unit: here, or on the column.', `${path}.create.unit`);
  if (create.unit !== undefined) converter(unit ?? create.unit, create.unit, `${path}.create.unit`);
  for (const pair of ['range', 'normal'] as const) {
    const [low, high] = create[pair] ?? [0, 1];
    if (low >= high) throw invalid('mapping.invalid', `${pair} runs from low to high.`, `${path}.create.${pair}`);
  }
}

function readYaml(text: string): unknown {
  try {
    return parseYaml(text, { merge: true });
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw invalid('mapping.not_yaml', error.message, `line ${error.linePos?.[0].line ?? 1}`);
  }
}

/** The first of the checker's complaints that says something, with its place as people write it. */
function firstError(value: unknown): Error {
  const errors = check.Errors(value);
  const error = errors.find(({ keyword }) => keyword === 'additionalProperties') ?? errors[0]!;
  const extra = (error.params as { additionalProperties?: string[] }).additionalProperties?.[0];
  const absent = (error.params as { requiredProperties?: string[] }).requiredProperties?.[0];
  const path = [...error.instancePath.split('/').slice(1), ...[extra ?? absent].filter((name) => name !== undefined)]
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
  const allowed = (error.params as { allowedValues?: unknown[] }).allowedValues;
  const message = extra
    ? 'is not known here'
    : absent
      ? 'is needed'
      : allowed
        ? `must be one of ${allowed.join(', ')}`
        : error.message;
  return invalid('mapping.invalid', `${path || 'The mapping'} ${message}.`, path || undefined);
}
