/** The residents' API as functions. Every failure is an `ApiError` with the server's stable code; a lost network is `network.lost`. */
import type * as Api from '#adapters/residents/api.types.ts';
import type { Position } from '#kernel/geo.ts';

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

export const ROOT = '/api/v1/residents';
const listeners = new Set<(isReachable: boolean) => void>();

/** Called after every request with whether the city answered at all: truer than what the device thinks of its network. */
export const onReachable = (listener: (isReachable: boolean) => void): void => void listeners.add(listener);
const tell = (isReachable: boolean): void => {
  for (const listener of listeners) listener(isReachable);
};

export async function call<T>(
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<T> {
  const isBlob = body instanceof Blob;
  let response: Response;
  try {
    response = await fetch(ROOT + path, {
      method,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': isBlob ? body.type : 'application/json' }),
        ...headers,
      },
      body: body === undefined ? null : isBlob ? body : JSON.stringify(body),
      credentials: 'omit',
      cache: 'no-store',
    });
  } catch {
    tell(false);
    throw new ApiError(0, 'network.lost', 'The city did not answer.', undefined);
  }
  tell(true);
  if (!response.ok) throw await toError(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function toError(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as { code?: string; message?: string; field?: string };
  return new ApiError(
    response.status,
    body.code ?? `http.${response.status}`,
    body.message ?? response.statusText,
    body.field,
  );
}

export const id = encodeURIComponent;
const at = ([lon, lat]: Position): string => `lon=${lon}&lat=${lat}`;

export const locate = (place: Position) => call<Api.PlaceView>('GET', `/locate?${at(place)}`);
export const searchPlaces = (words: string, language: string) =>
  call<{ places: Api.PlaceView[] }>('GET', `/search?q=${id(words)}&language=${language}`);
export const getPlate = (code: string) => call<Api.PlateView>('GET', `/plates/${id(code)}`);
export const suggest = (body: Api.SuggestBody) => call<Api.SuggestView>('POST', '/suggest', body);
export const getNearby = (place: Position) => call<Api.NearbyView>('GET', `/nearby?${at(place)}`);
export const getReceipt = (code: string) => call<Api.Follow>('GET', `/receipts/${id(code)}`);
export const getByClient = (clientId: string) => call<Api.ReceiptView>('GET', `/receipts/by-client/${id(clientId)}`);
export const rateReceipt = (
  code: string,
  rating: { solved: boolean; satisfied?: number | undefined; comment?: string | undefined },
) => call<Api.Follow>('POST', `/receipts/${id(code)}/rating`, rating);
export const addNote = (code: string, text: string) =>
  call<Api.Follow>('POST', `/receipts/${id(code)}/notes`, { text, photos: [] });
export const getOwnData = (code: string) => call<Api.OwnDataView>('GET', `/receipts/${id(code)}/data`);
export const eraseOwnData = (code: string) => call<Api.OwnDataView>('DELETE', `/receipts/${id(code)}/data`);
export const listSlots = (service: string, from: string, days: number) =>
  call<{ slots: Api.SlotView[] }>('GET', `/services/${id(service)}/slots?from=${from}&days=${days}`);
export const getBooking = (code: string) => call<Api.BookingView>('GET', `/bookings/${id(code)}`);
export const changeBooking = (code: string, slot: string) =>
  call<Api.BookingView>('POST', `/bookings/${id(code)}/change`, { slot });
export const cancelBooking = (code: string) => call<Api.BookingView>('POST', `/bookings/${id(code)}/cancel`, {});
export const rateBooking = (code: string, satisfied: number, comment: string | undefined) =>
  call<Api.BookingView>('POST', `/bookings/${id(code)}/rating`, { satisfied, ...(comment && { comment }) });

export const photoUrl = (key: string): string => `${ROOT}/photos/${id(key)}`;
