/** `cityloom verify`: recomputes an exported ledger. Needs the file alone: no city, no database, no network. */
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { type AuditReport, createAudit, type Flaw } from '#casework/audit.ts';
import type { LedgerLine } from '#casework/export.ts';
import { invalid } from '#kernel/errors.ts';
import { toIso } from '#kernel/time.ts';
import { type Command, EXIT } from './command.types.ts';

const HELP = `
cityloom verify FILE [--root DATE=HASH]…

Recomputes from the file alone: the chain of every event, every move of every case, every deadline from the rules that were in force,
every evaluation, the day roots and the on-time figure. Names the first event that is not what it says.

  --root DATE=HASH   a day root that you know from elsewhere; the file must give the same. Without one, a ledger that was rewritten
                     as a whole by somebody who computed every hash anew cannot be told from a true one.

Exit codes: 0 everything is as stated, 2 not a ledger file, 3 something was altered.
`;

export const verifier: Command = {
  summary: 'recompute an exported ledger: chain, deadlines, figures',
  help: HELP,
  async run(args, context) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { root: { type: 'string', multiple: true } },
    });
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0)
      throw invalid('verify.no_file', 'Say which file: cityloom verify FILE.', 'FILE');
    const verdict = await verifyFile(resolve(context.cwd, file), readAnchors(values.root ?? []));
    if ('what' in verdict) {
      context.stdout.write(`ALTERED ${place(verdict)}: ${verdict.what}\n`);
      return EXIT.proofFailed;
    }
    context.stdout.write(summary(verdict));
    return EXIT.done;
  },
};

function readAnchors(roots: readonly string[]): Map<string, string> {
  return new Map(
    roots.map((text) => {
      const match = /^(\d{4}-\d{2}-\d{2})=([0-9a-f]{64})$/i.exec(text);
      if (match === null)
        throw invalid('verify.not_a_root', `--root must be DATE=HASH, with 64 hex digits; it is ${text}.`, 'root');
      return [match[1]!, match[2]!.toLowerCase()] as const;
    }),
  );
}

/** Errors: `verify.not_found`, `verify.not_json` (a line that is not a JSON object). */
export async function verifyFile(path: string, anchors: ReadonlyMap<string, string>): Promise<Flaw | AuditReport> {
  const audit = createAudit(anchors);
  const input = createReadStream(path, 'utf8');
  const opened = new Promise<void>((done, failed) => input.once('open', () => done()).once('error', failed));
  await opened.catch(() => {
    throw invalid('verify.not_found', `${path} cannot be read.`, 'FILE');
  });
  let number = 0;
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    number += 1;
    if (text.trim() === '') continue;
    const flaw = audit.take(parseLine(text, number));
    if (flaw !== undefined) return flaw;
  }
  return audit.finish();
}

function parseLine(text: string, number: number): LedgerLine {
  try {
    const line: unknown = JSON.parse(text);
    if (typeof line === 'object' && line !== null && 'kind' in line) return line as LedgerLine;
  } catch {
    // said below
  }
  throw invalid('verify.not_json', `Line ${number} is not a line of a ledger.`, `line ${number}`);
}

const place = ({ sequence, caseId }: Flaw): string =>
  sequence === undefined ? 'file' : `event ${sequence}${caseId === undefined ? '' : `, case ${caseId}`}`;

function summary(report: AuditReport): string {
  const { onTime, due, deferred, ratio } = report.onTime;
  const share = ratio === null ? 'nothing was due' : `${(ratio * 100).toFixed(2)} %`;
  const span = report.first === undefined ? '' : `, ${toIso(report.first)} to ${toIso(report.last ?? report.first)}`;
  const before = report.begunBefore === 0 ? '' : `, ${report.begunBefore} begun before this file and not judged`;
  const anchored = report.anchored === 0 ? 'none of them anchored: see --root' : `${report.anchored} anchored`;
  return [
    `OK ${report.city}: ${report.events} events of ${report.cases} cases${span}${before}`,
    `chain unbroken to ${report.lastHash}`,
    `${report.clocks} clock statements recomputed, ${report.days} day roots (${anchored})`,
    `on time ${onTime} of ${due - deferred} due (${share}), ${deferred} deferred`,
    '',
  ].join('\n');
}
