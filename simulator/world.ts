/**
 * The city as it physically is: weather, traffic, water in its pipes, and one instrument per measuring point. It knows nothing of
 * cases or people. Time is handed in; reading twice at the same instant changes nothing but noise.
 */
import type { Asset, CityPack } from '#kernel/city.ts';
import type { Position } from '#kernel/geo.ts';
import { DAY, HOUR, type Instant, MINUTE, SECOND } from '#kernel/time.ts';
import { applyPushes, isOver, type Push } from './faults/pushes.ts';
import { behaviourOf } from './models/models.ts';
import { type Behaviour, fit, type MeasuringPoint, type Memory, observe, START } from './models/physics.ts';
import { type Random, seeded } from './random.ts';
import { chlorineLeft, waterAge } from './water/age.ts';
import { type Hydraulics, startHydraulics } from './water/hydraulics.ts';
import { text, type WaterReader, waterReaders } from './water/instruments.ts';
import { readWaterSystem, type WaterSystem } from './water/system.ts';
import { type Around, localClock, lookAround, type Shower, wave } from './weather.ts';

export interface Instrument {
  readonly point: MeasuringPoint;
  readonly place: Position | undefined;
  readonly behaviour: Behaviour;
  readonly reader: WaterReader | undefined;
  /** Node whose water it depends on, when the reading itself is not hydraulic. */
  readonly node: string | undefined;
  /** What counts as a small change: the width of its normal range, or a fifth of what it read at first. */
  readonly scale: number;
  pushes: Push[];
  memory: Memory;
  readAt: Instant | undefined;
  last: number | undefined;
}

export interface World {
  readonly seed: string;
  readonly instruments: readonly Instrument[];
  /** Instruments of one asset. */
  of(assetId: string): readonly Instrument[];
  readonly assets: ReadonlyMap<string, Asset>;
  readonly water: Hydraulics | undefined;
  readonly waterSystem: WaterSystem | undefined;
  /** Brings the water up to an instant. */
  advance(at: Instant): void;
  /** What the instrument sends; undefined when it is silent. */
  read(instrument: Instrument, at: Instant): number | undefined;
  around(at: Instant): Around;
  rainOn(shower: Shower): void;
  push(instrument: Instrument, push: Push): void;
  /** Lets go of what pushes it. */
  release(instrument: Instrument, push: Push, at: Instant): void;
  /** Instruments whose hydraulic reading has moved by more than `share` of their normal range since they last reported. */
  moved(share: number): Instrument[];
  /** Starts the water anew at an earlier instant, for the past of a new city, and back again. */
  rewind(at: Instant): Promise<void>;
}

const SOLVE_EVERY = MINUTE;

export async function createWorld(
  pack: CityPack,
  points: readonly MeasuringPoint[],
  seed: string,
  at: Instant,
): Promise<World> {
  const world = new PhysicalWorld(pack, seed);
  await world.rewind(at);
  world.install(points);
  return world;
}

class PhysicalWorld implements World {
  readonly seed: string;
  readonly assets: ReadonlyMap<string, Asset>;
  readonly waterSystem: WaterSystem | undefined;
  readonly #local: (at: Instant) => number;
  readonly #noise: Random;
  readonly #byAsset = new Map<string, Instrument[]>();
  readonly #showers: Shower[] = [];
  instruments: Instrument[] = [];
  water: Hydraulics | undefined;
  #solvedAt = 0;
  #age: Map<string, number> = new Map();
  #agedAt = 0;
  #seen: { at: Instant; around: Around } | undefined;

  constructor(pack: CityPack, seed: string) {
    this.seed = seed;
    this.assets = new Map(pack.assets.map((asset) => [asset.id, asset]));
    this.waterSystem = readWaterSystem(pack);
    this.#local = localClock(pack.timeZone);
    this.#noise = seeded(seed, 'noise');
  }

