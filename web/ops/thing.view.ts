/** The facts of an asset that a person asks for, in a fixed order; everything else a pack may carry stays out of the way. */
export const PROPERTY_UNITS = {
  boreMm: 'mm',
  bore: 'mm',
  material: undefined,
  year: undefined,
  lengthMetres: 'm',
  elevationMetres: 'm',
  depthMetres: 'm',
  voltageKv: 'kV',
  capacityKva: 'kVA',
  pressureKpa: 'kPa',
} as const satisfies Readonly<Record<string, string | undefined>>;

export interface PropertyRow {
  readonly key: keyof typeof PROPERTY_UNITS;
  readonly value: string | number | boolean;
  readonly unit: string | undefined;
}

export function propertyRows(properties: Readonly<Record<string, unknown>>): PropertyRow[] {
  const keys = Object.keys(PROPERTY_UNITS) as (keyof typeof PROPERTY_UNITS)[];
  return keys.flatMap((key) => {
    const value = properties[key];
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return isPlain ? [{ key, value, unit: PROPERTY_UNITS[key] }] : [];
  });
}
