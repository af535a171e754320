/** Another Open311 server, spoken to carefully: every answer has a time and a size, and what does not parse is not believed. */
import { XMLParser } from 'fast-xml-parser';
import { findInstant, type Instant, SECOND } from '#kernel/time.ts';
import { dateTime } from '../query.ts';
import { RemoteProblem, toProblem } from './problem.ts';
import type { ConnectionConfig } from './section.ts';

export interface RemoteRequest {
  readonly id: string;
  readonly serviceCode: string;
  readonly isOpen: boolean;
  readonly description: string;
  readonly statusNotes: string;
  readonly address: string;
  readonly place: readonly [longitude: number, latitude: number] | undefined;
  readonly mediaUrl: string | undefined;
  readonly requestedAt: Instant | undefined;
  readonly updatedAt: Instant | undefined;
}

export interface RemoteUpdate {
  readonly id: string | undefined;
  readonly requestId: string;
  readonly status: string;
  readonly description: string;
  readonly at: Instant | undefined;
}

export interface Remote {
  /** Errors: RemoteProblem, whose kind says whether it may have arrived. */
  post(fields: readonly (readonly [string, string])[]): Promise<{ readonly id?: string; readonly token?: string }>;
  /** The id that a token has become; undefined while there is none. */
  findByToken(token: string): Promise<string | undefined>;
  listRequests(query: Readonly<Record<string, string>>): Promise<RemoteRequest[]>;
  listUpdates(from: Instant, to: Instant): Promise<RemoteUpdate[]>;
}

const TIMEOUT_MS = 20 * SECOND;
const MOST_BYTES = 8 * 1_048_576;
const PAGE_SIZE = 500;
const MOST_PAGES = 40;

type Fields = Readonly<Record<string, unknown>>;

export function connect(
  config: ConnectionConfig,
  apiKey: string | undefined,
  timeoutMs = TIMEOUT_MS,
  stopping?: AbortSignal,
): Remote {
  const format = config.format ?? 'xml';
  const own: [string, string][] =
    config.jurisdiction_id === undefined ? [] : [['jurisdiction_id', config.jurisdiction_id]];
  const addressOf = (path: string) => `${config.url.replace(/\/+$/, '')}/${path}.${format}`;

  async function ask(
    path: string,
    entry: string,
    init: RequestInit,
    query: Readonly<Record<string, string>> = {},
  ): Promise<Fields[]> {
    try {
      const address = new URL(addressOf(path));
      if (init.method !== 'POST')
        for (const [name, value] of [...own, ...Object.entries(query)]) address.searchParams.set(name, value);
      const response = await fetch(address, {
        ...init,
        redirect: 'manual',
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(stopping === undefined ? [] : [stopping])]),
      });
      const text = await readLimited(response);
      if (response.status < 200 || response.status > 299) throw toRefusal(response.status, text);
      return parseList(text, format, entry);
    } catch (error) {
      throw toProblem(error);
    }
  }
  const get = (path: string, entry: string, query?: Readonly<Record<string, string>>) =>
    ask(path, entry, { method: 'GET' }, query);

  return {
    async post(fields) {
      const key: [string, string][] = apiKey === undefined ? [] : [['api_key', apiKey]];
      const [answer] = await ask('requests', 'request', {
        method: 'POST',
        body: new URLSearchParams([...own, ...key, ...fields] as [string, string][]),
      });
      const id = textOf(answer?.['service_request_id']);
      const token = textOf(answer?.['token']);
      if (id !== '') return { id };
      if (token !== '') return { token };
      throw new RemoteProblem('nonsense', 'a report was answered with neither number nor token');
    },
    async findByToken(token) {
      const [answer] = await get(`tokens/${encodeURIComponent(token)}`, 'request');
      return textOf(answer?.['service_request_id']) || undefined;
    },
    async listRequests(query) {
      const found = new Map<string, RemoteRequest>();
      for (let page = 1; page <= MOST_PAGES; page++) {
        const before = found.size;
        const rows = await get('requests', 'request', { ...query, page: String(page), page_size: String(PAGE_SIZE) });
        for (const row of rows.map(toRemoteRequest)) if (row !== undefined) found.set(row.id, row);
        // A server that does not know pages sends the same again.
        if (rows.length < PAGE_SIZE || found.size === before) return [...found.values()];
      }
      return [...found.values()];
    },
    async listUpdates(from, to) {
      const rows = await get('servicerequestupdates', 'request_update', {
        start_date: dateTime(from),
        end_date: dateTime(to),
      });
      return rows.map(toRemoteUpdate).filter((each) => each !== undefined);
    },
  };
}