  install(points: readonly MeasuringPoint[]): void {
    const readerFor = this.waterSystem ? waterReaders(this.waterSystem, () => this.water!) : undefined;
    this.instruments = points.map((point) => {
      const asset = this.assets.get(point.assetId);
      const reader = point.domain === 'water' && asset ? readerFor?.(asset, point.indicator) : undefined;
      const node = point.domain === 'water' && asset ? text(asset, 'node') : undefined;
      return {
        point,
        place: asset?.place,
        behaviour: behaviourOf(point),
        reader,
        node,
        scale: scaleOf(point, reader),
        pushes: [],
        memory: START,
        readAt: undefined,
        last: undefined,
      };
    });
    for (const instrument of this.instruments) {
      const known = this.#byAsset.get(instrument.point.assetId);
      if (known) known.push(instrument);
      else this.#byAsset.set(instrument.point.assetId, [instrument]);
    }
  }

  of = (assetId: string): readonly Instrument[] => this.#byAsset.get(assetId) ?? [];

  async rewind(at: Instant): Promise<void> {
    if (!this.waterSystem) return;
    this.water?.close();
    this.water = await startHydraulics(this.waterSystem, (((this.#local(at) % DAY) + DAY) % DAY) / SECOND);
    this.#solvedAt = at;
    this.#agedAt = 0;
  }

  advance(at: Instant): void {
    if (!this.water || at - this.#solvedAt < SOLVE_EVERY) return;
    const seconds = Math.floor((at - this.#solvedAt) / SECOND);
    this.water.advance(seconds, 1 + 0.03 * wave(`${this.seed}/demand`, at, 20 * MINUTE));
    this.#solvedAt += seconds * SECOND;
  }

  around(at: Instant): Around {
    if (this.#seen?.at !== at) this.#seen = { at, around: lookAround(this.seed, this.#local, at, this.#showers) };
    return this.#seen.around;
  }

  rainOn(shower: Shower): void {
    this.#showers.push(shower);
    if (this.#showers.length > 50) this.#showers.splice(0, 25);
    this.#seen = undefined;
  }

  push(instrument: Instrument, push: Push): void {
    instrument.pushes.push(push);
  }

  release(instrument: Instrument, push: Push, at: Instant): void {
    instrument.pushes = instrument.pushes.map((each) => (each === push ? { ...push, releasedAt: at } : each));
  }

  moved(share: number): Instrument[] {
    return this.instruments.filter(
      ({ reader, last, scale }) => reader && last !== undefined && Math.abs(reader() - last) > share * scale,
    );
  }

  read(instrument: Instrument, at: Instant): number | undefined {
    const healthy = this.#healthy(instrument, at);
    if (instrument.pushes.length === 0) {
      instrument.last = healthy;
      return healthy;
    }
    instrument.pushes = instrument.pushes.filter((push) => !isOver(push, at));
    const pushed = applyPushes(instrument.pushes, healthy, instrument.last, at);
    if (pushed === undefined) return undefined;
    instrument.last = fit(pushed, instrument.point);
    return instrument.last;
  }

  #healthy(instrument: Instrument, at: Instant): number {
    const { point, reader, behaviour } = instrument;
    if (reader) return fit(reader() + this.#noise.normal(0.004 * instrument.scale), point);
    const seconds =
      instrument.readAt === undefined ? point.intervalSeconds : Math.max(0, (at - instrument.readAt) / SECOND);
    const { value, memory } = observe(
      behaviour,
      point,
      this.around(at),
      instrument.memory,
      Math.min(seconds, (6 * HOUR) / SECOND),
      this.#noise,
    );
    instrument.memory = memory;
    instrument.readAt = at;
    return instrument.node === undefined ? value : this.#watery(instrument, value, at);
  }

  /** Chlorine is what the way from the works has left of it. */
  #watery({ node, point }: Instrument, value: number, at: Instant): number {
    if (!this.water || !this.waterSystem) return value;
    if (point.indicator !== 'chlorine') return value;
    if (at - this.#agedAt > 10 * MINUTE) {
      this.#age = waterAge(this.waterSystem, this.water);
      this.#agedAt = at;
    }
    const left = chlorineLeft(this.#age.get(node!) ?? 12);
    const [low, high] = point.normal;
    return fit(low + (high - low) * (0.12 + 0.6 * left) + 0.1 * (value - (low + high) / 2), point);
  }
}

const scaleOf = ({ isNormalDeclared, normal }: MeasuringPoint, reader: WaterReader | undefined): number =>
  isNormalDeclared || !reader ? normal[1] - normal[0] : 0.2 * Math.abs(reader()) + 1;
