/**
 * From the sending of the Observation that raises an alarm to its case on an operator's live stream, while 5,000 normal Observations a
 * second come in over HTTP for as many Datastreams. The whole city as it is started by a user, without its simulator; the load, the
 * alarms and the operator are clients beside it and take their part of the same cores.
 *
 * Alarms are of several kinds, each far enough from the others that it opens a case of its own; where a limit has to last, the device
 * sends what came before in one call, and the clock starts with the Observation that completes the duration.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Asset, CityPack } from '#kernel/city.ts';
import { distanceMetres } from '#kernel/geo.ts';
import { loadPack } from '#territory/pack/load-pack.ts';
import { clientOf, ROOT, startCityIn, type TestCity } from '#tests/support/city.ts';
import { line, median, percentile, shown } from './bench-city.ts';
import { type RunningLoad, startLoad } from './steady-load.ts';

const GROUPS_PER_SECOND = 20;
const GROUP_SIZE = 250;
const LOADED_STREAMS = 5_000;
const WARM_UP_MS = 10_000;
const ALARM_EVERY_MS = 500;
const REPORT_AT_LEAST_EVERY_SECONDS = 15;
const PATIENCE_MS = 20_000;
const TARGET_MS = 1_000;
/** How long the connection needs without the city: POSTs of nothing that are answered 404. */
const BARE_CALLS = 200;

/** What goes wrong: a limit of the demonstration city, a value beyond it, how long it has to last, how far from others it stands alone. */
const KINDS = [
  { assetClass: 'pressure-logger', indicator: 'pressure', value: 120, lastsSeconds: 30, apartMetres: 1_000, most: 25 },
  { assetClass: 'methane-detector', indicator: 'methane', value: 95, lastsSeconds: 0, apartMetres: 700, most: 25 },
  { assetClass: 'smart-manhole', indicator: 'cover-tilt', value: 60, lastsSeconds: 0, apartMetres: 700, most: 25 },
] as const;

/** And then a hundred at once, in one call, as after a storm: beyond the target, to see how it holds. */
const STORM = {
  assetClass: 'smart-manhole',
  indicator: 'h2s',
  value: 45,
  lastsSeconds: 300,
  apartMetres: 200,
  most: 100,
};

type Kind = (typeof KINDS)[number] | typeof STORM;

interface Stream {
  readonly id: number;
  readonly asset: Asset;
  readonly indicator: string;
  readonly normal: readonly [number, number] | undefined;
}

interface Alarm {
  readonly stream: Stream;
  readonly kind: Kind;
  sentAt: number | undefined;
  seenAfterMs: number | undefined;
  /** It opened a case of its own; false: it joined one. */
  isOwn: boolean;
}

async function listStreams({ url }: TestCity, key: string, pack: CityPack): Promise<Stream[]> {
  const assets = new Map(pack.assets.map((asset) => [asset.id, asset]));
  const streams: Stream[] = [];
  let next: string | undefined =
    `${url}/sensorthings/v1.1/Datastreams?$top=1000&$select=id,properties&$expand=Thing($select=properties)`;
  while (next !== undefined) {
    const answer = await fetch(next, { headers: { authorization: `Bearer ${key}` } });
    const page = (await answer.json()) as {
      value: { '@iot.id': number; properties: never; Thing: { properties: { assetId?: string } } }[];
      '@iot.nextLink'?: string;
    };
    for (const { '@iot.id': id, properties, Thing } of page.value) {
      const asset = assets.get(Thing.properties.assetId ?? '');
      if (asset !== undefined) streams.push({ id, asset, ...(properties as Pick<Stream, 'indicator' | 'normal'>) });
    }
    next = page['@iot.nextLink'];
  }
  return streams;
}

/** Each kind's devices that stand far enough apart from each other, kinds in turn. */
function chooseAlarms(streams: readonly Stream[], kinds: readonly Kind[]): Alarm[] {
  const rows = kinds.map((kind) => {
    const chosen: Stream[] = [];
    for (const stream of streams) {
      if (stream.asset.assetClass !== kind.assetClass || stream.indicator !== kind.indicator) continue;
      const isAlone = chosen.every(({ asset }) => distanceMetres(asset.place, stream.asset.place) >= kind.apartMetres);
      if (isAlone && chosen.length < kind.most) chosen.push(stream);
    }
    return chosen.map((stream): Alarm => ({ stream, kind, sentAt: undefined, seenAfterMs: undefined, isOwn: false }));
  });
  const longest = Math.max(...rows.map(({ length }) => length));
  return Array.from({ length: longest }, (_, n) => rows.flatMap((row) => row[n] ?? [])).flat();
}

