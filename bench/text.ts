/**
 * Text understanding, measured on recordings of real requests: which category a report is about, how sure the model may say so, how
 * long it takes, the same for Chinese labels, and how often a suggested duplicate is one.
 *
 *   node bench/text.ts [--part] [--train FILE... --test FILE...] [--fit-duplicates]
 *
 * Categories: the 17 most frequent types; the model learns from the earlier reports and is asked about the later ones, and nothing of
 * the later ones (calibration neither) is known to it. `--part` makes one split (80/20) of the oldest part of the reports and
 * is done in half a minute. `--train` and
 * `--test` take any recordings of the same shape. `--fit-duplicates` prints the coefficients for `duplicates.ts`.
 * Ends with code 1 when a figure misses its goal.
 */
import { parseArgs } from 'node:util';
import { splitByTime } from '#casework/understanding/training.ts';
import { chineseTaxonomy } from './requests/chinese-taxonomy.ts';
import { measureCategories, measureSpeed } from './requests/measure-categories.ts';
import { measureDuplicates } from './requests/measure-duplicates.ts';
import { ofLargest, readNewHaven } from './requests/new-haven.ts';
import { listRecordings, sayWhatIsMissing } from './requests/recordings.ts';

const LARGEST = 17;
/** The oldest part of the reports: enough to notice that something broke. */
const PART = 0.6;

const { values } = parseArgs({
  options: {
    part: { type: 'boolean', default: false },
    train: { type: 'string', multiple: true },
    test: { type: 'string', multiple: true },
    'fit-duplicates': { type: 'boolean', default: false },
  },
});

const missed: string[] = [];
const goal = (name: string, isMet: boolean) => {
  if (!isMet) missed.push(name);
};

if (values.train && values.test) await givenFiles(values.train, values.test);
else await ownSplits();
for (const name of missed) console.log(`MISSED: ${name}`);
process.exitCode = missed.length === 0 ? 0 : 1;

async function givenFiles(train: readonly string[], test: readonly string[]): Promise<void> {
  const both = ofLargest(await readNewHaven([...train, ...test]), LARGEST);
  const keep = <R extends { category: string }>(reports: R[]) =>
    reports.filter(({ category }) => both.categories.includes(category));
  const [earlier, later] = [keep(await readNewHaven(train)), keep(await readNewHaven(test))];
  const model = measureCategories('given files', { earlier, later }, both.categories, goal, 'whole');
  measureSpeed(model, later, goal);
}

async function ownSplits(): Promise<void> {
  const files = listRecordings(/new-haven.*\.csv(\.gz)?$/);
  if (files.length === 0) return sayWhatIsMissing('new-haven-*.csv.gz');
  const all = await readNewHaven(files);
  const known = values.part ? splitByTime(all, 1 - PART).earlier : all;
  const { reports, categories } = ofLargest(known, LARGEST);
  console.log(
    `${known.length} reports, ${reports.length} of the ${LARGEST} largest types; earlier ones teach, later ones ask`,
  );
  const shares = values.part ? [0.2] : [0.1, 0.2, 0.3, 0.4, 0.5];
  for (const later of shares) {
    const name = `${Math.round((1 - later) * 100)}/${Math.round(later * 100)}`;
    const split = splitByTime(reports, later);
    const depth = values.part ? 'part' : later === 0.2 ? 'whole' : 'split';
    const model = measureCategories(name, split, categories, goal, depth);
    if (later === 0.2) measureSpeed(model, split.later, goal);
  }
  await chineseTaxonomy();
  await measureDuplicates(goal, values['fit-duplicates']);
}
