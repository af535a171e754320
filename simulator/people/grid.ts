/**
 * The grid workers: before what residents have told is filed, somebody of the community goes and looks. They write back as their phones
 * do, with a picture and the place where they stood.
 */
import { randomUUID } from 'node:crypto';
import type { Instant } from '#kernel/time.ts';
import { seeded } from '../random.ts';
import { NOTHING_THERE } from '../residents/words.ts';
import type { Agenda } from './agenda.ts';
import type { CaseSeen, ClassSeen, Person } from './console.ts';
import { drawPhoto } from './photo.ts';
import { pickWord } from './words.ts';

const WALK_SECONDS = [25, 100] as const;
const NOTHING_THERE_SHARE = 0.06;
/** Nobody does more than a few things in one look. */
const AT_ONCE = 3;

/** Told by people about what only people see, and not looked at yet. */
export const awaitsGrid = (seen: CaseSeen, classes: readonly ClassSeen[]): boolean =>
  seen.state === 'collected' &&
  seen.findings === 0 &&
  (seen.reports ?? 0) > 0 &&
  classes.find(({ code }) => code === seen.caseClass)?.verifyBy === 'person';

/** `workers` by community. */
export async function checkOnSite(
  cases: readonly CaseSeen[],
  classes: readonly ClassSeen[],
  workers: ReadonlyMap<string, Person>,
  agenda: Agenda,
  seed: string,
  at: Instant,
): Promise<void> {
  let done = 0;
  for (const seen of cases) {
    const worker = workers.get(seen.community ?? '');
    if (done >= AT_ONCE || !worker || !awaitsGrid(seen, classes)) continue;
    if (!agenda.isTime(`check/${seen.id}`, at, WALK_SECONDS)) continue;
    done++;
    const photo = await worker.photo(drawPhoto(seen.id, 'trouble'));
    if (photo === undefined) continue;
    const isThere = seeded(seed, `check/${seen.id}`).next() >= NOTHING_THERE_SHARE;
    await worker.sync({
      id: randomUUID(),
      kind: isThere ? 'check.confirm' : 'check.dismiss',
      target: seen.id,
      at,
      offset: 0,
      place: { lon: seen.place[0], lat: seen.place[1], accuracy: 8 },
      photos: [photo],
      ...(!isThere && { details: { reason: pickWord(NOTHING_THERE, seen.id) } }),
    });
  }
}
