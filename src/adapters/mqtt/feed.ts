/**
 * What subscribers hear: stored Observations and changed entities, as JSON on the standard's topics.
 *
 * Messages go out with QoS 0: a subscriber that was away reads what it missed over HTTP, and nothing piles up for it in memory. A
 * slow subscriber may miss messages when more than `MOST_WAITING` of them wait; that is counted and logged.
 */

import type { ObservationBatch } from '#kernel/observation.ts';
import type { Log } from '#kernel/ports.ts';
import type { IntakeBroker } from './broker.ts';
import type { SubscribeTopic } from './topics.ts';

/** The part of SensorThings that describes what is stored; `app` hands it in. */
export interface Describe {
  describeObservations(
    ids: readonly number[],
  ): Promise<{ readonly id: number; readonly datastreamId: number; readonly text: string }[]>;
  describeEntity(set: string, id: number): Promise<string | undefined>;
}

export interface Feed {
  /** Said again for a topic already subscribed, it changes nothing. */
  subscribed(clientId: string, topic: string, what: SubscribeTopic): void;
  /** Without a topic: the client is gone. */
  unsubscribed(clientId: string, topic?: string): void;
  announce(batch: ObservationBatch): void;
  /** Observations that are not numbers: they are in no batch. */
  announceIds(ids: readonly number[], datastreamIds: readonly number[]): void;
  entityChanged(set: string, id: number): void;
  settled(): Promise<void>;
}

const MOST_WAITING = 20_000;
const VERSIONS = ['v1.1', 'v1.0'] as const;

export function createFeed(broker: IntakeBroker, describe: Describe, log: Log): Feed {
  const { topics, datastreams, ...register } = createRegister();
  let waiting = 0;
  let missed = 0;
  let work: Promise<void> = Promise.resolve();

  const send = (topic: string, text: string): void => {
    if (!topics.has(topic)) return;
    if (waiting >= MOST_WAITING) {
      if (missed++ % 10_000 === 0) log.warn({ topic, missed }, 'Subscribers are too slow; messages are left out');
      return;
    }
    waiting++;
    broker.publish({ cmd: 'publish', topic, payload: text, qos: 0, retain: false, dup: false }, () => {
      waiting--;
    });
  };
  const sendAll = (address: string, text: string): void => {
    for (const version of VERSIONS) send(`${version}/${address}`, text);
  };
  /** One thing after another, so that messages keep the order of what they tell of. */
  const then = (step: () => Promise<void>): void => {
    work = work.then(step).catch((error: Error) => log.warn({ error: error.message }, 'Subscribers could not be told'));
  };
  const announceIds = (ids: readonly number[], datastreamIds: readonly number[]): void => {
    if (datastreams.size === 0) return;
    const wanted = datastreams.has(undefined) ? ids : ids.filter((_, index) => datastreams.has(datastreamIds[index]));
    if (wanted.length === 0) return;
    then(async () => {
      for (const { datastreamId, text } of await describe.describeObservations(wanted.slice(0, MOST_WAITING))) {
        sendAll(`Datastreams(${datastreamId})/Observations`, text);
        sendAll('Observations', text);
      }
    });
  };

  return {
    ...register,
    announce({ ids, datastreamIds }) {
      if (datastreams.size > 0) announceIds(Array.from(ids), Array.from(datastreamIds));
    },
    announceIds,
    entityChanged(set, id) {
      const addresses = [set, `${set}(${id})`].filter((address) =>
        VERSIONS.some((version) => topics.has(`${version}/${address}`)),
      );
      if (addresses.length === 0) return;
      then(async () => {
        const text = await describe.describeEntity(set, id);
        if (text !== undefined) for (const address of addresses) sendAll(address, text);
      });
    },
    settled: () => work,
  };
}

/** Who listens to what. `datastreams` holds undefined for those who listen to all of them. */
function createRegister() {
  const topics = new Map<string, Set<string>>();
  const datastreams = new Map<number | undefined, Set<string>>();
  const topicsOf = new Map<string, Map<string, SubscribeTopic>>();

  const add = <Key>(map: Map<Key, Set<string>>, key: Key, value: string): void => {
    const known = map.get(key);
    if (known) known.add(value);
    else map.set(key, new Set([value]));
  };
  const remove = <Key>(map: Map<Key, Set<string>>, key: Key, value: string): void => {
    const known = map.get(key);
    if (known?.delete(value) && known.size === 0) map.delete(key);
  };
  const forget = (clientId: string, topic: string, what: SubscribeTopic): void => {
    remove(topics, topic, clientId);
    if (what.kind === 'observations') remove(datastreams, what.datastreamId, `${clientId} ${topic}`);
  };
  return {
    topics,
    datastreams,
    subscribed(clientId: string, topic: string, what: SubscribeTopic): void {
      const own = topicsOf.get(clientId) ?? new Map<string, SubscribeTopic>();
      topicsOf.set(clientId, own.set(topic, what));
      add(topics, topic, clientId);
      if (what.kind === 'observations') add(datastreams, what.datastreamId, `${clientId} ${topic}`);
    },
    unsubscribed(clientId: string, topic?: string): void {
      const own = topicsOf.get(clientId);
      for (const [each, what] of own ?? []) if (topic === undefined || each === topic) forget(clientId, each, what);
      if (topic === undefined) topicsOf.delete(clientId);
      else own?.delete(topic);
    },
  };
}
