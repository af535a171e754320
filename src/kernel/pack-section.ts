/** A file of the pack that one domain describes and understands by itself; every other file is described by territory. */
import type { CityPack } from './city.ts';

export interface SectionProblem {
  /** `$.services[3].opens` */
  readonly path: string;
  readonly reason: string;
}

export interface PackSection {
  /** Inside the pack: `services.yaml`, `shared-bikes/bays.geojson`. May be absent from a pack. */
  readonly file: string;
  readonly format: 'yaml' | 'geojson';
  /** JSON Schema of the whole file (a TypeBox schema is one). */
  readonly schema: object;
  /** What the schema cannot say: references into the rest of the pack. Called with a value that fits the schema. */
  check?(value: unknown, pack: CityPack): readonly SectionProblem[];
}
