/**
 * Every setting of a running city, in one table: its environment variable, its flag, its default and what it means. The table is
 * also the source of `docs/operate/configuration.md`.
 */
import { resolve } from 'node:path';
import { invalid } from '#kernel/errors.ts';
import { ROLES, type Role } from '#kernel/roles.ts';

type Kind = 'text' | 'path' | 'port' | 'flag' | 'level' | 'role' | 'secret';

interface Setting {
  readonly env: string;
  readonly flag: string | undefined;
  readonly kind: Kind;
  readonly fallback: string | undefined;
  readonly about: string;
}

/** Keyed by the name the code uses. */
export const SETTINGS = {
  packDir: {
    env: 'CITYLOOM_PACK',
    flag: 'pack',
    kind: 'path',
    fallback: 'packs/mountain-city',
    about: 'Folder of the city pack.',
  },
  dataDir: {
    env: 'CITYLOOM_DATA_DIR',
    flag: 'data',
    kind: 'path',
    fallback: '.cityloom',
    about: 'Folder for the embedded database, photos and the state of this city.',
  },
  databaseUrl: {
    env: 'DATABASE_URL',
    flag: undefined,
    kind: 'secret',
    fallback: undefined,
    about: 'A served PostgreSQL (15 or newer). Without it an embedded one runs in the data folder.',
  },
  port: { env: 'PORT', flag: 'port', kind: 'port', fallback: '8080', about: 'TCP port of HTTP. 0 takes a free one.' },
  host: {
    env: 'HOST',
    flag: 'host',
    kind: 'text',
    fallback: '127.0.0.1',
    about: 'Address to listen on, for HTTP and MQTT. Put 0.0.0.0 only behind TLS.',
  },
  mqttPort: {
    env: 'MQTT_PORT',
    flag: 'mqtt-port',
    kind: 'port',
    fallback: '1883',
    about: 'TCP port of the MQTT broker. 0 takes a free one.',
  },
  simulator: {
    env: 'CITYLOOM_SIMULATOR',
    flag: 'simulator',
    kind: 'flag',
    fallback: 'yes',
    about:
      'Feed the city from the simulator. Off with `--no-simulator`; only ever on for a pack that says it is fictional.',
  },
  handsOff: {
    env: 'CITYLOOM_HANDS_OFF',
    flag: 'hands-off',
    kind: 'flag',
    fallback: 'no',
    about: 'The simulator plays devices only; cases wait for people.',
  },
  troubles: {
    env: 'CITYLOOM_TROUBLES',
    flag: 'troubles',
    kind: 'flag',
    fallback: 'yes',
    about: 'The simulator lets things go wrong by itself. Off with `--no-troubles`: only `cityloom simulate …` does.',
  },
  empty: {
    env: 'CITYLOOM_EMPTY',
    flag: 'empty',
    kind: 'flag',
    fallback: 'no',
    about: 'Start without the assets of the pack: Things come over SensorThings.',
  },
  seed: {
    env: 'CITYLOOM_SEED',
    flag: 'seed',
    kind: 'text',
    fallback: '1',
    about: 'Seed of the simulator: the same seed brings the same troubles.',
  },
  anonymous: {
    env: 'CITYLOOM_ANONYMOUS',
    flag: undefined,
    kind: 'role',
    fallback: undefined,
    about: 'Role of callers without a key, for conformance runs. Refused unless listening on loopback only.',
  },
  demonstrationPassword: {
    env: 'CITYLOOM_DEMONSTRATION_PASSWORD',
    flag: undefined,
    kind: 'secret',
    fallback: undefined,
    about:
      'Password of the demonstration accounts of a fictional city. Without it one is made up at the first start and printed.',
  },
  vaultKey: {
    env: 'CITYLOOM_VAULT_KEY',
    flag: undefined,
    kind: 'secret',
    fallback: undefined,
    about:
      'Key of the identity vault, 32 bytes in base64 (`openssl rand -base64 32`). Without it the file `vault.key` in the data folder, made at the first start. It is in no backup: keep a copy elsewhere.',
  },
  trustProxy: {
    env: 'CITYLOOM_TRUST_PROXY',
    flag: undefined,
    kind: 'flag',
    fallback: 'no',
    about: 'Believe X-Forwarded-For and X-Forwarded-Proto from the proxy in front.',
  },
  logLevel: {
    env: 'CITYLOOM_LOG',
    flag: 'log',
    kind: 'level',
    fallback: 'info',
    about: 'debug, info, warn or error. Logs are JSON lines on stderr.',
  },
} as const satisfies Record<string, Setting>;

export interface Config {
  readonly packDir: string;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly port: number;
  readonly host: string;
  readonly mqttPort: number;
  readonly simulator: boolean;
  readonly handsOff: boolean;
  readonly troubles: boolean;
  readonly empty: boolean;
  readonly seed: string;
  readonly anonymous: Role | undefined;
  readonly demonstrationPassword: string | undefined;
  readonly vaultKey: string | undefined;
  readonly trustProxy: boolean;
  readonly logLevel: string;
}

const LEVELS = ['debug', 'info', 'warn', 'error'];
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** Flags win over the environment, the environment over defaults. Errors: `config.invalid` naming the flag or variable. */
export function readConfig(
  flags: Readonly<Record<string, string | boolean | undefined>>,
  env: NodeJS.ProcessEnv,
  cwd: string,
): Config {
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(SETTINGS) as [string, Setting][]) {
    const flag = setting.flag === undefined ? undefined : flags[setting.flag];
    const given = flag ?? (env[setting.env] || undefined) ?? setting.fallback;
    values[name] = given === undefined ? undefined : parse(setting, given, flag !== undefined, cwd);
  }
  const config = values as unknown as Config;
  if (config.anonymous !== undefined && !LOOPBACK.has(config.host)) {
    throw invalid(
      'config.anonymous_in_public',
      `CITYLOOM_ANONYMOUS is only for conformance runs on loopback; this city listens on ${config.host}.`,
      'CITYLOOM_ANONYMOUS',
    );
  }
  return config;
}

function parse(setting: Setting, given: string | boolean, fromFlag: boolean, cwd: string): unknown {
  const name = fromFlag ? `--${setting.flag}` : setting.env;
  const refuse = (wanted: string) => invalid('config.invalid', `${name} must be ${wanted}, not “${given}”.`, name);
  if (setting.kind === 'flag') {
    if (typeof given === 'boolean') return given;
    if (/^(yes|true|on|1)$/i.test(given)) return true;
    if (/^(no|false|off|0)$/i.test(given)) return false;
    throw refuse('yes or no');
  }
  if (typeof given === 'boolean') throw refuse('followed by a value');
  switch (setting.kind) {
    case 'path':
      return resolve(cwd, given);
    case 'port': {
      if (!/^\d{1,5}$/.test(given) || Number(given) > 65_535) throw refuse('a port from 0 to 65535');
      return Number(given);
    }
    case 'level':
      if (!LEVELS.includes(given)) throw refuse(`one of ${LEVELS.join(', ')}`);
      return given;
    case 'role':
      if (!ROLES.includes(given as Role)) throw refuse(`one of ${ROLES.join(', ')}`);
      return given;
    default:
      return given;
  }
}
