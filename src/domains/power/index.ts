/** Electricity: voltage, current, transformer oil; an outage of a feeder is drawn from its cabinets going dead together. */
import type { Finding } from '#kernel/finding.ts';
import { phrase } from '#kernel/phrase.ts';
import type { Grade } from '#kernel/words.ts';
import { factOf } from '../conclusion.ts';
import type { Domain } from '../domain.types.ts';
import { assetOf, detectTogether } from '../together.ts';
import en from './strings.en.json' with { type: 'json' };
import zh from './strings.zh.json' with { type: 'json' };

export interface PowerSettings {
  readonly opens: string;
  /** Fact that names the feeder a cabinet hangs on. */
  readonly parent: string;
  /** Indicators that are voltages, and the share of normal below which there is none. */
  readonly voltages: readonly string[];
  readonly deadBelowRatio: number;
  readonly atLeast: number;
  /** Of the feeder's measured cabinets this share at least. */
  readonly leastShare: number;
  readonly withinMinutes: number;
  readonly grade: Grade;
}

/** Dead: no voltage, or no word from the voltmeter that lives on it. */
function isDead(finding: Finding, settings: PowerSettings): boolean {
  if (!settings.voltages.includes(finding.indicator ?? '')) return false;
  if (finding.kind === 'silence') return true;
  if (finding.kind !== 'limit') return false;
  return (finding.value ?? Infinity) <= settings.deadBelowRatio * (finding.limit ?? 0);
}

export const power: Domain<PowerSettings> = {
  id: 'power',
  words: { zh: '供电', en: 'Power' },
  layer: { colour: '#b0892f', geometry: 'both', order: 60, pointsFromZoom: 13, linesFromZoom: 11, lineWidth: 1.5 },
  defaults: {
    opens: 'power.feeder-outage',
    parent: 'feeder',
    voltages: ['voltage', 'voltage-a', 'voltage-b', 'voltage-c'],
    deadBelowRatio: 0.5,
    atLeast: 3,
    leastShare: 0.3,
    withinMinutes: 10,
    grade: 'orange',
  },
  scopeOf: (finding, settings) =>
    finding.kind === 'silence' || finding.kind === 'limit' ? factOf(finding, settings.parent) : undefined,
  detect: (situation, settings) =>
    detectTogether(situation, {
      ...settings,
      atLeast: Math.max(
        settings.atLeast,
        Math.ceil(settings.leastShare * situation.city.countAssets(settings.parent, situation.id)),
      ),
      counts: (finding) => isDead(finding, settings),
      thingOf: assetOf,
      assetId: situation.id,
      sentence: (_, cabinets) =>
        phrase({ zh, en }, 'outage', {
          cabinets,
          feeder: situation.city.findAsset(situation.id)?.name ?? situation.id,
        }),
    }),
};
