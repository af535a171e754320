import type { Actor, CaseAction, WorkOrderAction } from '#kernel/case.ts';
import { notFound } from '#kernel/errors.ts';
import type { Finding, FindingChange } from '#kernel/finding.ts';
import type { Position } from '#kernel/geo.ts';
import { newId, type RandomBytes } from '#kernel/ids.ts';
import type { UnchainedEvent } from '#kernel/ledger.ts';
import type { Clock, Database, Log, Queryable } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';
import type { AssetId, DatastreamId } from '#kernel/words.ts';
import { act } from './actions.ts';
import type { ActionDetails, CaseChange, CaseSummary, Casework, Impact, Responsibility } from './casework.types.ts';
import { nextDueAt, passTime } from './deadlines.ts';
import { fold } from './fold.ts';
import type { Assignment, AssignRequest, Ground, ImpactRequest, LocatedAsset } from './ground.ts';
import { attachEvidence, checkReport, collectFinding, handOver, hasSeen, joinFinding, recordChange } from './intake.ts';
import { createKeeper } from './keeper.ts';
import * as ledger from './ledger-storage.ts';
import { isOpen } from './lifecycle.ts';
import { findHost, reachOf } from './merging.ts';
import { actOnOrder } from './orders.ts';
import { Pen } from './pen.ts';
import { createQueries } from './queries.ts';
import { noteOnReport, rateReport } from './ratings.ts';
import type { CaseRecord } from './record.ts';
import { type Decision, takeReports } from './report-intake.ts';
import { createReportQueue } from './report-queue.ts';
import { type CaseworkRules, openRuleBook } from './rule-book.ts';
import * as storage from './storage.ts';
import { allowedActions, toSummary, toWorkOrder } from './views.ts';

export type { Assignment, AssignRequest, ImpactRequest, LocatedAsset } from './ground.ts';
export type { CaseworkRules } from './rule-book.ts';

/** Everything casework needs from the house. The callbacks answer from memory, at once. */
export interface CaseworkDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** Sixteen random bytes per call. */
  readonly random: RandomBytes;
  readonly rules: CaseworkRules;
  responsibilityAt(place: Position): Responsibility;
  /** What a failure takes with it; undefined when nothing is known. */
  impactOf(request: ImpactRequest): Impact | undefined;
  /** Who goes; by default the party responsible for the role at the place, without a crew. */
  assign?(request: AssignRequest): Assignment | undefined;
  /** For `locate`: an asset of the pack with the facts that plans are chosen by (`bore_mm`). */
  findAsset?(assetId: AssetId): LocatedAsset | undefined;
  /** phenomenonTime of the newest Observation of a Datastream. */
  latestObservationAt(datastreamId: DatastreamId): Instant | undefined;
  /** After the commit, in ledger order. */
  onChange(change: CaseChange): void;
}

const assignByResponsibility = ({ role, responsibility, except }: AssignRequest): Assignment | undefined => {
  const party = responsibility.partyFor(role);
  return party === undefined || except.includes(party) ? undefined : { party };
};

const PAGE = 5_000;

