/** Files of a pack that belong to one domain or adapter each: `loadPack` reads them, `check-pack` checks them, editors get their schemas. */
import { OPEN311_SECTION } from '#adapters/open311/client/section.ts';
import { DOMAINS } from '#domains/registry.ts';
import type { PackSection } from '#kernel/pack-section.ts';

export const PACK_SECTIONS: readonly PackSection[] = [
  ...DOMAINS.flatMap(({ sections }) => sections ?? []),
  OPEN311_SECTION,
];
