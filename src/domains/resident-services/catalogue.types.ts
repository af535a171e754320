/** What a city offers at the doorstep, after parsing `services.yaml`; the pack's hours are already minutes of the local day. */
import type { Position } from '#kernel/geo.ts';
import type { Question } from '#kernel/reporting.ts';
import type { WorkingCalendar } from '#kernel/rules.ts';
import type { Localized } from '#kernel/words.ts';

/** How a service is had: at a counter, at the unattended machine, or somebody comes. */
export const SERVICE_KINDS = ['at-a-place', 'at-the-door', 'at-the-kiosk'] as const;
export type ServiceKind = (typeof SERVICE_KINDS)[number];

export const CONTACT_FIELDS = ['name', 'phone', 'email', 'address', 'note'] as const;
export type ContactField = (typeof CONTACT_FIELDS)[number];

export interface ServicePlace {
  readonly id: string;
  readonly name: Localized;
  readonly at: Position;
  /** As the city writes it; undefined: the nearest house's. */
  readonly address: Localized | undefined;
}

export interface Eligibility {
  readonly id: string;
  readonly question: Localized;
  /** The answer that somebody who may have the service gives. */
  readonly needs: boolean;
  readonly refusal: Localized;
}

export interface Service {
  readonly id: string;
  readonly name: Localized;
  readonly description: Localized;
  readonly icon: string;
  readonly kind: ServiceKind;
  readonly price: Localized | undefined;
  readonly documents: readonly Localized[];
  readonly eligibility: readonly Eligibility[];
  readonly questions: readonly Question[];
  readonly asks: readonly ContactField[];
  /** Places where it is had; empty for what comes to the door. */
  readonly places: readonly ServicePlace[];
  /** For the door: areas in which somebody comes; empty: the whole city. */
  readonly within: readonly string[];
  /** The service's own weekly hours with the holidays and make-up days of the calendar it follows. */
  readonly hours: WorkingCalendar;
  readonly slotMinutes: number;
  readonly capacity: number;
  readonly horizonDays: number;
  /** A slot that begins sooner than this is not given any more. */
  readonly noticeMinutes: number;
  /** Changing and cancelling end this long before the slot begins. */
  readonly changeMinutesBefore: number;
  /** First letter of its queue numbers. */
  readonly letter: string;
  /** Role of the party whose worker serves; resolved where the service is had. */
  readonly role: string;
}

/** What the hotline promises its callers before anything is said. */
export interface HotlineTargets {
  readonly answerWithinSeconds: number;
  readonly connectedRatio: number;
}

export interface Catalogue {
  readonly services: readonly Service[];
  /** Undefined: the city sets none, and none is shown. */
  readonly hotline: HotlineTargets | undefined;
}
