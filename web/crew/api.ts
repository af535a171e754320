/** The city's API as the crew's phone speaks it. A lost network is `ApiError` with status 0. */
import type { SessionView } from '#adapters/console/api.types.ts';
import type { DayView, SyncBody, SyncView } from '#adapters/crew/api.types.ts';

export class ApiError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
  }
}

const ROOT = '/api/v1';
/** On a bad line a request that says nothing for so long is taken as no network. */
const PATIENCE_MS = 25_000;

async function call<T>(method: string, path: string, body?: Blob | object): Promise<T> {
  const isBlob = body instanceof Blob;
  const response = await fetch(ROOT + path, {
    method,
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': isBlob ? body.type : 'application/json' }),
    },
    body: body === undefined ? null : isBlob ? body : JSON.stringify(body),
    credentials: 'same-origin',
    signal: AbortSignal.timeout(PATIENCE_MS),
    // Signing out goes out even when the page is closed right after.
    keepalive: method === 'DELETE',
  }).catch(() => {
    throw new ApiError(0, 'network.lost', 'No answer.');
  });
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
  const told = (await response.json().catch(() => ({}))) as { code?: string; message?: string };
  throw new ApiError(response.status, told.code ?? `http.${response.status}`, told.message ?? response.statusText);
}

export const getSession = () => call<SessionView>('GET', '/session');
export const createSession = (name: string, password: string) =>
  call<SessionView>('POST', '/session', { name, password });
export const endSession = () => call<void>('DELETE', '/session');
export const getDay = (since: string | undefined) =>
  call<DayView>('GET', `/crew/day${since === undefined ? '' : `?since=${encodeURIComponent(since)}`}`);
export const postSync = (body: SyncBody) => call<SyncView>('POST', '/crew/sync', body);
export const storePhoto = (photo: Blob) => call<{ key: string }>('POST', '/photos', photo);
export const photoUrl = (key: string): string => `${ROOT}/photos/${encodeURIComponent(key)}`;
