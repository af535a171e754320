/**
 * A steady sender in a thread of its own: so many groups a second of normal values, each group one `CreateObservations` call for as many
 * Datastreams, every Datastream in turn. It keeps its pace whatever the answers take, and counts what was acknowledged as stored.
 */
import { Agent, request } from 'node:http';
import { parentPort, Worker, workerData } from 'node:worker_threads';

export interface SteadyLoad {
  readonly url: string;
  readonly key: string;
  readonly ids: readonly number[];
  /** A normal value of each Datastream, and how far it wanders. */
  readonly values: readonly number[];
  readonly spans: readonly number[];
  readonly groupsPerSecond: number;
  readonly groupSize: number;
}

export interface LoadCounts {
  readonly stored: number;
  readonly refused: number;
  readonly waiting: number;
  /** Acknowledged after, ms, in order of sending. */
  readonly waits: readonly number[];
}

export interface RunningLoad {
  /** What has happened since the last time it was asked. */
  counts(): Promise<LoadCounts>;
  stop(): Promise<void>;
}

export function startLoad(load: SteadyLoad): RunningLoad {
  const worker = new Worker(new URL(import.meta.url), { workerData: load });
  worker.on('error', (error) => {
    throw error;
  });
  return {
    counts: () =>
      new Promise((resolve) => {
        worker.once('message', resolve);
        worker.postMessage('counts');
      }),
    stop: async () => void (await worker.terminate()),
  };
}

function send({ url, key, ids, values, spans, groupsPerSecond, groupSize }: SteadyLoad): () => LoadCounts {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const counts = { stored: 0, refused: 0, waiting: 0, waits: [] as number[] };
  let next = 0;
  const group = (): string => {
    const at = new Date().toISOString();
    const rows = Array.from({ length: groupSize }, () => {
      const n = next++ % ids.length;
      const value = values[n]! + (Math.random() - 0.5) * spans[n]!;
      return `{"Datastream":{"@iot.id":${ids[n]}},"components":["phenomenonTime","result"],"dataArray":[["${at}",${value.toFixed(4)}]]}`;
    });
    return `[${rows.join()}]`;
  };
  const post = (): void => {
    const begin = performance.now();
    const body = group();
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    counts.waiting++;
    const call = request(
      `${url}/sensorthings/v1.1/CreateObservations`,
      { method: 'POST', agent, headers },
      (answer) => {
        answer.resume().on('end', () => {
          counts.waiting--;
          counts.waits.push(performance.now() - begin);
          if (answer.statusCode === 201) counts.stored += Number(answer.headers['cityloom-stored']);
          else counts.refused += groupSize;
        });
      },
    );
    call.on('error', () => {
      counts.waiting--;
      counts.refused += groupSize;
    });
    call.end(body);
  };
  const begin = performance.now();
  let sent = 0;
  setInterval(() => {
    for (const due = ((performance.now() - begin) / 1_000) * groupsPerSecond; sent < due; sent++) post();
  }, 5);
  return () => {
    const now = { ...counts };
    [counts.stored, counts.refused, counts.waits] = [0, 0, []];
    return now;
  };
}

if (parentPort && (workerData as SteadyLoad | undefined)?.groupsPerSecond) {
  const port = parentPort;
  const take = send(workerData as SteadyLoad);
  port.on('message', () => port.postMessage(take()));
}
