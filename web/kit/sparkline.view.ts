export interface Sparkline {
  /** SVG path in a box of `width` × `height`; gaps in the data are gaps in the line. */
  readonly path: string;
  readonly last: { readonly x: number; readonly y: number } | undefined;
  readonly band: { readonly top: number; readonly height: number } | undefined;
}

/** A small line through the values, oldest first; the band of normal, when given, is drawn behind it and belongs to the scale. */
export function sparkline(
  values: readonly (number | null)[],
  width: number,
  height: number,
  normal?: readonly [number, number],
): Sparkline {
  const known = values.filter((value): value is number => value !== null);
  if (known.length === 0) return { path: '', last: undefined, band: undefined };
  let low = Math.min(...known, ...(normal ?? []));
  let high = Math.max(...known, ...(normal ?? []));
  if (high - low < 1e-9) {
    low -= 0.5;
    high += 0.5;
  }
  const x = (index: number): number => (values.length < 2 ? width : (index / (values.length - 1)) * width);
  const y = (value: number): number => height - 1 - ((value - low) / (high - low)) * (height - 2);
  let path = '';
  let pen = false;
  let last: { x: number; y: number } | undefined;
  values.forEach((value, index) => {
    if (value === null) {
      pen = false;
      return;
    }
    last = { x: round(x(index)), y: round(y(value)) };
    path += `${pen ? 'L' : 'M'}${last.x} ${last.y}`;
    pen = true;
  });
  const band = normal && { top: round(y(normal[1])), height: round(y(normal[0]) - y(normal[1])) };
  return { path, last, band };
}

/** One hour is a value, not a trend. */
export const hasTrend = (values: readonly (number | null)[]): boolean =>
  values.filter((value) => value !== null).length > 1;

const round = (value: number): number => Math.round(value * 10) / 10;
