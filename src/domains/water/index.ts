/** Water supply: pressure, flow, level and quality; a burst main is drawn from the loggers that lost pressure. */
import { factOf } from '../conclusion.ts';
import type { Domain } from '../domain.types.ts';
import { detectBursts } from './burst.ts';
import type { WaterSettings } from './water-settings.ts';

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
