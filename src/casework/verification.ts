/** The independent check: by somebody who did not handle the case, or by the sensors themselves. */
import type { Actor } from '#kernel/case.ts';
import { CityError, conflict } from '#kernel/errors.ts';
import { type Instant, MINUTE, plusMinutes } from '#kernel/time.ts';
import type { Localized } from '#kernel/words.ts';
import type { ActionDetails } from './casework.types.ts';
import { dueAfterResuming, startClock } from './clocks.ts';
import { confidentialTo } from './confidential.ts';
import { findText, getPhotos, getText, listPhotos } from './details.ts';
import { evaluate } from './evaluation.ts';
import { type Ground, SYSTEM } from './ground.ts';
import { findLead } from './orders.ts';
import type { Pen } from './pen.ts';
import { reissueOrder, writeDispatch } from './plans.ts';
import type { CaseRecord, ClockChange, FindingChild } from './record.ts';
import strings from './strings.en.json' with { type: 'json' };
import chinese from './strings.zh.json' with { type: 'json' };

type Outcome = keyof typeof strings.answer;

const findingsOf = (record: CaseRecord): FindingChild[] => record.children.filter((child) => child.kind === 'finding');

/** Whoever accepted, went, or fed back, whoever is of the same party, and whoever's party was asked, does not verify. */
export function refuseHandlers(ground: Ground, record: CaseRecord, actor: Actor): void {
  if (actor.kind === 'system') return;
  const { accounts, parties } = record.handlers;
  const { book } = ground;
  const isOfHandlers = parties.some(
    (party) => book.worksFor(actor.party, party) || (actor.party !== undefined && book.worksFor(party, actor.party)),
  );
  if (!accounts.includes(actor.id) && !isOfHandlers) return;
  throw new CityError(
    'forbidden',
    'case.handler_verifies',
    'Who handles never verifies: this case was handled by you or your party. Somebody else must look at it.',
    undefined,
    { parties },
  );
}

/** The fact of a finding that its domain watches by itself, without Datastreams, and clears by what it sees next. */
const WATCHED_BY_DOMAIN = 'watched';

/**
 * Since when every sensor behind the case has been normal: the later of the handling and the last clearing. Undefined while a finding
 * stands, or when no sensor speaks for the case.
 */
export function normalSince(record: CaseRecord): Instant | undefined {
  if (record.state !== 'handled' || record.handledAt === undefined) return undefined;
  const findings = findingsOf(record);
  // A confidential finding names no sensor, because a sensor would name the home; it is cleared by who or what raised it.
  const speaks = ({ datastreamId, facts }: (typeof findings)[number]) =>
    datastreamId !== undefined || facts[WATCHED_BY_DOMAIN] === true || confidentialTo(facts) !== undefined;
  if (!findings.some(speaks)) return undefined;
  let since = record.handledAt;
  for (const { clearedAt } of findings) {
    if (clearedAt === undefined) return undefined;
    since = Math.max(since, clearedAt);
  }
  return since;
}

/** When sensors could close the case at the earliest; undefined when they cannot. */
export function sensorsDueAt(ground: Ground, record: CaseRecord): Instant | undefined {
  const caseClass = ground.book.findClass(record.caseClass);
  if (caseClass === undefined || caseClass.verifyBy === 'person') return undefined;
  const since = normalSince(record);
  return since === undefined ? undefined : plusMinutes(since, caseClass.normalForMinutes);
}

/** True when every sensor behind the case has reported, normally, up to that instant; a silent sensor proves nothing. */
function haveSensorsSpoken(ground: Ground, record: CaseRecord, until: Instant): boolean {
  return findingsOf(record).every(
    ({ datastreamId }) =>
      datastreamId === undefined || (ground.latestObservationAt(datastreamId) ?? -Infinity) >= until,
  );
}

/** Closes a handled case when its sensors have been normal for long enough on Observations newer than the handling. */
export function verifyBySensors(pen: Pen, ground: Ground, caseId: string): void {
  const record = pen.get(caseId);
  const dueAt = sensorsDueAt(ground, record);
  if (dueAt === undefined || pen.at < dueAt || !haveSensorsSpoken(ground, record, dueAt)) return;
  pen.write(caseId, 'verify_pass', { by: 'sensors', normalSince: normalSince(record) }, SYSTEM);
  close(pen, caseId);
}

