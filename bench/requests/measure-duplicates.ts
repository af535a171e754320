/**
 * Duplicate suggestion on real near-duplicates. The labels were made by reading: `duplicate-labels.json` names rows of the recording and
 * says what they are, and holds no text. How the pairs were chosen stands in docs/operate/text-understanding.md.
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { duplicateProbability, LEAST_PROBABILITY, pairOf, type RarityOf } from '#casework/understanding/duplicates.ts';
import { featuresOf } from '#casework/understanding/features.ts';
import { rarityIn } from '#casework/understanding/understanding.ts';
import type { KnownReport } from '#casework/understanding/understanding.types.ts';
import { chooseLexicon } from '#casework/understanding/vectors.ts';
import { distanceMetres } from '#kernel/geo.ts';
import { DAY } from '#kernel/time.ts';
import { crossJudged, fitDuplicates, isPlaced, judgePairs, type LabelledPair, outcomeOf } from './fit-duplicates.ts';
import type { Goal } from './measure-categories.ts';
import { readNewHaven, type Told } from './new-haven.ts';
import { listRecordings, sayWhatIsMissing } from './recordings.ts';

const PRECISION = 0.9;
const NEAR_METRES = 200;
const NEAR_DAYS = 30;

export async function measureDuplicates(goal: Goal, isFitting: boolean): Promise<void> {
  const { recording, pairs } = JSON.parse(
    await readFile(new URL('duplicate-labels.json', import.meta.url), 'utf8'),
  ) as { recording: string; pairs: LabelledPair[] };
  const file = listRecordings(/new-haven.*\.csv(\.gz)?$/).find((path) => basename(path) === recording);
  if (file === undefined) return sayWhatIsMissing(recording);
  const reports = await readNewHaven([file]);
  const { keys, rarities } = chooseLexicon(
    reports.map(({ text }) => featuresOf(text)),
    2,
    0,
    Number.POSITIVE_INFINITY,
  );
  const rarityOf = rarityIn({ keys, rarities });
  const judged = judgePairs(pairs, reports, rarityOf);
  if (isFitting) console.log(fitDuplicates(judged.filter(({ round }) => round < 3)));

  const unseen = crossJudged(judged);
  const all = outcomeOf(judged, LEAST_PROBABILITY, { probability: unseen });
  const layers = judged.filter(({ round }) => round === 1);
  const inCity = outcomeOf(layers, LEAST_PROBABILITY, { probability: unseen, isWeighted: true });
  console.log(
    `duplicates: ${judged.length} pairs read by hand; each judged by a model that has not seen its two months: ` +
      `precision ${all.precision.toFixed(3)} (${all.right} same, ${all.unsure} unsure counted as wrong, ${all.wrong} different), ` +
      `recall ${all.recall.toFixed(3)} of the labelled, about ${inCity.recall.toFixed(2)} of all such pairs in the recording`,
  );
  const best = bestEarlier(reports, rarityOf);
  const labels = new Map(pairs.map(({ a, b, label }) => [keyOf(a, b), label]));
  const counts = { same: 0, unsure: 0, different: 0, unread: 0 };
  for (const [a, b] of best) counts[labels.get(keyOf(a, b)) ?? 'unread'] += 1;
  const read = best.length - counts.unread;
  const texts = new Map(reports.map(({ row, text }) => [row, text.trim().toLowerCase()]));
  const reworded = best.filter(([a, b]) => texts.get(a) !== texts.get(b));
  const rewordedSame = reworded.filter(([a, b]) => labels.get(keyOf(a, b)) === 'same').length;
  console.log(
    `  the first suggestion of each of the ${best.length} reports that get one: ${counts.same} same, ${counts.unsure} unsure, ` +
      `${counts.different} different, ${counts.unread} not read: precision ${(counts.same / read).toFixed(3)}; ` +
      `without those told twice word for word: ${rewordedSame} of ${reworded.length}`,
  );
  goal(`duplicates precision ${PRECISION}`, all.precision >= PRECISION && counts.same / read >= PRECISION);
}

const keyOf = (a: number, b: number): string => `${Math.min(a, b)}-${Math.max(a, b)}`;

/** For every report the earlier one that is most probably the same, as rows; only what would be suggested. */
function bestEarlier(reports: readonly Told[], rarityOf: RarityOf): (readonly [number, number])[] {
  const placed = reports.filter(isPlaced);
  const best: (readonly [number, number])[] = [];
  placed.forEach((report, i) => {
    let [row, highest] = [-1, LEAST_PROBABILITY];
    for (let j = i - 1; j >= 0 && report.at - placed[j]!.at <= NEAR_DAYS * DAY; j--) {
      const earlier: Told & KnownReport = placed[j]!;
      if (distanceMetres(earlier.place, report.place) > NEAR_METRES) continue;
      const probability = duplicateProbability(pairOf(report, earlier, rarityOf));
      if (probability >= highest) [row, highest] = [earlier.row, probability];
    }
    if (row >= 0) best.push([row, report.row]);
  });
  return best;
}
