/**
 * The simulator's process: the city's devices, and the people who live and work there. It reads the pack (public data) and speaks
 * HTTP and MQTT with keys it was given; it has no other way into the city.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CityPack } from '#kernel/city.ts';
import { type Instant, SECOND } from '#kernel/time.ts';
import { loadPack } from '#territory/pack/load-pack.ts';
import { cityHttp } from './city-http.ts';
import { openControl } from './control.ts';
import { backfill, hasPast } from './devices/backfill.ts';
import { readDirectory } from './devices/directory.ts';
import { createHttpOutlet } from './devices/http-outlet.ts';
import { createMqttOutlet } from './devices/mqtt-outlet.ts';
import type { Outlet, Reading } from './devices/outlet.ts';
import { Timetable } from './devices/timetable.ts';
import { createFaults, type Fault } from './faults/faults.ts';
import type { RuleOf } from './faults/limits.ts';
import { obeyer } from './obey.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { createPeople } from './people/people.ts';
import { seeded } from './random.ts';
import { createTownspeople } from './residents/townspeople.ts';
import { createTroubles } from './troubles.ts';
import { createWorld, type Instrument, type World } from './world.ts';

const PEOPLE_TURN_MS = 2_000;
const TOWNSPEOPLE_TURN_MS = 1_000;
const HEAD_START = 75 * SECOND;
const LONGEST_DELAY = 2 * HEAD_START;
const REPORT_EVERY_SECONDS = 60;
/** While something is unusual a device reports at least this often. */
const ATTENTIVE_SECONDS = 10;
/** Their devices speak MQTT, as field devices do; the rest comes in bulk from other systems. */
const OVER_MQTT = new Set(['water', 'gas']);

const say = (message: string, fields: object = {}): void => {
  process.stderr.write(
    `${JSON.stringify({ time: new Date().toISOString(), name: 'simulator', msg: message, ...fields })}\n`,
  );
};

async function main(options: Options, stop: AbortController): Promise<void> {
  const stopping = stop.signal;
  const city = cityHttp(options.server, options.deviceKey);
  const [pack, points] = await Promise.all([loadPack(options.pack), readDirectory(city, say)]);
  const world = await createWorld(pack, points, options.seed, Date.now());
  say('the city is known', {
    datastreams: points.length,
    assets: pack.assets.length,
    solveMs: world.water?.lastSolveMs(),
  });
  // A new city is met in the middle of its day: its devices begin a little in the past, when the first thing already goes wrong.
  const isNew = options.hasBackfill && !(await hasPast(city));
  const startedAt = Date.now() - (isNew ? HEAD_START : 0);
  if (isNew) await backfill(city, world, startedAt, say);

  const http = createHttpOutlet(city, say);
  const mqtt = options.mqtt === undefined ? http : createMqttOutlet(options.mqtt, options.deviceKey, say);
  const ruleOf = rulesOf(pack);
  const faults = createFaults(world, ruleOf);
  const homes = seeded(options.seed, 'homes');
  const people = createPeople({
    server: options.server,
    keys: options.people,
    faults,
    seed: options.seed,
    speed: options.speed,
    isHandsOff: options.isHandsOff,
    gridTeams: gridTeamsOf(pack),
    anywhere: () => (options.hasTroubles && pack.buildings.length > 0 ? homes.pick(pack.buildings).place : undefined),
    say,
  });
  const onFault = (fault: Fault) => {
    say('something goes wrong', { fault: fault.kind.id, asset: fault.assetId, place: fault.place });
    people?.notice(fault);
  };
  const status = () => ({
    http: http.counts(),
    mqtt: mqtt.counts(),
    solveMs: world.water?.lastSolveMs(),
    active: faults.active().length,
  });
  const control =
    options.dataDir === undefined
      ? undefined
      : await openControl(options.dataDir, obeyer({ world, faults, ruleOf, now: Date.now, onFault, status }));
  const troubles = options.hasTroubles ? createTroubles(faults, options.seed, options.speed, startedAt) : undefined;

  const { hasTroubles, server, seed, speed } = options;
  const keys = { line: options.deviceKey, desk: options.people.dispatcher };
  const town = options.isHandsOff
    ? undefined
    : createTownspeople({ server, pack, keys, seed, speed, hasTroubles, say });
  const living = town && liveTogether('the townspeople', TOWNSPEOPLE_TURN_MS, () => town.turn(Date.now()), stopping);
  const peopling = liveTogether(
    'the people',
    PEOPLE_TURN_MS,
    async () => {
      if (control && !(await control.isMine())) {
        say('another simulator has taken over; this one ends');
        stop.abort();
      } else await people?.turn(Date.now());
    },
    stopping,
  );
  await runDevices({
    world,
    startedAt,
    http,
    mqtt,
    stopping,
    tick: (at) => {
      faults.tick(at);
      for (const fault of troubles?.tick(at) ?? []) onFault(fault);
    },
    attentive: (at) => faults.attentive(at),
    status,
  });
  await Promise.all([peopling, living, control?.close(), http.stop(), mqtt === http ? undefined : mqtt.stop()]);
}

