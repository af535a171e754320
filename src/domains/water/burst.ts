/**
 * A burst main: one trouble drawn from the loggers that lost pressure.
 *
 * One logger at orange or worse is enough to suspect it; so are two or more that are near each other and lost pressure within minutes,
 * however mildly each, as long as one of them stays low. More flow than usual out of the supply makes it likelier; it is not required, because not every zone is
 * metered. One burst is one finding: loggers that follow are taken in, its grade follows theirs, and it is over when all of them are
 * back. Losses too far apart in place or time are different bursts.
 */
import type { Finding } from '#kernel/finding.ts';
import { distanceMetres, midpoint } from '#kernel/geo.ts';
import { phrase, type Templates } from '#kernel/phrase.ts';
import { MINUTE } from '#kernel/time.ts';
import { type Grade, gradeRank, worstGrade } from '#kernel/words.ts';
import { conclude } from '../conclusion.ts';
import type { Situation } from '../domain.types.ts';
import { assetOf } from '../together.ts';
import { type Candidate, type Loss, rankCandidates } from './candidates.ts';
import { nodeOf } from './graph.ts';
import en from './strings.en.json' with { type: 'json' };
import zh from './strings.zh.json' with { type: 'json' };
import type { WaterSettings } from './water-settings.ts';

const STRINGS: Templates = { zh, en };

function isPressureLoss(finding: Finding, settings: WaterSettings): boolean {
  if (finding.indicator !== settings.pressure) return false;
  if (finding.kind === 'rate') return Number(finding.facts.changePerMinute) < 0;
  return finding.kind === 'limit' && (finding.value ?? Infinity) <= (finding.limit ?? -Infinity);
}

const isFlowRise = (finding: Finding, settings: WaterSettings): boolean =>
  finding.indicator === settings.flow &&
  (finding.kind === 'rate'
    ? Number(finding.facts.changePerMinute) > 0
    : finding.kind === 'limit' && (finding.value ?? 0) > (finding.limit ?? Infinity));

export function detectBursts(situation: Situation, settings: WaterSettings): Finding[] {
  const lasting = situation.active.filter((finding) => finding.indicator === settings.pressure);
  const jumps = situation.recent.filter((finding) => finding.kind === 'rate' && isPressureLoss(finding, settings));
  const free = new Set(
    [...lasting.filter((finding) => isStillLoss(finding, settings, situation.standing)), ...jumps].sort(byAge),
  );
  const bursts: Finding[] = [];
  for (const before of situation.standing) {
    const basis = takeIn(before, free, settings);
    const isLasting = basis.some((finding) => finding.clearedAt === undefined && before.basis.includes(finding.key));
    if (isLasting) bursts.push(toBurst(situation, settings, basis, before.since, before));
  }
  for (let first = nextGroup(free, settings); first !== undefined; first = nextGroup(free, settings)) {
    for (const finding of first.basis) free.delete(finding);
    bursts.push(toBurst(situation, settings, first.basis, first.since, undefined));
  }
  return bursts;
}

const byAge = (a: Finding, b: Finding): number => a.since - b.since || (a.key < b.key ? -1 : 1);

/** A finding that a burst rests on counts until it is cleared, whatever its figure is by then. */
const isStillLoss = (finding: Finding, settings: WaterSettings, standing: readonly Finding[]): boolean =>
  isPressureLoss(finding, settings) || standing.some((burst) => burst.basis.includes(finding.key));

/** What a standing burst rests on now: its own, and what fell near it since. Takes them out of `free`. */
function takeIn(before: Finding, free: Set<Finding>, settings: WaterSettings): Finding[] {
  const own = [...free].filter((finding) => before.basis.includes(finding.key));
  const places = own.map((finding) => finding.place);
  const from = before.since - settings.withinMinutes * MINUTE;
  const followers = [...free].filter(
    (finding) =>
      finding.clearedAt === undefined &&
      !own.includes(finding) &&
      finding.since >= from &&
      [before.place, ...places].some((place) => distanceMetres(place, finding.place) <= settings.nearMetres),
  );
  const basis = [...own, ...followers].sort(byAge);
  for (const finding of basis) free.delete(finding);
  return basis;
}

/** The first group of losses that makes a burst, and when it became one. */
function nextGroup(
  free: ReadonlySet<Finding>,
  settings: WaterSettings,
): { basis: Finding[]; since: number } | undefined {
  const losses = [...free];
  for (const last of losses) {
    const from = last.since - settings.withinMinutes * MINUTE;
    const near = losses.filter(
      (finding) =>
        finding.since >= from &&
        finding.since <= last.since &&
        distanceMetres(finding.place, last.place) <= settings.nearMetres,
    );
    const isGrave = last.clearedAt === undefined && gradeRank(last.grade) >= gradeRank(settings.aloneFrom);
    const isShared = new Set(near.map(assetOf)).size >= settings.atLeast && near.some(isLastingLow);
    if (isGrave || isShared) return { basis: near, since: last.since };
  }
  return undefined;
}

