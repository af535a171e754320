/** A row as whoever booked it sees it, and as a worker sees it. */

import type { Position } from '#kernel/geo.ts';
import { phrase, type Templates } from '#kernel/phrase.ts';
import type { Localized } from '#kernel/words.ts';
import { showBookingCode } from './booking-code.ts';
import { allowedActions } from './booking-moves.ts';
import { changeableUntil } from './booking-rules.ts';
import { type BookingRow, countBefore, listSteps, type StepRow, takenOf } from './booking-store.ts';
import type { Service, ServicePlace } from './catalogue.types.ts';
import type { Booking, ResidentServicesDeps, SlotFree, Visit } from './resident-services.types.ts';
import { findSlot } from './slots.ts';
import en from './strings.en.json' with { type: 'json' };
import zh from './strings.zh.json' with { type: 'json' };

const WORDS: Templates = { zh, en };

const numberOf = (row: BookingRow): string => `${row.queue_letter}${String(row.queue_number).padStart(3, '0')}`;
const placeOf = (row: BookingRow, service: Service): ServicePlace | undefined =>
  service.places.find(({ id }) => id === row.place);

export async function readBooking(deps: ResidentServicesDeps, row: BookingRow, service: Service): Promise<Booking> {
  const { database, clock } = deps;
  const [steps, before, taken] = await Promise.all([
    listSteps(database, row.id),
    row.state === 'booked' || row.state === 'arrived' ? countBefore(database, row) : 0,
    takenOf(database, [row.slot]),
  ]);
  const place = placeOf(row, service);
  const until = changeableUntil(service, { begin: row.begins_at.getTime() });
  return {
    id: row.id,
    code: showBookingCode(row.code),
    service,
    kind: row.kind,
    state: row.state,
    slot: slotOf(row, service, taken.get(row.slot) ?? 0),
    placeName: place?.name,
    address: place && (place.address ?? deps.whereIs(place.at).address),
    queueNumber: numberOf(row),
    before,
    party: row.party ?? undefined,
    worker: row.worker ?? undefined,
    mayChangeUntil: row.state === 'booked' && clock.now() <= until ? until : undefined,
    rating: row.satisfied === null ? undefined : { satisfied: row.satisfied, comment: row.rating_comment ?? undefined },
    steps: steps.map((step) => ({ at: step.at.getTime(), kind: step.kind, sentence: sentenceOf(step, row) })),
    version: row.revision,
  };
}

/** The slot as it was booked, also when the pack has changed its hours since. */
function slotOf(row: BookingRow, service: Service, taken: number): SlotFree {
  const known = findSlot(service, row.slot);
  const capacity = known?.capacity ?? taken;
  return {
    id: row.slot,
    serviceId: row.service,
    place: placeOf(row, service),
    day: known?.day ?? '',
    begin: row.begins_at.getTime(),
    end: row.ends_at.getTime(),
    capacity,
    free: Math.max(0, capacity - taken),
  };
}

function sentenceOf({ kind }: StepRow, row: BookingRow): Localized {
  const atTheDoor = row.kind === 'at-the-door' && `step.${kind}-door` in zh;
  return phrase(WORDS, atTheDoor ? `step.${kind}-door` : `step.${kind}`, { number: numberOf(row) });
}

export function readVisit(row: BookingRow, service: Service): Visit {
  const place = placeOf(row, service);
  return {
    id: row.id,
    service: service.id,
    serviceName: service.name,
    kind: row.kind,
    state: row.state,
    begin: row.begins_at.getTime(),
    end: row.ends_at.getTime(),
    queueNumber: numberOf(row),
    placeId: row.place ?? undefined,
    placeName: place?.name,
    place: place?.at ?? doorOf(row),
    cell: row.cell ?? undefined,
    party: row.party ?? undefined,
    worker: row.worker ?? undefined,
    contact: row.contact ?? undefined,
    answers: answersOf(row, service),
    actions: allowedActions(row.kind, row.state),
    version: row.revision,
  };
}

const doorOf = ({ door_longitude: lon, door_latitude: lat }: BookingRow): Position | undefined =>
  lon === null || lat === null ? undefined : [lon, lat];

/** Answers in words: the names of the values that were chosen. */
function answersOf(row: BookingRow, service: Service): Visit['answers'] {
  return service.questions.flatMap(({ code, question, values }) => {
    const given = row.answers[code];
    if (given === undefined || given === '') return [];
    const keys = typeof given === 'object' ? given : [String(given)];
    const names = keys.map((key) => values.find((value) => value.key === key)?.name);
    const inLanguage = (language: string) =>
      keys.map((key, index) => names[index]?.[language] ?? key).join(language === 'zh' ? '、' : ', ');
    return [{ question, answer: { zh: inLanguage('zh'), en: inLanguage('en') } }];
  });
}
