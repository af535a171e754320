/** `cityloom check-pack`: says everything that is wrong with a pack, one line each: file, path, reason. */
import { resolve } from 'node:path';
import { checkPack } from '#territory/pack/load-pack.ts';
import { PACK_SECTIONS } from '../pack-sections.ts';
import { type Command, EXIT } from './command.types.ts';

const HELP = `
cityloom check-pack DIR

Reads the city pack in DIR as the server would, and prints every problem as
  file: path: reason

Exit codes: 0 the city can start from it, 2 the pack has problems or DIR was not given.
`;

export const checkPackCommand: Command = {
  summary: 'check a city pack: file, path and reason of every error',
  help: HELP,
  async run(args, context) {
    const [directory] = args;
    if (directory === undefined || args.length > 1) {
      context.stderr.write(`Name one pack directory.\n${HELP}`);
      return EXIT.wrongInput;
    }
    const problems = await checkPack(resolve(context.cwd, directory), PACK_SECTIONS);
    for (const { file, path, reason } of problems) context.stderr.write(`${file}: ${path}: ${reason}\n`);
    const verdict = problems.length === 0 ? 'good' : `${problems.length} problem${problems.length === 1 ? '' : 's'}`;
    context.stdout.write(`${directory}: ${verdict}\n`);
    return problems.length === 0 ? EXIT.done : EXIT.wrongInput;
  },
};
