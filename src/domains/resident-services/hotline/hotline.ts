/**
 * The hotline desk. A call rings, is answered, and is filed as a receipt like any resident's word; what the desk adds is the clock:
 * how long it rang, by when the caller was promised an answer, and whether that was kept.
 */
import { dueAfter } from '#kernel/calendar.ts';
import { conflict, invalid, notFound } from '#kernel/errors.ts';
import { newId } from '#kernel/ids.ts';
import type { HotlineClass } from '#kernel/reporting.ts';
import { DAY, HOUR, type Instant } from '#kernel/time.ts';
import * as store from './call-store.ts';
import type { Call, CallerData, CallForm, CallTaker, FiledAnswer, Hotline, HotlineDeps } from './hotline.types.ts';
import { countFigures } from './rates.ts';

/** A telephone system may tell late, not of another day. */
const TOLD_WITHIN = 12 * HOUR;
const MOST_EARLIER = 20;

export function createHotline(deps: HotlineDeps): Hotline {
  const { database, clock, random, reporting, vault, receipts } = deps;

  async function getCall(id: string): Promise<Call> {
    const call = await store.findCall(database, id);
    if (call === undefined) throw notFound('call.unknown', `There is no call ${id}.`, 'id');
    return call;
  }

  const ring: Hotline['ring'] = async ({ clientId, line, phone, rangAt }) => {
    const known = clientId === undefined ? undefined : await store.findByClientId(database, clientId);
    if (known !== undefined) return known;
    const now = clock.now();
    const at = rangAt ?? now;
    if (at > now || at < now - TOLD_WITHIN)
      throw invalid('call.rang_at', 'A call rang within the last twelve hours, and not in the future.', 'rangAt');
    const contact = phone === undefined ? undefined : await vault.keep({ phone }, 'call');
    const id = newId('call', now, random);
    if (await store.insertCall(database, { id, clientId, line, rangAt: at, contact })) return getCall(id);
    // Told twice at the same moment: the other one stands, this number goes.
    if (contact !== undefined) await vault.release(contact, now);
    return (await store.findByClientId(database, clientId!))!;
  };

  const answer: Hotline['answer'] = async (id, by) => {
    if (await store.answerCall(database, id, clock.now(), by)) return getCall(id);
    const call = await getCall(id);
    if (call.answeredAt === undefined) throw conflict('call.ended', 'The caller has hung up.');
    if (by === undefined || (await store.claimCall(database, id, by))) return getCall(id);
    throw conflict('call.taken', `${call.takenBy?.name ?? 'Somebody else'} has taken this call.`);
  };

  async function hangUp(id: string): Promise<Call> {
    const call = await getCall(id);
    const now = clock.now();
    await store.endCall(database, id, now);
    if (call.filed === undefined && call.contact !== undefined && call.endedAt === undefined)
      await vault.release(call.contact, now + reporting.privacy.contactDays * DAY);
    return getCall(id);
  }

  /** Errors: `category.unknown`, `hotline.class`, `hotline.class_reason`. */
  function classFor({ category, classId, classReason }: CallForm): HotlineClass {
    const usual = reporting.categories.find(({ code }) => code === category)?.hotlineClass;
    if (usual === undefined) throw invalid('category.unknown', `There is no category ${category}.`, 'category');
    const chosen = reporting.hotlineClasses.find(({ id }) => id === (classId ?? usual));
    if (chosen === undefined) throw invalid('hotline.class', `There is no hotline class ${classId}.`, 'classId');
    if (chosen.id !== usual && !classReason?.trim())
      throw invalid('hotline.class_reason', `Say why it is not ${usual}, as this category usually is.`, 'classReason');
    return chosen;
  }

  async function keepCaller(call: Call, caller: CallerData): Promise<string | undefined> {
    const given = Object.fromEntries(Object.entries(caller).filter(([, value]) => value?.trim())) as CallerData;
    if (Object.keys(given).length === 0) return call.contact;
    if (call.contact === undefined) return vault.keep(given, 'call');
    await vault.change(call.contact, given);
    return call.contact;
  }

  async function file(id: string, form: CallForm, by: CallTaker): Promise<FiledAnswer> {
    const call = await answer(id, by);
    if (call.filed !== undefined) return toAnswer(call, '', false);
    const hotlineClass = classFor(form);
    // The receipt is known by the call: filed twice, or again after a crash, it is one receipt.
    const contact = await keepCaller(call, form.caller);
    const { category, place, address, description, answers, joins, language } = form;
    const receipt = await receipts.receive({
      ...{ category, place, address, description, answers, joins, language, contact },
      clientId: `hotline-${id}`,
      accuracyMetres: undefined,
      photos: [],
      source: 'hotline',
      writtenAt: undefined,
    });
    await store.fileCall(database, id, {
      ...deps.districtAt(place),
      at: clock.now(),
      category,
      classId: hotlineClass.id,
      classReason: form.classReason?.trim() || undefined,
      code: receipt.code,
      reference: receipt.reference,
      caseId: receipt.caseId,
      contact,
      promisedAt: dueAfter(hotlineClass, call.rangAt, deps.working),
    });
    // The case may have been sent out before the call was on its list.
    if (receipt.caseId !== undefined) await learn(receipt.caseId);
    return toAnswer(await getCall(id), receipt.code, receipt.merged);
  }

  async function learn(caseId: string): Promise<void> {
    const news = await deps.findCase(caseId);
    if (news !== undefined) await store.takeNews(database, news);
  }

  const tell: Hotline['tell'] = async (id, { reached, solved, satisfied, comment }, by) => {
    const call = await getCall(id);
    if (call.filed?.settledAt === undefined)
      throw conflict('call.not_settled', 'There is nothing to tell yet: the case is still open.');
    if (!reached) {
      await store.noteTried(database, id);
      return getCall(id);
    }
    // Written down before it is passed on: "not solved" reopens the case, and then the caller is to be told again.
    await store.noteTold(database, id, { at: clock.now(), by: by.name, solved, satisfied });
    const code = await store.findCode(database, id);
    if (solved !== undefined && code !== undefined) await receipts.rate(code, { solved, satisfied, comment });
    return getCall(id);
  };

  return {
    classes: reporting.hotlineClasses,
    ring,
    answer,
    hangUp,
    getCall,
    listWaiting: (by) => store.listWaiting(database, by.id),
    async listEarlier(phone) {
      const contacts = await vault.findByPhone(phone);
      return contacts.length === 0 ? [] : receipts.listOfContacts(contacts, MOST_EARLIER);
    },
    file,
    listToTell: (limit) => store.listToTell(database, limit),
    tell,
    listOfCase: (caseId) => store.listOfCase(database, caseId),
    async figures(from: Instant, to: Instant) {
      return countFigures(await store.listCounted(database, from, to), from, to, {
        now: clock.now(),
        timeZone: deps.timeZone,
        smallestCount: reporting.privacy.smallestCount,
        lowestGoodRating: reporting.answers.lowestGoodRating,
        targets: deps.targets,
      });
    },
    onCase: (news) => store.takeNews(database, news),
    async start() {
      for (const caseId of await store.listUnsettledCases(database)) await learn(caseId);
    },
  };
}

const toAnswer = (call: Call, code: string, merged: boolean): FiledAnswer => ({
  call,
  code,
  merged,
  reference: call.filed!.reference,
  caseId: call.filed!.caseId,
  promisedAt: call.filed!.promisedAt,
});
