/**
 * Electricity. Load follows the homes or the shops behind a feeder. Voltage falls as load rises (the drop along the line). Oil and
 * windings warm with the square of the load and with the air, and take hours to follow. Frequency is the whole grid's.
 */
import { type Around, homeLoad, workLoad } from '../weather.ts';
import type { Behaviour, DomainModel, MeasuringPoint } from './physics.ts';

const load = ({ lot }: MeasuringPoint, { hour, isWorkday }: Around): number =>
  (lot < 0.6 ? homeLoad(hour) : workLoad(hour, isWorkday)) * (0.75 + 0.25 * lot);

const loaded: Behaviour = { share: (point, around) => 0.1 + 0.75 * load(point, around), wander: 0.08, noise: 0.02 };
const warm: Behaviour = {
  share: (point, around) => 0.12 + 0.5 * load(point, around) ** 2 + Math.max(0, around.weather.airCel) / 120,
  lagSeconds: 9_000,
  wander: 0.03,
};

export const power: DomainModel = {
  voltage: { share: (point, around) => 0.72 - 0.4 * load(point, around), wander: 0.07, noise: 0.02 },
  frequency: { share: () => 0.5, wander: 0.12, noise: 0.04 },
  current: loaded,
  power: loaded,
  'oil-temperature': warm,
  'joint-temperature': warm,
  temperature: warm,
  thd: { share: (point, around) => 0.55 - 0.3 * load(point, around), wander: 0.1, noise: 0.03 },
  'sheath-current': loaded,
};
