/**
 * The residents' door under load, beside an empty handler of the same server that only reads the body: reports with a photo of 200 kB
 * at a steady rate whatever the answers take (late is counted from when it should have been sent), the following page, and people who
 * follow live. The server is a process of its own; the client shares its cores. The proof of work is two bits here instead of the
 * pack's, and solved beforehand: it is the sender's work and not the city's. Every report comes from an address and device of its own.
 */
import { fork } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { leadingZeroBits } from '#adapters/residents/proof-of-work.ts';
import { line, median, percentile, shown } from './bench-city.ts';

const RATE = Number(process.env.BENCH_RATE ?? 200);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 15);
const COUNT = RATE * SECONDS;
const FOLLOWERS = Number(process.env.BENCH_FOLLOWERS ?? 5_000);
const FOLLOWED = 500;
const CHANGES = 100;
const LOOKS = 2_000;
const PHOTO_BYTES = 200_000;

interface Ready {
  readonly port: number;
  readonly places: readonly (readonly [number, number])[];
  readonly bits: number;
}

const child = fork(new URL('./residents/serve.ts', import.meta.url), {
  execArgv: ['--expose-gc'],
});
const hear = <T>(wants: (message: Record<string, unknown>) => boolean): Promise<T> =>
  new Promise((resolve) => {
    const listen = (message: Record<string, unknown>) => {
      if (!wants(message)) return;
      child.off('message', listen);
      resolve(message as T);
    };
    child.on('message', listen);
  });
