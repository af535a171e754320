/** The city's public HTTP, as devices and people outside use it: one key, JSON both ways, answers instead of exceptions. */
export interface Answer {
  readonly isOk: boolean;
  /** Not reached, restarting or overloaded: the same call may work later. */
  readonly isAway: boolean;
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;
  readonly body: unknown;
}

export interface CityHttp {
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Raw bytes, for photographs. */
  upload(path: string, content: Uint8Array, mediaType: string): Promise<Answer>;
}

const PATIENCE_MS = 30_000;

export function cityHttp(server: string, key: string): CityHttp {
  const root = server.replace(/\/+$/, '');
  const send = async (
    method: string,
    path: string,
    body: string | Uint8Array | undefined,
    mediaType: string,
  ): Promise<Answer> => {
    const headers: Record<string, string> = { authorization: `Bearer ${key}`, accept: 'application/json' };
    if (body !== undefined) headers['content-type'] = mediaType;
    try {
      const content = body as NonNullable<RequestInit['body']> | undefined;
      const answer = await fetch(`${root}${path}`, {
        method,
        headers,
        signal: AbortSignal.timeout(PATIENCE_MS),
        ...(content === undefined ? {} : { body: content }),
      });
      return await toAnswer(answer);
    } catch (error) {
      return {
        isOk: false,
        isAway: true,
        status: 0,
        code: 'city.unreachable',
        field: undefined,
        body: String((error as Error).cause ?? error),
      };
    }
  };
  return {
    call: (method, path, body) =>
      send(method, path, body === undefined ? undefined : JSON.stringify(body), 'application/json'),
    upload: (path, content, mediaType) => send('POST', path, content, mediaType),
  };
}

async function toAnswer(answer: Response): Promise<Answer> {
  const text = await answer.text();
  const body = readJson(text);
  const { code, field } = (typeof body === 'object' && body !== null ? body : {}) as {
    code?: unknown;
    field?: unknown;
  };
  return {
    isOk: answer.ok,
    isAway: answer.status === 429 || answer.status >= 500,
    status: answer.status,
    code: typeof code === 'string' ? code : `http.${answer.status}`,
    field: typeof field === 'string' ? field : undefined,
    body,
  };
}

function readJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
