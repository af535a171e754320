/**
 * Services at the doorstep: what a city offers its residents at a counter, at the machine of a 24-hour cabin, or at their door. Its
 * sensors are the machines; what they say is judged one by one, so nothing is concluded from several of them together.
 */
import type { Domain } from '../domain.types.ts';
import { servicesSection } from './services-file.ts';

export const residentServices: Domain = {
  id: 'resident-services',
  words: { zh: '便民服务', en: 'Resident services' },
  layer: { colour: '#5d8a66', geometry: 'point', order: 120, pointsFromZoom: 12, linesFromZoom: 24, lineWidth: 1 },
  defaults: {},
  sections: [servicesSection],
  scopeOf: () => undefined,
  detect: () => [],
};
