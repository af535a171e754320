/** `cityloom train`: the text model learns from the city's own closed cases. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measure, openModel } from '#casework/understanding/category-model.ts';
import { listClosedReports } from '#casework/understanding/closed-cases.ts';
import { findModel, modelPath, saveModel } from '#casework/understanding/model-store.ts';
import { lessonsOf, newest, trainFromCases, trainFromPack } from '#casework/understanding/training.ts';
import type { Accuracy, CategoryModel, LabelledReport } from '#casework/understanding/understanding.types.ts';
import { CityError, conflict } from '#kernel/errors.ts';
import type { ReportCategory } from '#kernel/reporting.ts';
import type { Instant } from '#kernel/time.ts';
import { readConfig } from '#platform/config.ts';
import { loadPack } from '#territory/pack/load-pack.ts';
import { PACK_SECTIONS } from '../pack-sections.ts';
import { withCityDatabase } from './city-database.ts';
import { type Command, type CommandContext, EXIT } from './command.types.ts';

/** Under these numbers a figure says nothing. */
const LEAST_REPORTS = 200;
const LEAST_NEW = 30;

const HELP = `
cityloom train [--data DIR] [--pack DIR] [--out FILE] [--force]

Learns from the reports of closed cases which category a report is about, beginning with the pack's own words. Both the model in force
and a new one are asked about the newest reports, which neither has learnt from; the new one is kept only when it is not worse. No
report leaves the machine, and no word can be read back from the model. The city may run meanwhile.

  --data DIR   data folder of the city
  --pack DIR   pack with the report categories; default: the demonstration city, or CITYLOOM_PACK
  --out FILE   where to write the model; default: models/categories.model in the data folder
  --force      learn anew without looking at the model in force, and keep what comes of it

Exit codes: 0 trained, or the model in force is better and stays; 1 failed, or too few closed cases; 2 wrong input.
`;

export const trainer: Command = {
  summary: 'learn report categories from the closed cases',
  help: HELP,
  async run(args, context) {
    const { values } = parseArgs({
      args,
      options: {
        data: { type: 'string' },
        pack: { type: 'string' },
        out: { type: 'string' },
        force: { type: 'boolean', default: false },
      },
    });
    const { dataDir, packDir } = readConfig({ data: values.data, pack: values.pack }, context.env, context.cwd);
    const path = values.out === undefined ? modelPath(dataDir) : resolve(context.cwd, values.out);
    const { categories } = (await loadPack(packDir, PACK_SECTIONS)).reporting;
    return withCityDatabase(values.data, context, async (database, clock) => {
      const reports = await listClosedReports(database, categories);
      const inForce = values.force ? undefined : await findModel(path);
      const trained = train({ reports, categories, inForce, now: clock.now() });
      describe(trained, context);
      if (!isBetter(trained) && !values.force) {
        context.stdout.write('The model in force is better and stays.\n');
        return EXIT.done;
      }
      await saveModel(path, trained.model);
      context.stdout.write(`Kept: ${path}\n`);
      return EXIT.done;
    });
  },
};

interface Trained {
  readonly model: CategoryModel;
  /** On the same newest reports. */
  readonly before: Accuracy;
  readonly after: Accuracy;
}

/** Errors: `train.too_few` when there is too little to learn from, or too little that the model in force has not seen. */
export function train({
  reports,
  categories,
  inForce,
  now,
}: {
  readonly reports: readonly LabelledReport[];
  readonly categories: readonly ReportCategory[];
  readonly inForce: CategoryModel | undefined;
  readonly now: Instant;
}): Trained {
  if (categories.length === 0) throw conflict('train.no_categories', 'The pack has no report categories to learn.');
  if (reports.length < LEAST_REPORTS)
    throw tooFew(`The city has ${reports.length} reports of closed cases; learning begins at ${LEAST_REPORTS}.`);
  const later = newest(reports).filter(({ at }) => at > (inForce?.trainedUntil ?? 0));
  if (later.length < LEAST_NEW)
    throw tooFew(
      `Only ${later.length} of the newest reports of closed cases are unknown to the model in force; train again when there are ${LEAST_NEW}.`,
    );
  const codes = categories.map(({ code }) => code);
  const model = trainFromCases(reports, lessonsOf(categories), codes, now, later);
  const before = measure(openModel(inForce ?? trainFromPack(categories, now)), later);
  return { model, before, after: model.accuracy ?? before };
}

const tooFew = (sentence: string) => new CityError('conflict', 'train.too_few', sentence);

/** Not worse at naming the category; of two that name it equally well, the one that is less sure when it is wrong. */
const isBetter = ({ before, after }: Trained): boolean =>
  after.top1 > before.top1 || (after.top1 === before.top1 && after.logLoss <= before.logLoss);

function describe({ before, after, model }: Trained, { stdout }: CommandContext): void {
  const line = (name: string, { top1, top3, logLoss }: Accuracy) =>
    `${name}  first ${percent(top1)}  among three ${percent(top3)}  surprise ${logLoss.toFixed(3)}\n`;
  stdout.write(`asked about the newest ${after.reports} of ${model.reports} reports of closed cases\n`);
  stdout.write(line('before', before));
  stdout.write(line('after ', after));
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
