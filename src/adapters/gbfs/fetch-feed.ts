/**
 * One visit of one feed. Whatever the other side does, the visit ends: after its time is up, at its last byte or at the byte limit,
 * and never at another address than the one asked for. Problems are values with words the operator can read, not exceptions.
 */

/** Largest document that is read, in bytes after unpacking: 200,000 vehicles take about 40 MB. */
const LIMIT_BYTES = 64 * 1_048_576;
const TIMEOUT_MS = 20_000;

export interface Visit {
  readonly url: string;
  readonly etag: string | undefined;
  readonly key: string | undefined;
  readonly signal: AbortSignal;
  readonly limitBytes?: number | undefined;
  readonly timeoutMs?: number | undefined;
}

export interface FeedProblem {
  readonly code: string;
  readonly message: string;
  /** Seconds the other side asks us to wait. */
  readonly retryAfterSeconds?: number | undefined;
}

export type Visited =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'document'; readonly value: unknown; readonly etag: string | undefined }
  | { readonly kind: 'problem'; readonly problem: FeedProblem };

const problem = (code: string, message: string, retryAfterSeconds?: number): Visited => ({
  kind: 'problem',
  problem: { code, message, retryAfterSeconds },
});

export async function fetchFeed(visit: Visit): Promise<Visited> {
  const { url, etag, key, limitBytes = LIMIT_BYTES, timeoutMs = TIMEOUT_MS } = visit;
  const timeUp = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.any([visit.signal, timeUp]),
      headers: {
        accept: 'application/json',
        ...(etag !== undefined && { 'if-none-match': etag }),
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
      },
    });
    if (response.status === 304) return { kind: 'unchanged' };
    if (response.status !== 200) return refuse(response, url);
    const text = await readLimited(response, limitBytes);
    if (text === undefined)
      return problem(
        'feed.too_large',
        `${url} sends more than ${Math.floor(limitBytes / 1_048_576)} MB; we stopped reading.`,
      );
    return parse(text, url, response.headers.get('etag') ?? undefined);
  } catch (error) {
    if (timeUp.aborted)
      return problem('feed.timeout', `${url} did not answer whole within ${Math.round(timeoutMs / 1_000)} s.`);
    const { cause, message } = error as Error;
    return problem(
      'feed.unreachable',
      `${url} cannot be reached: ${(cause as Error | undefined)?.message || message}.`,
    );
  }
}

async function refuse(response: Response, url: string): Promise<Visited> {
  const { status } = response;
  await response.body?.cancel();
  if (status >= 300 && status < 400)
    return problem('feed.redirect', `${url} leads elsewhere (${status}); only the agreed address is read.`);
  const asked = Number(response.headers.get('retry-after'));
  const wait = Number.isFinite(asked) && asked > 0 ? asked : undefined;
  return problem('feed.refused', `${url} answered ${status}.`, wait);
}

/** The body as text; undefined when it is larger than the limit, of which no more is read then. */
async function readLimited({ body, headers }: Response, limitBytes: number): Promise<string | undefined> {
  if (body === null) return '';
  if (Number(headers.get('content-length')) > limitBytes) {
    await body.cancel();
    return undefined;
  }
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.byteLength;
    if (bytes > limitBytes) return undefined; // leaving the loop hangs up
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parse(text: string, url: string, etag: string | undefined): Visited {
  if (text.trimStart().startsWith('<'))
    return problem('feed.not_json', `${url} answers with a web page, not with JSON.`);
  try {
    return { kind: 'document', value: JSON.parse(text), etag };
  } catch (error) {
    return problem('feed.not_json', `${url} is not whole JSON: ${(error as Error).message}`);
  }
}
