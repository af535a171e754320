/** `cityloom simulate …`: makes something happen in the demonstration city, by asking the simulator that runs beside it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CityError, invalid } from '#kernel/errors.ts';
import { readConfig } from '#platform/config.ts';
import { type Command, type CommandContext, EXIT } from './command.types.ts';

const HELP = `
cityloom simulate COMMAND [--asset ID | --pipe ID] [--data DIR]

Makes something happen in the demonstration city while it runs.

  list                        what is wrong now, and what can go wrong
  burst [--pipe ID]           a water main breaks (--share 0.15: open share of its cross-section)
  leak | outage | silence | stuck | shower | co | overload | undervoltage | vibration | track | turbidity  [--asset ID]
  repair [--asset ID]         mends what is wrong with the asset; without --asset everything
  status                      what the devices have sent

  --data DIR                  data folder of the running city; default .cityloom, or CITYLOOM_DATA_DIR
  --json                      the answer as JSON

Without an asset one is drawn among those where it can happen.
Exit codes: 0 done, 1 no simulator runs there, 2 wrong command or asset.
`;

export const simulate: Command = {
  summary: 'Make something happen in the demonstration city',
  help: HELP,
  run: runSimulate,
};

interface Note {
  readonly url: string;
  readonly token: string;
}

async function runSimulate(args: string[], context: CommandContext): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      asset: { type: 'string' },
      pipe: { type: 'string' },
      share: { type: 'string' },
      data: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [command] = positionals;
  if (command === undefined)
    throw invalid(
      'simulate.no_command',
      'Say what should happen, for example: simulate burst. See simulate --help.',
      'COMMAND',
    );
  const { dataDir } = readConfig({ data: values.data }, context.env, context.cwd);
  const body = {
    command,
    asset: values.asset ?? values.pipe,
    share: values.share === undefined ? undefined : Number(values.share),
  };
  const answer = await ask(await findNote(dataDir), body);
  context.stdout.write(values.json ? `${JSON.stringify(answer, undefined, 2)}\n` : describe(answer));
  return EXIT.done;
}

async function findNote(dataDir: string): Promise<Note> {
  const text = await readFile(join(dataDir, 'simulator.json'), 'utf8').catch(() => {
    throw new CityError(
      'unavailable',
      'simulator.not_running',
      `No simulator runs on ${dataDir}; start the city with its simulator, or name its folder with --data.`,
    );
  });
  return JSON.parse(text) as Note;
}

async function ask({ url, token }: Note, body: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }).catch(() => {
    throw new CityError(
      'unavailable',
      'simulator.not_running',
      'The simulator does not answer; it has stopped, or is starting again.',
    );
  });
  const said = (await answer.json()) as { code?: string; message?: string };
  if (answer.ok) return said;
  throw new CityError('invalid', said.code ?? 'simulator.refused', said.message ?? 'The simulator refused.');
}

interface FaultSaid {
  readonly id: string;
  readonly kind: string;
  readonly name: { readonly en: string };
  readonly asset: string;
  readonly since: number;
  readonly closedValves: readonly string[];
}

function describe(answer: unknown): string {
  const { active, kinds, mended, kind } = answer as {
    active?: FaultSaid[] | number;
    kinds?: { id: string; name: { en: string }; places: number }[];
    mended?: FaultSaid[];
    kind?: string;
  };
  if (Array.isArray(active) && kinds) {
    const now = active.length === 0 ? ['Nothing is wrong.'] : active.map(line);
    return `${[...now, '', 'What can go wrong (and in how many places):', ...kinds.map(({ id, name, places }) => `  ${id.padEnd(14)}${name.en} (${places})`)].join('\n')}\n`;
  }
  if (mended) return `${mended.map((fault) => `mended: ${line(fault)}`).join('\n')}\n`;
  return kind === undefined ? `${JSON.stringify(answer)}\n` : `${line(answer as FaultSaid)}\n`;
}

const line = ({ id, name, asset, since, closedValves }: FaultSaid): string =>
  `${id.padEnd(5)}${name.en} at ${asset}, since ${new Date(since).toISOString()}${closedValves.length ? `, ${closedValves.length} valves closed` : ''}`;
