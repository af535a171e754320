/**
 * The broker itself: aedes, with two things changed. What a client publishes is not passed on to others (it goes to storage, and
 * subscribers get what was stored), and a packet that announces more than it may carry ends the connection before it is read.
 *
 * It speaks MQTT 3.1 and 3.1.1; a client that asks for version 5 is told so in the CONNACK and falls back or gives up.
 */
import type { Socket } from 'node:net';
import { Aedes, type AedesOptions, type Client, type PublishPacket } from 'aedes';

/** The largest packet a client may send: an Observation with a large JSON result fits many times. */
export const MAX_PACKET_BYTES = 256 * 1024;

type PublishCallback = (error?: Error) => void;
/** What aedes calls beyond its published types: a client's packet comes with the client. */
type PublishArguments = [packet: PublishPacket, client: Client | null | PublishCallback, done?: PublishCallback];

export class IntakeBroker extends Aedes {
  /** Messages of clients end here, acknowledged by now; only the broker's own are delivered. */
  override publish(...given: Parameters<Aedes['publish']>): void {
    const [, client, done] = given as unknown as PublishArguments;
    if (client !== null && typeof client === 'object') done?.();
    else super.publish(...given);
  }

  /** Takes a connection; its packets are limited in size. */
  take(socket: Socket): void {
    const client = this.handle(socket);
    limitPackets(client as Client & { readonly _parser: PacketParser }, socket);
  }
}

export async function openBroker(options: AedesOptions): Promise<IntakeBroker> {
  const broker = new IntakeBroker(options);
  await broker.listen();
  return broker;
}

/** The part of mqtt-packet's parser that is touched: after `_parseLength` the packet's length is known and nothing of it is read. */
interface PacketParser {
  readonly packet: { readonly length: number };
  _parseLength(): boolean;
}

function limitPackets({ _parser: parser }: { readonly _parser: PacketParser }, socket: Socket): void {
  const parseLength = parser._parseLength.bind(parser);
  parser._parseLength = () => {
    const isComplete = parseLength();
    if (isComplete && parser.packet.length > MAX_PACKET_BYTES) {
      socket.destroy();
      return false;
    }
    return isComplete;
  };
}
