/** A city as a replay sees it: the rules of its pack on the Datastreams that are stored, and what was observed. Nothing is started. */
import type { Correlator, Subject } from '#detection/detection.types.ts';
import { bindDomains } from '#domains/bind.ts';
import { DOMAINS } from '#domains/registry.ts';
import type { ObservationBatch } from '#kernel/observation.ts';
import type { Clock, Database } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';
import { createLog } from '#platform/log.ts';
import { createSensing } from '#sensing/sensing.ts';
import { loadPack } from '#territory/pack/load-pack.ts';
import { PACK_SECTIONS } from './pack-sections.ts';
import { indexClasses, toSubject } from './seeds.ts';

/** What a replay needs of a city: its rules and its Observations. */
export interface ReplayCity {
  readonly subjects: readonly Subject[];
  readonly correlators: readonly Correlator[];
  readFrom(filter: {
    from?: Instant;
    to?: Instant;
    datastreamIds?: readonly number[];
  }): AsyncIterable<ObservationBatch>;
}

const BATCH = 20_000;

export async function openReplayCity(packDir: string, database: Database, clock: Clock): Promise<ReplayCity> {
  const pack = await loadPack(packDir, PACK_SECTIONS);
  const sensing = createSensing({ database, clock, log: createLog('warn'), onStored: () => {}, writes: false });
  await sensing.start();
  const assets = new Map(pack.assets.map((asset) => [asset.id, asset]));
  const classes = indexClasses(pack);
  const subjects = [...sensing.listDatastreams()].flatMap((datastream) => {
    const subject = toSubject(datastream, pack, classes, (id) => assets.get(id));
    return subject === undefined ? [] : [subject];
  });
  await sensing.stop();
  return {
    subjects,
    correlators: bindDomains(DOMAINS, {
      settingsOf: (domain) => pack.domains.find(({ id }) => id === domain)?.settings,
      networkOf: (domain) => pack.networks.get(domain),
      listObserved: (domain) =>
        subjects
          .filter((subject) => subject.domain === domain)
          .map((subject) => ({ ...subject, indicator: subject.rule.id })),
      latest: () => undefined, // only the findings speak: what was newest then is not known
      findAsset: (id) => assets.get(id),
    }),
    readFrom: (filter) => sensing.readFrom(0, BATCH, filter),
  };
}
