/**
 * Communications. A station is available but for seconds; loss and delay rise with the evening's traffic; a cabinet follows the air
 * and the sun with half an hour's lag; a battery floats at its charging voltage.
 */
import { homeLoad } from '../weather.ts';
import { type DomainModel, steady } from './physics.ts';

export const telecom: DomainModel = {
  availability: { share: ({ lot }) => 0.88 + 0.06 * lot, wander: 0.03, noise: 0.02 },
  'packet-loss': { share: (_point, { hour }) => 0.12 + 0.3 * homeLoad(hour), wander: 0.08, noise: 0.05 },
  delay: { share: ({ lot }, { hour }) => 0.15 + 0.15 * lot + 0.35 * homeLoad(hour), wander: 0.08, noise: 0.04 },
  temperature: {
    share: ({ lot }, { weather }) => 0.15 + Math.max(0, weather.airCel) / 70 + 0.2 * weather.sun * lot,
    lagSeconds: 1_800,
  },
  'ups-voltage': steady,
};
