/** What a person does on the phone: in, out, and everything that is written down. */
import type { ActionBody, ActionKind, TaskView } from '#adapters/crew/api.types.ts';
import type { Localized } from '#kernel/words.ts';
import { clockTime } from '#web/kit/time.view.ts';
import { ApiError, createSession, endSession, getSession } from './api.ts';
import * as kept from './kept.ts';
import { PHOTO_CACHE } from './photo-cache.ts';
import { reload, stopSending, synchronise } from './sender.ts';
import { change, getState, type Screen } from './state.ts';
import { findWord, pick, type Word, word } from './words.ts';

const TOLD_MS = 4_000;

/** Opens with what is on the phone: a whole day without a network begins here too. */
export async function start(): Promise<void> {
  const found = await kept.readKept();
  await reload();
  if (found.session !== undefined) change({ ...found, phase: 'in' });
  else await joinSession();
  watchPlace();
  addEventListener('online', () => void synchronise());
  addEventListener('offline', () => change({ network: 'lost' }));
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void synchronise();
  });
  await synchronise();
}

/** The cookie cannot be taken away without a network: until it is, it lets nobody in here. */
const LEFT = 'cityloom.crew.left';

/** Signed in already elsewhere in this browser, and not signed out here. */
async function joinSession(): Promise<void> {
  try {
    if (localStorage.getItem(LEFT) !== null) await leave();
    const session = await getSession();
    if (session.permissions.includes('crew.work') && !session.mustChangePassword) await enter(session);
    else change({ phase: 'signed-out' });
  } catch {
    change({ phase: 'signed-out' });
  }
}

async function leave(): Promise<void> {
  localStorage.setItem(LEFT, '1');
  await endSession();
  localStorage.removeItem(LEFT);
}

/** Answers what went wrong, in words; undefined when somebody is in. */
export async function signIn(name: string, password: string): Promise<Word | 'other' | undefined> {
  try {
    const session = await createSession(name, password);
    localStorage.removeItem(LEFT);
    if (session.mustChangePassword) return 'sign.mustChange';
    if (!session.permissions.includes('crew.work')) return 'sign.notCrew';
    if (othersWaiting(session.account.id) !== undefined) return 'other';
    await enter(session);
    await synchronise();
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 0) return 'sign.offline';
    return error.status === 401 ? 'sign.refused' : error.status === 429 ? 'sign.throttled' : 'sign.failed';
  }
}

async function enter(session: NonNullable<kept.Kept['session']>): Promise<void> {
  const isSame = getState().session?.account.id === session.account.id;
  const fresh = isSame ? {} : { day: undefined, fetchedAt: undefined };
  await kept.keep({ session, ...fresh });
  change({ session, ...fresh, phase: 'in', mustSignIn: false, screen: 'next' });
}

/** Nobody's work is sent in somebody else's name. */
const othersWaiting = (account: string): string | undefined =>
  [...getState().waiting, ...getState().failed].find((each) => each.account !== account)?.account;

export const waitingName = (): string => getState().session?.account.displayName ?? '';

/** Wipes the phone: nothing of this person can be reached on it any more. */
export async function signOut(): Promise<void> {
  stopSending();
  const left = leave().catch(() => undefined);
  change({ phase: 'signed-out', session: undefined, day: undefined, fetchedAt: undefined, waiting: [], failed: [] });
  change({ mustSignIn: false, chosen: undefined, screen: 'next', fix: undefined, told: undefined });
  await kept.wipe();
  await caches.delete(PHOTO_CACHE);
  await left;
}

export const show = (screen: Screen, chosen?: string): void => {
  change({ screen, chosen });
  toTop();
};

/** What is next is seen from its beginning. */
const toTop = (): void => document.querySelector('main')?.scrollTo(0, 0);

export interface Written {
  readonly kind: ActionKind;
  readonly target: string;
  readonly title: Localized;
  readonly caseId?: string | undefined;
  readonly baseVersion?: number | undefined;
  readonly photos?: readonly Blob[] | undefined;
  readonly details?: ActionBody['details'];
}

