/** Bridges: strain, displacement, vibration, tilt; several sensors of one bridge beyond their limits speak of the bridge. */
import type { Finding } from '#kernel/finding.ts';
import { phrase } from '#kernel/phrase.ts';
import type { Grade } from '#kernel/words.ts';
import { factOf } from '../conclusion.ts';
import type { Domain } from '../domain.types.ts';
import { detectTogether } from '../together.ts';
import en from './strings.en.json' with { type: 'json' };
import zh from './strings.zh.json' with { type: 'json' };

export interface BridgeSettings {
  readonly opens: string;
  /** Fact that names the bridge a sensor is on. */
  readonly parent: string;
  /** Indicators of the weather, not of the structure. */
  readonly notTheBridge: readonly string[];
  /** So many sensors, counted by Datastream: two quantities at one place are two witnesses. */
  readonly atLeast: number;
  readonly withinMinutes: number;
  readonly grade: Grade;
}

const isStructural = (finding: Finding, settings: BridgeSettings): boolean =>
  finding.kind === 'limit' && !settings.notTheBridge.includes(finding.indicator ?? '');

export const bridges: Domain<BridgeSettings> = {
  id: 'bridges',
  words: { zh: '桥梁', en: 'Bridges' },
  layer: { colour: '#5f7183', geometry: 'both', order: 90, pointsFromZoom: 14, linesFromZoom: 10, lineWidth: 4 },
  defaults: {
    opens: 'bridges.structure',
    parent: 'bridge',
    notTheBridge: ['wind', 'wind-speed', 'temperature', 'humidity', 'load'],
    atLeast: 2,
    withinMinutes: 20,
    grade: 'orange',
  },
  scopeOf: (finding, settings) => (isStructural(finding, settings) ? factOf(finding, settings.parent) : undefined),
  detect: (situation, settings) =>
    detectTogether(situation, {
      ...settings,
      counts: (finding) => isStructural(finding, settings),
      thingOf: (finding) => String(finding.datastreamId),
      assetId: situation.id,
      sentence: (failed, sensors) =>
        phrase({ zh, en }, 'structure', {
          sensors,
          bridge: situation.city.findAsset(situation.id)?.name ?? situation.id,
          worst: failed.at(-1)?.sentence ?? {},
        }),
    }),
};
