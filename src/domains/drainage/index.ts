/**
 * Drainage: rain, manhole level, road water; rain with rising manholes will stand on the road.
 *
 * The forecast is the simplest that helps: the level goes on rising as it does now, and ponds when it reaches the cover. It knows no
 * hydraulics and no rain to come, so it holds for minutes, not for hours.
 */
import type { Finding } from '#kernel/finding.ts';
import { phrase } from '#kernel/phrase.ts';
import { type Grade, worstGrade } from '#kernel/words.ts';
import { conclude, factOf } from '../conclusion.ts';
import type { Domain, Situation } from '../domain.types.ts';
import { findPair, stillOf } from '../pair.ts';
import { assetOf } from '../together.ts';
import en from './strings.en.json' with { type: 'json' };
import zh from './strings.zh.json' with { type: 'json' };

export interface DrainageSettings {
  readonly opens: string;
  /** Fact that names the catchment. Without it the whole city is one. */
  readonly parent: string;
  readonly rain: string;
  readonly levels: readonly string[];
  /** Fact of a manhole: metres from its floor to its cover. */
  readonly depth: string;
  readonly withinMinutes: number;
  readonly grade: Grade;
}

/** Minutes until the manhole is full when it goes on rising as now; undefined when it does not rise or its depth is unknown. */
export function minutesToPonding(
  levelMetres: number,
  metresPerMinute: number,
  depthMetres: number,
): number | undefined {
  if (!(metresPerMinute > 0) || !Number.isFinite(depthMetres)) return undefined;
  return Math.max(0, (depthMetres - levelMetres) / metresPerMinute);
}

const isHigh = (finding: Finding, settings: DrainageSettings): boolean =>
  settings.levels.includes(finding.indicator ?? '') &&
  (finding.kind === 'rate'
    ? Number(finding.facts.changePerMinute) > 0
    : (finding.value ?? 0) >= (finding.limit ?? Infinity));

function soonest(
  situation: Situation,
  settings: DrainageSettings,
  rising: readonly Finding[],
): { finding: Finding; minutes: number } | undefined {
  return rising
    .flatMap((finding) => {
      const level = situation.city.latest(finding.datastreamId!)?.value ?? finding.value ?? 0;
      const rate = Number(finding.facts.changePerMinute);
      const minutes = minutesToPonding(level, rate, Number(finding.facts[settings.depth]));
      return minutes === undefined ? [] : [{ finding, minutes }];
    })
    .sort((a, b) => a.minutes - b.minutes)[0];
}

function detect(situation: Situation, settings: DrainageSettings): Finding[] {
  const rises = situation.recent.filter((finding) => finding.kind === 'rate');
  const pair = findPair([...situation.active, ...rises], {
    withinMinutes: settings.withinMinutes,
    isFirst: (finding) => finding.indicator === settings.rain,
    isSecond: (finding) => isHigh(finding, settings),
    isNear: () => true,
  });
  const [before] = situation.standing;
  const still = before ? stillOf(before, situation.active) : [];
  const isNew = before === undefined && pair?.seconds.some((finding) => finding.clearedAt === undefined);
  if (still.length === 0 && !isNew) return [];
  const basis = [...new Set([...still, ...(pair?.firsts ?? []), ...(pair?.seconds ?? [])])];
  const manholes = basis.filter((finding) => finding.indicator !== settings.rain);
  const forecast = soonest(situation, settings, manholes);
  const worst = forecast?.finding ?? manholes[0] ?? basis[0]!;
  const grade = basis.reduce<Grade>((worse, finding) => worstGrade(worse, finding.grade) ?? worse, settings.grade);
  const count = new Set(manholes.map(assetOf)).size;
  const minutes = forecast && Math.round(forecast.minutes);
  const words = { manholes: count, worst: worst.sentence, span: { seconds: (minutes ?? 0) * 60 } };
  const sentence = phrase({ zh, en }, minutes === undefined ? 'ponding' : 'ponding.in', words);
  const facts = { manholes: count, ...(minutes !== undefined && { minutes_to_ponding: minutes }) };
  return [
    conclude(
      situation,
      {
        opens: settings.opens,
        grade,
        since: before?.since ?? pair!.since,
        place: worst.place,
        assetId: worst.assetId,
        basis,
        sentence,
        facts,
      },
      before,
    ),
  ];
}

export const drainage: Domain<DrainageSettings> = {
  id: 'drainage',
  words: { zh: '排水', en: 'Drainage' },
  layer: {
    colour: '#4a8c8c',
    geometry: 'both',
    order: 10,
    pointsFromZoom: 13.5,
    linesFromZoom: 11.5,
    lineWidth: 2,
    dash: [4, 2],
  },
  defaults: {
    opens: 'drainage.ponding',
    parent: 'catchment',
    rain: 'rain',
    levels: ['level', 'road-water'],
    depth: 'depth_m',
    withinMinutes: 120,
    grade: 'yellow',
  },
  scopeOf(finding, settings) {
    const isHeard = finding.indicator === settings.rain || settings.levels.includes(finding.indicator ?? '');
    return isHeard && (finding.kind === 'limit' || finding.kind === 'rate')
      ? (factOf(finding, settings.parent) ?? 'city')
      : undefined;
  },
  detect,
};
