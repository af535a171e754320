/**
 * Receipts on casework's own report path. A report and its receipt are one transaction; what a receipt tells is read from the ledger
 * and the case's record, so that nothing has to be kept in step.
 */
import type { Actor } from '#kernel/case.ts';
import { conflict, notFound } from '#kernel/errors.ts';
import type { Position } from '#kernel/geo.ts';
import { newId, type RandomBytes } from '#kernel/ids.ts';
import type { Clock, Database } from '#kernel/ports.ts';
import type { ReportCategory, ReportingRules } from '#kernel/reporting.ts';
import type { Instant } from '#kernel/time.ts';
import type { Localized } from '#kernel/words.ts';
import type { CaseChange, Casework, NewReport } from '../casework.types.ts';
import { findCode, newCode, shownCode } from './code.ts';
import { findReport, toFollow } from './follow.ts';
import { gather } from './gather.ts';
import { findWords, parseReceipt } from './parse.ts';
import type { Follow, NewReceipt, Rating, Receipts } from './receipts.types.ts';
import { type Look, say, TELLING_TYPES } from './steps.ts';
import type { PlacedRow, ReceiptDraft, ReceiptRow } from './storage.ts';
import * as storage from './storage.ts';
import { findSuspicion } from './suspicion.ts';

export interface ReceiptsDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly casework: Pick<Casework, 'report' | 'rateReport' | 'noteOnReport'>;
  readonly reporting: ReportingRules;
  isInCity(place: Position): boolean;
  addressAt(place: Position): Localized;
  /** Who looked at the contact data of a pseudonym. */
  looksAt(contact: string): Promise<readonly Look[]>;
  /** The matter of a contact has ended, and the data may go at `until`; undefined: it goes on again. May be told twice. */
  onCaseOver(contact: string, until: Instant | undefined): Promise<void>;
}

const LONGEST_COMMENT = 1_000;
const MOST_NOTE_PHOTOS = 3;

const unknown = () =>
  notFound('receipt.unknown', 'There is no receipt with that code. Look at it again: ten letters and digits.', 'code');

