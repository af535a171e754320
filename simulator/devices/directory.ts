/** Which measuring points the city has, as it says itself over SensorThings. */
import type { CityHttp } from '../city-http.ts';
import type { MeasuringPoint } from '../models/physics.ts';
import { lot } from '../random.ts';

type Properties = Readonly<Record<string, unknown>>;
interface Page {
  readonly value: readonly {
    readonly '@iot.id': number;
    readonly properties?: Properties;
    readonly Thing?: { readonly properties?: Properties };
  }[];
  readonly '@iot.nextLink'?: string;
}

/** Every Datastream that names its asset and indicator. Waits for a city that is still starting. */
export async function readDirectory(
  city: CityHttp,
  say: (message: string, fields?: object) => void,
): Promise<MeasuringPoint[]> {
  const points: MeasuringPoint[] = [];
  let path: string | undefined =
    '/sensorthings/v1.1/Datastreams?$top=1000&$select=id,properties&$expand=Thing($select=id,properties)';
  while (path !== undefined) {
    const answer = await city.call('GET', path);
    if (!answer.isOk) {
      if (!answer.isAway)
        throw new Error(
          `The city does not show its Datastreams: ${answer.status} ${answer.code} ${JSON.stringify(answer.body).slice(0, 200)}`,
        );
      say('waiting for the city', { status: answer.status, code: answer.code });
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      continue;
    }
    const page = answer.body as Page;
    for (const { '@iot.id': id, properties, Thing } of page.value) {
      // What is true of the whole asset stands at its Thing; the Datastream's own words go before.
      const point = toPoint(id, { ...Thing?.properties, ...properties });
      if (point) points.push(point);
    }
    const next: string | undefined = page['@iot.nextLink'];
    path = next === undefined ? undefined : pathOf(next);
  }
  return points;
}

function pathOf(link: string): string {
  const { pathname, search } = new URL(link, 'http://city');
  return `${pathname}${search}`;
}

function toPoint(datastreamId: number, properties: Properties): MeasuringPoint | undefined {
  const { assetId, indicator, domain, assetClass, intervalSeconds } = properties;
  if (typeof assetId !== 'string' || typeof indicator !== 'string' || typeof intervalSeconds !== 'number')
    return undefined;
  const range = pair(properties.range) ?? [0, 100];
  const width = range[1] - range[0];
  return {
    datastreamId,
    assetId,
    domain: typeof domain === 'string' ? domain : '',
    assetClass: typeof assetClass === 'string' ? assetClass : '',
    indicator,
    range,
    normal: pair(properties.normal) ?? [range[0] + 0.3 * width, range[0] + 0.6 * width],
    isNormalDeclared: pair(properties.normal) !== undefined,
    intervalSeconds,
    silentAfterIntervals: typeof properties.silentAfterIntervals === 'number' ? properties.silentAfterIntervals : 5,
    lot: lot(assetId),
  };
}

function pair(value: unknown): readonly [number, number] | undefined {
  if (!Array.isArray(value)) return undefined;
  const [low, high] = value as unknown[];
  return typeof low === 'number' && typeof high === 'number' ? [low, high] : undefined;
}
