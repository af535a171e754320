/** Shared bikes: parking order at the kerb, watched live; its findings come from the fleet, not from Datastreams. */
import type { Domain } from '../domain.types.ts';
import { sections } from './sections.ts';

export const sharedBikes: Domain = {
  id: 'shared-bikes',
  words: { zh: '共享单车', en: 'Shared bikes' },
  layer: { colour: '#5b7f95', geometry: 'point', order: 95, pointsFromZoom: 14, linesFromZoom: 14, lineWidth: 1 },
  defaults: {},
  sections,
  scopeOf: () => undefined,
  detect: () => [],
};
