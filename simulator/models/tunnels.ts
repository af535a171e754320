/**
 * Road tunnels. Exhaust and soot rise with the traffic and are carried out by the fans, which speed up with them, so air speed follows
 * and the rise is damped; lamps at the portals follow the daylight so that eyes need not.
 */
import type { Behaviour, DomainModel } from './physics.ts';

const exhaust: Behaviour = {
  share: ({ lot }, { traffic }) => 0.08 + (0.6 * traffic * (0.7 + 0.3 * lot)) / (1 + 0.35 * traffic),
  lagSeconds: 240,
  wander: 0.05,
  noise: 0.02,
};

export const tunnels: DomainModel = {
  co: exhaust,
  extinction: exhaust,
  'air-speed': {
    share: ({ lot }, { traffic }) => 0.25 + 0.1 * lot + 0.4 * traffic,
    lagSeconds: 120,
    wander: 0.06,
    noise: 0.03,
  },
  illuminance: { share: ({ lot }, { weather }) => 0.3 + 0.1 * lot + 0.4 * weather.sun, lagSeconds: 60, noise: 0.02 },
  'lamp-power': {
    share: ({ lot }, { weather }) => 0.25 + 0.15 * lot + 0.45 * weather.sun,
    lagSeconds: 60,
    noise: 0.02,
  },
  current: {
    share: ({ lot }, { traffic }) => 0.12 + 0.1 * lot + 0.6 * traffic,
    lagSeconds: 120,
    wander: 0.04,
    noise: 0.02,
  },
  vibration: { share: ({ lot }, { traffic }) => 0.2 + 0.15 * lot + 0.25 * traffic, wander: 0.05, noise: 0.04 },
  level: { share: (_point, { weather }) => 0.15 + 0.4 * weather.wetness, lagSeconds: 900 },
};
