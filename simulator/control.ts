/**
 * How someone at this machine tells the simulator to make something happen: a small HTTP endpoint on loopback. Port and a token are
 * written to the data folder, readable for its owner only; it is the simulator's own interface, the city knows nothing of it.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface Order {
  readonly command: string;
  readonly asset?: string;
  readonly share?: number;
}

/** What is answered: a status and a body. */
export type Obey = (order: Order) => { readonly status: number; readonly body: unknown };

export const NOTE = 'simulator.json';
const MOST_BYTES = 10_000;

export interface Control {
  /** False when another simulator has taken this data folder over, as one does that is started while this one was orphaned. */
  isMine(): Promise<boolean>;
  close(): Promise<void>;
}

export async function openControl(dataDir: string, obey: Obey): Promise<Control> {
  const token = randomBytes(24).toString('hex');
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (!isAllowed(request, token))
      return void answer(401, { code: 'token.wrong', message: 'The token in simulator.json opens this door.' });
    readOrder(request).then(
      (order) => {
        const { status, body } = obey(order);
        answer(status, body);
      },
      () => answer(400, { code: 'order.not_json', message: 'Send {"command": …} as JSON.' }),
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const path = join(dataDir, NOTE);
  const { port } = server.address() as AddressInfo;
  await writeFile(path, JSON.stringify({ pid: process.pid, url: `http://127.0.0.1:${port}`, token }), { mode: 0o600 });
  const isMine = async () => ((await readFile(path, 'utf8').catch(() => token)) || token).includes(token);
  return {
    isMine,
    async close() {
      if (await isMine()) await rm(path, { force: true });
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isAllowed(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function readOrder(request: IncomingMessage): Promise<Order> {
  let text = '';
  for await (const chunk of request as AsyncIterable<Buffer>) {
    text += chunk.toString('utf8');
    if (text.length > MOST_BYTES) throw new RangeError('too long');
  }
  const { command, asset, share } = JSON.parse(text) as Record<string, unknown>;
  return {
    command: String(command),
    ...(typeof asset === 'string' && { asset }),
    ...(typeof share === 'number' && { share }),
  };
}
