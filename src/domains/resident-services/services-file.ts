/** `services.yaml`: its schema, what the schema cannot say, and its translation into a catalogue. */
import Type, { type Static } from 'typebox';
import type { CityPack } from '#kernel/city.ts';
import type { PackSection, SectionProblem } from '#kernel/pack-section.ts';
import { QUESTION_TYPES, type Question } from '#kernel/reporting.ts';
import type { WorkingCalendar } from '#kernel/rules.ts';
import { type Catalogue, CONTACT_FIELDS, SERVICE_KINDS, type Service, type ServicePlace } from './catalogue.types.ts';

const closed = { additionalProperties: false };
const Words = Type.Record(Type.String({ pattern: '^[a-z]{2,3}(-[A-Za-z0-9]+)*$' }), Type.String({ minLength: 1 }), {
  minProperties: 1,
  description: 'The same words in every language of the city, by language tag',
});
const Id = Type.String({
  pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
  description: 'Lower case, digits and dashes; never changed',
});
const oneOf = <T extends string>(values: readonly T[], description: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], description });
const Hours = Type.Array(Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d-(([01]\\d|2[0-3]):[0-5]\\d|24:00)$' }), {
  description: 'Local times of day: 09:00-11:30',
});
const Minutes = (least: number, description: string) => Type.Integer({ minimum: least, maximum: 525_600, description });
const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

const PlaceEntry = Type.Object(
  {
    id: Id,
    name: Words,
    asset: Type.Optional(Type.String({ description: 'An asset of the pack that stands there, such as its kiosk' })),
    at: Type.Optional(
      Type.Tuple([Type.Number({ minimum: -180, maximum: 180 }), Type.Number({ minimum: -90, maximum: 90 })], {
        description: 'Longitude, latitude in degrees; instead of an asset',
      }),
    ),
    address: Type.Optional(Words),
  },
  closed,
);
const EligibilityEntry = Type.Object({ id: Id, question: Words, needs: Type.Boolean(), refusal: Words }, closed);
const QuestionEntry = Type.Object(
  {
    code: Id,
    datatype: oneOf(QUESTION_TYPES, 'What an answer is'),
    required: Type.Optional(Type.Boolean()),
    question: Words,
    hint: Type.Optional(Words),
    values: Type.Optional(Type.Array(Type.Object({ key: Id, name: Words }, closed))),
  },
  closed,
);
const ServiceEntry = Type.Object(
  {
    id: Id,
    name: Words,
    description: Words,
    icon: Type.String({ description: 'Name of a Lucide icon' }),
    kind: oneOf(SERVICE_KINDS, 'At a counter, at the machine, or somebody comes'),
    price: Type.Optional(Words),
    documents: Type.Optional(Type.Array(Words)),
    eligibility: Type.Optional(Type.Array(EligibilityEntry)),
    questions: Type.Optional(Type.Array(QuestionEntry)),
    asks: Type.Optional(Type.Array(oneOf(CONTACT_FIELDS, 'What is asked of the person; kept in the vault only'))),
    at: Type.Optional(Type.Array(Id, { description: 'Places where it is had' })),
    within: Type.Optional(
      Type.Array(Type.String(), { description: 'Areas in which somebody comes; none: everywhere' }),
    ),
    calendar: Type.Optional(Id),
    hours: Type.Optional(
      Type.Partial(Type.Object(Object.fromEntries(WEEKDAYS.map((day) => [day, Hours])), closed), {
        description:
          "By weekday; without it the calendar's own hours. Holidays and make-up days come from the calendar.",
      }),
    ),
    open_on_holidays: Type.Optional(Type.Boolean()),
    slot_minutes: Minutes(5, 'How long one slot lasts'),
    capacity: Type.Integer({ minimum: 1, maximum: 10_000, description: 'Bookings that one slot of one place takes' }),
    horizon_days: Type.Integer({ minimum: 1, maximum: 366 }),
    notice_minutes: Type.Optional(Minutes(0, 'A slot that begins sooner is not given any more')),
    change_minutes_before: Minutes(0, 'Changing and cancelling end so long before the slot'),
    letter: Type.String({ pattern: '^[A-Z]$', description: 'First letter of its queue numbers' }),
    role: Type.String({ description: 'Role of the party whose worker serves' }),
  },
  closed,
);
const ServicesFile = Type.Object(
  {
    hotline: Type.Optional(
      Type.Object(
        {
          answer_within_seconds: Type.Integer({ minimum: 1 }),
          connected_ratio: Type.Number({ minimum: 0, maximum: 1 }),
          source: Type.Optional(Type.String()),
        },
        closed,
      ),
    ),
    places: Type.Optional(Type.Array(PlaceEntry)),
    services: Type.Array(ServiceEntry),
  },
  closed,
);
type ServicesYaml = Static<typeof ServicesFile>;
type ServiceYaml = ServicesYaml['services'][number];

const FILE = 'services.yaml';

const minuteOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
const spanOf = (hours: string): readonly [number, number] => {
  const [from = '', to = ''] = hours.split('-');
  return [minuteOf(from), minuteOf(to)];
};

export const servicesSection: PackSection = {
  file: FILE,
  format: 'yaml',
  schema: ServicesFile,
  check: (value, pack) => [...problemsOf(value as ServicesYaml, pack)],
};

