/** The hotline: calls from ringing to the caller having been told, and what it promises. `createHotline` in `hotline.ts` is it. */
import type { WorkingTime } from '#kernel/calendar.ts';
import type { Position } from '#kernel/geo.ts';
import type { RandomBytes } from '#kernel/ids.ts';
import type { Clock, Database } from '#kernel/ports.ts';
import type { HotlineClass, ReportingRules } from '#kernel/reporting.ts';
import type { Instant } from '#kernel/time.ts';
import type { PartyId } from '#kernel/words.ts';
import type { HotlineTargets } from '../catalogue.types.ts';

export interface CallTaker {
  readonly id: string;
  readonly name: string;
}

export interface Call {
  readonly id: string;
  readonly line: string | undefined;
  readonly rangAt: Instant;
  readonly answeredAt: Instant | undefined;
  readonly endedAt: Instant | undefined;
  readonly takenBy: CallTaker | undefined;
  /** Pseudonym of the vault; undefined: the number is withheld and nothing was said. */
  readonly contact: string | undefined;
  /** Undefined until it was filed. */
  readonly filed: FiledCall | undefined;
}

export interface FiledCall {
  readonly at: Instant;
  readonly category: string;
  readonly classId: string;
  /** Why it is not the category's own class. */
  readonly classReason: string | undefined;
  readonly caseId: string | undefined;
  readonly reference: string;
  readonly district: string | undefined;
  /** The first receiver. It leads. */
  readonly party: PartyId | undefined;
  readonly promisedAt: Instant;
  readonly settledAt: Instant | undefined;
  readonly toldAt: Instant | undefined;
  readonly attempts: number;
  readonly solved: boolean | undefined;
  readonly satisfied: number | undefined;
}

export interface CallerData {
  readonly name?: string | undefined;
  readonly phone?: string | undefined;
  readonly address?: string | undefined;
  readonly note?: string | undefined;
}

export interface CallForm {
  readonly category: string;
  /** Undefined: the category's own. Another needs a reason. */
  readonly classId: string | undefined;
  readonly classReason: string | undefined;
  readonly place: Position;
  readonly address: string | undefined;
  readonly description: string;
  readonly answers: Readonly<Record<string, string | number | readonly string[]>>;
  readonly joins: string | undefined;
  readonly caller: CallerData;
  readonly language: string;
}

export interface FiledAnswer {
  readonly call: Call;
  /** Told to the caller once; not kept by the desk. */
  readonly code: string;
  readonly reference: string;
  readonly caseId: string | undefined;
  readonly merged: boolean;
  readonly promisedAt: Instant;
}

/** A share with what it was counted from; the value is missing when there were too few to tell. */
export interface Rate {
  readonly value: number | undefined;
  readonly of: number | undefined;
}

export interface ThreeRates {
  readonly response: Rate;
  readonly resolved: Rate;
  readonly satisfied: Rate;
}

export interface HotlineFigures {
  readonly from: Instant;
  readonly to: Instant;
  readonly targets: HotlineTargets | undefined;
  readonly calls: number;
  readonly connected: Rate;
  /** Seconds within which 95 of 100 answered calls were answered. */
  readonly answerP95Seconds: number | undefined;
  readonly rates: ThreeRates;
  /** Per local day, oldest first. */
  readonly days: readonly ({ readonly day: string; readonly calls: number; readonly connected: Rate } & ThreeRates)[];
  readonly districts: readonly ({ readonly id: string } & ThreeRates)[];
  readonly parties: readonly ({ readonly id: PartyId } & ThreeRates)[];
}

export interface Hotline {
  readonly classes: readonly HotlineClass[];
  /** A telephone rings. The same `clientId` again is the same call. Errors: `call.rang_at`, those of the vault. */
  ring(call: {
    readonly clientId: string | undefined;
    readonly line: string | undefined;
    readonly phone: string | undefined;
    readonly rangAt: Instant | undefined;
  }): Promise<Call>;
  /** Errors: `call.unknown`, `call.taken` (409, by somebody else), `call.ended` (409). */
  answer(id: string, by: CallTaker | undefined): Promise<Call>;
  /** The caller or the desk hung up; the matter may still be filed. */
  hangUp(id: string): Promise<Call>;
  getCall(id: string): Promise<Call>;
  /** Ringing now, longest first, and those this person has answered and not filed. */
  listWaiting(by: CallTaker): Promise<Call[]>;
  /** Receipts that the same number reported before, newest first. */
  listEarlier(phone: string): Promise<readonly EarlierReport[]>;
  /** Errors: `hotline.class`, `hotline.class_reason`, `category.unknown`, those of receipts. Filed already: the same answer without the code. */
  file(id: string, form: CallForm, by: CallTaker): Promise<FiledAnswer>;
  /** Cases that are settled and whose caller has not been told, longest waiting first. */
  listToTell(limit: number): Promise<Call[]>;
  /** `reached` false: tried in vain. What the caller says is the receipt's rating. Errors: `call.not_settled`, those of receipts. */
  tell(
    id: string,
    told: {
      readonly reached: boolean;
      readonly solved: boolean | undefined;
      readonly satisfied: number | undefined;
      readonly comment: string | undefined;
    },
    by: CallTaker,
  ): Promise<Call>;
  listOfCase(caseId: string): Promise<Call[]>;
  figures(from: Instant, to: Instant): Promise<HotlineFigures>;
  /** What the city has decided about a case since: the first receiver, the end, that it goes on, that it went on elsewhere. Idempotent. */
  onCase(news: CaseNews): Promise<void>;
  /** Asks about every call that is not settled: nothing that happened while nobody listened is missed. */
  start(): Promise<void>;
}

export interface CaseNews {
  readonly caseId: string;
  readonly party: PartyId | undefined;
  readonly mergedInto: string | undefined;
  /** Closed or dismissed at; undefined: it goes on. */
  readonly settledAt: Instant | undefined;
}

export interface EarlierReport {
  readonly id: string;
  readonly caseId: string | undefined;
  readonly reference: string;
  readonly at: Instant;
  readonly category: string;
}

export interface HotlineDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly timeZone: string;
  readonly working: WorkingTime;
  readonly reporting: ReportingRules;
  readonly targets: HotlineTargets | undefined;
  districtAt(place: Position): { readonly district: string | undefined; readonly community: string | undefined };
  findCase(caseId: string): Promise<CaseNews | undefined>;
  readonly vault: {
    keep(person: CallerData, purpose: 'call'): Promise<string>;
    change(pseudonym: string, change: CallerData): Promise<void>;
    release(pseudonym: string, until: Instant | undefined): Promise<void>;
    findByPhone(phone: string): Promise<string[]>;
  };
  readonly receipts: {
    receive(receipt: {
      readonly clientId: string;
      readonly category: string;
      readonly place: Position;
      readonly accuracyMetres: number | undefined;
      readonly address: string | undefined;
      readonly description: string;
      readonly photos: readonly string[];
      readonly answers: CallForm['answers'];
      readonly joins: string | undefined;
      readonly contact: string | undefined;
      readonly language: string;
      readonly source: 'hotline';
      readonly writtenAt: Instant | undefined;
    }): Promise<{
      readonly code: string;
      readonly caseId: string | undefined;
      readonly reference: string;
      readonly merged: boolean;
    }>;
    rate(
      code: string,
      rating: {
        readonly solved: boolean;
        readonly satisfied: number | undefined;
        readonly comment: string | undefined;
      },
    ): Promise<unknown>;
    listOfContacts(contacts: readonly string[], limit: number): Promise<readonly EarlierReport[]>;
  };
}
