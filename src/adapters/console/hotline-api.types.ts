/**
 * The hotline desk's part of `/api/v1`, as the browser sees it. The line's own (`hotline.line`) are for a telephone system with an
 * integrator's key as well; everything else needs `hotline.desk`.
 *
 *   GET  /hotline/rules                     → HotlineRulesView
 *   POST /hotline/calls {clientId?, line?, phone?, rangAt?} → 201 CallView      (line) a telephone rings
 *   POST /hotline/calls/:id/answer          → CallView                         (line) the answer clock stops
 *   POST /hotline/calls/:id/end             → CallView                         (line) somebody hung up
 *   GET  /hotline/calls                     → { now, calls: CallView[] }        ringing, and mine that are not filed
 *   POST /hotline/calls/:id/caller          → CallerView                        who rings; the look is written down
 *   POST /hotline/earlier {phone}           → { earlier: EarlierView[] }
 *   POST /hotline/suggest {text, language?, place?, category?} → as /residents/suggest answers
 *   POST /hotline/calls/:id/file FileBody   → FiledView
 *   GET  /hotline/to-tell                   → { calls: ToTellView[] }           settled, and the caller does not know yet
 *   POST /hotline/calls/:id/told {reached, solved?, satisfied?, comment?} → CallView
 *   GET  /hotline/figures?days=             → HotlineFigures
 *   GET  /hotline/cases/:id                 → { calls: CallView[] }             calls that led to a case
 *
 * Bookings (`city.read`, each within the caller's party):
 *   GET  /bookings?day=&place=&kind=        → { day, visits: Visit[] }
 *   POST /bookings/:id/actions {action, note?} → Visit                          (case.handle)
 *   POST /bookings/:id/contact              → PersonalData                      (vault.reveal) the look is written down
 */
import type { Call, FiledAnswer, HotlineFigures } from '#domains/resident-services/hotline/hotline.types.ts';
import type { HotlineClass, ReportingRules } from '#kernel/reporting.ts';
import type { Instant } from '#kernel/time.ts';
import type { Localized } from '#kernel/words.ts';

export type { HotlineFigures };

export interface HotlineRulesView {
  readonly groups: ReportingRules['groups'];
  readonly categories: readonly {
    readonly code: string;
    readonly group: string;
    readonly name: Localized;
    readonly description: Localized;
    readonly hotlineClass: string;
    readonly questions: ReportingRules['categories'][number]['questions'];
  }[];
  readonly classes: readonly HotlineClass[];
  readonly descriptionCharacters: number;
}

/** A call without its pseudonym: the desk asks for the person when it needs them. */
export interface CallView extends Omit<Call, 'contact'> {
  readonly hasNumber: boolean;
}

export interface EarlierView {
  readonly id: string;
  readonly reference: string;
  readonly at: Instant;
  readonly category: string;
  readonly caseId: string | undefined;
  /** `being-handled` … as residents read it; undefined: held back or gone. */
  readonly state: string | undefined;
  readonly address: Localized | undefined;
}

export interface CallerView {
  readonly name: string | undefined;
  readonly phone: string | undefined;
  readonly earlier: readonly EarlierView[];
}

export interface ToTellView extends CallView {
  readonly name: Localized;
  readonly sentence: Localized;
  readonly address: Localized;
}

export type FiledView = Omit<FiledAnswer, 'call'> & { readonly call: CallView };
