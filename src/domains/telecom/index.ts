/** Communications: availability, loss, delay; a node that is down is drawn from the cabinets behind it going silent together. */
import type { Finding } from '#kernel/finding.ts';
import { phrase } from '#kernel/phrase.ts';
import type { Grade } from '#kernel/words.ts';
import { factOf } from '../conclusion.ts';
import type { Domain } from '../domain.types.ts';
import { assetOf, detectTogether } from '../together.ts';
import en from './strings.en.json' with { type: 'json' };
import zh from './strings.zh.json' with { type: 'json' };

export interface TelecomSettings {
  readonly opens: string;
  /** Fact that names the node a cabinet hangs on. */
  readonly parent: string;
  /** An indicator that says how much of the service is there. */
  readonly availability: string;
  readonly atLeast: number;
  readonly leastShare: number;
  readonly withinMinutes: number;
  readonly grade: Grade;
}

/** Cut off: the service is down, or nothing says whether it is there. */
const isCutOff = (finding: Finding, settings: TelecomSettings): boolean =>
  finding.indicator === settings.availability && (finding.kind === 'silence' || finding.kind === 'limit');

export const telecom: Domain<TelecomSettings> = {
  id: 'telecom',
  words: { zh: '通信', en: 'Telecom' },
  layer: { colour: '#7a6bb5', geometry: 'both', order: 70, pointsFromZoom: 13.5, linesFromZoom: 12, lineWidth: 1.5 },
  defaults: {
    opens: 'telecom.node-down',
    parent: 'node',
    availability: 'availability',
    atLeast: 3,
    leastShare: 0.5,
    withinMinutes: 10,
    grade: 'orange',
  },
  scopeOf: (finding, settings) => (isCutOff(finding, settings) ? factOf(finding, settings.parent) : undefined),
  detect: (situation, settings) =>
    detectTogether(situation, {
      ...settings,
      atLeast: Math.max(
        settings.atLeast,
        Math.ceil(settings.leastShare * situation.city.countAssets(settings.parent, situation.id)),
      ),
      counts: (finding) => isCutOff(finding, settings),
      thingOf: assetOf,
      assetId: situation.id,
      sentence: (_, cabinets) =>
        phrase({ zh, en }, 'node-down', {
          cabinets,
          node: situation.city.findAsset(situation.id)?.name ?? situation.id,
        }),
    }),
};