function beginLoad(city: TestCity, key: string, streams: readonly Stream[], alarms: readonly Alarm[]): RunningLoad {
  const kept = new Set(alarms.map(({ stream }) => stream.id));
  const ordinary = streams.filter(({ id, normal }) => normal !== undefined && !kept.has(id));
  const step = Math.max(1, Math.floor(ordinary.length / LOADED_STREAMS));
  const chosen = ordinary.filter((_, n) => n % step === 0).slice(0, LOADED_STREAMS);
  return startLoad({
    url: city.url,
    key,
    ids: chosen.map(({ id }) => id),
    values: chosen.map(({ normal: [low, high] = [0, 0] }) => (low + high) / 2),
    spans: chosen.map(({ normal: [low, high] = [0, 0] }) => (high - low) / 20),
    groupsPerSecond: GROUPS_PER_SECOND,
    groupSize: GROUP_SIZE,
  });
}

interface CaseFrame {
  readonly assetId?: string;
  readonly domain: string;
  readonly place: readonly [number, number];
  readonly eventType: string;
  readonly raisedAt: number;
}

/** Listens as an operator's screen does; each frame is stamped when its bytes arrive. */
function listen(city: TestCity, key: string, onCase: (frame: CaseFrame, at: number) => void): () => void {
  let rest = '';
  const call = get(`${city.url}/api/v1/live`, { headers: { authorization: `Bearer ${key}` } }, (stream) => {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      const at = performance.now();
      const events = (rest + chunk).split('\n\n');
      rest = events.pop()!;
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event)?.[1];
        if (data !== undefined && /^event: case$/m.test(event)) onCase(JSON.parse(data) as CaseFrame, at);
      }
    });
  });
  call.on('error', () => undefined);
  return () => call.destroy();
}

/** The frame of the case that this alarm has opened or joined, if it is one. */
function note(alarms: readonly Alarm[], frame: CaseFrame, at: number): void {
  const waiting = alarms.filter(
    ({ sentAt, seenAfterMs, stream, kind }) =>
      sentAt !== undefined &&
      seenAfterMs === undefined &&
      stream.asset.domain === frame.domain &&
      (stream.asset.id === frame.assetId || distanceMetres(stream.asset.place, frame.place) < kind.apartMetres / 2),
  );
  for (const alarm of waiting) {
    alarm.seenAfterMs = at - alarm.sentAt!;
    alarm.isOwn = frame.eventType === 'collect';
  }
}

async function post(city: TestCity, key: string, path: string, body: unknown): Promise<void> {
  const { status, body: said } = await clientOf(city, key).post(`/sensorthings/v1.1/${path}`, body);
  if (status !== 201) throw new Error(`${path} answered ${status}: ${JSON.stringify(said)}`);
}

const ago = (seconds: number): string => new Date(Date.now() - seconds * 1_000).toISOString();

/** A `dataArray` of what a device has measured at some times, all of it beyond its limit. */
const group = ({ stream, kind }: Alarm, times: readonly string[]): object => ({
  Datastream: { '@iot.id': stream.id },
  components: ['phenomenonTime', 'result'],
  dataArray: times.map((time) => [time, kind.value]),
});

/** What a device says before the alarm is due: beyond the limit, but not yet for long enough. */
function before({ kind: { lastsSeconds } }: Alarm): string[] {
  const reports = Math.ceil(lastsSeconds / REPORT_AT_LEAST_EVERY_SECONDS);
  return Array.from({ length: reports }, (_, n) => ago(lastsSeconds * (1 - n / reports)));
}

async function raise(city: TestCity, key: string, alarm: Alarm): Promise<void> {
  const { stream, kind } = alarm;
  if (kind.lastsSeconds > 0) {
    await post(city, key, 'CreateObservations', [group(alarm, before(alarm))]);
    await sleep(ALARM_EVERY_MS / 2);
  }
  const body = { phenomenonTime: ago(0), result: kind.value };
  alarm.sentAt = performance.now();
  await post(city, key, `Datastreams(${stream.id})/Observations`, body);
}