/** A jump alone may be a valve or a pump; a pressure that stays low is not. */
const isLastingLow = (finding: Finding): boolean => finding.kind === 'limit' && finding.clearedAt === undefined;

function toBurst(
  situation: Situation,
  settings: WaterSettings,
  basis: readonly Finding[],
  since: number,
  before: Finding | undefined,
): Finding {
  const loggers = new Set(basis.map(assetOf)).size;
  const isFlowUp = [...situation.active, ...situation.recent].some((finding) => isFlowRise(finding, settings));
  const candidates = candidatesOf(situation, settings, basis);
  const best = candidates[0]?.link;
  const worst = basis.reduce<Grade>(
    (grade, finding) => (finding.clearedAt === undefined ? (worstGrade(grade, finding.grade) ?? grade) : grade),
    'yellow',
  );
  const place = best ? midpoint(best.line) : gravest(basis).place;
  return conclude(
    situation,
    {
      opens: settings.opens,
      apart: String(gravest(basis).datastreamId),
      grade: loggers >= settings.atLeast ? (worstGrade(worst, 'orange') ?? worst) : worst,
      since,
      place,
      assetId: best?.id,
      basis,
      sentence: sentenceOf(situation, basis, loggers, candidates[0], isFlowUp),
      facts: {
        ...(best && {
          pipe: best.id,
          bore_mm: best.boreMm,
          candidates: candidates.map(({ link }) => link.id).join(' '),
        }),
        ...(best?.material && { material: best.material }),
        confidence: confidenceOf(loggers, isFlowUp, candidates),
        loggers,
        flow_up: isFlowUp,
      },
    },
    before,
  );
}

const gravest = (basis: readonly Finding[]): Finding =>
  basis.reduce((worst, finding) => (gradeRank(finding.grade) > gradeRank(worst.grade) ? finding : worst));

function candidatesOf({ city }: Situation, settings: WaterSettings, basis: readonly Finding[]): Candidate[] {
  const { network } = city;
  if (network === undefined) return [];
  const centre = gravest(basis).place;
  const findingOf = new Map(basis.map((finding) => [finding.datastreamId, finding]));
  const losses: Loss[] = [];
  const loggers = city
    .observedNear(centre, settings.searchMetres + settings.nearMetres, settings.pressure)
    .toSorted((a, b) => distanceMetres(centre, a.place) - distanceMetres(centre, b.place))
    .slice(0, settings.mostLoggers);
  for (const { datastreamId, assetId, place, normal } of loggers) {
    const value = city.latest(datastreamId)?.value ?? findingOf.get(datastreamId)?.value;
    const node = nodeOf(network, assetId, place);
    if (node === undefined || normal === undefined) continue;
    losses.push({ node, kpa: value === undefined ? 0 : missingFrom(value, normal) });
  }
  return rankCandidates(network, losses, settings).slice(0, settings.candidates);
}

/** Inside the normal range nothing is lost; below it, what is missing to its middle. */
const missingFrom = (value: number, [low, high]: readonly [number, number]): number =>
  value >= low ? 0 : (low + high) / 2 - value;

/** How sure: more loggers and more flow make it surer, and a best pipe that stands out from the next ones. At most 0.95. */
function confidenceOf(loggers: number, isFlowUp: boolean, candidates: readonly Candidate[]): number {
  const fit = candidates[0]?.fit ?? 0;
  const sure = Math.min(0.3 + 0.15 * (loggers - 1), 0.6) + (isFlowUp ? 0.15 : 0) + 0.2 * fit;
  return Math.round(Math.min(0.95, sure) * 100) / 100;
}

function sentenceOf(
  situation: Situation,
  basis: readonly Finding[],
  loggers: number,
  best: Candidate | undefined,
  isFlowUp: boolean,
) {
  const pipe = best && situation.city.findAsset(best.link.id);
  const where =
    best === undefined
      ? undefined
      : phrase(STRINGS, 'burst.pipe', { pipe: pipe?.name ?? best.link.id, bore: best.link.boreMm });
  const key = loggers === 1 ? 'burst.one' : 'burst.several';
  const flow = phrase(STRINGS, isFlowUp ? 'burst.flow' : 'burst.no-flow', {});
  return phrase(STRINGS, key, { loggers, loss: gravest(basis).sentence, where: where ?? {}, flow });
}
