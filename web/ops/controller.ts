/** What happens when somebody does something, or the city does: the only place that changes the snapshot. */
import type { CaseDetailView, CaseView, LiveEvent, SearchResult, SessionView } from '#adapters/console/api.types.ts';
import type { CaseAction, WorkOrderAction } from '#kernel/case.ts';
import { HOUR, type Instant } from '#kernel/time.ts';
import { dateKey } from '#web/kit/time.view.ts';
import * as api from './api.ts';
import { ApiError } from './api.ts';
import { firstWindowHours, played } from './conductor.view.ts';
import { text } from './i18n.ts';
import { connectLive } from './live.ts';
import { applyStates, replaceStates } from './map-states.ts';
import { cityNow, getOps, resetOps, type Selection, setOps } from './store.ts';

let stopLive: (() => void) | undefined;
let sight: AbortController | undefined;

const asApiError = (cause: unknown): ApiError =>
  cause instanceof ApiError ? cause : new ApiError(0, 'page.defect', String(cause), undefined);

/** First thing on the page: who is here, and what may a stranger see. */
export async function start(): Promise<void> {
  try {
    await begin(await api.getSession());
  } catch (cause) {
    const error = asApiError(cause);
    if (error.status !== 401 && error.status !== 403) return setOps({ phase: 'failed', failure: error });
    setOps({ phase: 'signed_out' });
    setOps({ welcome: await api.getWelcome().catch(() => undefined) });
  }
}

export async function signIn(name: string, password: string): Promise<void> {
  await begin(await api.createSession(name, password));
}

/** A password that somebody else made is replaced before anything else. */
async function begin(session: SessionView): Promise<void> {
  setOps({ session });
  if (session.mustChangePassword) setOps({ phase: 'must_change_password' });
  else await enter();
}

export async function changePassword(current: string, next: string): Promise<void> {
  await begin(await api.changePassword(current, next));
}

export async function signOut(): Promise<void> {
  stopLive?.();
  await api.endSession().catch(() => undefined);
  resetOps({ phase: 'signed_out' });
  setOps({ welcome: await api.getWelcome().catch(() => undefined) });
}

async function enter(): Promise<void> {
  try {
    const city = await api.getCity();
    setOps({ city, clockOffset: city.now - Date.now(), phase: 'ready', failure: undefined });
  } catch (cause) {
    return setOps({ phase: 'failed', failure: asApiError(cause) });
  }
  await lookAgain(true);
}

/** Fetches everything on the screen for the instant looked at, and (re)connects the live stream from that very state. */
async function lookAgain(connect: boolean): Promise<void> {
  sight?.abort();
  const abort = new AbortController();
  sight = abort;
  const { at } = getOps();
  try {
    const [state, list, gauges] = await Promise.all([
      api.getState(at, abort.signal),
      api.listCases({ open: true, at, limit: 1_000 }, abort.signal),
      api.getGauges(at, abort.signal),
    ]);
    if (abort.signal.aborted) return;
    replaceStates(state.things.ids, state.things.states);
    const cases = new Map(list.cases.map((entry) => [entry.id, entry]));
    setOps({ counts: state.counts, cases, casesError: undefined, gauges, fresh: new Set() });
    if (connect) listen(state.cursor);
  } catch (cause) {
    if (abort.signal.aborted) return;
    setOps({ casesError: asApiError(cause) });
    if (connect) listen(undefined);
  }
  void loadDays();
  void loadSelection();
}
export const retry = (): Promise<void> => lookAgain(false);

function listen(cursor: string | undefined): void {
  stopLive?.();
  stopLive = connectLive(cursor, {
    onEvent: onLive,
    onConnection(connection) {
      setOps({ connection });
      if (connection === 'signed_out') void signOut();
    },
  });
}

function onLive(event: LiveEvent): void {
  const isLive = getOps().at === undefined;
  switch (event.event) {
    case 'hello':
      setOps({ clockOffset: event.data.now - Date.now() });
      return;
    case 'reset':
      if (isLive) void lookAgain(false);
      return;
    case 'state':
      if (isLive) applyStates(event.data.ids, event.data.states);
      return;
    case 'gauges':
      if (isLive) setOps({ gauges: event.data });
      return;
    case 'case':
      if (isLive) onCase(event.data);
      return;
    default:
      return;
  }
}

let detailTimer: ReturnType<typeof setTimeout> | undefined;
let isDayStale = false;

function onCase(entry: CaseView): void {
  const { cases, fresh, selection } = getOps();
  const known = cases?.get(entry.id);
  if (known && known.sequence > entry.sequence) return;
  const next = new Map(cases);
  next.set(entry.id, entry);
  setOps({ cases: next, fresh: known ? fresh : new Set([...fresh, entry.id]) });
  if (selection?.kind === 'case' && selection.id === entry.id) {
    clearTimeout(detailTimer);
    detailTimer = setTimeout(() => void loadSelection(), 150);
  }
  if (isDayStale) return;
  isDayStale = true;
  setTimeout(() => {
    isDayStale = false;
    void loadDays(true);
  }, 2_000);
}

/** The days that the time window touches; today is fetched again when something happened. */
export async function loadDays(again = false): Promise<void> {
  const { city, windowHours, at } = getOps();
  if (!city) return;
  const now = cityNow();
  const from = Math.min(at ?? now, now) - windowHours * HOUR;
  const today = dateKey(now, city.timeZone);
  const dates = new Set([dateKey(from, city.timeZone), dateKey(at ?? now, city.timeZone), today]);
  const isFirst = getOps().days.size === 0;
  for (const date of dates) {
    if (getOps().days.has(date) && !(again && date === today)) continue;
    const day = await api.getDay(date).catch(() => undefined);
    if (day) setOps({ days: new Map(getOps().days).set(date, day) });
  }
  if (isFirst)
    setOps({
      windowHours: firstWindowHours(
        [...getOps().days.values()].flatMap(({ ticks }) => ticks),
        now,
      ),
    });
}

