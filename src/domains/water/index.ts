/** Water supply: pressure, flow, level and quality; a burst main is drawn from the loggers that lost pressure. */
import type { Grade } from '#kernel/words.ts';
import { factOf } from '../conclusion.ts';
import type { Domain } from '../domain.types.ts';
import { detectBursts } from './burst.ts';
import type { RankingSettings } from './candidates.ts';

export interface WaterSettings extends RankingSettings {
  /** Case class that a burst opens. */
  readonly opens: string;
  /** Indicators that count. */
  readonly pressure: string;
  readonly flow: string;
  /** Fact that tells which loggers feel each other: the pressure zone. Without it the whole network is one. */
  readonly parent: string;
  /** One logger alone is enough from this grade on. */
  readonly aloneFrom: Grade;
  /** So many loggers, this near to each other, within so many minutes. */
  readonly atLeast: number;
  readonly nearMetres: number;
  readonly withinMinutes: number;
  /** Pipes named, and loggers asked. */
  readonly candidates: number;
  readonly mostLoggers: number;
}

export const water: Domain<WaterSettings> = {
  id: 'water',
  words: { zh: '供水', en: 'Water' },
  layer: { colour: '#3b82c4', geometry: 'both', order: 30, pointsFromZoom: 13, linesFromZoom: 10, lineWidth: 2 },
  defaults: {
    opens: 'water.burst-main',
    pressure: 'pressure',
    flow: 'flow',
    parent: 'zone',
    aloneFrom: 'orange',
    atLeast: 2,
    nearMetres: 800,
    withinMinutes: 10,
    candidates: 3,
    mostLoggers: 12,
    searchMetres: 1_000,
    leastBoreMm: 80,
  },
  scopeOf(finding, settings) {
    const isHeard = finding.indicator === settings.pressure || finding.indicator === settings.flow;
    if (!isHeard || (finding.kind !== 'limit' && finding.kind !== 'rate')) return undefined;
    return factOf(finding, settings.parent) ?? 'network';
  },
  detect: (situation, settings) => detectBursts(situation, settings),
};
