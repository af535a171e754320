/** Gas: methane in the air, pressure and flow in the pipe; gas in the air with a falling pressure near by is a leak. */
import type { Finding } from '#kernel/finding.ts';
import { distanceMetres } from '#kernel/geo.ts';
import { phrase } from '#kernel/phrase.ts';
import { type Grade, worstGrade } from '#kernel/words.ts';
import { conclude, factOf, middleOf } from '../conclusion.ts';
import type { Domain, Situation } from '../domain.types.ts';
import { findPair, type Pair, stillOf } from '../pair.ts';
import { assetOf } from '../together.ts';
import en from './strings.en.json' with { type: 'json' };
import zh from './strings.zh.json' with { type: 'json' };

export interface GasSettings {
  readonly opens: string;
  /** Fact that names the part of the network a sensor belongs to. Without it the whole network is one. */
  readonly parent: string;
  readonly methane: string;
  readonly pressures: readonly string[];
  readonly nearMetres: number;
  readonly withinMinutes: number;
  /** With a falling pressure, and when several sensors smell it without one. */
  readonly gradeWithPressure: Grade;
  readonly gradeWithout: Grade;
  readonly atLeast: number;
}

/** Gas in the air: beyond a limit, or rising fast. */
const isMethane = (finding: Finding, settings: GasSettings): boolean =>
  finding.indicator === settings.methane && (finding.kind === 'limit' || Number(finding.facts.changePerMinute) > 0);

const isFall = (finding: Finding, settings: GasSettings): boolean => {
  if (!settings.pressures.includes(finding.indicator ?? '')) return false;
  if (finding.kind === 'rate') return Number(finding.facts.changePerMinute) < 0;
  return finding.kind === 'limit' && (finding.value ?? Infinity) <= (finding.limit ?? -Infinity);
};

function detect(situation: Situation, settings: GasSettings): Finding[] {
  const { nearMetres, withinMinutes } = settings;
  const isNear = (a: Finding, b: Finding) => distanceMetres(a.place, b.place) <= nearMetres;
  const smelt = situation.active.filter((finding) => isMethane(finding, settings));
  const signs = [...situation.active, ...situation.recent.filter((finding) => finding.kind === 'rate')];
  const withPressure = findPair(signs, {
    withinMinutes,
    isNear,
    isFirst: (finding) => smelt.includes(finding),
    isSecond: (finding) => isFall(finding, settings),
  });
  const pair = withPressure ?? severalSmelling(smelt, settings, isNear);
  const [before] = situation.standing;
  const still = before ? stillOf(before, smelt) : [];
  if (before ? still.length === 0 : pair === undefined) return [];
  const basis = [...new Set([...still, ...(pair?.firsts ?? []), ...(pair?.seconds ?? [])])];
  const base = withPressure ? settings.gradeWithPressure : settings.gradeWithout;
  const grade = basis.reduce<Grade>((worst, finding) => worstGrade(worst, finding.grade) ?? worst, base);
  const place = middleOf(basis.filter((finding) => isMethane(finding, settings)));
  const sensors = new Set(basis.filter((finding) => isMethane(finding, settings)).map(assetOf)).size;
  const facts = { sensors, pressure_falls: withPressure !== undefined };
  const sentence = phrase({ zh, en }, withPressure ? 'leak.pressure' : 'leak.air', { sensors });
  return [
    conclude(
      situation,
      { opens: settings.opens, grade, since: before?.since ?? pair!.since, place, basis, sentence, facts },
      before,
    ),
  ];
}

/** Two sensors near each other smell the same gas. */
function severalSmelling(
  smelt: readonly Finding[],
  { atLeast, withinMinutes }: GasSettings,
  isNear: (a: Finding, b: Finding) => boolean,
): Pair | undefined {
  const pair = findPair(smelt, {
    withinMinutes,
    isFirst: () => true,
    isSecond: () => true,
    isNear: (a, b) => assetOf(a) !== assetOf(b) && isNear(a, b),
  });
  if (pair === undefined || new Set(pair.firsts.map(assetOf)).size < atLeast) return undefined;
  return { ...pair, seconds: [] };
}

export const gas: Domain<GasSettings> = {
  id: 'gas',
  words: { zh: '燃气', en: 'Gas' },
  layer: { colour: '#c2703d', geometry: 'both', order: 40, pointsFromZoom: 13.5, linesFromZoom: 11.5, lineWidth: 1.5 },
  defaults: {
    opens: 'gas.leak',
    parent: 'zone',
    methane: 'methane',
    pressures: ['pressure', 'inlet-pressure', 'outlet-pressure'],
    nearMetres: 500,
    withinMinutes: 15,
    gradeWithPressure: 'red',
    gradeWithout: 'orange',
    atLeast: 2,
  },
  scopeOf(finding, settings) {
    const isHeard = finding.indicator === settings.methane || settings.pressures.includes(finding.indicator ?? '');
    return isHeard && (finding.kind === 'limit' || finding.kind === 'rate')
      ? (factOf(finding, settings.parent) ?? 'network')
      : undefined;
  },
  detect,
};