function* problemsOf({ places = [], services }: ServicesYaml, pack: CityPack): Generator<SectionProblem> {
  const seen = new Set<string>();
  for (const [index, place] of places.entries()) {
    const path = `places[${index}]`;
    if ((place.asset === undefined) === (place.at === undefined)) yield { path, reason: 'names either an asset or at' };
    if (place.asset !== undefined && !pack.assets.some(({ id }) => id === place.asset))
      yield { path: `${path}.asset`, reason: `unknown asset ${place.asset}` };
    if (seen.has(place.id)) yield { path: `${path}.id`, reason: `${place.id} is there twice` };
    seen.add(place.id);
  }
  const ids = new Set<string>();
  for (const [index, service] of services.entries()) {
    const path = `services[${index}]`;
    if (ids.has(service.id)) yield { path: `${path}.id`, reason: `${service.id} is there twice` };
    ids.add(service.id);
    yield* problemsOfService(service, path, seen, pack);
  }
}

function* problemsOfService(
  service: ServiceYaml,
  path: string,
  places: ReadonlySet<string>,
  pack: CityPack,
): Generator<SectionProblem> {
  const atTheDoor = service.kind === 'at-the-door';
  for (const [index, place] of (service.at ?? []).entries()) {
    if (!places.has(place)) yield { path: `${path}.at[${index}]`, reason: `unknown place ${place}` };
  }
  if (!atTheDoor && (service.at ?? []).length === 0) yield { path, reason: 'has no place (at)' };
  if (atTheDoor && service.at !== undefined) yield { path: `${path}.at`, reason: 'somebody comes; it has no place' };
  for (const [index, area] of (service.within ?? []).entries()) {
    if (!pack.areas.some(({ id }) => id === area))
      yield { path: `${path}.within[${index}]`, reason: `unknown area ${area}` };
  }
  if (service.calendar !== undefined && !pack.calendars.some(({ id }) => id === service.calendar))
    yield { path: `${path}.calendar`, reason: `unknown calendar ${service.calendar}` };
  if (!pack.parties.some(({ roles }) => roles.includes(service.role)))
    yield { path: `${path}.role`, reason: `no party has the role ${service.role}` };
  for (const [day, hours] of Object.entries(service.hours ?? {})) {
    let last = 0;
    for (const [from, to] of (hours as readonly string[]).map(spanOf)) {
      if (from < last || to <= from)
        yield { path: `${path}.hours.${day}`, reason: 'is not in order, or overlaps itself' };
      last = to;
    }
  }
}

/** The catalogue of a pack; empty when it has no `services.yaml`. The pack has been checked. */
export function readCatalogue(pack: CityPack): Catalogue {
  const file = pack.sections.get(FILE) as ServicesYaml | undefined;
  if (file === undefined) return { services: [], hotline: undefined };
  const places = new Map((file.places ?? []).map((place) => [place.id, toPlace(place, pack)]));
  return {
    services: file.services.map((service) => toService(service, places, pack)),
    hotline: file.hotline && {
      answerWithinSeconds: file.hotline.answer_within_seconds,
      connectedRatio: file.hotline.connected_ratio,
    },
  };
}

function toPlace(place: NonNullable<ServicesYaml['places']>[number], pack: CityPack): ServicePlace {
  const asset = pack.assets.find(({ id }) => id === place.asset);
  return { id: place.id, name: place.name, at: place.at ?? asset?.place ?? pack.center, address: place.address };
}

function toService(service: ServiceYaml, places: ReadonlyMap<string, ServicePlace>, pack: CityPack): Service {
  return {
    id: service.id,
    name: service.name,
    description: service.description,
    icon: service.icon,
    kind: service.kind,
    price: service.price,
    documents: service.documents ?? [],
    eligibility: service.eligibility ?? [],
    questions: (service.questions ?? []).map(toQuestion),
    asks: service.asks ?? ['name', 'phone'],
    places: (service.at ?? []).map((id) => places.get(id)!),
    within: service.within ?? [],
    hours: hoursOf(service, pack),
    slotMinutes: service.slot_minutes,
    capacity: service.capacity,
    horizonDays: service.horizon_days,
    noticeMinutes: service.notice_minutes ?? 0,
    changeMinutesBefore: service.change_minutes_before,
    letter: service.letter,
    role: service.role,
  };
}

const toQuestion = (entry: Static<typeof QuestionEntry>): Question => ({
  code: entry.code,
  datatype: entry.datatype,
  required: entry.required ?? false,
  question: entry.question,
  hint: entry.hint,
  values: entry.values ?? [],
});

function hoursOf(service: ServiceYaml, pack: CityPack): WorkingCalendar {
  const id = service.calendar ?? pack.defaultCalendar;
  const calendar = pack.calendars.find((each) => each.id === id)!;
  const own = service.hours as Readonly<Record<string, readonly string[]>> | undefined;
  const week =
    own === undefined
      ? calendar.week
      : Object.fromEntries(WEEKDAYS.map((day, index) => [String(index + 1), (own[day] ?? []).map(spanOf)]));
  const rests = service.open_on_holidays === true ? { holidays: [], makeUpDays: {} } : calendar;
  return {
    id: `${id}/${service.id}`,
    timeZone: calendar.timeZone,
    week,
    holidays: rests.holidays,
    makeUpDays: rests.makeUpDays,
  };
}
