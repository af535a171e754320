/** A subcommand of `cityloom`: reads its own flags, answers with an exit code. 0 done · 1 failed · 2 wrong input · 3 proof failed. */
export interface CommandContext {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

export interface Command {
  /** One line for `cityloom --help`. */
  readonly summary: string;
  /** The whole text of `cityloom <name> --help`. */
  readonly help: string;
  run(args: string[], context: CommandContext): Promise<number>;
}

export const EXIT = { done: 0, failed: 1, wrongInput: 2, proofFailed: 3 } as const;