/** Kept on the phone first, then sent. */
export async function write(written: Written, told?: string): Promise<void> {
  const waiting = toWaiting(written);
  await kept.addWaiting(waiting);
  await reload();
  tell(told ?? word(getState().network === 'lost' ? 'sent.waiting' : 'sent.now'));
  void synchronise();
}

function toWaiting({ kind, target, title, caseId, baseVersion, photos, details }: Written): kept.Waiting {
  const { session, offset, fix } = getState();
  const action: ActionBody = {
    id: crypto.randomUUID(),
    kind,
    target,
    caseId,
    at: Date.now(),
    offset,
    baseVersion,
    place: fix,
    details,
  };
  return {
    account: session!.account.id,
    action,
    title,
    caseId,
    photos: (photos ?? []).map((blob) => ({ blob, key: undefined })),
  };
}

export async function take(task: TaskView, kind: ActionKind, photos: readonly Blob[], details?: ActionBody['details']) {
  const { target, caseId, title, version } = task;
  await write({ kind, target, caseId, title, baseVersion: version, photos, details });
  await kept.writeDraft(task.id, []);
  if (kind !== 'order.accept' && kind !== 'order.set_out' && kind !== 'order.arrive') change({ chosen: undefined });
  toTop();
}

let forgetting: ReturnType<typeof setTimeout> | undefined;
function tell(told: string): void {
  clearTimeout(forgetting);
  change({ told });
  forgetting = setTimeout(() => change({ told: undefined }), TOLD_MS);
}

// What did not go through ---------------------------------------------------------------------------------------------------------------

/** Writes what was done to the case as a note, with its photos, and lets go of the steps that did not go through. */
export async function keepAsNote(failed: readonly kept.Failed[]): Promise<void> {
  const [first] = failed;
  if (first?.caseId === undefined) return;
  const zone = getState().day?.ground?.city.timeZone ?? 'UTC';
  const what = failed.map(({ action }) => [stepWords(action.kind), ...spoken(action)].join(' ')).join('; ');
  const time = clockTime(first.action.at + first.action.offset, zone);
  const note: kept.Waiting = {
    ...toWaiting({
      kind: 'note',
      target: first.caseId,
      title: first.title,
      caseId: first.caseId,
      details: { text: word('conflicts.noteText', { time, what }) },
    }),
    photos: failed.flatMap(({ photos }) => photos).slice(0, 10),
  };
  await kept.decide(
    failed.map(({ n }) => n),
    note,
  );
  await reload();
  void synchronise();
}

export async function discard(failed: readonly kept.Failed[]): Promise<void> {
  await kept.decide(
    failed.map(({ n }) => n),
    undefined,
  );
  await reload();
}

export const stepWords = (kind: ActionKind): string => findWord(`step.${kind}`) ?? kind;

const spoken = ({ details }: ActionBody): string[] =>
  Object.values(details ?? {}).filter((value): value is string => typeof value === 'string');

export const titleOf = ({ title, action }: kept.Waiting): string => pick(title) || stepWords(action.kind);

// Where the phone is ----------------------------------------------------------------------------------------------------------------------

const SENSIBLE_MS = 10_000;

function watchPlace(): void {
  navigator.geolocation?.watchPosition(
    ({ coords }) => {
      const { longitude: lon, latitude: lat, accuracy, heading } = coords;
      change({ fix: { lon, lat, accuracy: Math.round(accuracy) } });
      if (heading !== null && !Number.isNaN(heading)) change({ heading });
    },
    () => change({ fix: undefined }),
    { enableHighAccuracy: true, maximumAge: SENSIBLE_MS },
  );
  addEventListener('deviceorientationabsolute', (event) => {
    const { alpha, absolute } = event as DeviceOrientationEvent;
    if (absolute && alpha !== null) change({ heading: (360 - alpha) % 360 });
  });
}
