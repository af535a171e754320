/** Slots by day and part of the day; who may have a service. */
import type { ServiceView, SlotView } from '#adapters/residents/api.types.ts';
import { dateKey } from '#web/kit/time.view.ts';

export interface DayOfSlots {
  readonly key: string;
  readonly at: number;
  readonly slots: readonly SlotView[];
  readonly free: number;
}

/** In order, past slots left out: a booking for this morning helps nobody. */
export function byDay(slots: readonly SlotView[], timeZone: string, now: number): DayOfSlots[] {
  const days = new Map<string, SlotView[]>();
  for (const slot of [...slots].sort((a, b) => a.begin - b.begin)) {
    if (slot.begin <= now) continue;
    const key = dateKey(slot.begin, timeZone);
    days.set(key, [...(days.get(key) ?? []), slot]);
  }
  return [...days].map(([key, list]) => ({
    key,
    at: list[0]!.begin,
    slots: list,
    free: list.reduce((sum, slot) => sum + slot.free, 0),
  }));
}

/** The first condition that is not met; undefined: none, or not all are answered. */
export const refusalOf = (service: ServiceView, answers: Readonly<Record<string, boolean>>) =>
  service.eligibility.find(({ id, needs }) => answers[id] !== undefined && answers[id] !== needs)?.refusal;

export const isEligible = (service: ServiceView, answers: Readonly<Record<string, boolean>>): boolean =>
  service.eligibility.every(({ id, needs }) => answers[id] === needs);
