/**
 * Observations that come one by one, handed to intake together: everything that arrives in one turn of the event loop becomes one
 * call. One that `findProblem` objects to is sent alone, so that it is refused (and counted) without the others; what then still
 * refuses a call concerns all of it, or is a race with a deletion: then each is tried on its own and answered for itself.
 */
import { CityError } from '#kernel/errors.ts';
import type { IncomingObservation } from '#kernel/observation.ts';
import type { Accepted, Intake } from '#sensing/sensing.types.ts';

export interface Singles {
  /** Resolves when the Observation is durable. Errors: those of `Intake.submit`, `field` without an index. */
  submit(observation: IncomingObservation): Promise<Accepted>;
}

interface Waiting {
  readonly observation: IncomingObservation;
  readonly resolve: (accepted: Accepted) => void;
  readonly reject: (error: unknown) => void;
}

const MOST_IN_ONE_CALL = 10_000;

export function createSingles(intake: Intake): Singles {
  let waiting: Waiting[] = [];

  const flush = (): void => {
    const all = waiting;
    waiting = [];
    for (let from = 0; from < all.length; from += MOST_IN_ONE_CALL)
      void store(intake, all.slice(from, from + MOST_IN_ONE_CALL));
  };
  return {
    submit: (observation) =>
      new Promise((resolve, reject) => {
        const one = { observation, resolve, reject };
        if (intake.findProblem(observation)) {
          void store(intake, [one]);
          return;
        }
        if (waiting.length === 0) setImmediate(flush);
        waiting.push(one);
      }),
  };
}

async function store(intake: Intake, batch: readonly Waiting[]): Promise<void> {
  try {
    const accepted = await intake.submit(batch.map(({ observation }) => observation));
    for (const [index, { resolve }] of batch.entries()) resolve(accepted[index]!);
  } catch (error) {
    const concernsOne = error instanceof CityError && error.field !== undefined && error.field !== '';
    if (batch.length > 1 && concernsOne) for (const each of batch) void store(intake, [each]);
    else for (const { reject } of batch) reject(withoutIndex(error));
  }
}

/** Intake names fields of a list; here there is one. */
export function withoutIndex(error: unknown): unknown {
  if (!(error instanceof CityError) || error.field === undefined) return error;
  const field = error.field.replace(/^\[\d+\]\.?/, '') || undefined;
  return new CityError(error.kind, error.code, error.message, field, error.details);
}