export function createReceipts(deps: ReceiptsDeps): Receipts {
  const { database, clock, random, casework, reporting } = deps;
  const categories = new Map(reporting.categories.map((category) => [category.code, category]));

  async function getRow(code: string): Promise<ReceiptRow> {
    const stored = findCode(code);
    const [row] = stored === undefined ? [] : await storage.listByCodes(database, [stored]);
    if (row === undefined) throw unknown();
    return row;
  }

  const toAnswer = (
    row: Pick<ReceiptRow, 'id' | 'code' | 'caseId' | 'reference'>,
    merged: boolean,
    isNew: boolean,
  ) => ({
    id: row.id,
    code: shownCode(row.code),
    caseId: row.caseId,
    reference: row.reference ?? shownCode(row.code),
    merged,
    isNew,
  });

  const draftOf = (receipt: NewReceipt & Pick<ReceiptDraft, 'answers'>, heldWhy: string | undefined): ReceiptDraft => {
    const now = clock.now();
    return {
      id: newId('receipt', now, random),
      code: newCode(random),
      clientId: receipt.clientId,
      reportedAt: now,
      writtenAt: receipt.writtenAt,
      category: receipt.category,
      place: receipt.place,
      accuracyMetres: receipt.accuracyMetres,
      address: receipt.address,
      description: receipt.description,
      photos: receipt.photos,
      answers: receipt.answers,
      joins: receipt.joins,
      contact: receipt.contact,
      language: receipt.language,
      source: receipt.source,
      mediaUrl: receipt.mediaUrl,
      heldWhy,
    };
  };

  const file = (receipt: ReceiptDraft, { caseClass }: ReportCategory) => casework.report(toReport(receipt, caseClass));

  async function receive(given: NewReceipt) {
    const { receipt, category } = parseReceipt(given, { reporting, isInCity: deps.isInCity, now: clock.now() });
    const [before] = await storage.listByClientIds(database, [receipt.clientId]);
    if (before !== undefined) return toAnswer(before, false, false);
    const isTrusted = receipt.source === 'hotline';
    const why = isTrusted
      ? undefined
      : (given.holdFor ?? findSuspicion(`${receipt.description}\n${receipt.address ?? ''}`, reporting.blockedWords));
    const draft = draftOf(receipt, why);
    if (why !== undefined) {
      if (await storage.putHeld(database, draft))
        return toAnswer({ ...draft, caseId: undefined, reference: undefined }, false, true);
      const [row] = await storage.listByClientIds(database, [receipt.clientId]);
      return toAnswer(row!, false, false);
    }
    const placed = await file(draft, category);
    return toAnswer({ ...placed, ...placed.receipt! }, placed.merged, placed.receipt!.isNew);
  }

  /** Who reads their own data knows it. */
  async function looksByOthers(contact: string | undefined): Promise<readonly Look[]> {
    if (contact === undefined) return [];
    return (await deps.looksAt(contact)).filter(({ purpose }) => purpose !== 'own-data');
  }

  async function followRows(rows: readonly ReceiptRow[]): Promise<Followed[]> {
    const origins = [...new Set(rows.flatMap(({ caseId }) => caseId ?? []))];
    const ways = origins.length === 0 ? new Map<string, never[]>() : await storage.listWays(database, origins);
    const caseIds = [...new Set([...ways.values()].flat().map(({ id }) => id))];
    const reportIds = rows.flatMap(({ reportId }) => reportId ?? []);
    const events =
      caseIds.length === 0 ? [] : await storage.listTellingEvents(database, caseIds, TELLING_TYPES, reportIds);
    const eventsOf = Map.groupBy(events, ({ caseId }) => caseId);
    return Promise.all(
      rows.map(async (receipt) => {
        const way = ways.get(receipt.caseId ?? '') ?? [];
        const ids = new Set(way.map(({ id }) => id));
        const looks = await looksByOthers(receipt.contact);
        const story = { receipt, way, events: along([...ids].flatMap((id) => eventsOf.get(id) ?? [])), looks };
        const context = {
          reporting,
          category: categories.get(receipt.category),
          address: deps.addressAt(receipt.place),
          now: clock.now(),
        };
        return { code: receipt.code, caseId: way.at(-1)?.id, follow: toFollow(story, context) };
      }),
    );
  }

  async function followMany(codes: readonly string[]): Promise<Followed[]> {
    return followRows(
      await storage.listByCodes(
        database,
        codes.flatMap((code) => findCode(code) ?? []),
      ),
    );
  }

  const followGathered = gather(async (codes: readonly string[]) => {
    const rows = await storage.listByCodes(database, [...codes]);
    return new Map((await followRows(rows)).map((each) => [each.code, each.follow]));
  });

  async function follow(code: string): Promise<Follow> {
    const stored = findCode(code);
    const found = stored === undefined ? undefined : await followGathered(stored);
    if (found === undefined) throw unknown();
    return found;
  }

  function getReportId({ reportId }: ReceiptRow): string {
    if (reportId === undefined)
      throw conflict(
        'rating.too_early',
        'Nobody has been able to look at it yet; it is still being checked.',
        'solved',
      );
    return reportId;
  }

  async function rate(code: string, { solved, satisfied, comment: given }: Omit<Rating, 'at'>): Promise<Follow> {
    const row = await getRow(code);
    const comment = given === undefined ? undefined : findWords(given, 'comment', LONGEST_COMMENT);
    const language = row.language === 'zh' ? 'zh' : 'en';
    const reason = comment === undefined ? say('not_solved') : say('not_solved.because', { comment });
    await casework.rateReport(getReportId(row), { solved, satisfied, reason: reason[language] ?? '' });
    await storage.putComment(database, row.id, comment);
    return follow(code);
  }

  async function addNote(code: string, { text, photos }: { text: string; photos: readonly string[] }): Promise<Follow> {
    const row = await getRow(code);
    const words = findWords(text, 'text', reporting.limits.descriptionCharacters);
    if (row.reportId === undefined)
      throw conflict('note.too_early', 'It is still being checked; add to it when it has been passed on.', 'text');
    await casework.noteOnReport(row.reportId, { text: words ?? '', photos: photos.slice(0, MOST_NOTE_PHOTOS) });
    await storage.showPhotos(database, photos.slice(0, MOST_NOTE_PHOTOS));
    return follow(code);
  }

  async function judgeHeld(id: string, verdict: 'release' | 'discard', by: string): Promise<void> {
    const row = await storage.findById(database, id);
    if (row === undefined) throw notFound('receipt.unknown', 'There is no such held report.', 'id');
    const judged = () => conflict('receipt.judged', 'Somebody has judged this report already.', 'id');
    if (row.state !== 'held') throw judged();
    if (verdict === 'discard') {
      if (!(await storage.discard(database, id, by, clock.now()))) throw judged();
      return;
    }
    const category = categories.get(row.category);
    if (category === undefined)
      throw conflict('category.unknown', 'The city no longer takes reports of that category.');
    const placed = await file(row, category);
    if (!placed.receipt!.isNew) throw judged();
    await storage.noteJudge(database, id, by, clock.now());
  }

  async function tellVault(caseId: string | undefined): Promise<void> {
    for (const { contact, until } of await storage.listContactsToTell(
      database,
      reporting.privacy.contactDays,
      caseId,
    )) {
      await deps.onCaseOver(contact, until);
      await storage.noteTold(database, contact, until);
    }
  }

  return {
    receive,
    follow,
    followMany,
    rate,
    addNote,
    judgeHeld,
    contactOf: async (code) => (await getRow(code)).contact,
    async findByClientId(clientId) {
      const [row] = await storage.listByClientIds(database, [clientId]);
      return row && toAnswer(row, false, false);
    },
    listOfCase: async (caseId) => (await storage.listOfCase(database, caseId)).map(toCaseReceipt),
    async listOfContacts(contacts, limit) {
      const rows = await storage.listOfContacts(database, contacts, limit);
      return rows.map(({ receipt, caseNow, record }) => ({
        id: receipt.id,
        caseId: caseNow ?? receipt.caseId,
        reference: record?.reference ?? receipt.reference ?? '',
        at: receipt.reportedAt,
        category: receipt.category,
      }));
    },
    async listHeld(limit) {
      const rows = await storage.listHeld(database, limit);
      return rows.map(({ id, reportedAt, category, description, heldWhy, photos }) => ({
        id,
        at: reportedAt,
        category,
        description,
        why: heldWhy ?? '',
        photos,
      }));
    },
    isShown: (key) => storage.isShown(database, key),
    start: () => tellVault(undefined),
    onCase: async ({ event, summary }: CaseChange) => {
      const hasEnded = event.to !== undefined && (summary.closedAt !== undefined || event.type === 'reopen');
      if (hasEnded && summary.reports > 0) await tellVault(summary.id);
    },
  };
}

