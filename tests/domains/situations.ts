/** A small city for the domains: Datastreams at places in metres, judged by the real engine with the domains bound to it. */
import type { Change, Subject } from '#detection/detection.types.ts';
import { createEngine } from '#detection/engine.ts';
import { bindDomains, type CityGround } from '#domains/bind.ts';
import type { Domain } from '#domains/domain.types.ts';
import type { Finding } from '#kernel/finding.ts';
import type { Network } from '#kernel/network.ts';
import type { IndicatorRule } from '#kernel/rules.ts';
import { MINUTE } from '#kernel/time.ts';
import { positionAt } from './drawn-network.ts';

export const NOON = Date.parse('2026-03-01T12:00:00Z');
export const minute = (minutes: number): number => NOON + minutes * MINUTE;

/** A sensor: it is called and numbered as it is listed, 1, 2, 3 … */
export interface Sensor {
  readonly indicator: string;
  readonly rule: Partial<IndicatorRule>;
  readonly at: readonly [x: number, y: number];
  readonly facts?: Record<string, string | number | boolean>;
  readonly assetId?: string;
}

export type Report = readonly [minutes: number, sensor: number, value: number];

export function cityOf(
  domain: Domain,
  sensors: readonly Sensor[],
  more: Partial<CityGround> & { network?: Network } = {},
) {
  const subjects = sensors.map((sensor, i): Subject => toSubject(domain.id, sensor, i + 1));
  const engine = createEngine(
    bindDomains([domain], {
      settingsOf: () => undefined,
      networkOf: () => more.network,
      listObserved: () => subjects.map((subject) => ({ ...subject, indicator: subject.rule.id })),
      latest: () => undefined,
      findAsset: () => undefined,
      ...more,
    }),
  );
  engine.watch(subjects);
  const standing = new Map<string, Finding>();
  const history: Change[] = [];
  const take = (changes: readonly Change[]) => {
    for (const change of changes) {
      if (change.finding.kind !== 'domain') continue;
      history.push(change);
      if (change.change === 'cleared') standing.delete(change.finding.key);
      else standing.set(change.finding.key, change.finding);
    }
  };
  return {
    /** The domain's own findings after these reports. */
    after(...reports: Report[]): Finding[] {
      for (const [minutes, sensor, value] of reports) {
        take(
          engine.judge({
            ids: Float64Array.of(1),
            datastreamIds: Float64Array.of(sensor),
            phenomenonTimes: Float64Array.of(minute(minutes)),
            results: Float64Array.of(value),
            receivedAt: minute(minutes),
          }),
        );
      }
      return [...standing.values()];
    },
    at(minutes: number): Finding[] {
      take(engine.tick(minute(minutes)));
      return [...standing.values()];
    },
    /** `raised orange at 5` … of the domain's findings. */
    story: () => history.map(({ change, at, finding }) => `${change} ${finding.grade} at ${(at - NOON) / MINUTE}`),
    history,
  };
}

function toSubject(domain: string, { indicator, rule, at, facts = {}, assetId }: Sensor, id: number): Subject {
  return {
    datastreamId: id,
    thingId: id,
    assetId: assetId ?? `asset-${id}`,
    assetName: { zh: `测点${id}`, en: `Sensor ${id}` },
    domain,
    place: positionAt(...at),
    rule: {
      id: indicator,
      name: { zh: indicator, en: indicator },
      unit: '1',
      range: [0, 1e6],
      intervalSeconds: 60,
      limits: [],
      ...rule,
    },
    normal: rule.normal,
    facts,
  };
}
