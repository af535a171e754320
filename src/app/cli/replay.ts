/** `cityloom replay`: judges stored Observations again and says whether the live run found the same. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Change } from '#detection/detection.types.ts';
import {
  type Comparison,
  compareStories,
  replayChanges,
  type Story,
  toRecordedStories,
  toStories,
  warmUpMs,
} from '#detection/replay.ts';
import { readCursor, readFindings, readHistory } from '#detection/store.ts';
import { invalid } from '#kernel/errors.ts';
import type { Finding } from '#kernel/finding.ts';
import type { Database } from '#kernel/ports.ts';
import { findInstant, type Instant, type Span, toIso } from '#kernel/time.ts';
import { readConfig } from '#platform/config.ts';
import { openReplayCity, type ReplayCity } from '../replay-city.ts';
import { withCityDatabase } from './city-database.ts';
import { type Command, type CommandContext, EXIT } from './command.types.ts';

const HELP = `
cityloom replay [--from INSTANT] [--to INSTANT] [--datastream ID]... [--pack DIR] [--data DIR] [--json FILE]

Judges the stored Observations again with the rules of the pack, prints what it finds, and compares it with what the running city
found at the time. The city may run meanwhile.

  --from, --to      findings that began in this span (ISO 8601 with zone); default: everything that was judged
  --datastream ID   only this Datastream; may be given several times. Findings of whole domains are then left out
  --pack DIR        rules to judge by; default: the demonstration city, or CITYLOOM_PACK
  --data DIR        data folder of the city
  --json FILE       every finding and difference as JSON; - for standard output

Exit codes: 0 the same, 1 different, 2 wrong input.
`;

export const replayer: Command = {
  summary: 'judge stored Observations again and compare with the live run',
  help: HELP,
  async run(args, context) {
    const { values } = parseArgs({
      args,
      options: {
        from: { type: 'string' },
        to: { type: 'string' },
        datastream: { type: 'string', multiple: true, default: [] },
        pack: { type: 'string' },
        data: { type: 'string' },
        json: { type: 'string' },
      },
    });
    const datastreamIds = values.datastream.map(readId);
    const { packDir } = readConfig({ pack: values.pack, data: values.data }, context.env, context.cwd);
    return withCityDatabase(values.data, context, async (database, clock) => {
      const city = await openReplayCity(packDir, database, clock);
      const span = await readSpan(database, values.from, values.to);
      const result = await replay(city, database, span, datastreamIds);
      await report(result, values.json, context);
      return isSame(result.comparison) ? EXIT.done : EXIT.failed;
    });
  },
};

export interface ReplayResult {
  readonly span: Span;
  readonly observations: number;
  /** Each finding of the replay as it stood at the end of the span. */
  readonly findings: readonly Finding[];
  readonly comparison: Comparison;
}

export async function replay(
  city: ReplayCity,
  database: Database,
  span: Span,
  datastreamIds: readonly number[],
): Promise<ReplayResult> {
  const isAll = datastreamIds.length === 0;
  const subjects = isAll ? city.subjects : city.subjects.filter((each) => datastreamIds.includes(each.datastreamId));
  const filter = {
    ...(span.begin > 0 && { from: span.begin - warmUpMs(subjects) }),
    to: span.end,
    ...(!isAll && { datastreamIds }),
  };
  const correlators = isAll ? city.correlators : [];
  const { changes, observations } = await replayChanges(subjects, correlators, city.readFrom(filter), span.end);
  const stories = toStories(changes, span);
  const recorded = await readFindings(database, {
    from: span.begin,
    to: span.end,
    ...(!isAll && { datastreamIds }),
  });
  const history = await readHistory(
    database,
    recorded.map((finding) => finding.key),
  );
  const comparison = compareStories(toRecordedStories(recorded, history, span), stories, span.end);
  return { span, observations, findings: lastStates(changes, stories), comparison };
}

function lastStates(changes: readonly Change[], stories: ReadonlyMap<string, Story>): Finding[] {
  const last = new Map<string, Finding>();
  for (const { finding } of changes) if (stories.has(finding.key)) last.set(finding.key, finding);
  return [...last.values()].sort((a, b) => a.since - b.since || (a.key < b.key ? -1 : 1));
}

const isSame = ({ onlyLive, onlyReplay, different }: Comparison): boolean =>
  onlyLive.length + onlyReplay.length + different.length === 0;

/** Up to where the live run has told the time, and not further: what it has not judged cannot be compared. */
async function readSpan(database: Database, from: string | undefined, to: string | undefined): Promise<Span> {
  const { tickedAt } = await readCursor(database);
  if (tickedAt === undefined) throw invalid('replay.nothing_judged', 'The city has not judged anything yet.');
  const begin = from === undefined ? 0 : readInstant(from, 'from');
  const end = Math.min(tickedAt, to === undefined ? tickedAt : readInstant(to, 'to'));
  if (begin >= end) throw invalid('replay.empty_span', '--from must lie before --to and before now.', 'from');
  return { begin, end };
}

function readInstant(text: string, field: string): Instant {
  const at = findInstant(text);
  if (at === undefined) {
    throw invalid('replay.not_an_instant', `--${field} must be an instant with zone like 2026-03-01T08:00:00Z.`, field);
  }
  return at;
}

function readId(text: string): number {
  const id = Number(text);
  if (!Number.isSafeInteger(id) || id < 1) {
    throw invalid('replay.not_an_id', `--datastream must be a number, not “${text}”.`, 'datastream');
  }
  return id;
}

const SHOWN = 50;

async function report(result: ReplayResult, json: string | undefined, context: CommandContext): Promise<void> {
  const text = json === undefined ? undefined : `${JSON.stringify(result, null, 2)}\n`;
  if (text !== undefined && json === '-') {
    context.stdout.write(text);
    return;
  }
  if (text !== undefined && json !== undefined) await writeFile(resolve(context.cwd, json), text);
  context.stdout.write(`${describe(result).join('\n')}\n`);
}

/** The result in lines, as it is printed. */
export function describe({ observations, findings, comparison }: ReplayResult): string[] {
  const { same, onlyLive, onlyReplay, different } = comparison;
  const lines = findings.slice(-SHOWN).map(lineOf);
  if (findings.length > SHOWN) lines.unshift(`… ${findings.length - SHOWN} earlier findings; --json FILE has them all`);
  const differences = [
    ...onlyLive.map((story) => `only the live run found   ${tell(story)}`),
    ...onlyReplay.map((story) => `only the replay finds     ${tell(story)}`),
    ...different.flatMap((pair) => [
      `live run:                 ${tell(pair.live)}`,
      `replay:                   ${tell(pair.replay)}`,
    ]),
  ];
  const verdict =
    differences.length === 0
      ? `The live run found the same: ${same} findings.`
      : `${same} findings are the same; only live ${onlyLive.length}, only replay ${onlyReplay.length}, different ${different.length}:`;
  return [...lines, `${observations} Observations judged, ${findings.length} findings.`, verdict, ...differences];
}

const lineOf = ({ since, clearedAt, worstGrade, sentence }: Finding): string =>
  `${toIso(since)}  ${clearedAt === undefined ? 'active ' : 'cleared'}  ${worstGrade.padEnd(6)}  ${sentence.en ?? Object.values(sentence)[0]}`;

const tell = ({ key, history, clearedAt }: Story): string =>
  `${key}  ${history.map(({ change, grade, at }) => `${change} ${grade} ${toIso(at)}`).join(', ')}${clearedAt === undefined ? '' : `, ended ${toIso(clearedAt)}`}`;