interface Followed {
  readonly code: string;
  readonly caseId: string | undefined;
  readonly follow: Follow;
}

/** Who told it, without saying who: the pseudonym of the vault, or the receipt itself when nobody left word. */
const reporterOf = ({ contact, id }: ReceiptDraft): Actor => ({
  kind: 'resident',
  id: contact ?? id,
  name: 'Resident',
});

const toReport = (receipt: ReceiptDraft, caseClass: string): NewReport => ({
  caseClass,
  place: receipt.place,
  description: receipt.description,
  source: receipt.source as NewReport['source'],
  reporter: reporterOf(receipt),
  photos: receipt.photos,
  category: receipt.category,
  answers: receipt.answers,
  language: receipt.language,
  joins: receipt.joins,
  receipt,
});

function toCaseReceipt({ receipt, record }: PlacedRow) {
  const report = record && findReport(record, receipt.reportId);
  const rating = report?.rating && {
    at: report.rating.at,
    solved: report.rating.solved,
    satisfied: report.rating.satisfied,
    comment: receipt.comment,
  };
  return {
    id: receipt.id,
    at: receipt.reportedAt,
    contact: receipt.contact,
    language: receipt.language,
    category: receipt.category,
    address: receipt.address,
    rating,
  };
}

/** In the order in which they happened, whichever case of the way they belong to. */
const along = <E extends { readonly sequence: number }>(events: readonly E[]): E[] =>
  events.toSorted((a, b) => a.sequence - b.sequence);
