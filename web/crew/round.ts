/** The round as it is now: the day's tasks after everything written, in walking order from where the phone is. */
import { useMemo } from 'react';
import type { TaskView } from '#adapters/crew/api.types.ts';
import { MINUTE } from '#kernel/time.ts';
import { roundOf, tasksAfter } from './day.view.ts';
import { useCrew } from './state.ts';

/** The order does not jump about under a finger: it is reckoned anew after a hundred metres or a minute. */
const GRID_DEGREES = 0.001;
const WALK = { metresPerMinute: 70, detourFactor: 1.4 };

export function useRound(): readonly TaskView[] {
  const day = useCrew((state) => state.day);
  const waiting = useCrew((state) => state.waiting);
  const offset = useCrew((state) => state.offset);
  const lon = useCrew(({ fix }) => fix && snap(fix.lon));
  const lat = useCrew(({ fix }) => fix && snap(fix.lat));
  const minute = Math.floor((Date.now() + offset) / MINUTE);
  return useMemo(() => {
    if (day === undefined) return [];
    const from = lon === undefined || lat === undefined ? day.ground?.base : ([lon, lat] as const);
    const tasks = tasksAfter(
      day.tasks,
      waiting.map(({ action }) => action),
    );
    return roundOf(tasks, { ...(day.ground?.walking ?? WALK), now: minute * MINUTE, from });
  }, [day, waiting, lon, lat, minute]);
}

const snap = (degrees: number): number => Math.round(degrees / GRID_DEGREES) * GRID_DEGREES;
