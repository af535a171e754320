/** What the phone makes of the day it was given and of what was done on it since. Pure. */
import type { ActionKind, DayView, TaskView } from '#adapters/crew/api.types.ts';
import { distanceMetres, type Position } from '#kernel/geo.ts';
import type { Instant } from '#kernel/time.ts';
import { type Walk, walkingOrder } from '#kernel/walking-order.ts';

/** What was done and has not been acknowledged yet. */
export interface Written {
  readonly kind: ActionKind;
  readonly target: string;
}

/** The day kept, after an answer that told only what has changed. */
export function mergeDay(kept: DayView | undefined, answer: DayView): DayView {
  if (kept === undefined || answer.ground !== undefined) return answer;
  const tasks = new Map([...kept.tasks, ...answer.tasks].map((task) => [task.id, task]));
  return { ...answer, ground: kept.ground, tasks: answer.taskIds.flatMap((id) => tasks.get(id) ?? []) };
}

/** Where a work order is after a step. */
const LEADS_TO: Readonly<Record<string, string>> = {
  'order.accept': 'accepted',
  'order.set_out': 'on_the_way',
  'order.arrive': 'arrived',
};
const ENDS = /^(order\.(finish|refuse)|check\.|verify\.|visit\.|booking\.)/;

export const taskOf = ({ kind, target }: Written): string | undefined =>
  /^(order|check|verify|visit|booking)\./.test(kind) ? `${kind.split('.')[0]}:${target}` : undefined;

/** The tasks as they will be when everything written has gone through; what did not go through holds its task back from nobody. */
export function tasksAfter(tasks: readonly TaskView[], written: readonly Written[]): TaskView[] {
  const states = new Map<string, string>();
  const over = new Set<string>();
  for (const each of written) {
    const id = taskOf(each);
    if (id === undefined) continue;
    if (ENDS.test(each.kind)) over.add(id);
    else states.set(id, LEADS_TO[each.kind] ?? 'due');
  }
  return tasks
    .filter(({ id }) => !over.has(id))
    .map((task) => {
      const state = states.get(task.id);
      return state === undefined ? task : { ...task, state };
    });
}

/**
 * The kept day after the city has acknowledged actions and before it has told the new one: nothing jumps back meanwhile, and a phone
 * that is opened again in a tunnel does not show what is done.
 */
export function dayAfter(day: DayView, done: readonly (Written & { readonly doneAt: Instant })[]): DayView {
  const shift = done.findLast(({ kind }) => kind === 'shift.start' || kind === 'shift.end');
  const read = new Set(done.flatMap(({ kind, target }) => (kind === 'handover.read' ? target : [])));
  return {
    ...day,
    tasks: tasksAfter(day.tasks, done),
    handovers: day.handovers.filter(({ id }) => !read.has(id)),
    ...(shift && { shift: shift.kind === 'shift.start' ? { startedAt: shift.doneAt } : undefined }),
  };
}

/** The next step of a task: one, or the two or three ways in which it can end. */
export function stepsOf({ kind, state }: Pick<TaskView, 'kind' | 'state'>): readonly ActionKind[] {
  if (kind === 'check') return ['check.confirm', 'check.dismiss', 'check.other'];
  if (kind === 'verify') return ['verify.pass', 'verify.fail'];
  if (kind === 'visit') return ['visit.done', 'visit.missed'];
  if (kind === 'booking') return ['booking.done', 'booking.missed'];
  const steps: Readonly<Record<string, readonly ActionKind[]>> = {
    issued: ['order.accept', 'order.refuse'],
    accepted: ['order.set_out'],
    on_the_way: ['order.arrive'],
    arrived: ['order.finish'],
  };
  return steps[state] ?? [];
}

/** Steps that cannot be taken without a photo. */
export const needsPhoto = (task: TaskView, step: ActionKind): boolean =>
  step === 'verify.pass' ||
  step === 'check.confirm' ||
  step === 'check.other' ||
  (step === 'order.finish' && task.needsPhoto);

const BEGUN = new Set(['accepted', 'on_the_way', 'arrived']);

/** What is begun is gone on with; the rest in walking order. */
export function roundOf(tasks: readonly TaskView[], walk: Walk): TaskView[] {
  const begun = tasks.filter(({ state }) => BEGUN.has(state));
  const rest = tasks.filter(({ state }) => !BEGUN.has(state));
  return [...walkingOrder(begun, walk), ...walkingOrder(rest, walk)];
}

/** Degrees clockwise from north, from one place to another. */
export function bearingDegrees([fromLon, fromLat]: Position, [toLon, toLat]: Position): number {
  const radians = Math.PI / 180;
  const dLon = (toLon - fromLon) * radians;
  const y = Math.sin(dLon) * Math.cos(toLat * radians);
  const x =
    Math.cos(fromLat * radians) * Math.sin(toLat * radians) -
    Math.sin(fromLat * radians) * Math.cos(toLat * radians) * Math.cos(dLon);
  return (Math.atan2(y, x) / radians + 360) % 360;
}

/** One of the eight winds, 0 = north, clockwise. */
export const windOf = (degrees: number): number => Math.round(degrees / 45) % 8;

/** Nearer than this is here. */
const HERE_METRES = 15;
export const isHere = (from: Position, to: Position): boolean => distanceMetres(from, to) < HERE_METRES;

/** Rounded as somebody who walks would say it. */
export function roughMetres(metres: number): number {
  if (metres < 100) return Math.max(10, Math.round(metres / 10) * 10);
  return metres < 1_000 ? Math.round(metres / 50) * 50 : Math.round(metres / 100) * 100;
}

/** City time minus phone time, when a request was sent at `before` and answered at `after` with the city's `now`. */
export const offsetOf = (now: Instant, before: Instant, after: Instant): number =>
  Math.round(now - (before + after) / 2);
