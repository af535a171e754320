/**
 * Rail. Geometry drifts by hundredths of a millimetre and breathes with the heat; the rail itself follows sun and air within the
 * hour; settlement is slower than anything else in the city.
 */
import { type Behaviour, type DomainModel, steady } from './physics.ts';

const geometry: Behaviour = {
  share: ({ lot }, { weather }) => 0.32 + 0.3 * lot + weather.airCel / 400,
  wander: 0.05,
  noise: 0.02,
};

export const rail: DomainModel = {
  gauge: geometry,
  'cross-level': geometry,
  alignment: geometry,
  'rail-temperature': {
    share: (_point, { weather }) => 0.2 + weather.airCel / 80 + 0.3 * weather.sun,
    lagSeconds: 2_700,
  },
  settlement: steady,
  convergence: steady,
  gap: steady,
  seepage: { share: ({ lot }, { weather }) => 0.2 + 0.2 * lot + 0.3 * weather.wetness, lagSeconds: 7_200 },
  'motor-current': { share: ({ lot }, { traffic }) => 0.2 + 0.15 * lot + 0.25 * traffic, wander: 0.08, noise: 0.08 },
  co2: { share: (_point, { traffic }) => 0.1 + 0.7 * traffic, lagSeconds: 900, wander: 0.05, noise: 0.02 },
  'sump-level': { share: ({ lot }, { weather }) => 0.15 + 0.15 * lot + 0.4 * weather.wetness, lagSeconds: 1_800 },
  current: { share: (_point, { traffic }) => 0.08 + 0.75 * traffic, wander: 0.1, noise: 0.08 },
  voltage: { share: (_point, { traffic }) => 0.65 - 0.3 * traffic, wander: 0.08, noise: 0.05 },
  temperature: {
    share: (_point, { weather, traffic }) => 0.3 + weather.airCel / 120 + 0.15 * traffic,
    lagSeconds: 5_400,
  },
};
