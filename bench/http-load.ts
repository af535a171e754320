/**
 * A sender of prepared HTTP requests over keep-alive connections, in a thread of its own, so that it takes no time from the server's.
 * It reads answers only as far as it must: their length and status.
 */
import { connect, type Socket } from 'node:net';
import { parentPort, Worker, workerData } from 'node:worker_threads';

export interface Load {
  readonly port: number;
  readonly requests: Prepared;
  readonly connections: number;
  /** Requests under way on each connection. */
  readonly pipelining: number;
}

/** Requests end to end in memory that both threads see: handing them over costs the server's thread nothing. */
export interface Prepared {
  readonly count: number;
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  /** Where each ends. */
  readonly ends: Float64Array<SharedArrayBuffer>;
}

export function prepare(requests: readonly Uint8Array[]): Prepared {
  const ends = new Float64Array(new SharedArrayBuffer(requests.length * 8));
  let end = 0;
  for (const [index, request] of requests.entries()) {
    end += request.length;
    ends[index] = end;
  }
  const bytes = new Uint8Array(new SharedArrayBuffer(end));
  for (const [index, request] of requests.entries()) bytes.set(request, ends[index]! - request.length);
  return { count: requests.length, bytes, ends };
}

const requestAt = ({ bytes, ends }: Prepared, index: number): Uint8Array =>
  Buffer.from(bytes.subarray(index === 0 ? 0 : ends[index - 1]!, ends[index]!));

export interface LoadResult {
  readonly milliseconds: number;
  readonly failed: number;
  /** Each request from sending to its answer, ms. */
  readonly waits: Float64Array;
}

export function runLoad(load: Load): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: load });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

/** One POST as bytes. */
export function postRequest(path: string, body: string): Uint8Array {
  const head = `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return Buffer.from(head + body);
}

async function send({ port, requests, connections, pipelining }: Load): Promise<LoadResult> {
  const waits = new Float64Array(requests.count);
  let next = 0;
  let failed = 0;
  const begin = performance.now();
  const work = (socket: Socket): Promise<void> =>
    new Promise((resolve, reject) => {
      const sent: { index: number; at: number }[] = [];
      const more = (): void => {
        const batch: Uint8Array[] = [];
        while (sent.length < pipelining && next < requests.count) {
          sent.push({ index: next, at: performance.now() });
          batch.push(requestAt(requests, next++));
        }
        if (batch.length > 0) socket.write(batch.length === 1 ? batch[0]! : Buffer.concat(batch));
        else if (sent.length === 0) resolve();
      };
      let rest = '';
      socket.on('data', (chunk: string) => {
        rest += chunk;
        for (;;) {
          const end = rest.indexOf('\r\n\r\n');
          if (end < 0) break;
          const length = Number(/content-length: (\d+)/i.exec(rest.slice(0, end))?.[1] ?? 0);
          if (rest.length < end + 4 + length) break;
          if (!rest.startsWith('HTTP/1.1 20')) failed++;
          rest = rest.slice(end + 4 + length);
          const { index, at } = sent.shift()!;
          waits[index] = performance.now() - at;
        }
        more();
      });
      socket.on('error', reject);
      more();
    });
  const sockets = Array.from({ length: connections }, () =>
    connect({ port, host: '127.0.0.1', noDelay: true }).setEncoding('latin1'),
  );
  await Promise.all(sockets.map(work));
  const milliseconds = performance.now() - begin;
  for (const socket of sockets) socket.destroy();
  return { milliseconds, failed, waits };
}

if (parentPort && (workerData as Load | undefined)?.requests) parentPort.postMessage(await send(workerData as Load));
