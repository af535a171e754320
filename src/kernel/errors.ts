/**
 * The one error that leaves a room. `code` is stable and machine-readable (`observation.in_future`), `field` is the JSON path of
 * what was wrong in the caller's own words (`dataArray[3].result`), `message` says what, why and what to do, in English.
 * Adapters turn it into their standard's error form; anything that is not a CityError is a defect and answers 500.
 */
export class CityError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly field: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(kind: ErrorKind, code: string, message: string, field?: string, details?: Record<string, unknown>) {
    super(message);
    this.name = 'CityError';
    this.kind = kind;
    this.code = code;
    this.field = field;
    this.details = details;
  }
}

/** What the caller can do about it; each maps to one HTTP status. */
export type ErrorKind =
  | 'invalid' // 400: the request is wrong; send another
  | 'unauthenticated' // 401: say who you are
  | 'forbidden' // 403: you may not
  | 'not_found' // 404
  | 'conflict' // 409: the state of things does not allow it now
  | 'too_large' // 413
  | 'too_many' // 429: slow down
  | 'unsupported' // 501: the standard knows it, this server does not yet
  | 'unavailable'; // 503: try again soon; nothing was acknowledged

export const HTTP_STATUS: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  too_many: 429,
  unsupported: 501,
  unavailable: 503,
};

export const invalid = (code: string, message: string, field?: string) =>
  new CityError('invalid', code, message, field);
export const notFound = (code: string, message: string, field?: string) =>
  new CityError('not_found', code, message, field);
export const conflict = (code: string, message: string, field?: string) =>
  new CityError('conflict', code, message, field);
export const forbidden = (code: string, message: string) => new CityError('forbidden', code, message);
export const unavailable = (code: string, message: string) => new CityError('unavailable', code, message);