async function raiseTogether(city: TestCity, key: string, alarms: readonly Alarm[]): Promise<void> {
  await post(
    city,
    key,
    'CreateObservations',
    alarms.map((alarm) => group(alarm, before(alarm))),
  );
  await sleep(2 * ALARM_EVERY_MS);
  const body = alarms.map((alarm) => group(alarm, [ago(0)]));
  const at = performance.now();
  for (const alarm of alarms) alarm.sentAt = at;
  await post(city, key, 'CreateObservations', body);
}

async function untilSeen(alarms: readonly Alarm[]): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (alarms.some(({ seenAfterMs }) => seenAfterMs === undefined) && performance.now() < giveUpAt) await sleep(100);
}

async function bareCall(city: TestCity): Promise<number[]> {
  const waits: number[] = [];
  for (let n = 0; n < BARE_CALLS; n++) {
    const begin = performance.now();
    await (await fetch(`${city.url}/healthz`)).arrayBuffer();
    waits.push(performance.now() - begin);
  }
  return waits;
}

const spread = (values: readonly number[]): string =>
  values.length === 0 ? 'none' : `p50 ${median(values).toFixed(0)} p99 ${percentile(values, 0.99).toFixed(0)} ms`;

async function measure(city: TestCity): Promise<void> {
  const pack = await loadPack(join(ROOT, 'packs/mountain-city'));
  const [key, operator] = await Promise.all([city.key('bench', 'integrator'), city.key('bench operator', 'analyst')]);
  const streams = await listStreams(city, key, pack);
  const alarms = chooseAlarms(streams, KINDS);
  const storm = chooseAlarms(streams, [STORM]);
  const all = [...alarms, ...storm];
  const stopListening = listen(city, operator, (frame, at) => note(all, frame, at));
  const load = beginLoad(city, key, streams, all);
  await sleep(WARM_UP_MS);
  await load.counts();
  const begin = performance.now();
  const sending: Promise<void>[] = [];
  for (const alarm of alarms) {
    sending.push(raise(city, key, alarm));
    await sleep(ALARM_EVERY_MS);
  }
  await Promise.all(sending);
  const { stored, refused, waits } = await load.counts();
  const lastedMs = performance.now() - begin;
  await untilSeen(alarms);
  const bare = await bareCall(city);
  await raiseTogether(city, key, storm);
  await untilSeen(storm);
  await load.stop();
  stopListening();
  print(alarms, (stored / lastedMs) * 1_000, refused, waits, bare);
  const late = storm.flatMap(({ seenAfterMs }) => seenAfterMs ?? []);
  line(`a storm: ${storm.length} alarms in one call, ${late.length} seen`, spread(late));
  line('  cases of their own', shown(storm.filter(({ isOwn }) => isOwn).length), shown(storm.length));
}

function print(
  alarms: readonly Alarm[],
  rate: number,
  refused: number,
  waits: readonly number[],
  bare: readonly number[],
): void {
  const seen = alarms.flatMap(({ seenAfterMs }) => seenAfterMs ?? []);
  const wanted = GROUPS_PER_SECOND * GROUP_SIZE;
  line('what', 'value', 'raw limit', 'ratio');
  line('load of the machine', `${loadavg()[0]!.toFixed(1)} on ${cpus().length} cores`);
  line('stored meanwhile: Observations/s', shown(rate), shown(wanted), (rate / wanted).toFixed(2));
  line('  refused', shown(refused), '0');
  line('  a group acknowledged after', spread(waits));
  line('an empty GET under this load', spread(bare));
  for (const kind of KINDS) {
    const own = alarms.filter((alarm) => alarm.kind === kind);
    line(`  ${kind.assetClass}: ${own.length} alarms`, spread(own.flatMap(({ seenAfterMs }) => seenAfterMs ?? [])));
  }
  const p99 = percentile(seen, 0.99);
  line(
    `observation → case on the live stream, ${seen.length} of ${alarms.length} alarms`,
    spread(seen),
    `p99 < ${shown(TARGET_MS)} ms`,
    (p99 / TARGET_MS).toFixed(2),
  );
  line('  slowest', `${Math.max(...seen).toFixed(0)} ms`);
  line('  cases of their own', shown(alarms.filter(({ isOwn }) => isOwn).length), shown(alarms.length));
}

const dataDir = await mkdtemp(join(tmpdir(), 'cityloom-alarms-'));
const city = await startCityIn(dataDir, ['--no-simulator'], { CITYLOOM_LOG_LEVEL: 'error' });
try {
  await measure(city);
} finally {
  await city.stop();
  if (process.env.CITYLOOM_BENCH_SAYS) process.stderr.write(city.said());
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
}
