/** What the address and the words of a cell's page are made of. Pure. */
import type { CellView } from '#adapters/crew/api.types.ts';

/** `/ops/cell/cell-0412` names a cell. */
export const cellOfAddress = (path: string): string | undefined => /^\/ops\/cell\/([^/]+)\/?$/.exec(path)?.[1];

/** `check.confirm` → `checkConfirm`: the end of a string's key. */
export const eventKey = ({ state }: CellView['happened'][number]): string =>
  state.replace(/\.(\w)/, (_, letter: string) => letter.toUpperCase());
