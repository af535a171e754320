/**
 * Bridges. Traffic and wind shake the girder (ten-minute RMS acceleration); strain follows temperature over the day and every truck
 * for a moment; cables tighten as they cool; tilt and displacement creep.
 */
import { HOUR } from '#kernel/time.ts';
import { wave } from '../weather.ts';
import { type DomainModel, steady } from './physics.ts';

export const bridges: DomainModel = {
  'rms-acceleration': {
    share: ({ lot }, { traffic, weather }) => 0.08 + 0.5 * traffic * (0.7 + 0.3 * lot) + weather.windMs / 60,
    lagSeconds: 300,
    wander: 0.05,
    noise: 0.03,
  },
  strain: {
    share: ({ lot }, { traffic, weather }) => 0.25 + 0.15 * lot + weather.airCel / 120 + 0.2 * traffic,
    wander: 0.04,
    noise: 0.05,
  },
  displacement: {
    share: ({ lot }, { traffic, weather }) => 0.3 + 0.1 * lot + 0.15 * traffic + weather.airCel / 150,
    lagSeconds: 600,
    noise: 0.02,
  },
  'cable-force': {
    share: ({ lot }, { weather }) => 0.6 + 0.1 * lot - weather.airCel / 150,
    lagSeconds: 3_600,
    wander: 0.03,
  },
  tilt: steady,
  'hanger-acceleration': {
    share: ({ lot }, { traffic, weather }) => 0.1 + 0.4 * traffic * (0.7 + 0.3 * lot) + weather.windMs / 50,
    lagSeconds: 300,
    wander: 0.05,
    noise: 0.03,
  },
  'wind-direction': {
    share: () => 0.5,
    absolute: (_point, { at }) => 180 + 150 * wave('wind-direction', at, 3 * HOUR),
    noise: 0.02,
  },
  wind: { share: () => 0.2, absolute: (_point, { weather }) => weather.windMs * 1.2 },
  temperature: { share: (_point, { weather }) => 0.25 + weather.airCel / 70 + 0.1 * weather.sun, lagSeconds: 5_400 },
};
