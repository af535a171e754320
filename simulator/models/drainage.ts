/**
 * Drains and the utility tunnel. Rain becomes level and flow with a quarter of an hour's delay, on top of the dry-weather flow of
 * kitchens and baths; a road stays dry until the drain below cannot take more (see faults). Chambers breathe: oxygen near that of
 * air, a trace of hydrogen sulphide, always damp.
 */
import { type Around, homeLoad } from '../weather.ts';
import { type Behaviour, type DomainModel, type MeasuringPoint, steady } from './physics.ts';

const filling = ({ lot }: MeasuringPoint, { hour, weather }: Around): number =>
  0.1 + 0.12 * lot + 0.15 * homeLoad(hour) + 0.45 * weather.wetness;
const rain: Behaviour = { share: () => 0, absolute: (_point, { weather }) => weather.rainMmH, noise: 0 };
const film: Behaviour = {
  share: (_point, { weather }) => 0.04 + 0.35 * weather.wetness,
  lagSeconds: 600,
  wander: 0.02,
  noise: 0.03,
};

export const drainage: DomainModel = {
  level: { share: filling, lagSeconds: 900, wander: 0.04, noise: 0.015 },
  flow: { share: filling, lagSeconds: 600, wander: 0.05, noise: 0.03 },
  rain,
  'road-water': film,
  oxygen: { share: ({ lot }) => 0.5 + 0.1 * lot, wander: 0.06 },
  h2s: { share: ({ lot }, { weather }) => 0.1 + 0.2 * lot + 0.05 * weather.wetness, wander: 0.07, noise: 0.03 },
  methane: { share: ({ lot }) => 0.08 + 0.1 * lot, wander: 0.08, noise: 0.03 },
  temperature: { share: (_point, { weather }) => 0.3 + weather.airCel / 120, lagSeconds: 7_200 },
  humidity: { share: ({ lot }, { weather }) => 0.55 + 0.15 * lot + 0.15 * weather.wetness, lagSeconds: 3_600 },
  power: { share: filling, lagSeconds: 300, wander: 0.04, noise: 0.02 },
  'cover-tilt': steady,
};
