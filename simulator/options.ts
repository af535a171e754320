/** What the simulator is told on its command line and in its environment. */
import { parseArgs } from 'node:util';
import type { PeopleKeys } from './people/people.ts';

export interface Options {
  readonly server: string;
  readonly mqtt: string | undefined;
  readonly pack: string;
  readonly dataDir: string | undefined;
  readonly seed: string;
  readonly speed: number;
  readonly isHandsOff: boolean;
  readonly hasTroubles: boolean;
  readonly hasBackfill: boolean;
  readonly isTied: boolean;
  readonly deviceKey: string;
  readonly people: PeopleKeys;
}

export const HELP = `simulator: the devices, residents and crews of a city, speaking only its public interfaces

  --server URL      the city (default http://localhost:8080)
  --mqtt URL        its MQTT broker; without it everything goes over HTTP
  --pack DIR        the city pack (default packs/mountain-city)
  --data DIR        where port and token of the control endpoint are written; without it there is none
  --key KEY         key of the devices (role integrator), or CITYLOOM_SIMULATOR_KEYS = {"devices", "analyst", "dispatcher", "verifier", "handlers": {party: key}}
  --seed TEXT       the same seed brings the same faults (default 1)
  --speed N         people act and faults return N times faster; devices keep their time (default 1)
  --hands-off       nobody acts; what others do still takes effect
  --no-troubles     nothing goes wrong by itself
  --no-backfill     a new city gets no past
  --tied            ends with its standard input: when whoever started it is gone, however that went
`;

export function readOptions(args: string[], env: NodeJS.ProcessEnv): Options {
  const { values } = parseArgs({
    args,
    options: {
      server: { type: 'string', default: 'http://localhost:8080' },
      mqtt: { type: 'string' },
      pack: { type: 'string', default: 'packs/mountain-city' },
      data: { type: 'string' },
      key: { type: 'string' },
      seed: { type: 'string', default: '1' },
      speed: { type: 'string', default: '1' },
      'hands-off': { type: 'boolean', default: false },
      'no-troubles': { type: 'boolean', default: false },
      'no-backfill': { type: 'boolean', default: false },
      tied: { type: 'boolean', default: false },
    },
  });
  const keys = JSON.parse(env.CITYLOOM_SIMULATOR_KEYS ?? '{}') as PeopleKeys & { devices?: string };
  const deviceKey = values.key ?? keys.devices;
  if (deviceKey === undefined)
    throw new RangeError('Give the key of the devices with --key or CITYLOOM_SIMULATOR_KEYS.');
  const speed = Number(values.speed);
  if (!(speed > 0 && speed <= 100)) throw new RangeError('--speed is a number above 0 and at most 100.');
  return {
    server: values.server,
    mqtt: values.mqtt,
    pack: values.pack,
    dataDir: values.data,
    seed: values.seed,
    speed,
    isHandsOff: values['hands-off'],
    hasTroubles: !values['no-troubles'],
    hasBackfill: !values['no-backfill'],
    isTied: values.tied,
    deviceKey,
    people: keys,
  };
}
