/** Search by name in every language of the pack: what begins with the text first, then what holds it, short names before long ones. */
import type { Position } from '#kernel/geo.ts';
import type { Localized } from '#kernel/words.ts';

export type NamedKind = 'asset' | 'road' | 'area' | 'cell' | 'building';

export interface Named {
  readonly kind: NamedKind;
  readonly id: string;
  readonly name: Localized;
  readonly detail: Localized;
  readonly place: Position;
}

interface Entry {
  readonly named: Named;
  /** Lower-case names and id, one after the other. */
  readonly words: readonly string[];
}

/** Places people ask for by name come before the many things that are called after them. */
const ORDER: Readonly<Record<NamedKind, number>> = { area: 0, road: 1, building: 2, cell: 3, asset: 4 };

export class NameIndex {
  readonly #entries: readonly Entry[];

  constructor(all: Iterable<Named>) {
    this.#entries = [...all].map((named) => ({
      named,
      words: [...Object.values(named.name), named.id].map((word) => word.toLowerCase()),
    }));
  }

  search(text: string, limit: number): Named[] {
    const wanted = text.trim().toLowerCase();
    if (wanted === '') return [];
    const found: { named: Named; rank: number }[] = [];
    for (const { named, words } of this.#entries) {
      const rank = rankOf(words, wanted);
      if (rank !== undefined) found.push({ named, rank: rank + ORDER[named.kind] * 10 });
    }
    return found
      .sort((a, b) => a.rank - b.rank || lengthOf(a.named) - lengthOf(b.named) || (a.named.id < b.named.id ? -1 : 1))
      .slice(0, limit)
      .map(({ named }) => named);
  }
}

/** 0 the very name, 1 its beginning, 20 the beginning of a word in it, 60 anywhere; undefined: not at all. */
function rankOf(words: readonly string[], wanted: string): number | undefined {
  let best: number | undefined;
  for (const word of words) {
    const at = word.indexOf(wanted);
    if (at < 0) continue;
    const rank = word === wanted ? 0 : at === 0 ? 1 : word[at - 1] === ' ' ? 20 : 60;
    if (best === undefined || rank < best) best = rank;
  }
  return best;
}

const lengthOf = (named: Named): number => Math.min(...Object.values(named.name).map((name) => name.length));
