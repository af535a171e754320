/** `cityloom <command>`: finds the command, loads only its code, turns what it throws into a sentence and an exit code. */
import { CityError } from '#kernel/errors.ts';
import { type Command, type CommandContext, EXIT } from './command.types.ts';

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  up: () => import('./up.ts').then((module) => module.up),
  'check-pack': () => import('./check-pack.ts').then((module) => module.checkPackCommand),
  import: () => import('./import.ts').then((module) => module.importer),
  export: () => import('./export.ts').then((module) => module.exporter),
  verify: () => import('./verify.ts').then((module) => module.verifier),
  replay: () => import('./replay.ts').then((module) => module.replayer),
  simulate: () => import('./simulate.ts').then((module) => module.simulate),
  backup: () => import('./backup.ts').then((module) => module.backup),
  restore: () => import('./restore.ts').then((module) => module.restore),
  vault: () => import('./vault.ts').then((module) => module.vault),
  user: () => import('./user.ts').then((module) => module.user),
  key: () => import('./key.ts').then((module) => module.key),
  roads: () => import('./roads.ts').then((module) => module.roads),
  train: () => import('./train.ts').then((module) => module.trainer),
};

export async function main(
  argv: string[],
  context: CommandContext = { stdout: process.stdout, stderr: process.stderr, env: process.env, cwd: process.cwd() },
): Promise<number> {
  const [name, ...args] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    context.stdout.write(await overview());
    return name === undefined ? EXIT.wrongInput : EXIT.done;
  }
  const load = COMMANDS[name];
  if (load === undefined) {
    context.stderr.write(`There is no command “${name}”. Commands: ${Object.keys(COMMANDS).join(', ')}.\n`);
    return EXIT.wrongInput;
  }
  const command = await load();
  if (args.includes('--help') || args.includes('-h')) {
    context.stdout.write(`${command.help.trim()}\n`);
    return EXIT.done;
  }
  try {
    return await command.run(args, context);
  } catch (error) {
    return explain(error, context);
  }
}

async function overview(): Promise<string> {
  const lines = await Promise.all(
    Object.entries(COMMANDS).map(async ([name, load]) => `  ${name.padEnd(12)}${(await load()).summary}`),
  );
  return `Cityloom, an open city operations platform.\n\n  cityloom <command> [options]      cityloom <command> --help\n\n${lines.join('\n')}\n\nExit codes: 0 done, 1 failed, 2 wrong input, 3 proof failed.\n`;
}

function explain(error: unknown, context: CommandContext): number {
  const code = (error as { code?: unknown }).code;
  if (error instanceof CityError) {
    context.stderr.write(`${error.message} (${error.code})\n`);
    return error.kind === 'invalid' ? EXIT.wrongInput : EXIT.failed;
  }
  if (typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS')) {
    context.stderr.write(`${(error as Error).message}\n`);
    return EXIT.wrongInput;
  }
  // What the operating system refuses (no such folder, no permission, no room) is nobody's defect and needs no stack.
  const isRefusal = typeof (error as { syscall?: unknown }).syscall === 'string';
  const { message, stack } = error as Error;
  context.stderr.write(`${isRefusal ? message : (stack ?? String(error))}\n`);
  return EXIT.failed;
}
