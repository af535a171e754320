/** Care's part of the API as functions. */
import type { CareView, RevealedView } from '#adapters/console/api.types.ts';
import type { CareRule } from '#domains/community/care.types.ts';
import type { Position } from '#kernel/geo.ts';
import type { Instant } from '#kernel/time.ts';
import type { PersonalData, PersonalField } from '#people/vault/vault.types.ts';
import { call } from '../api.ts';

const id = encodeURIComponent;

export const GIVEN = ['in-person', 'on-paper', 'cabin'] as const;

export interface NewConsent {
  readonly person: PersonalData;
  readonly rules: readonly CareRule[];
  readonly place: Position;
  readonly meter: number | undefined;
  readonly carer: string | undefined;
  readonly expiresAt: Instant;
  readonly given: (typeof GIVEN)[number];
}

export const getCare = () => call<CareView>('GET', '/care');
export const enrol = (form: NewConsent) => call<unknown>('POST', '/care', form);
export const withdraw = (enrolmentId: string) => call<void>('DELETE', `/care/${id(enrolmentId)}`);
export const setAway = (enrolmentId: string, until: Instant | null) =>
  call<unknown>('POST', `/care/${id(enrolmentId)}/away`, { until });
export const setSeen = (enrolmentId: string) => call<unknown>('POST', `/care/${id(enrolmentId)}/seen`);
/** Written down before it is answered; the person sees who looked. */
export const revealCared = (enrolmentId: string, fields: readonly PersonalField[]) =>
  call<RevealedView>('POST', `/care/${id(enrolmentId)}/reveal`, { purpose: 'care', fields });
