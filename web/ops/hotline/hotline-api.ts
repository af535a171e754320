/** The hotline's part of the API as functions. */
import type {
  CallerView,
  CallView,
  EarlierView,
  FiledView,
  HotlineFigures,
  HotlineRulesView,
  ToTellView,
} from '#adapters/console/hotline-api.types.ts';
import type { SuggestBody, SuggestView } from '#adapters/residents/api.types.ts';
import type { CallForm } from '#domains/resident-services/hotline/hotline.types.ts';
import { call } from '../api.ts';

const id = encodeURIComponent;

export const getRules = () => call<HotlineRulesView>('GET', '/hotline/rules');
export const getFigures = (days: number) => call<HotlineFigures>('GET', `/hotline/figures?days=${days}`);
export const listCalls = () => call<{ now: number; calls: CallView[] }>('GET', '/hotline/calls');
export const listToTell = () => call<{ calls: ToTellView[] }>('GET', '/hotline/to-tell');
export const ring = () => call<CallView>('POST', '/hotline/calls', { clientId: crypto.randomUUID() });
export const answer = (callId: string) => call<CallView>('POST', `/hotline/calls/${id(callId)}/answer`);
export const hangUp = (callId: string) => call<CallView>('POST', `/hotline/calls/${id(callId)}/end`);
export const getCaller = (callId: string) => call<CallerView>('POST', `/hotline/calls/${id(callId)}/caller`);
export const listEarlier = (phone: string, signal: AbortSignal) =>
  call<{ earlier: EarlierView[] }>('POST', '/hotline/earlier', { phone }, signal);
export const file = (callId: string, form: Partial<CallForm>) =>
  call<FiledView>('POST', `/hotline/calls/${id(callId)}/file`, form);
export const tell = (
  callId: string,
  told: {
    reached: boolean;
    solved?: boolean | undefined;
    satisfied?: number | undefined;
    comment?: string | undefined;
  },
) => call<CallView>('POST', `/hotline/calls/${id(callId)}/told`, told);
/** What residents get while they write, the desk gets too. */
export const suggest = (body: SuggestBody, signal: AbortSignal) =>
  call<SuggestView>('POST', '/hotline/suggest', body, signal);
