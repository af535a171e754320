/** What the rooms need from the outside, as shapes. `platform` provides them; `app` hands them in. */
import type { Instant } from './time.ts';

/** The clock is read in one place, `platform`, and handed in. */
export interface Clock {
  now(): Instant;
}

export type SqlValue = string | number | bigint | boolean | null | Date | Uint8Array | readonly SqlValue[] | object;

/** One PostgreSQL session or pool. Parameters are `$1 …`; timestamps go in as Date or ISO text and come out as Date. */
export interface Queryable {
  query<Row = Record<string, unknown>>(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]>;
}

export interface Database extends Queryable {
  /** Runs `work` in one transaction; commits when it resolves, rolls back when it throws. Serialization failures are not retried. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /** Lends one session for COPY and the like; always given back. */
  session<T>(work: (session: Session) => Promise<T>): Promise<T>;
}

export interface Session extends Queryable {
  /** Sends one buffer through `COPY … FROM STDIN (FORMAT binary)`; the buffer holds header, rows and trailer. */
  copyBinary(sql: string, data: Uint8Array): Promise<void>;
}

/** In-process publish and subscribe with at-least-once handlers; the message types are named by the topic map of `app`. */
export interface Bus<Topics extends object> {
  publish<T extends keyof Topics & string>(topic: T, message: Topics[T]): void;
  /** Handlers of one topic run in order of subscription and in order of messages; a rejected promise is logged, never swallowed. */
  subscribe<T extends keyof Topics & string>(
    topic: T,
    handler: (message: Topics[T]) => void | Promise<void>,
  ): () => void;
  /** Resolves when everything published so far has been handled. */
  settled(): Promise<void>;
}

/** Content-addressed binary store: the key is the SHA-256 of the content in hex. */
export interface Blobs {
  put(content: Uint8Array, mediaType: string): Promise<string>;
  find(key: string): Promise<{ content: Uint8Array; mediaType: string } | undefined>;
}

export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  debug(fields: object, message: string): void;
}
