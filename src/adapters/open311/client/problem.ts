/**
 * What can go wrong with another server, by what it means for us:
 *
 *   away      nothing of ours got there: try again
 *   unsure    it may have got there: look before sending again
 *   refused   it got there and was turned down
 *   nonsense  it answered what the standard does not know: a web page, half a document, hundreds of megabytes
 */
export type ProblemKind = 'away' | 'unsure' | 'refused' | 'nonsense';

export class RemoteProblem extends Error {
  readonly kind: ProblemKind;
  readonly status: number | undefined;

  constructor(kind: ProblemKind, message: string, status?: number) {
    super(message);
    this.name = 'RemoteProblem';
    this.kind = kind;
    this.status = status;
  }
}

/** Causes that are known before a byte of the request has left. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

export function toProblem(error: unknown): RemoteProblem {
  if (error instanceof RemoteProblem) return error;
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  const code = cause?.code ?? '';
  const reason = name === 'TimeoutError' ? 'no answer in time' : (cause?.message ?? message);
  return new RemoteProblem(NEVER_SENT.has(code) ? 'away' : 'unsure', code === '' ? reason : `${code}: ${reason}`);
}
