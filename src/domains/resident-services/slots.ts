/**
 * When a service can be had: slots follow from the pack's hours and calendar alone, so they exist before anybody books one, and only
 * what is taken is remembered. A slot that would run past closing time is not offered.
 */
import { localDate, plusDays, workingTime } from '#kernel/calendar.ts';
import { type Instant, MINUTE } from '#kernel/time.ts';
import type { Service, ServicePlace } from './catalogue.types.ts';

export interface Slot {
  /** `<service>~<place or door>~<minutes since 1970, base 36>`: the same for whoever computes it, also over a change of the clocks. */
  readonly id: string;
  readonly serviceId: string;
  readonly place: ServicePlace | undefined;
  /** Local date, by which queue numbers are counted. */
  readonly day: string;
  readonly begin: Instant;
  readonly end: Instant;
  readonly capacity: number;
}

const DOOR = 'door';
const placesOf = (service: Service): readonly (ServicePlace | undefined)[] =>
  service.kind === 'at-the-door' ? [undefined] : service.places;

const slotId = (service: Service, place: ServicePlace | undefined, begin: Instant): string =>
  `${service.id}~${place?.id ?? DOOR}~${(begin / MINUTE).toString(36)}`;

/** Every slot that begins on a local date, by time and then by place. */
function slotsOn(service: Service, day: string): Slot[] {
  const length = service.slotMinutes * MINUTE;
  const slots: Slot[] = [];
  for (const { begin: opens, end: closes } of workingTime(service.hours).spansOn(day)) {
    for (let begin = opens; begin + length <= closes; begin += length) {
      for (const place of placesOf(service)) {
        const id = slotId(service, place, begin);
        slots.push({ id, serviceId: service.id, place, day, begin, end: begin + length, capacity: service.capacity });
      }
    }
  }
  return slots;
}

/** Slots of `days` local dates from `from` on that may still be booked at `now`: after the notice, within the horizon. */
export function openSlots(service: Service, now: Instant, from: string, days: number): Slot[] {
  const today = localDate(now, service.hours.timeZone);
  const slots: Slot[] = [];
  for (let offset = 0, day = from; offset < days; offset++, day = plusDays(day, 1)) {
    if (day < today || day > plusDays(today, service.horizonDays)) continue;
    slots.push(...slotsOn(service, day).filter(({ begin }) => begin >= now + service.noticeMinutes * MINUTE));
  }
  return slots;
}

/** The slot with this id, whether it may still be booked or not; undefined when the service has none such. */
export function findSlot(service: Service, id: string): Slot | undefined {
  const [serviceId, , minutes = ''] = id.split('~');
  if (serviceId !== service.id || !/^[0-9a-z]{1,8}$/.test(minutes)) return undefined;
  const day = localDate(Number.parseInt(minutes, 36) * MINUTE, service.hours.timeZone);
  return slotsOn(service, day).find((slot) => slot.id === id);
}

/** True between opening and closing time. */
export function isOpenAt(service: Service, at: Instant): boolean {
  const spans = workingTime(service.hours).spansOn(localDate(at, service.hours.timeZone));
  return spans.some(({ begin, end }) => begin <= at && at < end);
}
