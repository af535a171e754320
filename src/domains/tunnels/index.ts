/** Road tunnels: carbon monoxide, sight, air; bad air and bad sight at once is smoke or a jam, not a sensor. */
import type { Finding } from '#kernel/finding.ts';
import { phrase } from '#kernel/phrase.ts';
import { type Grade, worstGrade } from '#kernel/words.ts';
import { conclude, factOf, middleOf } from '../conclusion.ts';
import type { Domain, Situation } from '../domain.types.ts';
import { findPair, stillOf } from '../pair.ts';
import en from './strings.en.json' with { type: 'json' };
import zh from './strings.zh.json' with { type: 'json' };

export interface TunnelSettings {
  readonly opens: string;
  /** Fact that names the tunnel a sensor is in. */
  readonly parent: string;
  readonly gas: string;
  readonly sight: string;
  readonly withinMinutes: number;
  readonly grade: Grade;
}

function detect(situation: Situation, settings: TunnelSettings): Finding[] {
  const [before] = situation.standing;
  const pair = findPair(situation.active, {
    withinMinutes: settings.withinMinutes,
    isFirst: (finding) => finding.indicator === settings.gas,
    isSecond: (finding) => finding.indicator === settings.sight,
    isNear: () => true,
  });
  const basis = before
    ? [...new Set([...stillOf(before, situation.active), ...(pair ? [...pair.firsts, ...pair.seconds] : [])])]
    : pair && [...pair.firsts, ...pair.seconds];
  if (basis === undefined || basis.length === 0) return [];
  const asset = situation.city.findAsset(situation.id);
  const grade = basis.reduce<Grade>((worst, finding) => worstGrade(worst, finding.grade) ?? worst, settings.grade);
  const since = before?.since ?? pair!.since;
  const place = middleOf(basis);
  const sentence = phrase({ zh, en }, 'smoke', { tunnel: asset?.name ?? situation.id, sensors: basis.length });
  return [
    conclude(
      situation,
      {
        opens: settings.opens,
        grade,
        since,
        place,
        assetId: asset?.id,
        basis,
        sentence,
        facts: { sensors: basis.length },
      },
      before,
    ),
  ];
}

export const tunnels: Domain<TunnelSettings> = {
  id: 'tunnels',
  words: { zh: '隧道', en: 'Tunnels' },
  layer: {
    colour: '#4f6d6a',
    geometry: 'both',
    order: 20,
    pointsFromZoom: 14,
    linesFromZoom: 10,
    lineWidth: 4,
    dash: [2, 2],
  },
  defaults: {
    opens: 'tunnels.fire-or-congestion',
    parent: 'tunnel',
    gas: 'co',
    sight: 'extinction',
    withinMinutes: 15,
    grade: 'orange',
  },
  scopeOf: (finding, settings) => {
    const isHeard = finding.indicator === settings.gas || finding.indicator === settings.sight;
    return isHeard && finding.kind === 'limit' ? factOf(finding, settings.parent) : undefined;
  },
  detect,
};
