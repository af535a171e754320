/**
 * Routes planned in a thread of their own, so that the city goes on breathing while a search runs for seconds. Jobs of one router
 * run one after the other; who wants two at once makes two routers. The thread starts with the first job and does not keep the
 * process alive when it has nothing to do; one that dies takes its jobs along (`routing.stopped`) and the next job gets a new one.
 */
import { Worker } from 'node:worker_threads';
import { CityError, unavailable } from '#kernel/errors.ts';
import type { RoutingAnswer, RoutingOrder } from './router-worker.ts';
import type { RoutingPlan, RoutingProblem, RoutingProgress, SearchLimits } from './routing.types.ts';

export interface RoutingJob {
  /**
   * The plan, also when cancelled: then the best found so far, `ended: 'cancelled'`. Rejects with the CityError of a broken problem,
   * or `routing.stopped`.
   */
  readonly plan: Promise<RoutingPlan>;
  /** Ends the search at its next look at the clock; a job still waiting for its turn makes a quick first plan only. */
  cancel(): void;
}

export interface Router {
  /** `onProgress` hears the first plan at once and then the best so far about five times a second. */
  plan(problem: RoutingProblem, limits: SearchLimits, onProgress?: (progress: RoutingProgress) => void): RoutingJob;
  /** Stops the thread; jobs that run or wait are rejected with `routing.stopped`. */
  close(): Promise<void>;
}

interface Pending {
  readonly settle: (plan: RoutingPlan) => void;
  readonly fail: (error: Error) => void;
  readonly onProgress: ((progress: RoutingProgress) => void) | undefined;
}

export function createRouter(): Router {
  const pending = new Map<number, Pending>();
  let worker: Worker | undefined;
  let jobs = 0;

  function hear(answer: RoutingAnswer): void {
    const job = pending.get(answer.job);
    if (job === undefined) return;
    if ('progress' in answer) {
      job.onProgress?.(answer.progress);
      return;
    }
    pending.delete(answer.job);
    if (pending.size === 0) worker?.unref();
    if ('plan' in answer) job.settle(answer.plan);
    else if ('defect' in answer) job.fail(new Error(`The routing engine failed: ${answer.defect}`));
    else {
      const { kind, code, message, field } = answer.refused;
      job.fail(new CityError(kind, code, message, field));
    }
  }

  function lose(lost: Worker): void {
    if (worker !== lost) return;
    worker = undefined;
    for (const job of pending.values())
      job.fail(unavailable('routing.stopped', 'The routing thread has stopped; ask again.'));
    pending.clear();
  }

  function start(): Worker {
    // Flags of the process are not for the thread: `--eval` or `--input-type` would keep it from starting.
    const started = new Worker(new URL('./router-worker.ts', import.meta.url), { execArgv: [] });
    started.on('message', hear);
    started.on('error', () => lose(started));
    started.on('exit', () => lose(started));
    return started;
  }

  return {
    plan(problem, limits, onProgress) {
      worker ??= start();
      worker.ref();
      const cancelled = new SharedArrayBuffer(4);
      const job = ++jobs;
      const plan = new Promise<RoutingPlan>((settle, fail) => pending.set(job, { settle, fail, onProgress }));
      worker.postMessage({ job, problem, limits, cancelled } satisfies RoutingOrder);
      return { plan, cancel: () => void Atomics.store(new Int32Array(cancelled), 0, 1) };
    },
    async close() {
      const stopping = worker;
      if (stopping === undefined) return;
      lose(stopping);
      await stopping.terminate();
    },
  };
}
