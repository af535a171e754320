/** Rail tracks: gauge, cross-level, profile, alignment; several faults of one line within a day speak of its track. */
import type { Finding } from '#kernel/finding.ts';
import { phrase } from '#kernel/phrase.ts';
import type { Grade } from '#kernel/words.ts';
import { factOf } from '../conclusion.ts';
import type { Domain } from '../domain.types.ts';
import { detectTogether } from '../together.ts';
import en from './strings.en.json' with { type: 'json' };
import zh from './strings.zh.json' with { type: 'json' };

export interface RailSettings {
  readonly opens: string;
  /** Fact that names the line. */
  readonly parent: string;
  /** Indicators that are track geometry; limits differ per line and come from the pack. */
  readonly geometry: readonly string[];
  readonly atLeast: number;
  readonly withinMinutes: number;
  readonly grade: Grade;
}

const isGeometry = (finding: Finding, settings: RailSettings): boolean =>
  finding.kind === 'limit' && settings.geometry.includes(finding.indicator ?? '');

export const rail: Domain<RailSettings> = {
  id: 'rail',
  words: { zh: '轨道', en: 'Rail' },
  layer: {
    colour: '#8a5a6b',
    geometry: 'both',
    order: 80,
    pointsFromZoom: 13.5,
    linesFromZoom: 10,
    lineWidth: 2.5,
    dash: [6, 3],
  },
  defaults: {
    opens: 'rail.track-geometry',
    parent: 'line',
    geometry: ['gauge', 'cross-level', 'profile', 'alignment', 'settlement'],
    atLeast: 2,
    withinMinutes: 1_440,
    grade: 'orange',
  },
  scopeOf: (finding, settings) => (isGeometry(finding, settings) ? factOf(finding, settings.parent) : undefined),
  detect: (situation, settings) =>
    detectTogether(situation, {
      ...settings,
      counts: (finding) => isGeometry(finding, settings),
      thingOf: (finding) => String(finding.datastreamId),
      assetId: situation.id,
      sentence: (failed, faults) =>
        phrase({ zh, en }, 'geometry', {
          faults,
          line: situation.city.findAsset(situation.id)?.name ?? situation.id,
          worst: failed.at(-1)?.sentence ?? {},
        }),
    }),
};
