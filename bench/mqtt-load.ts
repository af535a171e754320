/** A publisher of prepared QoS 1 messages over several connections, in a thread of its own; it counts acknowledgements and no more. */
import { connect, type Socket } from 'node:net';
import { parentPort, Worker, workerData } from 'node:worker_threads';

export interface MqttLoad {
  readonly port: number;
  readonly messages: readonly { readonly topic: string; readonly payload: string }[];
  readonly connections: number;
  /** Messages without an acknowledgement on each connection. */
  readonly window: number;
  readonly password: string;
}

export interface MqttLoadResult {
  readonly milliseconds: number;
  readonly acknowledged: number;
}

export function runMqttLoad(load: MqttLoad): Promise<MqttLoadResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: load });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

const PUBACK_BYTES = 4;

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
};
/** Lengths below 16,384 take one or two bytes. */
const packet = (head: number, body: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(body.length < 128 ? [head, body.length] : [head, (body.length & 127) | 128, body.length >> 7]),
    body,
  ]);
const connectPacket = (clientId: string, password: string): Buffer =>
  packet(
    0x10,
    Buffer.concat([text('MQTT'), Buffer.from([4, 0b1100_0010, 0, 0]), text(clientId), text('load'), text(password)]),
  );
const publishPacket = (topic: string, messageId: number, payload: string): Buffer =>
  packet(0x32, Buffer.concat([text(topic), Buffer.from([messageId >> 8, messageId & 255]), Buffer.from(payload)]));

async function open({ port, password }: MqttLoad, index: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.write(connectPacket(`load-${index}`, password));
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('data', (chunk: Buffer) => (chunk[3] === 0 ? resolve() : reject(new Error(`CONNACK ${chunk[3]}`))));
  });
  return socket;
}

/** Sends a connection's share and resolves when all of it is acknowledged. */
function publishAll(socket: Socket, packets: readonly Uint8Array[], window: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let [sent, bytes] = [0, 0];
    const more = (): void => {
      const acknowledged = Math.floor(bytes / PUBACK_BYTES);
      if (acknowledged === packets.length) resolve();
      // In lots, as a busy gateway writes: a message a write would measure the kernel.
      if (acknowledged + window - sent < window / 4 && sent < packets.length) return;
      const until = Math.min(packets.length, acknowledged + window);
      if (until > sent) socket.write(Buffer.concat(packets.slice(sent, until)));
      sent = Math.max(sent, until);
    };
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      more();
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('The broker closed the connection')));
    more();
  });
}

async function send(load: MqttLoad): Promise<MqttLoadResult> {
  const packets = load.messages.map(({ topic, payload }, index) =>
    publishPacket(topic, (Math.floor(index / load.connections) % 65_535) + 1, payload),
  );
  const shares = Array.from({ length: load.connections }, (_, share) =>
    packets.filter((_packet, index) => index % load.connections === share),
  );
  const sockets = await Promise.all(shares.map((_, index) => open(load, index)));
  const begin = performance.now();
  await Promise.all(sockets.map((socket, index) => publishAll(socket, shares[index]!, load.window)));
  const milliseconds = performance.now() - begin;
  for (const socket of sockets) socket.removeAllListeners('close').destroy();
  return { milliseconds, acknowledged: packets.length };
}

if (parentPort && (workerData as MqttLoad | undefined)?.messages)
  parentPort.postMessage(await send(workerData as MqttLoad));
