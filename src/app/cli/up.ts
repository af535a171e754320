/** `cityloom up`: the whole city in one process, until somebody says stop. */
import { parseArgs } from 'node:util';
import { readConfig, SETTINGS } from '#platform/config.ts';
import { createLog } from '#platform/log.ts';
import { type RunningCity, startCity } from '../main.ts';
import { type Command, type CommandContext, EXIT } from './command.types.ts';

const FLAGS = Object.values(SETTINGS).flatMap(({ flag, kind, about }) =>
  flag === undefined ? [] : [{ flag, isSwitch: kind === 'flag', about }],
);

const HELP = `
cityloom up [options]

Brings up the city: database, MQTT broker, HTTP server, screens and, for a fictional city, its simulator.

${FLAGS.map(({ flag, isSwitch, about }) => `  --${isSwitch ? flag : `${flag} …`}`.padEnd(20) + about).join('\n')}

A switch is turned off by --no-<name>. Every setting also has an environment variable: docs/operate/configuration.md.
Stop with Ctrl-C; starting again continues with the same data.
`;

export const up: Command = { summary: 'bring up the city', help: HELP, run };

async function run(args: string[], { stdout, env, cwd }: CommandContext): Promise<number> {
  const { values } = parseArgs({
    args,
    allowNegative: true,
    options: Object.fromEntries(
      FLAGS.map(({ flag, isSwitch }) => [flag, { type: isSwitch ? ('boolean' as const) : ('string' as const) }]),
    ),
  });
  const config = readConfig(values, env, cwd);
  const log = createLog(config.logLevel);
  stdout.write('Cityloom is starting …\n');
  const city = await startCity(config, log, (step) => stdout.write(`  ${step}\n`));
  stdout.write(welcome(city));
  await untilTold();
  stdout.write('\nStopping …\n');
  await city.stop();
  stdout.write('Stopped. Everything acknowledged is kept; npm start continues.\n');
  return EXIT.done;
}

/** Ctrl-C in a terminal may come twice at once: from the terminal, and passed on by npm. Only a later one is meant as another. */
const SAME_CTRL_C_MS = 1_000;

function untilTold(): Promise<void> {
  return new Promise((done) => {
    let toldAt: number | undefined;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        const now = performance.now();
        // A second time: leave at once; PostgreSQL recovers at the next start.
        if (toldAt !== undefined && now - toldAt > SAME_CTRL_C_MS) process.exit(EXIT.failed);
        toldAt ??= now;
        done();
      });
    }
  });
}

function welcome({ url, mqttUrl, name, administrator, demonstration }: RunningCity): string {
  const lines = [
    '',
    `${name} is up.`,
    '',
    `  Operations centre   ${url}/ops`,
    `  SensorThings        ${url}/sensorthings/v1.1`,
    `  MQTT                ${mqttUrl}`,
    `  API                 ${url}/openapi.json`,
    '',
  ];
  if (administrator !== undefined) {
    lines.push(
      `  Sign in as ${administrator.name} with the one-time password ${administrator.password}`,
      '  It is shown only now and must be changed at the first sign-in.',
      '',
    );
  }
  if (demonstration !== undefined) {
    lines.push(
      `  Demonstration accounts, all with the password ${demonstration.password}`,
      ...demonstration.accounts.map(
        ({ name: account, roles, displayName }) => `    ${account.padEnd(20)} ${displayName} (${roles.join(', ')})`,
      ),
      '',
    );
  }
  lines.push('  Ctrl-C stops.', '');
  return `${lines.join('\n')}\n`;
}
