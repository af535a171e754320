/** Sends readings in bulk over SensorThings `CreateObservations`, one group of calls after another, until the city takes them. */
import { toIso } from '#kernel/time.ts';
import type { CityHttp } from '../city-http.ts';
import { Backlog, type Outlet, type OutletCounts, type Reading } from './outlet.ts';

const MOST_PER_CALL = 5_000;
const MOST_WAITING = 300_000;

export function createHttpOutlet(city: CityHttp, say: (message: string, fields?: object) => void): Outlet {
  const backlog = new Backlog(MOST_WAITING);
  let [sent, refused, isStopping] = [0, 0, false];
  let working: Promise<void> | undefined;

  async function work(): Promise<void> {
    for (let pause = 500; backlog.size > 0; ) {
      const batch = backlog.take(MOST_PER_CALL);
      const outcome = await postReadings(city, batch);
      sent += outcome.stored;
      refused += outcome.refused.length;
      for (const { reading, why } of outcome.refused.slice(0, 3))
        say('the city refused a reading', { ...reading, why });
      if (outcome.left.length === 0) {
        pause = 500;
        continue;
      }
      backlog.putBack(outcome.left);
      if (isStopping) return;
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(10_000, pause * 2);
    }
  }

  return {
    send(readings) {
      backlog.add(readings);
      working ??= work().finally(() => {
        working = undefined;
      });
    },
    counts: (): OutletCounts => ({ sent, waiting: backlog.size, lost: backlog.lost, refused }),
    async stop() {
      isStopping = true;
      await working;
    },
  };
}

interface Outcome {
  readonly stored: number;
  readonly refused: readonly { readonly reading: Reading; readonly why: string }[];
  /** To be sent again: the city was away or busy. */
  readonly left: readonly Reading[];
}

/** One batch; a refused reading is taken out and the rest tried again, because the city takes a call whole or not at all. */
export async function postReadings(city: CityHttp, batch: readonly Reading[]): Promise<Outcome> {
  const groups = [...Map.groupBy(batch, ({ datastreamId }) => datastreamId).values()];
  const refused: { reading: Reading; why: string }[] = [];
  for (;;) {
    const live = groups.filter((group) => group.length > 0);
    if (live.length === 0) return { stored: 0, refused, left: [] };
    const answer = await city.call('POST', '/sensorthings/v1.1/CreateObservations', live.map(toGroup));
    if (answer.isOk) return { stored: live.flat().length, refused, left: [] };
    if (answer.isAway) return { stored: 0, refused, left: live.flat() };
    const found = /^\[(\d+)\]\.dataArray\[(\d+)\]/.exec(answer.field ?? '');
    const [reading] = found ? (live[Number(found[1])]?.splice(Number(found[2]), 1) ?? []) : [];
    if (reading) refused.push({ reading, why: answer.code });
    else
      return {
        stored: 0,
        refused: [...refused, ...live.flat().map((each) => ({ reading: each, why: answer.code }))],
        left: [],
      };
  }
}

const toGroup = (group: readonly Reading[]): object => ({
  Datastream: { '@iot.id': group[0]!.datastreamId },
  components: ['phenomenonTime', 'result'],
  'dataArray@iot.count': group.length,
  dataArray: group.map(({ at, value }) => [toIso(at), value]),
});
