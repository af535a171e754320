/** The console API as functions. Every failure becomes an `ApiError` with the server's stable code; a lost network is `network.lost`. */
import type * as Api from '#adapters/console/api.types.ts';
import type { CellView } from '#adapters/crew/api.types.ts';
import type { CaseAction, WorkOrderAction } from '#kernel/case.ts';
import type { Instant } from '#kernel/time.ts';

export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;

  constructor(status: number, code: string, message: string, field: string | undefined) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

const ROOT = '/api/v1';

export async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' };
  let payload: BodyInit | null = null;
  if (body instanceof Blob) {
    headers['content-type'] = body.type;
    payload = body;
  } else if (body !== undefined) {
    headers['content-type'] = 'application/json';
    payload = JSON.stringify(body);
  }
  let response: Response;
  try {
    response = await fetch(ROOT + path, {
      method,
      headers,
      body: payload,
      credentials: 'same-origin',
      signal: signal ?? null,
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError(0, 'network.lost', 'The city did not answer.', undefined);
  }
  if (!response.ok) throw await toError(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function toError(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as { code?: string; message?: string; field?: string };
  const code = body.code ?? `http.${response.status}`;
  return new ApiError(response.status, code, body.message ?? response.statusText, body.field);
}

const query = (values: Readonly<Record<string, string | number | boolean | undefined>>): string => {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([key, value]) => [key, String(value)]))}`;
};
const id = encodeURIComponent;

export const getWelcome = () => call<Api.WelcomeView>('GET', '/welcome');
export const getSession = () => call<Api.SessionView>('GET', '/session');
export const createSession = (name: string, password: string) =>
  call<Api.SessionView>('POST', '/session', { name, password });
export const endSession = () => call<void>('DELETE', '/session');

export const changePassword = (current: string, next: string) =>
  call<Api.SessionView>('PUT', '/session/password', { current, next });

export const getCity = () => call<Api.CityView>('GET', '/city');
export const getPoints = () => call<Api.PointsView>('GET', '/points');
export const getState = (at?: Instant, signal?: AbortSignal) =>
  call<Api.StateView>('GET', `/state${query({ at })}`, undefined, signal);
export const getGauges = (at?: Instant, signal?: AbortSignal) =>
  call<Api.GaugesView>('GET', `/gauges${query({ at })}`, undefined, signal);
export const getDay = (date: string) => call<Api.DayView>('GET', `/day${query({ date })}`);
export const listCases = (
  filter: { open?: boolean; at?: Instant | undefined; q?: string; limit?: number },
  signal?: AbortSignal,
) => call<{ cases: Api.CaseView[]; total: number }>('GET', `/cases${query(filter)}`, undefined, signal);
export const getCase = (caseId: string, at?: Instant, signal?: AbortSignal) =>
  call<Api.CaseDetailView>('GET', `/cases/${id(caseId)}${query({ at })}`, undefined, signal);
export const act = (caseId: string, action: CaseAction, details: Api.ActionDetails) =>
  call<Api.CaseDetailView>('POST', `/cases/${id(caseId)}/actions`, { action, ...details });
export const actOnOrder = (orderId: string, action: WorkOrderAction, details: Api.ActionDetails) =>
  call<Api.CaseDetailView>('POST', `/work-orders/${id(orderId)}/actions`, { action, ...details });
export const getCell = (cellId: string) => call<CellView>('GET', `/crew/cells/${id(cellId)}`);
export const storePhoto = (photo: Blob) => call<{ key: string }>('POST', '/photos', photo);
export const photoUrl = (key: string): string => `${ROOT}/photos/${id(key)}`;
export const getThing = (thingId: number, at?: Instant, signal?: AbortSignal) =>
  call<Api.ThingView>('GET', `/things/${thingId}${query({ at })}`, undefined, signal);
export const getSeries = (datastreamId: number, from: Instant, to: Instant, points: number, signal?: AbortSignal) =>
  call<Api.SeriesView>('GET', `/datastreams/${datastreamId}/series${query({ from, to, points })}`, undefined, signal);
export const search = (q: string, limit: number, signal?: AbortSignal) =>
  call<{ results: Api.SearchResult[] }>('GET', `/search${query({ q, limit })}`, undefined, signal);

/** Never a name: how many told it, and what is kept of them. */
export const getContacts = (caseId: string) => call<Api.CaseContactsView>('GET', `/cases/${id(caseId)}/contacts`);
/** Written down before it is answered; the person sees who looked. */
export const revealContact = (caseId: string, contactId: string, purpose: string, fields: readonly string[]) =>
  call<Api.RevealedView>('POST', `/cases/${id(caseId)}/contacts/${id(contactId)}/reveal`, { purpose, fields });
export const getEquity = (days: number) => call<Api.EquityView>('GET', `/equity${query({ days })}`);

export const listAccounts = () => call<{ accounts: Api.AccountView[] }>('GET', '/accounts');
export const createAccount = (account: {
  name: string;
  displayName: string;
  roles: string[];
  party: string | undefined;
}) => call<{ account: Api.AccountView; password: string }>('POST', '/accounts', account);
export const changeAccount = (accountId: string, change: { disabled: boolean }) =>
  call<Api.AccountView>('PATCH', `/accounts/${id(accountId)}`, change);
export const listKeys = () => call<{ keys: Api.KeyView[] }>('GET', '/keys');
export const createKey = (name: string, role: string) =>
  call<Api.KeyView & { key: string }>('POST', '/keys', { name, role });
export const revokeKey = (keyId: string) => call<void>('DELETE', `/keys/${id(keyId)}`);
