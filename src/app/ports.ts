/** Looks whether the ports of a city are free before anything is started, so that a taken one is said at once. */
import { createServer } from 'node:net';
import { CityError } from '#kernel/errors.ts';

interface Wanted {
  readonly host: string;
  readonly port: number;
  readonly mqttPort: number;
}

/** Errors: `city.port_taken`, `city.port_forbidden`, `city.no_such_address`, each naming the flag that chooses another. */
export async function refuseTakenPorts({ host, port, mqttPort }: Wanted): Promise<void> {
  await tryPort(host, port, '--port');
  await tryPort(host, mqttPort, '--mqtt-port');
}

async function tryPort(host: string, port: number, flag: string): Promise<void> {
  if (port === 0) return;
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port, flag)));
    probe.listen({ host, port }, () => probe.close(() => resolve()));
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number, flag: string): Error {
  if (error.code === 'EADDRINUSE')
    return new CityError(
      'conflict',
      'city.port_taken',
      `Port ${port} of ${host} is taken by another program. Stop it, or choose another with ${flag}.`,
      flag,
    );
  if (error.code === 'EACCES')
    return new CityError(
      'forbidden',
      'city.port_forbidden',
      `This user may not listen on port ${port}. Choose one from 1024 with ${flag}.`,
      flag,
    );
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new CityError(
      'invalid',
      'city.no_such_address',
      `This machine has no address ${host}. Choose another with --host.`,
      '--host',
    );
  return error;
}
