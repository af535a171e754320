/** What the wall shows when nobody touches it. */
import type { Bounds } from '#kernel/geo.ts';
import { byUrgency, isOver, type Queued } from './queue.view.ts';

/** The five cases that matter most now. */
export const worstCases = <Case extends Queued>(cases: Iterable<Case>, count = 5): Case[] =>
  [...cases]
    .filter(({ state }) => !isOver(state))
    .sort(byUrgency)
    .slice(0, count);

/** Quiet: nothing red and nothing orange is open. Only then the map wanders; otherwise it stays on the whole city. */
export const isQuiet = (cases: Iterable<Queued>): boolean =>
  worstCases(cases, 1).every(({ grade }) => grade === 'blue' || grade === 'yellow');

/** Where the map looks next: the whole city, then each district in turn, then the whole city again. */
export function nextView(views: readonly Bounds[], shown: number): number {
  return views.length === 0 ? 0 : (shown + 1) % views.length;
}