export function createCasework(deps: CaseworkDeps): Casework {
  const { database, clock, log, rules, random } = deps;
  const book = openRuleBook(rules);
  const queries = createQueries(database);
  const keeper = createKeeper(database, clock, rules.city.timeZone);

  const groundAt = (at: Instant, busyCrews: ReadonlySet<string>): Ground => ({
    book,
    busyCrews,
    responsibilityAt: deps.responsibilityAt,
    impactOf: deps.impactOf,
    assign: deps.assign ?? assignByResponsibility,
    findAsset: deps.findAsset ?? (() => undefined),
    latestObservationAt: deps.latestObservationAt,
    newId: (kind) => newId(kind, at, random),
  });

  /** Decisions run one after another, in the order in which they came. */
  let gate: Promise<unknown> = Promise.resolve();
  function inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = gate.then(work, work);
    gate = done.catch(() => undefined);
    return done;
  }

  /** Runs one decision: locks the ledger, decides, appends, saves; then tells the world. */
  async function decide<T>(work: (decision: Decision) => Promise<T> | T, now = clock.now()): Promise<T> {
    const changes: CaseChange[] = [];
    const result = await database.transaction(async (tx) => {
      const head = await ledger.lockHead(tx);
      const at = Math.max(now, head.at);
      const pen = new Pen(at);
      const ground = groundAt(at, await storage.listBusyCrews(tx));
      const answer = await work({ tx, pen, ground });
      const events = await ledger.append(
        tx,
        head,
        pen.written.map(({ draft }) => draft as unknown as UnchainedEvent),
      );
      events.forEach((event, index) => {
        pen.get(event.caseId).sequence = event.sequence;
        changes.push({ event, summary: { ...pen.written[index]!.summary, sequence: event.sequence } });
      });
      await save(tx, pen.changed(), ground);
      return answer;
    });
    for (const change of changes) announce(change);
    return result;
  }

  /** What is committed is true, whether or not somebody listens well: a listener that fails undoes nothing. */
  function announce(change: CaseChange): void {
    try {
      deps.onChange(change);
    } catch (error) {
      log.error({ sequence: change.event.sequence, error: String(error) }, 'A listener failed on a case event');
    }
  }

  const save = (tx: Queryable, records: readonly CaseRecord[], ground: Ground) =>
    storage.saveRecords(
      tx,
      records,
      (record) => nextDueAt(ground, record),
      (record) => record.orders.map((order) => toWorkOrder(record, order)),
    );

  async function take({ tx, pen }: Decision, caseId: string): Promise<CaseRecord> {
    const record = await storage.lockCase(tx, caseId);
    if (record === undefined) throw notFound('case.unknown', `There is no case ${caseId}.`, 'id');
    return pen.take(record);
  }

  // Findings and reports -------------------------------------------------------------------------------------------------------------

  async function takeFinding(decision: Decision, change: FindingChange): Promise<void> {
    const { tx, pen, ground } = decision;
    const { finding } = change;
    const ownerId = await storage.findCaseOfFinding(tx, finding.key);
    const owner = ownerId === undefined ? undefined : await take(decision, ownerId);
    if (owner !== undefined) {
      if (hasSeen(owner, change)) return;
      const isNewTrouble = !isOpen(owner.state) && change.change === 'escalated' && canOpen(finding);
      if (!isNewTrouble) return recordChange(pen, ground, owner.id, change);
    } else if (change.change === 'cleared') {
      await storage.takeWaiting(tx, [finding.key]);
      return;
    }
    if (!canOpen(finding)) return takeEvidence(decision, change);
    const caseId = await placeFinding(decision, change, owner?.id);
    if (owner !== undefined) handOver(pen, owner, finding.key, caseId);
  }

  function canOpen({ opens, key }: Finding): boolean {
    if (opens === undefined) return false;
    if (book.findClass(opens) !== undefined) return true;
    log.warn({ finding: key, opens }, 'A finding opens a case class that the pack does not have');
    return false;
  }

  async function takeEvidence({ tx, pen, ground }: Decision, change: FindingChange): Promise<void> {
    const { key } = change.finding;
    const drawn = await storage.findCaseDrawnFrom(tx, key);
    if (drawn === undefined) return storage.putWaiting(tx, change.finding);
    attachEvidence(pen, ground, pen.take(drawn).id, change);
  }

  async function placeFinding(
    { tx, pen, ground }: Decision,
    change: FindingChange,
    follows: string | undefined,
  ): Promise<string> {
    const { opens = '', place, since, basis, key } = change.finding;
    await storage.takeWaiting(tx, [key]);
    const evidence = await storage.takeWaiting(tx, basis);
    const neighbours = await storage.listNeighbours(tx, place, reachOf(book, opens), basis);
    const found = findHost(book, neighbours, { caseClass: opens, place, at: since, basis });
    if (found === undefined) {
      const reference = await storage.nextReference(tx, rules.city, pen.at);
      return collectFinding(pen, ground, change, evidence, reference, follows);
    }
    for (const record of [found.host.record, ...found.guests]) pen.take(record);
    joinFinding(pen, ground, found.host, found.guests, change, evidence);
    return found.host.record.id;
  }

  const report = createReportQueue(inOrder, (reports) =>
    decide((decision) => takeReports(decision, rules.city, reports)),
  );

  async function onReport(reportId: string, work: (decision: Decision, caseId: string) => void): Promise<CaseSummary> {
    return inOrder(() =>
      decide(async (decision) => {
        const caseId = await storage.findCaseOfReport(decision.tx, reportId);
        if (caseId === undefined) throw notFound('report.unknown', 'There is no such report.', 'reportId');
        await take(decision, caseId);
        work(decision, caseId);
        return toSummary(decision.pen.get(caseId));
      }),
    );
  }

  // Actions ----------------------------------------------------------------------------------------------------------------------------

  async function actOn(decision: Decision, caseId: string, action: CaseAction, details: ActionDetails, actor: Actor) {
    if (action === 'merge' && typeof details.into === 'string') await take(decision, details.into);
    await take(decision, caseId);
    act(decision.pen, decision.ground, caseId, action, details, actor);
  }

  async function actOnOrderOf(
    decision: Decision,
    orderId: string,
    action: WorkOrderAction,
    details: ActionDetails,
    actor: Actor,
  ) {
    const caseId = await storage.findCaseOfOrder(decision.tx, orderId);
    if (caseId === undefined) throw notFound('order.unknown', `There is no work order ${orderId}.`, 'id');
    await take(decision, caseId);
    actOnOrder(decision.pen, decision.ground, caseId, orderId, action, details, actor);
    return caseId;
  }

  // Time -------------------------------------------------------------------------------------------------------------------------------

  async function tick(now: Instant): Promise<void> {
    for (const due of await storage.listDueRecords(database, now)) {
      if (!wouldChange(due, now)) continue;
      await inOrder(() => decide((decision) => passTimeOf(decision, due.id), now));
    }
    await inOrder(() => keeper.sealDays(now));
  }

  async function passTimeOf(decision: Decision, caseId: string): Promise<void> {
    await take(decision, caseId);
    passTime(decision.pen, decision.ground, caseId);
  }

  /** Tries on a copy, so that a case whose sensors are not yet normal costs no transaction. */
  function wouldChange(record: CaseRecord, now: Instant): boolean {
    const pen = new Pen(now, [structuredClone(record)]);
    passTime(pen, groundAt(now, new Set()), record.id);
    return pen.written.length > 0;
  }

  const rebuild = () =>
    database.transaction(async (tx) => {
      await ledger.lockHead(tx);
      await storage.emptyReadModel(tx);
      const records = new Map<string, CaseRecord>();
      for (
        let page = await ledger.listEvents(tx, 0, PAGE);
        page.length > 0;
        page = await ledger.listEvents(tx, page.at(-1)!.sequence, PAGE)
      ) {
        for (const event of page) {
          if (event.caseId !== ledger.CITY) records.set(event.caseId, fold(records.get(event.caseId), event));
        }
      }
      const all = [...records.values()].sort((a, b) => a.sequence - b.sequence);
      await save(tx, all, groundAt(clock.now(), new Set()));
    });

  return {
    start: () => inOrder(() => keeper.adoptRules(rules)),
    stop: () => inOrder(async () => undefined),
    onFinding: (change) => inOrder(() => decide((decision) => takeFinding(decision, change))),
    async report(newReport) {
      checkReport(book, newReport);
      return report(newReport);
    },
    rateReport: (reportId, rating) =>
      onReport(reportId, ({ pen, ground }, caseId) => rateReport(pen, ground, caseId, reportId, rating)),
    noteOnReport: (reportId, note) =>
      onReport(reportId, ({ pen }, caseId) => noteOnReport(pen, caseId, reportId, note)),
    async act(caseId, action, details, actor) {
      await inOrder(() => decide((decision) => actOn(decision, caseId, action, details, actor)));
      return queries.getCase(caseId);
    },
    async actOnOrder(orderId, action, details, actor) {
      const caseId = await inOrder(() => decide((decision) => actOnOrderOf(decision, orderId, action, details, actor)));
      return queries.getCase(caseId);
    },
    getCase: queries.getCase,
    listCases: queries.listCases,
    listOrders: (query) => storage.listWorkOrders(database, query),
    allowedActions: (summary) => allowedActions(summary),
    tick,
    dayRoots: (limit) => ledger.listRoots(database, limit),
    rebuild: () => inOrder(rebuild),
    events: (after, limit) => ledger.listEvents(database, after, limit),
  };
}
