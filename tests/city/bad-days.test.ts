/**
 * Days on which a part of the city dies or has no room. What was acknowledged stays, nothing is there twice, and the city is itself
 * again within seconds without anybody's hand.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';
import pg from 'pg';
import { connectionTo } from '#platform/storage/embedded.ts';
import { cityFolder, eventually, startCity, startCityIn, type TestCity } from '#tests/support/city.ts';
import { at, makePump, SENSING, type Sender, senderOf } from './pump.ts';

const ALONE = ['--empty', '--no-simulator', '--log', 'error'];
const ROWS = 50;

/** Which seconds after the beginning were acknowledged; every second is sent until it is. */
interface Load {
  readonly acknowledged: Set<number>;
  /** Codes of the refusals that were met on the way. */
  readonly refusals: Set<string>;
  more(count: number): Promise<void>;
  stop(): Promise<void>;
}

function load(senders: readonly ((seconds: readonly number[]) => Promise<string | undefined>)[]): Load {
  const acknowledged = new Set<number>();
  const refusals = new Set<string>();
  let next = 0;
  let isOn = true;
  const run = async (send: (seconds: readonly number[]) => Promise<string | undefined>) => {
    while (isOn) {
      const seconds = Array.from({ length: ROWS }, () => next++);
      for (let refusal = await send(seconds); refusal !== undefined; refusal = await send(seconds)) {
        refusals.add(refusal);
        await sleep(100);
      }
      for (const second of seconds) acknowledged.add(second);
    }
  };
  const done = Promise.all(senders.map(run));
  return {
    acknowledged,
    refusals,
    async more(count) {
      const target = acknowledged.size + count;
      await eventually(
        () => Promise.resolve(acknowledged.size),
        (size) => size >= target,
      );
    },
    async stop() {
      isOn = false;
      await done;
    },
  };
}

/** Sends in bulk; undefined when acknowledged, else status and code of the refusal. Anything but 201 and 503 fails. */
const bulkSender = (sender: Sender, stream: number) => async (seconds: readonly number[]) => {
  const dataArray = seconds.map((second) => [at(second), second / 100_000]);
  const body = [{ Datastream: { '@iot.id': stream }, components: ['phenomenonTime', 'result'], dataArray }];
  const answer = await sender.post(`${SENSING}/CreateObservations`, body, { prefer: 'handling=strict' });
  assert.ok([201, 503].includes(answer.status), answer.text);
  return answer.status === 201 ? undefined : answer.refusal[1];
};

/** One message per Observation, QoS 1; the client connects again and sends again by itself. */
async function mqttSender(t: TestContext, city: TestCity, key: string, stream: number) {
  const client = await mqtt.connectAsync(city.mqttUrl, {
    protocolVersion: 4,
    clean: false,
    clientId: 'pump',
    username: 'pump',
    password: key,
    reconnectPeriod: 200,
  });
  client.on('error', () => undefined);
  t.after(() => client.end(true));
  return async (seconds: readonly number[]): Promise<undefined> => {
    await Promise.all(
      seconds.map((second) =>
        client.publishAsync(
          `v1.1/Datastreams(${stream})/Observations`,
          JSON.stringify({ phenomenonTime: at(second), result: second / 100_000 }),
          { qos: 1 },
        ),
      ),
    );
  };
}