export function verifyPass(pen: Pen, ground: Ground, record: CaseRecord, details: ActionDetails, actor: Actor): void {
  refuseHandlers(ground, record, actor);
  const { verifyBy } = ground.book.getClass(record.caseClass);
  const hasSensors = findingsOf(record).some(({ datastreamId }) => datastreamId !== undefined);
  if (verifyBy === 'sensors' && hasSensors && record.state === 'handled') {
    throw conflict(
      'case.verified_by_sensors',
      'Cases of this class are closed by their sensors being normal again.',
      'action',
    );
  }
  const photos = getPhotos(
    details,
    'verify.photo_needed',
    'A verification by a person needs a photo of how it is now.',
  );
  pen.write(record.id, 'verify_pass', { by: 'person', comment: findText(details, 'comment'), photos }, actor);
  close(pen, record.id);
}

function close(pen: Pen, caseId: string): void {
  answerReports(pen, caseId, 'closed');
  pen.write(caseId, 'evaluate', { ...evaluate(pen.get(caseId)) }, SYSTEM);
}

/** Everyone who reported is told what became of it. */
export function answerReports(pen: Pen, caseId: string, outcome: Outcome): void {
  const record = pen.get(caseId);
  const sentence: Localized = { zh: chinese.answer[outcome], en: strings.answer[outcome] };
  for (const child of record.children.filter((report) => report.kind === 'report')) {
    pen.write(caseId, 'report.answered', { reportId: child.id, reporter: child.reporter, outcome, sentence }, SYSTEM);
  }
}

/** Back to the same party. Time under verification was not the party's: the handling clock goes on with what was left. */
export function verifyFail(pen: Pen, ground: Ground, record: CaseRecord, details: ActionDetails, actor: Actor): void {
  refuseHandlers(ground, record, actor);
  const reason = getText(details, 'reason');
  const { handle } = record.clocks;
  const clocks: ClockChange[] =
    handle === undefined
      ? []
      : [{ clock: 'handle', change: 'resume', dueAt: dueAfterResuming(handle, pen.at, ground.book.working) }];
  pen.write(record.id, 'verify_fail', { reason, photos: listPhotos(details), clocks }, actor);
  dispatchAgain(pen, ground, record, false);
}

/** Reopening is for a verifier, or for somebody who reported this very case, and not for ever. */
export function reopen(pen: Pen, ground: Ground, record: CaseRecord, details: ActionDetails, actor: Actor): void {
  const reports = record.children.filter((child) => child.kind === 'report');
  if (actor.kind === 'resident' && !reports.some(({ reporter }) => reporter.id === actor.id)) {
    throw new CityError('forbidden', 'case.not_reporter', 'Only who reported this case, or a verifier, reopens it.');
  }
  const until = (record.closedAt ?? record.updatedAt) + ground.book.reopenWithinDays * 24 * 60 * MINUTE;
  if (record.closedAt !== undefined && pen.at > until) {
    throw new CityError(
      'conflict',
      'case.too_old_to_reopen',
      `A case may be reopened within ${ground.book.reopenWithinDays} days of its closure; report it anew.`,
      'action',
      { closedAt: record.closedAt, until },
    );
  }
  const reason = getText(details, 'reason');
  const { accept } = ground.book.getClass(record.caseClass);
  const clocks = record.state === 'dismissed' ? [startClock('accept', accept, pen.at, ground.book.working)] : [];
  pen.write(record.id, 'reopen', { reason, clocks }, actor);
  if (record.state === 'dispatched') dispatchAgain(pen, ground, record, true);
}

/** Issues the lead order again to the party that had it. */
function dispatchAgain(pen: Pen, ground: Ground, record: CaseRecord, afresh: boolean): void {
  const order = findLead(record);
  const party = order && ground.book.findParty(order.party);
  if (order === undefined || party === undefined) return;
  const id = reissueOrder(pen, ground, record, order, party, order.crew, SYSTEM);
  writeDispatch(pen, ground, record, { order: id, party: party.id, partyName: party.name }, SYSTEM, { afresh });
}