const { port, places, bits } = await hear<Ready>(({ port: found }) => found !== undefined);
const agent = new http.Agent({ keepAlive: true, maxSockets: 128 });
const ROOT = '/api/v1/residents';
const addressOf = (n: number) => `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;

function ask(method: string, path: string, who: number, body?: Buffer, type = 'application/json', more = {}) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const headers = {
      'x-forwarded-for': addressOf(who),
      ...(body && { 'content-type': type, 'content-length': body.length }),
      ...more,
    };
    const request = http.request({ port, host: '127.0.0.1', agent, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function solve(who: number): Promise<string> {
  const { challenge } = JSON.parse((await ask('POST', `${ROOT}/challenges`, who)).text) as { challenge: string };
  for (let nonce = 0; ; nonce++) {
    const proof = `${challenge}.${nonce}`;
    if (leadingZeroBits(createHash('sha256').update(proof).digest()) >= bits) return proof;
  }
}

const u16 = (value: number) => [value >> 8, value & 255];
const noise = randomBytes(PHOTO_BYTES).map((byte) => (byte === 255 ? 254 : byte));
/** A JPEG by its container; what is in it is noise, another for every report. */
function photoOf(n: number): Buffer {
  const head = Buffer.from([
    ...[0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, ...u16(1_200), ...u16(1_600), 1, 1, 0x11, 0],
    ...[0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0],
  ]);
  const photo = Buffer.concat([head, noise, Buffer.from([0xff, 0xd9])]);
  photo.write(String(n).padStart(12, '0'), head.length + 16, 'latin1');
  return photo;
}

const reportOf = (n: number, proof: string, photo: string): Buffer => {
  const [lon, lat] = places[(n * 7_919) % places.length]!;
  const jitter = () => (Math.random() - 0.5) / 500;
  return Buffer.from(
    JSON.stringify({
      ...{ clientId: randomUUID(), proof, category: 'rubbish', place: [lon + jitter(), lat + jitter()] },
      ...{ description: `垃圾桶满了好几天没人收，第${n}处`, photos: [photo], language: 'zh' },
    }),
  );
};

/** Starts `count` works, evenly over time, and answers how long each took from when it was due. */
async function steadily(count: number, work: (n: number) => Promise<void>): Promise<number[]> {
  const begin = performance.now();
  const took: number[] = [];
  const all: Promise<void>[] = [];
  for (let n = 0; n < count; n++) {
    const due = begin + (n * 1_000) / RATE;
    const early = due - performance.now();
    if (early > 1) await sleep(early);
    all.push(
      work(n).then(() => {
        took.push(performance.now() - due);
      }),
    );
  }
  await Promise.all(all);
  return took;
}

const p99 = (values: readonly number[]) => `${shown(percentile(values, 0.99))} ms`;
const spread = (values: readonly number[]) => `${shown(median(values))} / ${p99(values)}`;

/** Memory of the server, and the processor time it has used: that does not depend on who else uses the machine. */
async function weigh(): Promise<{ rss: number; cpuMs: number }> {
  const answer = hear<{ rss: number; cpuMs: number }>(({ rss }) => rss !== undefined);
  child.send({ memory: true });
  return answer;
}

// Reports --------------------------------------------------------------------------------------------------------------------------------

console.log(`${RATE} reports/s for ${SECONDS} s, each with a photo of ${PHOTO_BYTES / 1_000} kB; median / p99`);
const proofs: [string, string][] = [];
for (let n = 0; n < COUNT; n += 50)
  proofs.push(
    ...(await Promise.all(
      Array.from({ length: 50 }, async (_, i) => [await solve(n + i), await solve(n + i)] as [string, string]),
    )),
  );
const refused = new Map<string, number>();
const codes: string[] = [];
const alone: number[] = [];
const fail = (text: string) => {
  const { code = 'none' } = JSON.parse(text) as { code?: string };
  refused.set(code, (refused.get(code) ?? 0) + 1);
};
const idleBefore = await weigh();
const empty = await steadily(COUNT / 3, async (n) => {
  await ask('POST', '/raw', n, photoOf(n), 'image/jpeg');
  await ask('POST', '/raw', n, reportOf(n, '', 'a'.repeat(64)));
});
const idle = await weigh();
const emptyCpu = (idle.cpuMs - idleBefore.cpuMs) / (COUNT / 3);
const whole = await steadily(COUNT, async (n) => {
  const [forPhoto, forReport] = proofs[n]!;
  const photo = await ask('POST', `${ROOT}/photos`, n, photoOf(n), 'image/jpeg', { 'x-proof': forPhoto });
  if (photo.status !== 201) return fail(photo.text);
  const { key } = JSON.parse(photo.text) as { key: string };
  const begin = performance.now();
  const report = await ask('POST', `${ROOT}/reports`, n, reportOf(n, forReport, key), undefined, {
    'x-device': `device-${n}-x`,
  });
  alone.push(performance.now() - begin);
  if (report.status !== 201) return fail(report.text);
  codes.push((JSON.parse(report.text) as { code: string }).code);
});
line(
  'photo and report, from due to accepted and durable',
  spread(whole),
  spread(empty),
  (percentile(whole, 0.99) / percentile(empty, 0.99)).toFixed(1),
);
line('the report alone', spread(alone));
const worked = await weigh();
line(
  'processor time of the server per report',
  `${((worked.cpuMs - idle.cpuMs) / COUNT).toFixed(1)} ms`,
  `${emptyCpu.toFixed(1)} ms`,
);
line('accepted', `${shown(codes.length)} of ${shown(COUNT)}`, JSON.stringify([...refused]));

// Following ------------------------------------------------------------------------------------------------------------------------------

async function inTurn(count: number, path: (n: number) => string): Promise<number[]> {
  const took: number[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const n = next++;
      const begin = performance.now();
      const { status } = await ask('GET', path(n), n);
      if (status === 200) took.push(performance.now() - begin);
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  return took;
}
const health = await inTurn(LOOKS, () => `${ROOT}/city`);
const looks = await inTurn(LOOKS, (n) => `${ROOT}/receipts/${codes[(n * 31) % codes.length]}`);
line(
  'following page, four at a time',
  spread(looks),
  spread(health),
  (percentile(looks, 0.99) / percentile(health, 0.99)).toFixed(1),
);

// Live -----------------------------------------------------------------------------------------------------------------------------------

const { rss: before } = await weigh();
const heard = new Map<string, number[]>();
const requests: http.ClientRequest[] = [];
function followLive(n: number): Promise<void> {
  const code = codes[n % Math.min(FOLLOWED, codes.length)]!;
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        port,
        host: '127.0.0.1',
        path: `${ROOT}/receipts/${code}/live`,
        headers: { 'x-forwarded-for': addressOf(n) },
        agent: false,
      },
      (response) => {
        let isFirst = true;
        response.on('data', (chunk: Buffer) => {
          if (!chunk.includes('event: follow')) return;
          if (isFirst) resolve();
          else heard.get(code)?.push(Date.now());
          isFirst = false;
        });
        response.on('error', () => undefined);
      },
    );
    request.on('error', reject);
    request.end();
    requests.push(request);
  });
}
const connecting = performance.now();
for (let n = 0; n < FOLLOWERS; n += 100) await Promise.all(Array.from({ length: 100 }, (_, i) => followLive(n + i)));
const connected = performance.now() - connecting;
const { rss: after } = await weigh();
line(`${shown(FOLLOWERS)} people following live, connected`, `${shown(FOLLOWERS / (connected / 1_000))}/s`);
line(
  'memory for them',
  `${shown((after - before) / 2 ** 20)} MiB`,
  `${shown((after - before) / FOLLOWERS / 1_024)} kB each`,
);
const late: number[] = [];
let expected = 0;
for (let n = 0; n < CHANGES; n++) {
  const code = codes[n]!;
  heard.set(code, []);
  const confirmed = hear<{ at: number }>((message) => message.confirmed === code);
  child.send({ confirm: code });
  const { at } = await confirmed;
  const arrivals = heard.get(code)!;
  const all = Math.floor(FOLLOWERS / Math.min(FOLLOWED, codes.length));
  for (let waited = 0; arrivals.length < all && waited < 5_000; waited += 20) await sleep(20);
  expected += FOLLOWERS / Math.min(FOLLOWED, codes.length);
  late.push(...arrivals.map((arrival) => Math.max(0, arrival - at)));
}
line('from a durable change to its followers', spread(late), `${shown(late.length)} of ${shown(expected)} told`);
for (const request of requests) request.on('error', () => undefined).destroy();
agent.destroy();
child.send({ stop: true });
await new Promise((done) => child.once('exit', done));
