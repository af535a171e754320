/**
 * Everybody who watches the city live. A frame is put into the ring once; each client has a position in the ring and is given what
 * follows it as fast as its connection takes it, so resuming, catching up and living in the present are the same thing.
 *
 * A slow client costs one full connection buffer and nothing else: its frames wait in the ring that all share. It is let go when it
 * has taken nothing for `stalledMs` or when the ring has forgotten what it would need next; it may come back with the id of the
 * last frame it got and misses nothing, or is told to begin anew (`reset`). `values` frames belong to one client and the moment:
 * they carry no id, are not kept, and the newest values are sent again at every connection.
 */
import type { ServerResponse } from 'node:http';
import type { ObservationBatch } from '#kernel/observation.ts';
import type { Clock } from '#kernel/ports.ts';
import type { Caller } from '#kernel/roles.ts';
import type { Instant } from '#kernel/time.ts';
import type { DatastreamId } from '#kernel/words.ts';
import { classOf, createRing, encodeFrame, type FrameSource, type RingLimits } from './live-ring.ts';

export interface HubOptions {
  readonly epoch: string;
  readonly clock: Clock;
  readonly onClients?: ((count: number) => void) | undefined;
  readonly limits?: RingLimits | undefined;
  /** Bytes waiting in a connection above which no more are handed to it. */
  readonly connectionBytes?: number | undefined;
  readonly stalledMs?: number | undefined;
}

export interface NewClient {
  readonly caller: Caller;
  readonly response: ServerResponse;
  /** Where the client left off; undefined: it begins now. */
  readonly lastEventId: string | undefined;
  readonly datastreams: ReadonlySet<DatastreamId>;
  readonly latest: (id: DatastreamId) => { at: Instant; value: number | undefined } | undefined;
  /** Asked at every heartbeat; false ends the stream. */
  readonly stillAllowed: () => Promise<boolean>;
}

interface Client extends NewClient {
  readonly callerClass: string;
  position: number;
  fullSince: Instant | undefined;
  values: { ids: DatastreamId[]; times: Instant[]; values: number[] };
}

export type LiveHub = ReturnType<typeof createLiveHub>;

const LIMITS: RingLimits = { frames: 20_000, bytes: 32 * 1_048_576 };
const HEARTBEAT = Buffer.from(': alive\n\n');
/** Values of one client between two flushes; beyond that the oldest go, the series has them all. */
const MOST_VALUES = 5_000;

export function createLiveHub(options: HubOptions) {
  const { clock, epoch } = options;
  const connectionBytes = options.connectionBytes ?? 1_048_576;
  const stalledMs = options.stalledMs ?? 30_000;
  const ring = createRing(epoch, options.limits ?? LIMITS);
  const clients = new Set<Client>();
  const wanted = new Map<DatastreamId, Set<Client>>();

  const isFull = (client: Client) => client.response.writableLength >= connectionBytes;

  function pump(client: Client): void {
    if (client.position < ring.oldest() - 1) {
      letGo(client);
      return;
    }
    const before = client.position;
    while (client.position < ring.last() && !isFull(client)) {
      const buffer = ring.encode(++client.position, client.caller, client.callerClass);
      if (buffer) client.response.write(buffer);
    }
    const isBehind = client.position < ring.last();
    const tookNothing = client.position === before;
    client.fullSince = isBehind ? ((tookNothing ? client.fullSince : undefined) ?? clock.now()) : undefined;
  }

  function letGo(client: Client): void {
    if (!clients.delete(client)) return;
    for (const id of client.datastreams) {
      wanted.get(id)?.delete(client);
      if (wanted.get(id)?.size === 0) wanted.delete(id);
    }
    client.response.destroy();
    options.onClients?.(clients.size);
  }

  function begin(client: Client): void {
    const { response, lastEventId } = client;
    const found = lastEventId === undefined ? undefined : ring.findPosition(lastEventId);
    client.position = found ?? ring.last();
    response.write(encodeFrame('hello', { now: clock.now() }, ring.idOf(client.position)));
    if (lastEventId !== undefined && found === undefined) {
      const reason = lastEventId.startsWith(`${epoch}-`) ? 'too_long_ago' : 'server_restarted';
      response.write(encodeFrame('reset', { reason }, ring.idOf(client.position)));
    }
    for (const id of client.datastreams) {
      const latest = client.latest(id);
      if (latest?.value !== undefined) note(client, id, latest.at, latest.value);
    }
  }

  function note({ values }: Client, id: DatastreamId, at: Instant, value: number): void {
    if (values.ids.length >= MOST_VALUES) {
      values.ids.shift();
      values.times.shift();
      values.values.shift();
    }
    values.ids.push(id);
    values.times.push(at);
    values.values.push(value);
  }

  return {
    cursor: () => ring.idOf(ring.last()),
    clients: () => clients.size,
    bytes: () => ring.bytes(),

    connect(newcomer: NewClient): void {
      const client: Client = {
        ...newcomer,
        callerClass: classOf(newcomer.caller),
        position: 0,
        fullSince: undefined,
        values: { ids: [], times: [], values: [] },
      };
      client.response.on('close', () => letGo(client));
      client.response.on('error', () => letGo(client));
      client.response.on('drain', () => clients.has(client) && pump(client));
      clients.add(client);
      for (const id of client.datastreams) wanted.set(id, (wanted.get(id) ?? new Set()).add(client));
      options.onClients?.(clients.size);
      begin(client);
      pump(client);
    },

    publish(frame: FrameSource): void {
      ring.add(frame);
      for (const client of clients) pump(client);
    },

    /** Notes what the clients that watch these Datastreams are told at the next `flushValues`. */
    onObservations({ datastreamIds, phenomenonTimes, results }: ObservationBatch): void {
      if (wanted.size === 0) return;
      for (let i = 0; i < datastreamIds.length; i++) {
        const watchers = wanted.get(datastreamIds[i]!);
        if (watchers) for (const client of watchers) note(client, datastreamIds[i]!, phenomenonTimes[i]!, results[i]!);
      }
    },

    flushValues(): void {
      for (const client of clients) {
        if (client.values.ids.length === 0 || isFull(client)) continue;
        client.response.write(encodeFrame('values', { at: clock.now(), ...client.values }));
        client.values = { ids: [], times: [], values: [] };
      }
    },

    /** Keeps proxies from closing quiet streams, and ends those of clients that stalled or may no longer look. */
    async heartbeat(): Promise<void> {
      await Promise.all(
        [...clients].map(async (client) => {
          const stalled = client.fullSince !== undefined && clock.now() - client.fullSince >= stalledMs;
          if (stalled || !(await client.stillAllowed())) return letGo(client);
          if (!isFull(client)) client.response.write(HEARTBEAT);
        }),
      );
    },

    close(): void {
      for (const client of [...clients]) letGo(client);
    },
  };
}
