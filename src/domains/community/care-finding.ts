/** A concern as casework takes it: it names the cell and who may know of it, and nothing that leads to the home. Pure. */
import type { Finding } from '#kernel/finding.ts';
import { isInPolygon, type Polygon, type Position } from '#kernel/geo.ts';
import type { RandomBytes } from '#kernel/ids.ts';
import { phrase } from '#kernel/phrase.ts';
import { HOUR, type Instant } from '#kernel/time.ts';
import type { Localized, PartyId } from '#kernel/words.ts';
import type { CareRules, Concern } from './care.types.ts';
import english from './care-strings.en.json' with { type: 'json' };
import chinese from './care-strings.zh.json' with { type: 'json' };

const templates = { zh: chinese, en: english };

export function toFinding(
  { key, enrolment, why, since }: Concern,
  { opens, grade }: CareRules,
  cell: { readonly name: Localized; readonly party: PartyId | undefined },
  now: Instant,
): Finding {
  const parties = new Set([enrolment.carer.party, ...(cell.party === undefined ? [] : [cell.party])]);
  return {
    key,
    kind: 'domain',
    domain: 'community',
    grade,
    worstGrade: grade,
    thingId: undefined,
    assetId: undefined,
    datastreamId: undefined,
    indicator: undefined,
    place: enrolment.shownAt,
    since,
    lastAt: now,
    clearedAt: undefined,
    raisedAt: now,
    value: undefined,
    limit: undefined,
    opens,
    basis: [],
    sentence: phrase(templates, why, { cell: cell.name, hours: Math.floor((now - since) / HOUR) }),
    facts: { visibleTo: [...parties].join(' ') },
  };
}

const MOST_TRIES = 200;

/** Anywhere in the cell with the same chance; independent of where anybody lives. */
export function somewhereIn(polygon: Polygon, random: RandomBytes): Position {
  const [ring = []] = polygon;
  const longitudes = ring.map(([longitude]) => longitude);
  const latitudes = ring.map(([, latitude]) => latitude);
  const [west, south] = [Math.min(...longitudes), Math.min(...latitudes)];
  const [width, height] = [Math.max(...longitudes) - west, Math.max(...latitudes) - south];
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const bytes = new DataView(Uint8Array.from(random(8)).buffer);
    const place: Position = [
      west + (width * bytes.getUint32(0)) / 2 ** 32,
      south + (height * bytes.getUint32(4)) / 2 ** 32,
    ];
    if (isInPolygon(place, polygon)) return place;
  }
  return ring[0] ?? [0, 0];
}
