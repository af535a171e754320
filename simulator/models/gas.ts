/**
 * Gas. People cook at seven, at noon and before seven in the evening: flow rises and pressure gives way a little. Methane in chambers
 * is a trace and the noise of the cell; a leak fills one chamber within minutes and reaches the next ones weaker (see faults).
 */
import { cookingLoad } from '../weather.ts';
import { type Behaviour, type DomainModel, steady } from './physics.ts';

const trace: Behaviour = { share: ({ lot }) => 0.08 + 0.1 * lot, wander: 0.08, noise: 0.03 };

export const gas: DomainModel = {
  'inlet-pressure': { share: (_point, { hour }) => 0.7 - 0.3 * cookingLoad(hour), lagSeconds: 240, wander: 0.05 },
  'outlet-pressure': { share: (_point, { hour }) => 0.55 - 0.15 * cookingLoad(hour), lagSeconds: 120, wander: 0.05 },
  flow: {
    share: ({ lot }, { hour }) => 0.08 + 0.75 * cookingLoad(hour) * (0.8 + 0.2 * lot),
    wander: 0.06,
    noise: 0.03,
  },
  methane: trace,
  temperature: { share: (_point, { weather }) => 0.2 + Math.max(0, weather.airCel) / 60, lagSeconds: 3_600 },
  battery: steady,
};
