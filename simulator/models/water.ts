/** What the hydraulic model does not say about water: its chemistry, its warmth, the machines around it. */
import { homeLoad } from '../weather.ts';
import { type Behaviour, type DomainModel, steady } from './physics.ts';

const machine: Behaviour = {
  share: ({ lot }, { hour }) => 0.25 + 0.15 * lot + 0.3 * homeLoad(hour),
  lagSeconds: 1_200,
  wander: 0.05,
  noise: 0.03,
};

export const water: DomainModel = {
  battery: steady,
  turbidity: { share: ({ lot }, { weather }) => 0.2 + 0.2 * lot + 0.15 * weather.wetness, wander: 0.07, noise: 0.03 },
  'raw-turbidity': {
    share: (_point, { weather }) => 0.15 + 0.55 * weather.wetness,
    lagSeconds: 3_600,
    wander: 0.07,
    noise: 0.03,
  },
  chlorine: { share: ({ lot }) => 0.35 + 0.3 * lot, wander: 0.08, noise: 0.02 },
  ph: { share: ({ lot }) => 0.4 + 0.2 * lot, wander: 0.07, noise: 0.02 },
  temperature: { share: (_point, { weather }) => 0.2 + weather.airCel / 80, lagSeconds: 14_400 },
  vibration: machine,
  'winding-temperature': machine,
};
