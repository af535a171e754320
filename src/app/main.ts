/** The composition root: opens what the city stands on, furnishes the rooms, opens the doors, and closes all of it in reverse order. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import type { Log } from '#kernel/ports.ts';
import { createPeople } from '#people/people.ts';
import { createBus } from '#platform/bus.ts';
import { systemClock } from '#platform/clock.ts';
import type { Config } from '#platform/config.ts';
import { createMetrics } from '#platform/metrics.ts';
import { migrate } from '#platform/storage/migrate.ts';
import { keepAlive, openStorage } from '#platform/storage/open.ts';
import { loadPack } from '#territory/pack/load-pack.ts';
import { buildScreens } from './build-screens.ts';
import { choresOf } from './chores.ts';
import { type Demonstration, seedDemonstration } from './demonstration.ts';
import { buildHttp, type DoorDeps, openHttp, openMqtt } from './doors.ts';
import { listenForHotline } from './hotline.ts';
import { createLoop, type LoopParts, type Topics } from './loop.ts';
import { PACK_SECTIONS } from './pack-sections.ts';
import { refuseTakenPorts } from './ports.ts';
import { furnish } from './rooms.ts';
import { leaveNote, refuseSecondCity } from './running.ts';
import { toThingSeeds } from './seeds.ts';
import { runSimulator } from './simulator-process.ts';
import { furnishUnderstanding } from './understanding.ts';
import { openVault } from './vault.ts';

export interface RunningCity {
  readonly name: string;
  readonly url: string;
  readonly mqttUrl: string;
  /** Only at the very first start. */
  readonly administrator: { readonly name: string; readonly password: string } | undefined;
  readonly demonstration: Demonstration | undefined;
  stop(): Promise<void>;
}

/** Brings a city up. Whatever was opened is closed again, last first, when a later step fails. */
export async function startCity(config: Config, log: Log, tell: (step: string) => void): Promise<RunningCity> {
  const closing: (() => unknown)[] = [];
  const close = async () => {
    for (const step of closing.splice(0).reverse()) {
      await Promise.resolve(step()).catch((error: Error) =>
        log.error({ error: error.message }, 'A part of the city did not close cleanly'),
      );
    }
  };
  try {
    return await open(config, log, tell, closing, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(
  config: Config,
  log: Log,
  tell: (step: string) => void,
  closing: (() => unknown)[],
  close: () => Promise<void>,
): Promise<RunningCity> {
  await refuseSecondCity(config.dataDir);
  await refuseTakenPorts(config);
  const screens = buildScreens();
  screens.catch((error: Error) => log.error({ error: error.message }, 'The screens could not be built'));
  const opening = openStorage({ dataDir: config.dataDir, databaseUrl: config.databaseUrl, log });
  // Also when the pack turns out to be broken while the database is still starting.
  closing.push(() =>
    opening.then(
      (opened) => opened.close({ stopServer: true }),
      () => undefined,
    ),
  );
  const [storage, pack, version] = await Promise.all([opening, loadPack(config.packDir, PACK_SECTIONS), readVersion()]);
  const { database } = storage;
  const applied = await migrate(database);
  tell(`database ready${applied.length > 0 ? `, ${applied.length} migrations applied` : ''}`);
  closing.push(keepAlive(storage, log));

  const clock = systemClock;
  const random = (count: number) => randomBytes(count);
  const metrics = createMetrics();
  const people = createPeople({ database, clock, random, log, anonymousRole: config.anonymous });
  const vault = await openVault({ config, database, clock, random });
  const demonstration = await seedDemonstration(people, pack, config.dataDir, config.demonstrationPassword);

  const bus = createBus<Topics>(log);
  const loop = createLoop(() => parts);
  const rooms = furnish({ pack, database, bus, clock, random, log, loop, vault });
  const { sensing, detection, casework, scorecard } = rooms;
  await sensing.start();
  closing.push(() => sensing.stop());
  if (!config.empty) {
    const seeded = await sensing.seedThings([...toThingSeeds(pack)]);
    if (seeded.thingsCreated > 0)
      tell(`${seeded.thingsCreated} things and ${seeded.datastreamsCreated} datastreams laid out`);
  }
  rooms.watch();
  await casework.start();
  closing.push(() => casework.stop());
  await rooms.sharedBikes?.start();
  closing.push(() => rooms.sharedBikes?.stop());
  await rooms.receipts.start();
  await rooms.hotline.start();

  let isOpen = false;
  const { understanding, start: follow } = furnishUnderstanding(pack, config.dataDir, clock, log);
  const deps: DoorDeps = {
    understanding,
    config,
    database,
    rooms,
    people,
    bus,
    metrics,
    clock,
    random,
    log,
    version,
    screens,
    demonstrationPassword: demonstration?.password,
    isOpen: () => isOpen,
  };
  const { server, console, observations, residents } = await buildHttp(deps);
  const parts: LoopParts = {
    bus,
    detection,
    casework,
    console,
    residents,
    hotline: listenForHotline(rooms.hotline, log),
    metrics,
    clock,
    log,
    chores: choresOf(rooms),
  };

  loop.start();
  await detection.start();
  closing.push(() => detection.stop());
  closing.push(() => loop.stop());
  await scorecard.start();
  closing.push(() => scorecard.stop());
  await console.start();
  const url = await openHttp(server, config);
  closing.push(() => server.close());
  closing.push(() => residents.stop());
  closing.push(() => console.stop());
  const mqtt = await openMqtt(deps, observations);
  closing.push(() => mqtt.close());
  // Last, because its password is shown once: a start that failed before would have taken it along.
  const administrator = await people.ensureAdministrator();
  isOpen = true;
  closing.push(() => {
    isOpen = false;
  });
  tell('doors open');
  closing.push(follow());

  await screens.catch(() => undefined);
  closing.push(await leaveNote(config.dataDir, { pid: process.pid, url, mqttUrl: mqtt.url }));
  if (config.simulator && pack.fictional && !config.empty) {
    closing.push(
      await runSimulator({
        server: url,
        mqtt: mqtt.url,
        pack,
        dataDir: config.dataDir,
        seed: config.seed,
        handsOff: config.handsOff,
        troubles: config.troubles,
        people,
        log,
      }),
    );
    tell('the simulator plays its devices and people');
  }
  return { name: pack.name['en'] ?? pack.id, url, mqttUrl: mqtt.url, administrator, demonstration, stop: close };
}

async function readVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}
