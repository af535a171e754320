/** Which behaviour a measuring point has. An indicator nobody described still lives: it keeps the middle of its normal range. */
import { bridges } from './bridges.ts';
import { drainage } from './drainage.ts';
import { gas } from './gas.ts';
import { kiosks } from './kiosks.ts';
import type { Behaviour, DomainModel, MeasuringPoint } from './physics.ts';
import { power } from './power.ts';
import { rail } from './rail.ts';
import { telecom } from './telecom.ts';
import { tunnels } from './tunnels.ts';
import { water } from './water.ts';

export const MODELS: Readonly<Record<string, DomainModel>> = {
  water,
  power,
  gas,
  telecom,
  bridges,
  tunnels,
  rail,
  drainage,
  'resident-services': kiosks,
};

const calm: Behaviour = { share: ({ lot }) => 0.4 + 0.2 * lot, wander: 0.08, noise: 0.015 };

export function behaviourOf({
  domain,
  assetClass,
  indicator,
}: Pick<MeasuringPoint, 'domain' | 'assetClass' | 'indicator'>): Behaviour {
  const model = Object.hasOwn(MODELS, domain) ? MODELS[domain]! : {};
  for (const name of [`${assetClass}/${indicator}`, indicator]) if (Object.hasOwn(model, name)) return model[name]!;
  return calm;
}
