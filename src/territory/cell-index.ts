/** Point → unit-grid cell. Boxes in a packed R-tree, then the exact polygon. */
import Flatbush from 'flatbush';
import type { Area } from '#kernel/city.ts';
import { boundsOf, isInPolygon, type Position } from '#kernel/geo.ts';

export interface CellIndex {
  find(place: Position): Area | undefined;
  /** Every cell that holds the point: more than one where the pack's cells overlap. */
  all(place: Position): Area[];
}

export function indexCells(cells: readonly Area[]): CellIndex {
  const all = (place: Position): Area[] =>
    tree === undefined
      ? []
      : tree
          .search(place[0], place[1], place[0], place[1])
          .map((i) => cells[i]!)
          .filter((cell) => isInPolygon(place, cell.polygon));
  const tree = cells.length === 0 ? undefined : new Flatbush(cells.length);
  for (const cell of cells) tree?.add(...boundsOf(cell.polygon[0] ?? []));
  tree?.finish();
  return { all, find: (place) => all(place)[0] };
}
