/** Joins the domains to a city: gives each what it may look up, and hands detection something it can ask. */
import type { Asset } from '#kernel/city.ts';
import type { Finding } from '#kernel/finding.ts';
import { distanceMetres } from '#kernel/geo.ts';
import type { Network } from '#kernel/network.ts';
import type { AssetId, DatastreamId, DomainId } from '#kernel/words.ts';
import type { CitySight, Domain, Observed, Situation } from './domain.types.ts';
import { readSettings } from './settings.ts';

export interface CityGround {
  /** The pack's section of a domain; undefined when the city does not have it. */
  settingsOf(domain: DomainId): unknown;
  networkOf(domain: DomainId): Network | undefined;
  /** Every Datastream under watch; read once per domain, at the first look, and again after `changed()`. */
  listObserved(domain: DomainId): Iterable<Observed>;
  latest(id: DatastreamId): { readonly at: number; readonly value: number | undefined } | undefined;
  findAsset(id: AssetId): Asset | undefined;
}

/** What detection asks (its `Correlator`). */
export interface BoundDomain {
  readonly domain: DomainId;
  scopeOf(finding: Finding): string | undefined;
  detect(scope: Omit<Situation, 'city'>): readonly Finding[];
}

export interface BoundDomains extends ReadonlyArray<BoundDomain> {
  /** Datastreams were added or removed: look them up anew. */
  changed(): void;
}

/** Errors: `pack.domain_settings`. */
export function bindDomains(domains: readonly Domain[], ground: CityGround): BoundDomains {
  const sights = domains.map((domain) => createSight(domain.id, ground));
  const bound = domains.map((domain, i) => {
    const settings = readSettings(domain.id, domain.defaults, ground.settingsOf(domain.id));
    return {
      domain: domain.id,
      scopeOf: (finding: Finding) => domain.scopeOf(finding, settings),
      detect: (scope: Omit<Situation, 'city'>) => domain.detect({ ...scope, city: sights[i]!.sight }, settings),
    };
  });
  return Object.assign(bound, {
    changed: () => {
      for (const { forget } of sights) forget();
    },
  });
}

function createSight(domain: DomainId, ground: CityGround): { sight: CitySight; forget: () => void } {
  let byIndicator: Map<string, Observed[]> | undefined;
  let counts = new Map<string, number>();
  const observed = (): Map<string, Observed[]> => {
    byIndicator ??= Map.groupBy(ground.listObserved(domain), (each) => each.indicator);
    return byIndicator;
  };
  function count(fact: string, value: string): number {
    const assets = new Set<string>();
    for (const each of [...observed().values()].flat()) {
      if (String(each.facts[fact]) === value) assets.add(each.assetId ?? String(each.datastreamId));
    }
    return assets.size;
  }
  const sight: CitySight = {
    network: ground.networkOf(domain),
    observedNear: (place, metres, indicator) =>
      (observed().get(indicator) ?? []).filter((each) => distanceMetres(place, each.place) <= metres),
    countAssets(fact, value) {
      const known = counts.get(`${fact}=${value}`);
      if (known !== undefined) return known;
      const counted = count(fact, value);
      counts.set(`${fact}=${value}`, counted);
      return counted;
    },
    latest: ground.latest,
    findAsset: ground.findAsset,
  };
  return {
    sight,
    forget: () => {
      byIndicator = undefined;
      counts = new Map();
    },
  };
}
