/** Every domain of the city, one folder each. Written by tools/registry.ts. */
import { bridges } from './bridges/index.ts';
import { community } from './community/index.ts';
import type { Domain } from './domain.types.ts';
import { drainage } from './drainage/index.ts';
import { gas } from './gas/index.ts';
import { power } from './power/index.ts';
import { rail } from './rail/index.ts';
import { residentServices } from './resident-services/index.ts';
import { sharedBikes } from './shared-bikes/index.ts';
import { telecom } from './telecom/index.ts';
import { tunnels } from './tunnels/index.ts';
import { water } from './water/index.ts';

export const DOMAINS: readonly Domain[] = [
  bridges,
  community,
  drainage,
  gas,
  power,
  rail,
  residentServices,
  sharedBikes,
  telecom,
  tunnels,
  water,
];
