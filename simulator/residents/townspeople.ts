/** Everybody who turns to the city: who reports, who rings, who books. Each has a hand of their own; one turn lets all of them act. */
import type { CityPack } from '#kernel/city.ts';
import type { Instant } from '#kernel/time.ts';
import { cityHttp } from '../city-http.ts';
import { createBookers } from './bookers.ts';
import { createCallers } from './callers.ts';
import { openDoors, type Say } from './door.ts';
import { homesOf, smallTroubles } from './homes.ts';
import { createReporters } from './reporters.ts';

export interface TownspeopleOptions {
  readonly server: string;
  readonly pack: CityPack;
  /** Of the telephone system (role integrator), and of who sits at the desk; without both nobody rings. */
  readonly keys: { readonly line: string | undefined; readonly desk: string | undefined };
  readonly seed: string;
  readonly speed: number;
  /** False: nothing is told and nobody rings. */
  readonly hasTroubles: boolean;
  readonly say: Say;
}

export function createTownspeople({ server, pack, keys, seed, speed, hasTroubles, say }: TownspeopleOptions): {
  turn(at: Instant): Promise<void>;
} {
  const doors = openDoors(server, say);
  const home = homesOf(pack);
  const categories = hasTroubles ? smallTroubles(pack) : [];
  const life = { doors, categories, home, seed, speed, say };
  const { line, desk } = keys;
  const everybody = [
    createReporters(life),
    createBookers(life),
    ...(line === undefined || desk === undefined
      ? []
      : [createCallers({ ...life, line: cityHttp(server, line), desk: cityHttp(server, desk) })]),
  ];
  return {
    async turn(at) {
      await Promise.all(everybody.map((each) => each.tick(at)));
    },
  };
}