/** Watches the values of a Datastream live, on one connection that is never opened again. */
async function watch(t: TestContext, city: TestCity, key: string, stream: number) {
  const response = await fetch(`${city.url}/api/v1/live?datastreams=${stream}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  const reader = response.body!.getReader();
  t.after(() => reader.cancel().catch(() => undefined));
  const seen = { values: 0, hasEnded: false };
  const read = async () => {
    for (let part = await reader.read(); !part.done; part = await reader.read())
      seen.values += Buffer.from(part.value).toString().split('event: values').length - 1;
  };
  void read()
    .catch(() => undefined)
    .then(() => {
      seen.hasEnded = true;
    });
  return seen;
}

const pidOf = (path: string): number => Number(readFileSync(path, 'utf8').split('\n')[0]);
const postgresOf = (dataDir: string): number => pidOf(join(dataDir, 'postgres/data/postmaster.pid'));
/** 0 while there is none. */
function simulatorOf(dataDir: string): number {
  try {
    return (JSON.parse(readFileSync(join(dataDir, 'simulator.json'), 'utf8')) as { pid: number }).pid;
  } catch {
    return 0;
  }
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}

const countStored = async (sender: Sender): Promise<number> =>
  Number((await sender.get(`${SENSING}/Observations/$count`)).text);

test('PostgreSQL is shot three times under load: senders are told 503 or wait, and all acknowledged is there once', async (t) => {
  const city = await startCity(t, ALONE);
  const sender = senderOf(city.url, await city.key('pump', 'integrator'));
  const pump = await makePump(sender, 'pump');
  const device = await city.key('gauge', 'device', '--things', String(pump.thing));
  const live = await watch(t, city, await city.key('desk', 'analyst'), pump.stream);
  const sending = load([
    bulkSender(sender, pump.stream),
    bulkSender(sender, pump.stream),
    await mqttSender(t, city, device, pump.stream),
  ]);

  for (let shots = 0; shots < 3; shots++) {
    await sending.more(20 * ROWS);
    const shot = Date.now();
    process.kill(postgresOf(city.dataDir), 'SIGKILL');
    await sending.more(3 * 4 * ROWS); // more than was under way when it died
    const seconds = (Date.now() - shot) / 1_000;
    t.diagnostic(`intake goes on ${seconds.toFixed(1)} s after the shot`);
    assert.ok(seconds < 30, `${seconds} s`);
    const before = live.values;
    await eventually(
      () => Promise.resolve(live.values),
      (values) => values > before,
      10_000,
    );
  }
  await sending.stop();

  assert.equal(await countStored(sender), sending.acknowledged.size);
  assert.deepEqual(
    [...sending.refusals].filter((code) => !code.startsWith('storage.')),
    [],
  );
  assert.equal(live.hasEnded, false, 'whoever watches is still watching');
  assert.equal((await sender.get('/readyz')).status, 200);
  assert.doesNotMatch(city.said(), /by a defect/);
});

test('a city that was shot leaves no simulator behind; the next one takes its PostgreSQL over and has one simulator', async (t) => {
  const folder = await cityFolder(t);
  const { dataDir } = folder;
  const start = () => folder.start(['--pack', 'packs/template', '--log', 'warn']);
  const simulatorRuns = async () => eventually(async () => simulatorOf(dataDir), isAlive);
  const first = await start();
  const [postgres, simulator] = [postgresOf(dataDir), await simulatorRuns()];

  first.process.kill('SIGKILL');
  await eventually(
    () => Promise.resolve(isAlive(simulator)),
    (alive) => !alive,
    10_000,
  );
  assert.ok(isAlive(postgres), 'PostgreSQL outlives the program');

  const second = await start();
  assert.equal(postgresOf(dataDir), postgres, 'taken over, not started again');
  const another = await simulatorRuns();
  assert.notEqual(another, simulator);
  assert.equal((await fetch(`${second.url}/readyz`)).status, 200);

  assert.equal(await second.stop(), 0);
  await eventually(
    () => Promise.resolve([postgres, another].filter(isAlive)),
    (left) => left.length === 0,
    5_000,
  );
});

const MEGABYTE = 1_048_576;

const mount = (folder: string): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=200m', 'tmpfs', folder]).status === 0;

/** A disk of its own, small enough to be filled. */
async function smallDisk(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cityloom-disk-'));
  assert.ok(mount(folder));
  return folder;
}

async function removeDisk(folder: string): Promise<void> {
  spawnSync('umount', [folder]);
  await rm(folder, { recursive: true, force: true });
}

async function mayMount(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'cityloom-disk-'));
  const may = mount(folder) && spawnSync('umount', [folder]).status === 0;
  await rm(folder, { recursive: true, force: true });
  return may;
}

const freeOn = (folder: string): number => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
};

/** Takes the disk's room until no more than `left` bytes are free; returns how to give it back, at the latest when the test ends. */
function takeRoom(t: TestContext, folder: string, left: number): () => void {
  const path = join(folder, 'somebody-elses-file');
  const file = openSync(path, 'w');
  const page = Buffer.alloc(4_096);
  while (freeOn(folder) > left) writeSync(file, page);
  closeSync(file);
  const giveBack = () => rmSync(path, { force: true });
  t.after(giveBack);
  return giveBack;
}

const noDisk =
  !(await mayMount()) &&
  'This user may not mount a small disk to fill. That PostgreSQL’s “disk full” is answered storage.full is tested in tests/sensing/bad-days.test.ts.';

test('the disk is full: senders are told storage.full, and once there is room the city goes on by itself', {
  skip: noDisk,
}, async (t) => {
  const folder = await smallDisk();
  const dataDir = join(folder, 'city');
  const city = await startCityIn(dataDir, ALONE).catch(async (error: Error) => {
    await removeDisk(folder);
    throw error;
  });
  t.after(async () => {
    await city.stop();
    await removeDisk(folder);
  });
  const sender = senderOf(city.url, await city.key('pump', 'integrator'));
  const { stream } = await makePump(sender, 'pump');
  const sending = load([bulkSender(sender, stream), bulkSender(sender, stream)]);
  const isTold = (code: string) =>
    eventually(
      () => Promise.resolve([...sending.refusals]),
      (refusals) => refusals.includes(code),
      40_000,
    );
  await sending.more(20 * ROWS);

  await t.test('no room for more rows', async (part) => {
    const giveRoom = takeRoom(part, folder, MEGABYTE / 4);
    await isTold('storage.full');
    assert.equal((await sender.get(`${SENSING}/Observations?$top=1`)).status, 200, 'what is there can be read');
    giveRoom();
    await sending.more(20 * ROWS);
  });

  await t.test('no room for the log either, and PostgreSQL gives up', async (part) => {
    const giveRoom = takeRoom(part, folder, 0);
    await exhaustLog(dataDir);
    sending.refusals.clear();
    await isTold('storage.full');
    assert.equal((await sender.get('/healthz')).status, 200);
    giveRoom();
    await sending.more(20 * ROWS);
  });

  await sending.stop();
  assert.equal(await countStored(sender), sending.acknowledged.size);
  assert.equal((await sender.get('/readyz')).status, 200);
  assert.doesNotMatch(city.said(), /by a defect/);
});

/** Begins new segments of PostgreSQL's log until it finds no room for one and panics. */
async function exhaustLog(dataDir: string): Promise<void> {
  const client = new pg.Client(connectionTo(join(dataDir, 'postgres/run'), 'cityloom'));
  client.on('error', () => undefined);
  await client.connect();
  await assert.rejects(async () => {
    for (let segment = 0; segment < 100; segment++)
      await client.query("select pg_logical_emit_message(false, 'a', 'b'), pg_switch_wal()");
  });
}
