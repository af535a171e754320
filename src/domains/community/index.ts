/**
 * The community: the last mile, where no sensor looks and people do. Its cases come from residents and grid workers; what it
 * remembers (what crews did, visits, shifts) is kept by `community.ts`. It concludes nothing from findings.
 */
import type { Domain } from '../domain.types.ts';
import { careSection } from './care-rules.ts';
import { crewSection } from './crew-rules.ts';

export const community: Domain = {
  id: 'community',
  words: { zh: '社区', en: 'Community' },
  layer: { colour: '#6b7a88', geometry: 'point', order: 200, pointsFromZoom: 15, linesFromZoom: 15, lineWidth: 1 },
  defaults: {},
  sections: [careSection, crewSection],
  scopeOf: () => undefined,
  detect: () => [],
};
