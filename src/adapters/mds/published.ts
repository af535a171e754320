/**
 * What the city publishes by MDS 2.0: its geographies, its policies and its jurisdiction, made of the ground and the rules that hold.
 *
 * A policy says what the platform finds: how long a bike may stand where none may, how many an area holds by time of day, how many an
 * operator may have. What MDS cannot say (the error of a position, the share of an overfull bay) is in docs/adopt/bike-feeds.md.
 */
import type { BikeRules, Ground, Operator, Zone } from '#domains/shared-bikes/shared-bikes.types.ts';
import type { Polygon } from '#kernel/geo.ts';
import { type Instant, MINUTE } from '#kernel/time.ts';
import type { Localized } from '#kernel/words.ts';
import { uuidOf } from './uuid.ts';

export interface PublishedCity {
  readonly id: string;
  readonly name: Localized;
  readonly language: string;
  /** The districts: together the city. */
  readonly boundary: readonly Polygon[];
  readonly operators: readonly (Operator & { readonly providerId: string })[];
  readonly rules: BikeRules;
}

/** A document without the times at which it was published and comes to hold: those are history, and kept. */
export interface Draft {
  readonly kind: 'geography' | 'policy' | 'jurisdiction';
  readonly subject: string;
  /** Made of the content: another content is another document. A jurisdiction keeps its id for ever. */
  readonly id: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Policies hold from twenty minutes after they were published at the earliest, so that operators can learn of them. */
export const NOTICE_MS = 20 * MINUTE;

/** A bike that stands and is on nobody's trip, in whatever state. */
const STANDING = { available: [], non_operational: [], reserved: [] };
const MINUTES_A_DAY = 1_440;

const words = (name: Localized | undefined, language: string, otherwise: string): string =>
  (name?.[language] ?? Object.values(name ?? {})[0] ?? otherwise).slice(0, 255);

const collection = (features: readonly { polygon: Polygon; properties: object }[]) => ({
  type: 'FeatureCollection',
  features: features.map(({ polygon, properties }) => ({
    type: 'Feature',
    properties,
    geometry: { type: 'Polygon', coordinates: polygon },
  })),
});

function draft(kind: Draft['kind'], subject: string, idField: string, body: Record<string, unknown>): Draft {
  const id = uuidOf(`${kind} ${subject} ${JSON.stringify(body)}`);
  return { kind, subject, id, body: { ...body, [idField]: id } };
}

export function draftDocuments(city: PublishedCity, ground: Ground): Draft[] {
  const { language } = city;
  const geography = (subject: string, name: string, type: string, features: Parameters<typeof collection>[0]) =>
    draft('geography', subject, 'geography_id', { name, geography_type: type, geography_json: collection(features) });

  const cityName = words(city.name, language, city.id);
  const whole = geography(
    `${city.id}/city`,
    cityName,
    'municipal_boundary',
    city.boundary.map((polygon) => ({ polygon, properties: {} })),
  );
  const bays = geography(
    `${city.id}/bays`,
    `${cityName}: bays`,
    'stop',
    ground.bays.map(({ id, capacity, polygon }) => ({ polygon, properties: { id, capacity } })),
  );
  const zones = ground.zones.map((zone) => ({
    zone,
    area: geography(`${city.id}/zone/${zone.id}`, words(zone.name, language, zone.id), 'policy_zone', [
      { polygon: zone.polygon, properties: { id: zone.id, kind: zone.kind } },
    ]),
  }));
  const policies = [
    ...zones.map(({ zone, area }) => draftZonePolicy(city, zone, area.id)),
    ...city.operators.map((operator) => draftTotal(city, operator, whole.id)),
  ];
  const jurisdiction: Draft = {
    kind: 'jurisdiction',
    subject: city.id,
    id: uuidOf(`jurisdiction ${city.id}`),
    body: {
      jurisdiction_id: uuidOf(`jurisdiction ${city.id}`),
      agency_key: city.id,
      agency_name: cityName,
      description: `Shared bikes in ${cityName}.`,
      geography_id: whole.id,
      mode_ids: ['micromobility'],
    },
  };
  return [whole, bays, ...zones.map(({ area }) => area), ...policies, jurisdiction];
}

function draftPolicy(
  subject: string,
  head: { name: string; description: string; provider_ids?: readonly string[] },
  rules: readonly Record<string, unknown>[],
): Draft {
  const numbered = rules.map((rule, i) => ({
    rule_id: uuidOf(`rule ${subject} ${i} ${JSON.stringify(rule)}`),
    ...rule,
  }));
  return draft('policy', subject, 'policy_id', { ...head, mode_id: 'micromobility', rules: numbered });
}

function draftZonePolicy({ id, language, rules }: PublishedCity, zone: Zone, geography: string): Draft {
  const name = words(zone.name, language, zone.id);
  const common = { geographies: [geography], states: STANDING };
  if (zone.kind === 'quota')
    return draftPolicy(
      `${id}/quota/${zone.id}`,
      {
        name,
        description: `${name} holds so many shared bikes and no more, for ${rules.quotaMinutes} minutes at most.`,
      },
      zone.quotas.map(({ from, to, bikes }) => ({
        ...common,
        ...{
          name: `${clockTime(from)} to ${clockTime(to)}`,
          rule_type: 'count',
          rule_units: 'devices',
          maximum: bikes,
        },
        ...{ start_time: clockTime(from), end_time: lastSecondBefore(to) },
      })),
    );
  const isExit = zone.kind === 'exit-buffer';
  const exception = isExit ? ' Painted bays inside it stay allowed.' : '';
  const description = `A shared bike may stand in ${name} for ${rules.forbiddenMinutes} minutes at most.${exception}`;
  const rule = { rule_type: 'time', rule_units: 'minutes', maximum: Math.ceil(rules.forbiddenMinutes) };
  return draftPolicy(`${id}/forbidden/${zone.id}`, { name, description }, [
    { ...common, name: isExit ? 'Kept free around an exit' : 'No parking', ...rule },
  ]);
}

const draftTotal = (
  { id, language }: PublishedCity,
  { id: party, name, providerId, quota }: PublishedCity['operators'][number],
  geography: string,
): Draft =>
  draftPolicy(
    `${id}/total/${party}`,
    {
      name: `${words(name, language, party)}: quota`,
      description: `${words(name, language, party)} may have ${quota} shared bikes in the city.`,
      provider_ids: [providerId],
    },
    [
      {
        ...{ name: 'Quota', rule_type: 'count', rule_units: 'devices', maximum: quota, geographies: [geography] },
        states: { ...STANDING, on_trip: [] },
      },
    ],
  );

const two = (n: number): string => String(n).padStart(2, '0');
const clockTime = (minute: number): string => `${two(Math.floor(minute / 60))}:${two(minute % 60)}:00`;
/** The standard's times of day end with the second named; ours end before it. */
function lastSecondBefore(minute: number): string {
  const last = (minute + MINUTES_A_DAY - 1) % MINUTES_A_DAY;
  return `${two(Math.floor(last / 60))}:${two(last % 60)}:59`;
}

/** The whole document, with its history. `previous`: the one it replaces. */
export function dated(
  { kind, body }: Draft,
  publishedAt: Instant,
  previous: string | undefined,
): Record<string, unknown> {
  if (kind === 'jurisdiction') return { ...body, timestamp: publishedAt };
  const before = previous === undefined ? [] : [previous];
  if (kind === 'geography')
    return {
      ...body,
      published_date: publishedAt,
      effective_date: publishedAt,
      ...(before.length > 0 && { prev_geographies: before }),
    };
  return {
    ...body,
    published_date: publishedAt,
    start_date: publishedAt + NOTICE_MS,
    ...(before.length > 0 && { prev_policies: before }),
  };
}
