import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError } from './api.ts';

export interface Polled<T> {
  readonly value: T | undefined;
  readonly error: ApiError | undefined;
  readonly again: () => void;
}

const EVERY_MS = 15_000;

export const toApiError = (cause: unknown): ApiError =>
  cause instanceof ApiError ? cause : new ApiError(0, 'page.defect', String(cause), undefined);

/**
 * What a page shows, asked again every quarter of a minute and at once when `key` changes. An answer that comes too late, for another
 * key, is not shown. While a later look fails, the last answer stays beside the error.
 */
export function usePolled<T>(key: string, load: () => Promise<T>): Polled<T> {
  const [shown, setShown] = useState<{ key: string; value: T }>();
  const [error, setError] = useState<ApiError>();
  const latest = useRef({ key, load });
  latest.current = { key, load };
  const again = useCallback(() => {
    const asked = latest.current;
    asked.load().then(
      (value) => {
        if (latest.current.key !== asked.key) return;
        setShown({ key: asked.key, value });
        setError(undefined);
      },
      (cause) => latest.current.key === asked.key && setError(toApiError(cause)),
    );
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked anew for another key
  useEffect(() => {
    setError(undefined);
    again();
    const timer = setInterval(again, EVERY_MS);
    return () => clearInterval(timer);
  }, [key, again]);
  return { value: shown?.key === key ? shown.value : undefined, error, again };
}
