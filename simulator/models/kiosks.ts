/**
 * The service kiosks of the cabins. A roll of paper lasts some days and is changed before it ends; by day somebody comes every few
 * minutes, at night hardly anybody. Its network is there unless something is wrong.
 */
import { DAY, MINUTE } from '#kernel/time.ts';
import { type DomainModel, steady } from './physics.ts';

const isNight = (hour: number): boolean => hour < 6.5 || hour >= 22.5;

export const kiosks: DomainModel = {
  paper: { share: ({ lot }, { at }) => 0.95 - 0.75 * ((at / DAY / (3 + 4 * lot) + lot) % 1), wander: 0, noise: 0.002 },
  network: steady,
  'last-use': {
    share: () => 0,
    absolute: ({ lot }, { at, hour }) =>
      Math.floor((at / MINUTE + 997 * lot) % ((6 + 20 * lot) * (isNight(hour) ? 8 : 1))),
    noise: 0,
  },
};
