/**
 * The people at the desks: an analyst acknowledges, looks, confirms or dismisses; a dispatcher sends whoever nothing has been sent to
 * yet; a verifier goes and looks at what is said to be done. They see what the console shows them, and take only what it offers.
 */
import type { Instant } from '#kernel/time.ts';
import type { Faults } from '../faults/faults.ts';
import { seeded } from '../random.ts';
import type { Agenda } from './agenda.ts';
import type { CaseSeen, ClassSeen, PartySeen, Person } from './console.ts';
import { awaitsGrid } from './grid.ts';
import { faultOf } from './matching.ts';
import { drawPhoto } from './photo.ts';
import { EVERYDAY, pickWord, WORDS } from './words.ts';

export interface Desk {
  readonly analyst: Person | undefined;
  readonly dispatcher: Person | undefined;
  readonly verifier: Person | undefined;
  readonly faults: Faults;
  readonly agenda: Agenda;
  readonly seed: string;
}

/** Nobody does more than a few things in one look at the queue. */
const AT_ONCE = 3;

export async function workAtDesks(
  desk: Desk,
  at: Instant,
  library: { readonly classes: readonly ClassSeen[]; readonly parties: readonly PartySeen[] },
): Promise<void> {
  await Promise.all([
    analyse(desk, at, library.classes),
    sendOut(desk, at, library),
    verify(desk, at, library.classes),
  ]);
}

async function analyse(
  { analyst, faults, agenda, seed }: Desk,
  at: Instant,
  classes: readonly ClassSeen[],
): Promise<void> {
  let done = 0;
  for (const seen of (await analyst?.cases()) ?? []) {
    if (done >= AT_ONCE) return;
    const may = (action: string) => seen.actions.includes(action);
    if (may('acknowledge') && seen.acknowledgedAt === undefined) {
      if (agenda.isTime(`acknowledge/${seen.id}`, at, pace(seen, [8, 35])))
        done += Number(await analyst!.act(seen.id, 'acknowledge'));
    } else if (may('confirm') && agenda.isTime(`confirm/${seen.id}`, at, patience(seen, classes))) {
      const isReal =
        isEveryday(seen) ||
        awaitsGrid(seen, classes) ||
        faultOf(seen, faults.active()) !== undefined ||
        seeded(seed, `doubt/${seen.id}`).next() < 0.25;
      const reason = pickWord(WORDS.falseAlarm, seen.id);
      done += Number(await (isReal ? analyst!.act(seen.id, 'confirm') : analyst!.act(seen.id, 'dismiss', { reason })));
    }
  }
}

/** Only what the city's own rules have not sent anyone to, after they had time to. */
async function sendOut(
  { dispatcher, agenda }: Desk,
  at: Instant,
  { classes, parties }: { readonly classes: readonly ClassSeen[]; readonly parties: readonly PartySeen[] },
): Promise<void> {
  for (const seen of (await dispatcher?.cases()) ?? []) {
    if (
      seen.state !== 'opened' ||
      !seen.actions.includes('dispatch') ||
      !agenda.isTime(`dispatch/${seen.id}`, at, [20, 60])
    )
      continue;
    const roles = classes.find(({ code }) => code === seen.caseClass)?.handledBy ?? [];
    const party = roles.flatMap((role) =>
      parties.filter((each) => each.roles.includes(role)).sort((a, b) => a.areas.length - b.areas.length),
    )[0];
    if (party) await dispatcher!.act(seen.id, 'dispatch', { party: party.id });
  }
}

async function verify({ verifier, faults, agenda }: Desk, at: Instant, classes: readonly ClassSeen[]): Promise<void> {
  for (const seen of (await verifier?.cases()) ?? []) {
    // Where no instrument speaks, none can say that it is over.
    const by = seen.findings === 0 ? 'person' : classes.find(({ code }) => code === seen.caseClass)?.verifyBy;
    if (seen.state !== 'handled' || by === 'sensors' || !seen.actions.includes('verify_pass')) continue;
    // Where sensors may close it they are given the first chance.
    if (!agenda.isTime(`verify/${seen.id}`, at, by === 'either' ? [240, 420] : [50, 150])) continue;
    if (faultOf(seen, faults.active())) {
      await verifier!.act(seen.id, 'verify_fail', { reason: pickWord(WORDS.notDone, seen.id) });
      continue;
    }
    const photo = await verifier!.photo(drawPhoto(seen.id, 'done', `verified/${at}`));
    if (photo)
      await verifier!.act(seen.id, 'verify_pass', { photos: [photo], comment: pickWord(WORDS.verified, seen.id) });
  }
}

/** A red case gets everybody's attention. */
const pace = ({ grade }: CaseSeen, [least, most]: readonly [number, number]): readonly [number, number] =>
  grade === 'red' ? [least / 2, most / 3] : [least, most];

/** A grid worker goes and looks first; when nobody does, the desk takes people's word for it. */
const patience = (seen: CaseSeen, classes: readonly ClassSeen[]): readonly [number, number] =>
  awaitsGrid(seen, classes) ? [180, 300] : pace(seen, [12, 40]);

/** What no instrument sees is believed to whoever saw it. */
const isEveryday = ({ caseClass }: CaseSeen): boolean => EVERYDAY.some((saying) => saying.caseClass === caseClass);
