/**
 * The deadline engine against reality: every row of the Boston recordings is judged by the function that makes the city's published
 * on-time figure, and compared with the verdict the city itself wrote beside it (`on_time`).
 *
 *   node bench/sla.ts [--part] [FILE...]
 *
 * A row becomes a case with one handling clock: it starts at `open_dt`, is due at `sla_target_dt`, and is stopped at `closed_dt`; a
 * row without a target has no clock. The recording's verdicts were given after every target was over, so that is when the cases still
 * open are judged. Times are wall-clock times of the city's zone without an offset; those that the clock showed twice or never in the
 * nights it was changed are counted. Ends with code 1 when one row disagrees or cannot be read. `--part` judges one year.
 */
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { instantsOf, LocalClock, type Offset, zoneOffset } from '#adapters/csv/local-time.ts';
import { stopClocks } from '#casework/clocks.ts';
import { onTimeFigure } from '#casework/evaluation.ts';
import type { ClockState } from '#casework/record.ts';
import { workingTime } from '#kernel/calendar.ts';
import { type Instant, MINUTE } from '#kernel/time.ts';
import { listRecordings, readTable, sayWhatIsMissing } from './requests/recordings.ts';

const ZONE = 'America/New_York';
/** Every hour counts: the city's targets are plain instants. */
const ALWAYS = workingTime({
  id: 'always',
  timeZone: ZONE,
  week: Object.fromEntries(Array.from({ length: 7 }, (_, day) => [String(day + 1), [[0, 1_440]]])),
  holidays: [],
  makeUpDays: {},
});

interface Request {
  readonly id: string;
  readonly openedAt: Instant;
  readonly targetAt: Instant | undefined;
  readonly closedAt: Instant | undefined;
  /** The city's own verdict. */
  readonly stated: string;
}

interface Counts {
  unusualTimes: number;
  unreadable: number;
}

const offset = zoneOffset(ZONE);

const { values, positionals } = parseArgs({
  options: { part: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const found = positionals.length > 0 ? positionals : listRecordings(/^boston-311-.*\.csv(\.gz)?$/);
const files = values.part ? found.slice(0, 1) : found;
if (files.length === 0) sayWhatIsMissing('boston-311-*.csv.gz');
let disagreements = 0;
for (const file of files) disagreements += await compare(file);
process.exitCode = disagreements === 0 ? 0 : 1;

async function compare(file: string): Promise<number> {
  const counts: Counts = { unusualTimes: 0, unreadable: 0 };
  const rows = await readTable(file);
  const requests = rows.map((row) => readRequest(row, offset, counts));
  const after =
    1 +
    requests.reduce(
      (last, { openedAt, targetAt = 0, closedAt = 0 }) => Math.max(last, openedAt, targetAt, closedAt),
      0,
    );
  const began = performance.now();
  const cases = requests.map(toCase);
  const wrong = requests.filter(({ stated }, i) => verdict(cases[i]!, after) !== stated);
  const microseconds = ((performance.now() - began) * 1_000) / Math.max(1, requests.length);
  const { due, onTime, ratio } = onTimeFigure(cases, after);
  const overdue = requests.filter(({ stated }) => stated === 'OVERDUE').length;
  console.log(
    `${basename(file)}: ${rows.length} rows, agreed ${rows.length - wrong.length}, disagreed ${wrong.length} ` +
      `(the city says ${overdue} overdue); with a target ${due}, on time ${onTime} = ${ratio}; ` +
      `${counts.unusualTimes} times in a changed hour, ${counts.unreadable} unreadable; ${microseconds.toFixed(1)} µs a row`,
  );
  for (const { id, stated } of wrong.slice(0, 20))
    console.log(`  ${id}: the city says ${stated}, casework the opposite`);
  return wrong.length + counts.unreadable;
}

function readRequest(row: Record<string, string>, zone: Offset, counts: Counts): Request {
  const clock = new LocalClock(zone, 'earlier', 'shift');
  const time = (text: string | undefined): Instant | undefined => {
    if (text === undefined || text === '') return undefined;
    const wall = Date.parse(`${text.replace(' ', 'T')}Z`);
    if (Number.isNaN(wall)) {
      counts.unreadable += 1;
      return undefined;
    }
    if (instantsOf(wall, zone).length !== 1) counts.unusualTimes += 1;
    return clock.read(wall).at;
  };
  return {
    id: row.case_enquiry_id ?? '',
    openedAt: time(row.open_dt) ?? 0,
    targetAt: time(row.sla_target_dt),
    closedAt: time(row.closed_dt),
    stated: row.on_time ?? '',
  };
}

type Judged = Parameters<typeof onTimeFigure>[0] extends Iterable<infer Case> ? Case : never;

function toCase({ openedAt, targetAt, closedAt }: Request): Judged {
  if (targetAt === undefined)
    return { state: closedAt === undefined ? 'in_progress' : 'closed', deferred: false, clocks: {} };
  const handle: ClockState = {
    basis: 'calendar',
    minutes: (targetAt - openedAt) / MINUTE,
    startedAt: openedAt,
    dueAt: targetAt,
    escalated: 0,
  };
  if (closedAt === undefined) return { state: 'in_progress', deferred: false, clocks: { handle } };
  const [stop] = stopClocks({ clocks: { handle } }, ['handle'], closedAt, ALWAYS);
  const onTime = stop?.change === 'stop' ? stop.onTime : undefined;
  return { state: 'closed', deferred: false, clocks: { handle: { ...handle, stoppedAt: closedAt, onTime } } };
}

function verdict(each: Judged, at: Instant): string {
  const { due, onTime } = onTimeFigure([each], at);
  return due === onTime ? 'ONTIME' : 'OVERDUE';
}