function rulesOf(pack: CityPack): RuleOf {
  const rules = new Map(
    pack.domains
      .flatMap(({ classes }) => classes)
      .flatMap((asset) => asset.indicators.map((rule) => [`${asset.domain}/${asset.id}/${rule.id}`, rule] as const)),
  );
  return (domain, assetClass, indicator) => rules.get(`${domain}/${assetClass}/${indicator}`);
}

/** Which team goes and looks, by community. */
const gridTeamsOf = ({ parties }: CityPack): ReadonlyMap<string, string> =>
  new Map(
    parties
      .filter(({ kind, level }) => kind === 'grid' && level === 'community')
      .flatMap(({ id, areas }) => areas.map((area) => [area, id] as const)),
  );

async function liveTogether(
  who: string,
  everyMs: number,
  turn: () => Promise<void>,
  stopping: AbortSignal,
): Promise<void> {
  while (!stopping.aborted) {
    await turn().catch((error: unknown) =>
      say(`a turn of ${who} failed`, { error: String((error as Error).stack ?? error) }),
    );
    await sleep(everyMs, undefined, { signal: stopping }).catch(() => undefined);
  }
}

interface DeviceRun {
  readonly world: World;
  readonly startedAt: Instant;
  readonly http: Outlet;
  readonly mqtt: Outlet;
  readonly stopping: AbortSignal;
  readonly tick: (at: number) => void;
  readonly attentive: (at: number) => Iterable<Instrument>;
  readonly status: () => object;
}

/**
 * Second by second: the world moves on, and whoever's turn it is reports. A short delay is made up at once; what a sleeping machine
 * missed is not.
 */
async function runDevices({
  world,
  startedAt,
  http,
  mqtt,
  stopping,
  tick,
  attentive,
  status,
}: DeviceRun): Promise<void> {
  const timetable = new Timetable(world.instruments.map((instrument) => ({ ...instrument.point, instrument })));
  say('devices report', { perSecond: Math.round(timetable.rate()) });
  for (let second = Math.floor(startedAt / SECOND); !stopping.aborted; second++) {
    const at = second * SECOND;
    world.advance(at);
    tick(at);
    const due = new Set(timetable.due(second).map(({ instrument }) => instrument));
    for (const instrument of attentive(at))
      if ((second + instrument.point.datastreamId) % ATTENTIVE_SECONDS === 0) due.add(instrument);
    const readings = Map.groupBy(readAll(world, due, at), ({ isMqtt }) => isMqtt);
    mqtt.send(readings.get(true) ?? []);
    http.send(readings.get(false) ?? []);
    if (second % REPORT_EVERY_SECONDS === 0) say('devices', status());
    const behind = Date.now() - (second + 1) * SECOND;
    if (behind > LONGEST_DELAY) second += Math.floor(behind / SECOND);
    await sleep(Math.max(0, (second + 1) * SECOND - Date.now()), undefined, { signal: stopping }).catch(
      () => undefined,
    );
  }
}

function* readAll(
  world: World,
  instruments: Iterable<Instrument>,
  at: number,
): Generator<Reading & { isMqtt: boolean }> {
  for (const instrument of instruments) {
    const value = world.read(instrument, at);
    const { datastreamId, domain } = instrument.point;
    if (value !== undefined) yield { datastreamId, at, value, isMqtt: OVER_MQTT.has(domain) };
  }
}

if (process.argv.includes('--help')) process.stdout.write(HELP);
else {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const options = readOptions(process.argv.slice(2), process.env);
  // Nobody waits for the rest any more, and nobody would end it.
  if (options.isTied)
    for (const end of ['end', 'error', 'close']) process.stdin.resume().once(end, () => process.exit(0));
  main(options, stop).then(
    () => process.exit(0),
    (error: unknown) => {
      say('the simulator cannot go on', { error: String((error as Error).stack ?? error) });
      process.exit(1);
    },
  );
}
