/**
 * What the public may see of a place and of a count. A place at somebody's home is moved to the middle of a fixed square of the city's
 * grid: the same home always to the same spot, so that asking often or comparing cases tells no more than the square.
 */
import type { Position } from '#kernel/geo.ts';

const METRES_PER_DEGREE = 111_195;

export function blurToGrid([longitude, latitude]: Position, gridMetres: number): Position {
  const latStep = gridMetres / METRES_PER_DEGREE;
  const row = Math.floor(latitude / latStep);
  const middle = (row + 0.5) * latStep;
  // By the row's own latitude, so that a row is cut the same way for everybody in it.
  const lonStep = latStep / Math.max(0.01, Math.cos((middle * Math.PI) / 180));
  const rounded = (degrees: number) => Math.round(degrees * 1e6) / 1e6;
  return [rounded((Math.floor(longitude / lonStep) + 0.5) * lonStep), rounded(middle)];
}

/** The count itself, or nothing when it is so small that it would speak of somebody. Also none: one more would be one. */
export const publishedCount = (count: number, smallest: number): number | undefined =>
  count >= smallest ? count : undefined;
