/** Where a community stands in the picture of who is heard. Pure: figures in, pixels and order out. */
import type { EquityView } from '#adapters/console/api.types.ts';

export type CommunityRow = EquityView['communities'][number];

export interface Dot {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly isQuiet: boolean;
  /** Where the name of a quiet one stands, apart from its neighbours' names. */
  readonly nameY: number;
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly dots: readonly Dot[];
  /** As many reports as everywhere for what was found: from the corner to here. */
  readonly line: { readonly x: number; readonly y: number } | undefined;
  readonly ticksX: readonly { readonly at: number; readonly label: number }[];
  readonly ticksY: readonly { readonly at: number; readonly label: number }[];
}

export const MARGIN = { left: 44, right: 16, top: 28, bottom: 36 } as const;

const STEPS = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];

/** A round number a little above the largest. */
export function roundAbove(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  for (const step of STEPS) if (step * power >= value) return step * power;
  return 10 * power;
}

/** Communities whose counts are too small to publish have no dot; they are in the table. */
export function drawEquity({ communities, told, noticed }: EquityView, width: number, height: number): Picture {
  const placed = communities.filter(
    (each) => each.noticedPerThousand != null && (each.toldPerThousand != null || each.isQuiet),
  );
  const mostX = roundAbove(Math.max(0, ...placed.map((each) => each.noticedPerThousand ?? 0)));
  const mostY = roundAbove(Math.max(0, ...placed.map((each) => each.toldPerThousand ?? 0)));
  const inner = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
  const x = (value: number): number => MARGIN.left + (value / mostX) * inner.width;
  const y = (value: number): number => MARGIN.top + inner.height - (value / mostY) * inner.height;
  const slope = told == null || noticed == null || noticed === 0 ? undefined : told / noticed;
  const end = slope === undefined ? undefined : Math.min(mostX, mostY / slope);
  return {
    width,
    height,
    dots: withNames(
      placed.map(({ id, noticedPerThousand, toldPerThousand, isQuiet }) => ({
        id,
        x: x(noticedPerThousand ?? 0),
        y: y(toldPerThousand ?? 0),
        isQuiet,
      })),
    ),
    line: slope === undefined || end === undefined ? undefined : { x: x(end), y: y(end * slope) },
    ticksX: ticks(mostX).map((label) => ({ at: x(label), label })),
    ticksY: ticks(mostY).map((label) => ({ at: y(label), label })),
  };
}

const [NAME_WIDTH, NAME_HEIGHT] = [170, 16];

/** A name that would lie on another goes a line higher. */
function withNames(dots: readonly Omit<Dot, 'nameY'>[]): Dot[] {
  const taken: { x: number; y: number }[] = [];
  return dots.map((dot) => {
    let nameY = dot.y - 6;
    if (!dot.isQuiet) return { ...dot, nameY };
    const lies = (other: { x: number; y: number }) =>
      Math.abs(other.x - dot.x) < NAME_WIDTH && Math.abs(other.y - nameY) < NAME_HEIGHT;
    while (taken.some(lies)) nameY -= NAME_HEIGHT;
    taken.push({ x: dot.x, y: nameY });
    return { ...dot, nameY };
  });
}

const ticks = (most: number): number[] => [0, most / 2, most];

/** Those to look at first, then by name: an order to find somebody in, not a ranking. */
export const inReadingOrder = (
  communities: readonly CommunityRow[],
  nameOf: (row: CommunityRow) => string,
  language: string,
): CommunityRow[] =>
  communities.toSorted((a, b) => Number(b.isQuiet) - Number(a.isQuiet) || nameOf(a).localeCompare(nameOf(b), language));
