/**
 * Sends readings one by one over MQTT at QoS 1, as a device does. What is not acknowledged is sent again after a reconnect; while the
 * broker is away readings wait in a bounded backlog.
 */
import { connect } from 'mqtt';
import { toIso } from '#kernel/time.ts';
import { Backlog, type Outlet, type OutletCounts, type Reading } from './outlet.ts';

const MOST_WAITING = 100_000;
const MOST_ON_THE_WAY = 1_000;
/** A reading that was not acknowledged for so long is sent again. */
const ACKNOWLEDGE_MS = 30_000;

export function createMqttOutlet(url: string, key: string, say: (message: string, fields?: object) => void): Outlet {
  const backlog = new Backlog(MOST_WAITING);
  let [sent, onTheWay, isStopping] = [0, 0, false];
  // Connects in its own time: a broker that is not there yet must not keep the other devices from reporting.
  const client = connect(url, {
    username: 'simulator',
    password: key,
    reconnectPeriod: 1_000,
    connectTimeout: 10_000,
    clientId: `cityloom-simulator-${process.pid}`,
  });
  // One line when it is lost and one when it is back; the attempts in between are nobody's news.
  let isLost = false;
  client.on('error', (error) => {
    if (!isLost) say('mqtt', { error: error.message });
  });
  client.on('close', () => {
    if (!isLost && !isStopping) say('the mqtt connection is lost; trying again', { waiting: backlog.size + onTheWay });
    isLost = true;
  });
  client.on('connect', () => {
    if (isLost) say('the mqtt connection is back', { waiting: backlog.size + onTheWay });
    isLost = false;
    pump();
  });

  function pump(): void {
    while (client.connected && backlog.size > 0 && onTheWay < MOST_ON_THE_WAY) {
      for (const reading of backlog.take(Math.min(100, MOST_ON_THE_WAY - onTheWay))) publish(reading);
    }
  }

  function publish(reading: Reading): void {
    onTheWay++;
    let isDone = false;
    const done = (isSent: boolean) => {
      if (isDone) return;
      isDone = true;
      clearTimeout(timer);
      onTheWay--;
      if (isSent) sent++;
      else backlog.putBack([reading]);
      if (isSent) pump();
    };
    const timer = setTimeout(() => done(false), ACKNOWLEDGE_MS);
    const payload = JSON.stringify({ phenomenonTime: toIso(reading.at), result: reading.value });
    client.publish(`v1.1/Datastreams(${reading.datastreamId})/Observations`, payload, { qos: 1 }, (error) =>
      done(!error),
    );
  }

  return {
    send(readings) {
      backlog.add(readings);
      pump();
    },
    counts: (): OutletCounts => ({ sent, waiting: backlog.size + onTheWay, lost: backlog.lost, refused: 0 }),
    async stop() {
      isStopping = true;
      await client.endAsync(true);
    },
  };
}
