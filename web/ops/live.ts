/**
 * The live stream, read with fetch instead of EventSource so that a reconnection after any kind of failure, a server restart
 * included, still sends `Last-Event-ID`: nothing is lost between the two. Its state is told truthfully: `live` only while bytes arrive.
 */
import type { LiveEvent } from '#adapters/console/api.types.ts';
import { createFrameReader, retryAfter } from './sse.view.ts';

export type Connection = 'connecting' | 'live' | 'reconnecting' | 'signed_out';

export interface LiveHandlers {
  onEvent(event: LiveEvent): void;
  onConnection(connection: Connection): void;
}

/** Longest silence that still counts as connected; the server sends a heartbeat more often. */
const SILENCE_MS = 45_000;

export function connectLive(cursor: string | undefined, handlers: LiveHandlers): () => void {
  let last = cursor;
  let attempt = 0;
  let stopped = false;
  let current: AbortController | undefined;
  let wake: (() => void) | undefined;

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  async function readOnce(): Promise<void> {
    const abort = new AbortController();
    current = abort;
    let watchdog = setTimeout(() => abort.abort(), SILENCE_MS);
    try {
      const headers: Record<string, string> = { accept: 'text/event-stream' };
      if (last !== undefined) headers['last-event-id'] = last;
      const response = await fetch('/api/v1/live', { headers, credentials: 'same-origin', signal: abort.signal });
      if (response.status === 401) {
        stopped = true;
        handlers.onConnection('signed_out');
        return;
      }
      if (!response.ok || !response.body) return;
      handlers.onConnection('live');
      attempt = 0;
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const frames = createFrameReader();
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        clearTimeout(watchdog);
        watchdog = setTimeout(() => abort.abort(), SILENCE_MS);
        for (const frame of frames.push(value)) {
          last = frame.id ?? last;
          handlers.onEvent({ event: frame.event, data: JSON.parse(frame.data) } as LiveEvent);
        }
      }
    } finally {
      clearTimeout(watchdog);
    }
  }

  async function run(): Promise<void> {
    handlers.onConnection('connecting');
    while (!stopped) {
      await readOnce().catch(() => undefined);
      if (stopped) return;
      handlers.onConnection('reconnecting');
      await pause(retryAfter(attempt++));
    }
  }

  const hurry = (): void => wake?.();
  // A machine that knows it is off the network does not wait for silence to tell it.
  const drop = (): void => current?.abort();
  window.addEventListener('offline', drop);
  window.addEventListener('online', hurry);
  document.addEventListener('visibilitychange', hurry);
  void run();
  return () => {
    stopped = true;
    current?.abort();
    wake?.();
    window.removeEventListener('offline', drop);
    window.removeEventListener('online', hurry);
    document.removeEventListener('visibilitychange', hurry);
  };
}
