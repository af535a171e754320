/** Structured logs: one JSON object a line on stderr, secrets removed by name. */
import { pino } from 'pino';
import type { Log } from '#kernel/ports.ts';

const SECRET = [
  'password',
  'token',
  'key',
  'authorization',
  'cookie',
  'secret',
  '*.password',
  '*.token',
  '*.key',
  '*.authorization',
  '*.cookie',
  '*.secret',
];

export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET, censor: '[removed]' },
    },
    pino.destination({ dest: 2, sync: false }),
  ) as Log;
}
