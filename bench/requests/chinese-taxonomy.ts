/**
 * Chinese labels: the taxonomy of citizens' messages has three levels. Each third-level label is a short text whose first level is to
 * be foretold from the other labels alone: with two to eight characters and words never seen, a hard test of character pieces.
 */
import { text as allText } from 'node:stream/consumers';
import { openRecording } from '#adapters/csv/open-file.ts';
import { measure, openModel } from '#casework/understanding/category-model.ts';
import { fit } from '#casework/understanding/training.ts';
import type { LabelledReport } from '#casework/understanding/understanding.types.ts';
import { listRecordings, sayWhatIsMissing } from './recordings.ts';

const FOLDS = 10;

export async function chineseTaxonomy(): Promise<void> {
  const [file] = listRecordings(/chinese-message-taxonomy\.xlsx$/);
  if (file === undefined) return sayWhatIsMissing('chinese-message-taxonomy.xlsx');
  const labels = await readTaxonomy(file);
  const categories = [...new Set(labels.map(({ category }) => category))];
  let [asked, top1, top3] = [0, 0, 0];
  for (let fold = 0; fold < FOLDS; fold++) {
    const later = labels.filter((_, i) => i % FOLDS === fold);
    const earlier = labels.filter((_, i) => i % FOLDS !== fold);
    const { reports, ...accuracy } = measure(openModel(fit(earlier, [], categories)), later);
    asked += reports;
    top1 += accuracy.top1 * reports;
    top3 += accuracy.top3 * reports;
  }
  const usual = Math.max(...categories.map((one) => labels.filter(({ category }) => category === one).length));
  console.log(
    `Chinese: first level of a third-level label from the other labels, ${FOLDS} folds: top-1 ${(top1 / asked).toFixed(3)} ` +
      `top-3 ${(top3 / asked).toFixed(3)} on ${asked} labels of ${categories.length} (always the most frequent: ${(usual / asked).toFixed(3)})`,
  );
}

/** Third-level labels that belong to one first level only; each teaches with its second level's name before it left out. */
async function readTaxonomy(file: string): Promise<LabelledReport[]> {
  const words = [...(await member(file, 'xl/sharedStrings.xml')).matchAll(/<si>(.*?)<\/si>/gs)].map(([, item]) =>
    [...item!.matchAll(/<t[^>]*>(.*?)<\/t>/gs)].map(([, part]) => part).join(''),
  );
  const sheet = await member(file, 'xl/worksheets/sheet1.xml');
  const first = new Map<string, Set<string>>();
  let [top, label] = ['', ''];
  for (const [, row] of [...sheet.matchAll(/<row [^>]*>(.*?)<\/row>/gs)].slice(1)) {
    for (const [, column, index] of row!.matchAll(/<c r="([A-C])\d+"[^>]*t="s"[^>]*><v>(\d+)<\/v>/g)) {
      if (column === 'A') top = words[Number(index)]!;
      if (column === 'C') label = words[Number(index)]!;
    }
    first.set(label, (first.get(label) ?? new Set()).add(top));
  }
  return [...first]
    .filter(([text, tops]) => tops.size === 1 && text !== '')
    .map(([text, tops], at) => ({ text, category: [...tops][0]!, at }));
}

async function member(file: string, name: string): Promise<string> {
  const recording = await openRecording(file, name);
  try {
    return await allText(recording.bytes);
  } finally {
    await recording.close();
  }
}
