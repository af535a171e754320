/** The thread beside the city in which routes are searched: one job after the other. See `router.ts`. */
import { parentPort } from 'node:worker_threads';
import { CityError, type ErrorKind } from '#kernel/errors.ts';
import { planRoutes } from './engine.ts';
import type { RoutingPlan, RoutingProblem, RoutingProgress, SearchLimits } from './routing.types.ts';

export interface RoutingOrder {
  readonly job: number;
  readonly problem: RoutingProblem;
  readonly limits: SearchLimits;
  /** One number: anything but 0 means stop. The thread is busy searching and hears no messages. */
  readonly cancelled: SharedArrayBuffer;
}

export type RoutingAnswer =
  | { readonly job: number; readonly progress: RoutingProgress }
  | { readonly job: number; readonly plan: RoutingPlan }
  | { readonly job: number; readonly refused: RefusedProblem }
  | { readonly job: number; readonly defect: string };

/** A CityError as it travels between threads, which lose the class. */
export interface RefusedProblem {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly message: string;
  readonly field: string | undefined;
}

const REPORT_EVERY_MILLISECONDS = 200;

function carryOut({ job, problem, limits, cancelled }: RoutingOrder, answer: (message: RoutingAnswer) => void): void {
  const flag = new Int32Array(cancelled);
  let reportedAt = -Infinity;
  try {
    const plan = planRoutes(problem, limits, {
      now: () => performance.now(),
      isCancelled: () => Atomics.load(flag, 0) !== 0,
      onProgress: (progress) => {
        if (progress.milliseconds - reportedAt < REPORT_EVERY_MILLISECONDS) return;
        reportedAt = progress.milliseconds;
        answer({ job, progress });
      },
    });
    answer({ job, plan });
  } catch (error) {
    if (error instanceof CityError) {
      const { kind, code, message, field } = error;
      answer({ job, refused: { kind, code, message, field } });
    } else answer({ job, defect: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

parentPort?.on('message', (order: RoutingOrder) => carryOut(order, (message) => parentPort?.postMessage(message)));
