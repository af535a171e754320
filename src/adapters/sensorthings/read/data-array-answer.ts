/** `$resultFormat=dataArray`: Observations as rows, grouped by Datastream in the order they come. */
import { ENTITIES, isIdName } from '../model.ts';
import { type EntityJson, linkOf, type RenderContext, type Row, renderProperty } from './render.ts';

const DEFAULT_COMPONENTS = ['id', 'phenomenonTime', 'result', 'resultTime'];

export function toDataArray(
  context: RenderContext,
  rows: readonly Row[],
  select: readonly string[] | undefined,
): EntityJson[] {
  const type = ENTITIES.Observation;
  const components = (select ?? DEFAULT_COMPONENTS)
    .map((name) => (isIdName(name) ? 'id' : name))
    .filter((name) => name === 'id' || type.properties.has(name));
  const groups = new Map<number, unknown[][]>();
  for (const row of rows) {
    const group = groups.get(row.datastream_id as number) ?? [];
    groups.set(row.datastream_id as number, group);
    group.push(
      components.map((name) =>
        name === 'id' ? row.id : (renderProperty(type.properties.get(name)!, row, context) ?? null),
      ),
    );
  }
  return [...groups].map(([datastreamId, dataArray]) => ({
    'Datastream@iot.navigationLink': linkOf(context.base, ENTITIES.Datastream, datastreamId),
    components,
    'dataArray@iot.count': dataArray.length,
    dataArray,
  }));
}
