/**
 * Reports wait for each other only as long as one decision takes: those that came while the last one was being written are decided on
 * together and made durable by one commit. Answers come in the order of the reports.
 */
import type { NewReport, PlacedReport } from './casework.types.ts';

/** More than this in one decision would make the first of them wait for the last. */
const MOST_TOGETHER = 64;

interface Waiting {
  readonly report: NewReport;
  readonly resolve: (placed: PlacedReport) => void;
  readonly reject: (error: unknown) => void;
}

/** `takeAll` decides on several; all of them or none. `inOrder` waits until nothing else is being decided. */
export function createReportQueue(
  inOrder: <T>(work: () => Promise<T>) => Promise<T>,
  takeAll: (reports: readonly NewReport[]) => Promise<PlacedReport[]>,
): (report: NewReport) => Promise<PlacedReport> {
  const waiting: Waiting[] = [];

  async function takeWaiting(): Promise<void> {
    const batch = waiting.splice(0, MOST_TOGETHER);
    if (waiting.length > 0) void inOrder(takeWaiting);
    try {
      const placed = await takeAll(batch.map(({ report }) => report));
      batch.forEach(({ resolve }, index) => {
        resolve(placed[index]!);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  return (report) =>
    new Promise((resolve, reject) => {
      waiting.push({ report, resolve, reject });
      if (waiting.length === 1) void inOrder(takeWaiting);
    });
}