export function select(selection: Selection | undefined): void {
  const previous = getOps().selection;
  if (sameSelection(previous, selection)) return;
  const fresh = new Set(getOps().fresh);
  if (selection?.kind === 'case') fresh.delete(selection.id);
  setOps({
    selection,
    fresh,
    locating: undefined,
    detail: undefined,
    detailError: undefined,
    thing: undefined,
    thingError: undefined,
  });
  void loadSelection();
}
export const selectCase = (id: string): void => select({ kind: 'case', id });
export const selectThing = (id: number): void => select({ kind: 'thing', id });

function sameSelection(a: Selection | undefined, b: Selection | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.kind === 'place' || b.kind === 'place' ? a === b : a.kind === b.kind && a.id === b.id;
}

/** Opens what a search found: a case, a thing, a cell, or just the place. */
export function open(result: SearchResult): void {
  if (result.kind === 'case') selectCase(result.id);
  else if (result.kind === 'cell') select({ kind: 'cell', id: result.id });
  else if (result.thingId !== undefined) selectThing(result.thingId);
  else select({ kind: 'place', result });
}

async function loadSelection(): Promise<void> {
  const { selection, at } = getOps();
  if (selection?.kind === 'case') {
    await api.getCase(selection.id, at).then(
      (detail) => keepIfStill(selection, { detail, detailError: undefined }),
      (cause) => keepIfStill(selection, failed(cause, 'detail')),
    );
  } else if (selection?.kind === 'thing') {
    await api.getThing(selection.id, at).then(
      (thing) => keepIfStill(selection, { thing, thingError: undefined }),
      (cause) => keepIfStill(selection, failed(cause, 'thing')),
    );
  }
}

/** What is not there at that time is not shown any more; what could not be fetched stays, as it was, until it can. */
function failed(cause: unknown, what: 'detail' | 'thing'): Parameters<typeof setOps>[0] {
  const error = asApiError(cause);
  const gone = error.status === 404 ? { [what]: undefined } : {};
  return what === 'detail' ? { ...gone, detailError: error } : { ...gone, thingError: error };
}
export const reloadSelection = loadSelection;

function keepIfStill(selection: Selection, change: Parameters<typeof setOps>[0]): void {
  if (sameSelection(getOps().selection, selection)) setOps(change);
}

/** Does something to a case. Nothing is shown as done before the city says it is done: these are records, not drafts. */
export async function act(
  caseId: string,
  action: CaseAction,
  details: Record<string, unknown>,
): Promise<CaseDetailView> {
  const detail = await api.act(caseId, action, details);
  took(detail);
  const undo = action === 'dismiss' && detail.actions.includes('reopen') ? () => void undoDismissal(caseId) : undefined;
  notify(text(`done.${action}`), undo);
  return detail;
}

async function undoDismissal(caseId: string): Promise<void> {
  await act(caseId, 'reopen', { reason: text('undo.reason') }).catch(notifyError);
}

export async function actOnOrder(
  orderId: string,
  action: WorkOrderAction,
  details: Record<string, unknown>,
): Promise<void> {
  took(await api.actOnOrder(orderId, action, details));
  notify(text(`orderDone.${action}`), undefined);
}

function took(detail: CaseDetailView): void {
  const { cases, selection } = getOps();
  setOps({ cases: new Map(cases).set(detail.id, detail) });
  if (selection?.kind === 'case' && selection.id === detail.id) setOps({ detail });
}

/** Moves the whole screen to an instant; undefined is back to the present. */
let queued: Instant | undefined | null = null;
let isMoving = false;
export function goTo(at: Instant | undefined): void {
  setOps(at === undefined ? { at, isPlaying: false } : { at });
  queued = at;
  if (!isMoving) void moveOn();
}
export const goLive = (): void => goTo(undefined);

/** While somebody drags, one request is under way at a time and only the newest wish is kept. */
async function moveOn(): Promise<void> {
  isMoving = true;
  while (queued !== null) {
    queued = null;
    await lookAgain(false);
  }
  isMoving = false;
}

let playTimer: ReturnType<typeof setInterval> | undefined;
export function setPlaying(isPlaying: boolean): void {
  clearInterval(playTimer);
  setOps({ isPlaying });
  if (!isPlaying) return;
  let last = performance.now();
  playTimer = setInterval(() => {
    const { at, speed, isPlaying: still } = getOps();
    const now = performance.now();
    if (at === undefined || !still) return clearInterval(playTimer);
    goTo(played(at, now - last, speed, cityNow()));
    last = now;
  }, 500);
}

let toastId = 0;
export function notify(message: string, undo: (() => void) | undefined): void {
  const id = ++toastId;
  setOps({ toasts: [...getOps().toasts, { id, text: message, undo }].slice(-3) });
  setTimeout(() => dismissToast(id), undo ? 10_000 : 5_000);
}
export const dismissToast = (id: number): void =>
  setOps({ toasts: getOps().toasts.filter((toast) => toast.id !== id) });
export const notifyError = (cause: unknown): void => {
  const error = asApiError(cause);
  notify(`${error.message} (${error.code})`, undefined);
};
