/** Writes small OpenStreetMap extracts, field by field as the format's published description says, to read them again. */
import { deflateSync } from 'node:zlib';
import { PbfWriter } from 'pbf';

export type Tags = Readonly<Record<string, string>>;

export interface Extract {
  readonly nodes: readonly { id: number; lon: number; lat: number; tags?: Tags }[];
  readonly ways: readonly { id: number; nodes: readonly number[]; tags: Tags }[];
  readonly restrictions?: readonly {
    tags: Tags;
    members: readonly { kind: 'node' | 'way'; id: number; role: string }[];
  }[];
  readonly features?: readonly string[];
  /** Nodes one by one instead of dense, blocks stored instead of deflated. */
  readonly isPlain?: boolean;
}

export function writeExtract(extract: Extract): Buffer {
  const features = extract.features ?? ['OsmSchema-V0.6', 'DenseNodes'];
  const header = message((pbf) => {
    for (const feature of features) pbf.writeStringField(4, feature);
  });
  const strings = new Strings();
  const isPlain = extract.isPlain === true;
  const groups = [isPlain ? plainNodes(extract, strings) : denseNodes(extract, strings)];
  groups.push(ways(extract, strings), relations(extract, strings));
  const block = message((pbf) => {
    pbf.writeBytesField(1, strings.table());
    for (const group of groups) pbf.writeBytesField(2, group);
  });
  return Buffer.concat([blob('OSMHeader', header, isPlain), blob('OSMData', block, isPlain)]);
}

function message(write: (pbf: PbfWriter) => void): Uint8Array {
  const pbf = new PbfWriter();
  write(pbf);
  return pbf.finish();
}

function blob(type: string, data: Uint8Array, isPlain: boolean): Buffer {
  const body = message((pbf) => {
    if (isPlain) pbf.writeBytesField(1, data);
    else {
      pbf.writeVarintField(2, data.length);
      pbf.writeBytesField(3, deflateSync(data));
    }
  });
  const head = message((pbf) => {
    pbf.writeStringField(1, type);
    pbf.writeVarintField(3, body.length);
  });
  const length = Buffer.alloc(4);
  length.writeUInt32BE(head.length);
  return Buffer.concat([length, head, body]);
}

class Strings {
  private readonly rows: string[] = [''];

  row(text: string): number {
    const at = this.rows.indexOf(text);
    return at === -1 ? this.rows.push(text) - 1 : at;
  }

  table(): Uint8Array {
    return message((pbf) => {
      for (const row of this.rows) pbf.writeStringField(1, row);
    });
  }
}

const HUNDRED_NANODEGREES = 1e7;
const unitsOf = (degrees: number): number => Math.round(degrees * HUNDRED_NANODEGREES);
const steps = (values: readonly number[]): number[] => values.map((value, i) => value - (values[i - 1] ?? 0));

function denseNodes({ nodes }: Extract, strings: Strings): Uint8Array {
  const words = nodes.flatMap(({ tags = {} }) => [
    ...Object.entries(tags).flatMap(([key, value]) => [strings.row(key), strings.row(value)]),
    0,
  ]);
  const dense = message((pbf) => {
    pbf.writePackedSVarint(1, steps(nodes.map(({ id }) => id)));
    pbf.writePackedSVarint(8, steps(nodes.map(({ lat }) => unitsOf(lat))));
    pbf.writePackedSVarint(9, steps(nodes.map(({ lon }) => unitsOf(lon))));
    pbf.writePackedVarint(10, words);
  });
  return message((pbf) => pbf.writeBytesField(2, dense));
}

function plainNodes({ nodes }: Extract, strings: Strings): Uint8Array {
  return message((group) => {
    for (const { id, lon, lat, tags = {} } of nodes) {
      const node = message((pbf) => {
        pbf.writeSVarintField(1, id);
        writeTags(pbf, tags, strings);
        pbf.writeSVarintField(8, unitsOf(lat));
        pbf.writeSVarintField(9, unitsOf(lon));
      });
      group.writeBytesField(1, node);
    }
  });
}

function writeTags(pbf: PbfWriter, tags: Tags, strings: Strings): void {
  pbf.writePackedVarint(
    2,
    Object.keys(tags).map((key) => strings.row(key)),
  );
  pbf.writePackedVarint(
    3,
    Object.values(tags).map((value) => strings.row(value)),
  );
}

function ways(extract: Extract, strings: Strings): Uint8Array {
  return message((group) => {
    for (const { id, nodes, tags } of extract.ways) {
      const way = message((pbf) => {
        pbf.writeVarintField(1, id);
        writeTags(pbf, tags, strings);
        pbf.writePackedSVarint(8, steps(nodes));
      });
      group.writeBytesField(3, way);
    }
  });
}

function relations({ restrictions = [] }: Extract, strings: Strings): Uint8Array {
  return message((group) => {
    restrictions.forEach(({ tags, members }, row) => {
      const relation = message((pbf) => {
        pbf.writeVarintField(1, row + 1);
        writeTags(pbf, { type: 'restriction', ...tags }, strings);
        pbf.writePackedVarint(
          8,
          members.map(({ role }) => strings.row(role)),
        );
        pbf.writePackedSVarint(9, steps(members.map(({ id }) => id)));
        pbf.writePackedVarint(
          10,
          members.map(({ kind }) => (kind === 'way' ? 1 : 0)),
        );
      });
      group.writeBytesField(4, relation);
    });
  });
}
