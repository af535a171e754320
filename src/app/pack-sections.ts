/** Files of a pack that belong to one domain each: `loadPack` reads them, `check-pack` checks them, editors get their schemas. */
import { DOMAINS } from '#domains/registry.ts';
import type { PackSection } from '#kernel/pack-section.ts';

export const PACK_SECTIONS: readonly PackSection[] = DOMAINS.flatMap(({ sections }) => sections ?? []);
