/** Furnishes the rooms of one city: who gets what, and who tells whom. */
import { createCasework } from '#casework/casework.ts';
import { createDetection } from '#detection/detection.ts';
import type { Subject } from '#detection/detection.types.ts';
import { assign } from '#dispatch/assign.ts';
import { bindDomains } from '#domains/bind.ts';
import type { Observed } from '#domains/domain.types.ts';
import { DOMAINS } from '#domains/registry.ts';
import type { CityPack } from '#kernel/city.ts';
import type { DomainId } from '#kernel/words.ts';
import { createScorecard } from '#scorecard/scorecard.ts';
import { createSensing } from '#sensing/sensing.ts';
import type { Sensing } from '#sensing/sensing.types.ts';
import { createTerritory } from '#territory/territory.ts';
import type { Territory } from '#territory/territory.types.ts';
import { furnishCare } from './care.ts';
import { furnishCommunity } from './community.ts';
import { furnishHotline } from './hotline.ts';
import { furnishResidentServices } from './resident-services.ts';
import { furnishReceipts } from './residents.ts';
import type { RoomDeps, Rooms } from './rooms.types.ts';
import { indexClasses, toSubject } from './seeds.ts';
import { furnishSharedBikes } from './shared-bikes.ts';
import { impactOf, responsibilityAt } from './surroundings.ts';

/** More cases than this in one day are judged by the newest. */
const MOST_CASES_A_DAY = 10_000;

export function furnish({ pack, database, bus, clock, random, log, loop, vault }: RoomDeps): Rooms {
  const sensing = createSensing({
    database,
    clock,
    log,
    onStored: (batch) => bus.publish('observations.stored', batch),
  });
  const territory = createTerritory(pack, { thingIdOf: (assetId) => sensing.findThingByAsset(assetId)?.id });
  const domains = bindDomains(DOMAINS, {
    settingsOf: (domain) => pack.domains.find(({ id }) => id === domain)?.settings,
    networkOf: (domain) => pack.networks.get(domain),
    listObserved: (domain) => observedIn(domain, pack, territory, sensing),
    latest: (id) => sensing.findLatest(id),
    findAsset: (id) => territory.findAsset(id),
  });
  const detection = createDetection({
    database,
    clock,
    log,
    onChange: (change) => loop.onFinding(change),
    readFrom: (after, batchSize) => sensing.readFrom(after, batchSize),
    correlators: domains,
  });
  const casework = createCasework({
    database,
    clock,
    log,
    random,
    rules: {
      city: { id: pack.id, timeZone: pack.timeZone, referencePrefix: pack.referencePrefix },
      classes: pack.caseClasses,
      plans: pack.plans,
      parties: pack.parties,
      calendars: pack.calendars,
      defaultCalendar: pack.defaultCalendar,
      reopenWithinDays: pack.reporting.answers.reopenDays,
    },
    responsibilityAt: (place) => responsibilityAt(territory, place),
    impactOf: (request) => impactOf(territory, request),
    assign,
    findAsset: (assetId) => locate(territory, assetId),
    latestObservationAt: (id) => sensing.findLatest(id)?.at,
    onChange: (change) => loop.onCase(change),
  });
  const scorecard = createScorecard({
    database,
    clock,
    log,
    listDatastreams: () =>
      [...sensing.listDatastreams()].filter(({ intervalSeconds }) => intervalSeconds !== undefined),
    liveness: (id, now) => sensing.liveness(id, now),
    listExpectedAssets: () => expectedAssets(pack),
    responses: async (from, to) => {
      const { cases } = await casework.listCases({ from, to, limit: MOST_CASES_A_DAY });
      return cases.filter(({ state }) => state !== 'merged');
    },
  });
  const community = furnishCommunity({ pack, database, clock, random });
  const { receipts, publicCases } = furnishReceipts({ database, clock, random, casework, vault, territory });
  return {
    territory,
    sensing,
    detection,
    casework,
    scorecard,
    vault,
    community,
    care: furnishCare({ pack, database, clock, random, vault, territory, sensing, casework, community }),
    receipts,
    publicCases,
    residentServices: furnishResidentServices({ pack, database, clock, random, vault, territory }),
    hotline: furnishHotline({ pack, database, clock, random, vault, territory, casework, receipts }),
    sharedBikes: furnishSharedBikes({ pack, database, clock, random }, territory, loop),
    watch() {
      detection.watch(subjects(pack, territory, sensing));
      domains.changed();
    },
  };
}

function* subjects(pack: CityPack, territory: Territory, sensing: Sensing): Generator<Subject> {
  const classes = indexClasses(pack);
  for (const datastream of sensing.listDatastreams()) {
    const subject = toSubject(datastream, pack, classes, (id) => territory.findAsset(id));
    if (subject !== undefined) yield subject;
  }
}

/** Assets whose class has indicators: somebody should be listening to them. */
function* expectedAssets(pack: CityPack): Generator<{ assetId: string; domain: DomainId }> {
  const classes = indexClasses(pack);
  for (const { id, domain, assetClass } of pack.assets) {
    if ((classes.get(`${domain}/${assetClass}`)?.indicators.length ?? 0) > 0) yield { assetId: id, domain };
  }
}

/** What a domain may look at: its own Datastreams, as detection watches them. */
function* observedIn(domain: DomainId, pack: CityPack, territory: Territory, sensing: Sensing): Generator<Observed> {
  for (const { datastreamId, assetId, rule, place, normal, facts, domain: its } of subjects(pack, territory, sensing)) {
    if (its === domain) yield { datastreamId, assetId, indicator: rule.id, place, normal, facts };
  }
}

function locate(territory: Territory, assetId: string) {
  const asset = territory.findAsset(assetId);
  if (asset === undefined) return undefined;
  const facts = Object.fromEntries(
    Object.entries(asset.properties).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value)),
  );
  return { place: asset.place, facts: facts as Record<string, string | number | boolean> };
}
