import { useEffect, useState } from 'react';
import type { SeriesView } from '#adapters/console/api.types.ts';
import { ApiError, getSeries } from './api.ts';

/** The series of a datastream over a span; the last one stays on the screen while a newer one is fetched. */
export function useSeries(
  datastreamId: number,
  from: number,
  to: number,
  points: number,
): { series: SeriesView | undefined; error: ApiError | undefined } {
  const [series, setSeries] = useState<SeriesView>();
  const [error, setError] = useState<ApiError>();
  useEffect(() => {
    const abort = new AbortController();
    getSeries(datastreamId, from, to, points, abort.signal).then(
      (next) => {
        setSeries(next);
        setError(undefined);
      },
      (cause) => {
        if (!abort.signal.aborted) setError(cause instanceof ApiError ? cause : undefined);
      },
    );
    return () => abort.abort();
  }, [datastreamId, from, to, points]);
  return { series: series?.datastreamId === datastreamId ? series : undefined, error };
}