/** Stops reading where no honest answer ends. */
async function readLimited(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MOST_BYTES) {
      throw new RemoteProblem('nonsense', `the answer is larger than ${MOST_BYTES} bytes`, response.status);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function toRefusal(status: number, text: string): RemoteProblem {
  const said = text
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
  const kind = status >= 500 || status === 408 ? 'unsure' : status === 429 ? 'away' : 'refused';
  return new RemoteProblem(kind, `status ${status}: ${said}`, status);
}

/** Entities of their own making are not expanded; numbers stay text, because ids are text. */
const xml = new XMLParser({ ignoreAttributes: true, parseTagValue: false, trimValues: true });

/** The entries of a list, from XML under any root, or from JSON, bare or wrapped in an object. */
function parseList(text: string, format: 'xml' | 'json', entry: string): Fields[] {
  try {
    const rows = format === 'json' ? fromJson(JSON.parse(text)) : fromXml(text, entry);
    return rows.filter((row): row is Fields => typeof row === 'object' && row !== null);
  } catch (error) {
    if (error instanceof RemoteProblem) throw error;
    throw new RemoteProblem('nonsense', `the answer is not ${format}: ${(error as Error).message.slice(0, 200)}`);
  }
}

function fromJson(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  const inside = Object.values((value ?? {}) as Fields).find(Array.isArray);
  if (inside !== undefined) return inside;
  throw new RemoteProblem('nonsense', 'the answer holds no list');
}

function fromXml(text: string, entry: string): unknown[] {
  if (!/^﻿?\s*</.test(text)) throw new RemoteProblem('nonsense', 'the answer is not XML');
  if (/<!(DOCTYPE|ENTITY)/i.test(text))
    throw new RemoteProblem('nonsense', 'the answer is a web page, or declares entities');
  const document = xml.parse(text, true) as Fields;
  const roots = Object.entries(document).filter(([name]) => !name.startsWith('?'));
  const [root] = roots;
  if (root === undefined || root[0].toLowerCase() === 'html')
    throw new RemoteProblem('nonsense', 'the answer is a web page');
  const inside = (root[1] as Fields | string | undefined) ?? {};
  return typeof inside === 'string' ? [] : [inside[entry] ?? []].flat();
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';

function toRemoteRequest(row: Fields): RemoteRequest | undefined {
  const id = textOf(row['service_request_id']);
  if (id === '' || id.length > 200) return undefined;
  const place = [Number(textOf(row['long']) || Number.NaN), Number(textOf(row['lat']) || Number.NaN)] as const;
  return {
    id,
    serviceCode: textOf(row['service_code']),
    isOpen: textOf(row['status']).toLowerCase() !== 'closed',
    description: textOf(row['description']),
    statusNotes: textOf(row['status_notes']),
    address: textOf(row['address']),
    place: place.every(Number.isFinite) ? place : undefined,
    mediaUrl: textOf(row['media_url']) || undefined,
    requestedAt: findInstant(textOf(row['requested_datetime'])),
    updatedAt: findInstant(textOf(row['updated_datetime'])),
  };
}

function toRemoteUpdate(row: Fields): RemoteUpdate | undefined {
  const requestId = textOf(row['service_request_id']);
  if (requestId === '') return undefined;
  return {
    id: textOf(row['update_id']) || undefined,
    requestId,
    status: textOf(row['status']),
    description: textOf(row['description']).slice(0, 2_000),
    at: findInstant(textOf(row['updated_datetime'])),
  };
}
