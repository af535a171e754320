/**
 * What becomes of a published message. aedes acknowledges a QoS 1 message when the callback of its authorisation is called, so that
 * is called only after the Observation is durable.
 *
 * MQTT 3.1.1 has no word for no. So:
 * - stored (or stored already): acknowledged;
 * - refused for good (not JSON, unknown Datastream, out of range, not permitted, a topic we do not know): acknowledged as dealt with,
 *   *not stored*, told with code and field on `cityloom/errors/<client id>`, counted and logged. Closing the connection instead would make a
 *   device send the same bad message for ever, and hold up the good ones behind it;
 * - not possible now (database restarting, overload): the connection is closed without an acknowledgement, and the client sends again.
 */
import type { Client, PublishPacket } from 'aedes';
import { CityError, forbidden, invalid } from '#kernel/errors.ts';
import type { Log } from '#kernel/ports.ts';
import { type Caller, may } from '#kernel/roles.ts';
import type { Callers } from './callers.ts';
import { findPublishTopic, type PublishTopic } from './topics.ts';

export interface IntakeDeps {
  readonly callers: Callers;
  /** Stores one Observation; resolves when it is durable. What is wrong with the message may be thrown at once. */
  readonly receive: (
    caller: Caller,
    json: unknown,
    place: { datastreamId?: number },
  ) => Promise<{ readonly id: number }>;
  readonly tell: (clientId: string, report: RefusalReport) => void;
  readonly onRefused: (code: string) => void;
  readonly log: Log;
}

export interface RefusalReport {
  readonly code: string;
  readonly message: string;
  readonly field: string | undefined;
  readonly topic: string;
  readonly messageId: number | undefined;
}

type Done = (error?: Error | null) => void;

const MOST_TOPICS_KEPT = 50_000;

export function createIntake(deps: IntakeDeps): (client: Client | null, packet: PublishPacket, done: Done) => void {
  const topics = new Map<string, PublishTopic | undefined>();
  const topicOf = (topic: string): PublishTopic | undefined => {
    const known = topics.get(topic);
    if (known !== undefined || topics.has(topic)) return known;
    if (topics.size >= MOST_TOPICS_KEPT) topics.clear();
    const found = findPublishTopic(topic);
    topics.set(topic, found);
    return found;
  };

  return (client, packet, done) => {
    const fail = (error: unknown): void => (client === null ? done() : settle(deps, client, packet, error, done));
    try {
      if (client === null) return done();
      const caller = deps.callers.find(client);
      if (caller === undefined || !may(caller, 'observation.write'))
        throw forbidden('caller.not_permitted', 'This key may not write Observations');
      const topic = topicOf(packet.topic);
      if (topic === undefined)
        throw forbidden(
          'mqtt.unknown_topic',
          `Observations are published to v1.1/Observations or v1.1/Datastreams(id)/Observations, not to ${packet.topic.slice(0, 200)}`,
        );
      const place = topic.datastreamId === undefined ? {} : { datastreamId: topic.datastreamId };
      deps.receive(caller, parsePayload(packet.payload), place).then(() => done(), fail);
    } catch (error) {
      fail(error);
    }
  };
}

function parsePayload(payload: string | Buffer): unknown {
  try {
    return JSON.parse(typeof payload === 'string' ? payload : payload.toString('utf8'));
  } catch (error) {
    throw invalid('request.malformed', `The message is not JSON: ${(error as Error).message}`);
  }
}

function settle(deps: IntakeDeps, client: Client, packet: PublishPacket, error: unknown, done: Done): void {
  if (!(error instanceof CityError) || error.kind === 'unavailable') {
    deps.log.warn(
      { client: client.id, error: (error as Error).message },
      'A message could not be stored now; its sender is disconnected and will send it again',
    );
    done(error as Error);
    return;
  }
  deps.onRefused(error.code);
  deps.log.debug(
    { client: client.id, topic: packet.topic, code: error.code, field: error.field },
    'A message was refused',
  );
  deps.tell(client.id, {
    code: error.code,
    message: error.message,
    field: error.field,
    topic: packet.topic,
    messageId: packet.messageId,
  });
  done();
}
