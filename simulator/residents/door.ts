/**
 * The residents' doors as one household uses them: no key, a device of its own, and a proof of work for whatever is to be stored.
 *
 * The city limits what one address may tell. A simulator on the city's own machine would be one address for a whole town, and would use up what
 * a person trying the cabin there may tell; so where the machine lets it (loopback on Linux) each household speaks from an address of its
 * own, and is limited as each household is. Elsewhere they share one, and `Doors.isShared` says that they had better speak seldom.
 */
import { hash } from 'node:crypto';
import { type ClientRequest, request as overHttp, type RequestOptions } from 'node:http';
import { request as overHttps } from 'node:https';

const PREFIX = '/api/v1/residents';
const PATIENCE_MS = 20_000;
const LOOPBACK = new Set(['localhost', '127.0.0.1']);
const MOST_HOUSEHOLDS = 250;

export interface Door {
  /** Undefined: not now. The city is away, has had enough for this hour, or does not want it; nobody shouts about that. */
  get<T>(path: string): Promise<T | undefined>;
  post<T>(path: string, body: object): Promise<T | undefined>;
  /** Solves a challenge first and sends its proof along. */
  store<T>(path: string, body: object): Promise<T | undefined>;
  /** Key of the photo. */
  photo(png: Uint8Array): Promise<string | undefined>;
}

export interface Doors {
  readonly isShared: boolean;
  of(household: number): Door;
}

export type Say = (message: string, fields?: object) => void;

export function openDoors(server: string, say: Say, platform: string = process.platform): Doors {
  const { hostname } = new URL(server);
  const isShared = platform !== 'linux' || !LOOPBACK.has(hostname);
  return {
    isShared,
    of: (household) => {
      const number = (household % MOST_HOUSEHOLDS) + 1;
      return openDoor(
        server,
        `household-${number}`,
        isShared ? {} : { localAddress: `127.20.0.${number}`, family: 4 },
        say,
      );
    },
  };
}

interface Content {
  readonly bytes: string | Uint8Array;
  readonly mediaType: string;
  readonly proof?: string;
}

function openDoor(server: string, device: string, from: RequestOptions, say: Say): Door {
  const root = server.replace(/\/+$/, '');
  async function call<T>(method: string, path: string, content?: Content): Promise<T | undefined> {
    const headers: Record<string, string> = { accept: 'application/json', 'x-device': device };
    if (content) headers['content-type'] = content.mediaType;
    if (content?.proof !== undefined) headers['x-proof'] = content.proof;
    const url = `${root}${PREFIX}${path}`;
    const answer = await exchange(url, { ...from, method, headers }, content?.bytes).catch(() => undefined);
    if (answer === undefined || answer.status === 429 || answer.status >= 500) return undefined;
    const body = readJson(answer.text);
    if (answer.status < 400) return body as T;
    // Settled by somebody else in between, or gone: that happens. Anything else would be a mistake of ours.
    if (![404, 409].includes(answer.status))
      say('a resident was refused', { path, status: answer.status, answer: body });
    return undefined;
  }
  async function solve(): Promise<string | undefined> {
    const given = await call<{ challenge: string; bits: number }>('POST', '/challenges');
    return given && solveChallenge(given.challenge, given.bits);
  }
  const json = (body: object): Content => ({ bytes: JSON.stringify(body), mediaType: 'application/json' });
  return {
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, json(body)),
    async store(path, body) {
      const proof = await solve();
      return proof === undefined ? undefined : call('POST', path, json({ ...body, proof }));
    },
    async photo(png) {
      const proof = await solve();
      if (proof === undefined) return undefined;
      return (await call<{ key: string }>('POST', '/photos', { bytes: png, mediaType: 'image/png', proof }))?.key;
    },
  };
}

/** `<challenge>.<nonce>` whose SHA-256 begins with so many zero bits. Some ten milliseconds at fourteen. */
export function solveChallenge(challenge: string, bits: number): string {
  for (let nonce = 0; ; nonce++) {
    const proof = `${challenge}.${nonce}`;
    if (Math.clz32(hash('sha256', proof, 'buffer').readUInt32BE(0)) >= Math.min(bits, 32)) return proof;
  }
}

function exchange(
  url: string,
  options: RequestOptions,
  content: string | Uint8Array | undefined,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const request: ClientRequest = (url.startsWith('https:') ? overHttps : overHttp)(
      url,
      { ...options, signal: AbortSignal.timeout(PATIENCE_MS) },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.once('error', reject);
        answer.once('end', () =>
          resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }),
        );
      },
    );
    request.once('error', reject);
    request.end(content);
  });
}

function readJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
