/** Everybody who acts: brings desks, crews, field and residents together and gives them their turn every few seconds. */
import type { Position } from '#kernel/geo.ts';
import type { Instant } from '#kernel/time.ts';
import { cityHttp } from '../city-http.ts';
import type { Fault, Faults } from '../faults/faults.ts';
import { Agenda } from './agenda.ts';
import { type ClassSeen, type PartySeen, type Person, person } from './console.ts';
import { workInCrews } from './crews.ts';
import { workAtDesks } from './desk.ts';
import { createField } from './field.ts';
import { checkOnSite } from './grid.ts';
import { createResidents, type Residents } from './residents.ts';

/** Keys that the city made for its people. Who has none does not act. */
export interface PeopleKeys {
  readonly analyst?: string;
  readonly dispatcher?: string;
  readonly verifier?: string;
  readonly handlers?: Readonly<Record<string, string>>;
}

export interface PeopleOptions {
  readonly server: string;
  readonly keys: PeopleKeys;
  readonly faults: Faults;
  readonly seed: string;
  readonly speed: number;
  /** True: nobody acts, but what others do with work orders still takes effect on the city. */
  readonly isHandsOff: boolean;
  /** The grid team of each community, by the community's id. */
  readonly gridTeams: ReadonlyMap<string, string>;
  /** Somewhere people live; undefined also when nobody is to have a reason to ring. */
  readonly anywhere: () => Position | undefined;
  readonly say: (message: string, fields?: object) => void;
}

export interface People {
  notice(fault: Fault): void;
  turn(at: Instant): Promise<void>;
}

type Library = { readonly classes: readonly ClassSeen[]; readonly parties: readonly PartySeen[] };

/** Undefined when there is no key to look with. */
export function createPeople(options: PeopleOptions): People | undefined {
  const { server, keys, faults, seed, speed, isHandsOff, say } = options;
  const viewerKey = keys.dispatcher ?? keys.analyst;
  if (viewerKey === undefined) return undefined;
  const as = (key: string | undefined): Person | undefined =>
    key === undefined ? undefined : person(cityHttp(server, key), say);
  const viewer = as(viewerKey)!;
  const agenda = new Agenda(seed, speed);
  const field = createField(viewer, faults, agenda, say);
  const crews = new Map(Object.entries(keys.handlers ?? {}).map(([party, key]) => [party, as(key)!]));
  const gridWorkers = new Map(
    [...options.gridTeams].flatMap(([community, party]) => {
      const worker = crews.get(party);
      return worker ? [[community, worker] as const] : [];
    }),
  );
  const desk = {
    analyst: as(keys.analyst),
    dispatcher: as(keys.dispatcher),
    verifier: as(keys.verifier),
    faults,
    agenda,
    seed,
  };
  const early: Fault[] = [];
  let library: Library | undefined;
  let residents: Residents | undefined;

  async function meetTheCity(): Promise<Library | undefined> {
    library ??= await viewer.library();
    if (!library || residents) return library;
    residents = createResidents({
      hotline: desk.analyst ?? viewer,
      classes: library.classes,
      seed,
      speed,
      anywhere: options.anywhere,
    });
    for (const fault of early.splice(0)) residents.notice(fault);
    return library;
  }

  return {
    notice(fault) {
      if (isHandsOff) return;
      if (residents) residents.notice(fault);
      else early.push(fault);
    },
    async turn(at) {
      const orders = await viewer.orders();
      if (!orders) return;
      await field.follow(orders, at);
      if (isHandsOff) return;
      const known = await meetTheCity();
      if (!known) return;
      const open = new Map((await viewer.cases())?.map((seen) => [seen.id, seen]));
      await Promise.all([
        workInCrews(
          orders,
          crews,
          agenda,
          (order) => field.isMended(order),
          ({ caseId }) => open.get(caseId),
          at,
        ),
        workAtDesks(desk, at, known),
        residents?.tick(at),
        checkOnSite([...open.values()], known.classes, gridWorkers, agenda, seed, at),
      ]);
      agenda.forgetOld(at);
    },
  };
}
