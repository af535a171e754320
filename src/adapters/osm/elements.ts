/** What a data block holds, told element by element. Only what streets need: no versions, no authors. */
import { type Message, numbersOf, plain, zigzag } from './protobuf.ts';

export type Tags = ReadonlyMap<string, string>;
export type MemberKind = 'node' | 'way' | 'relation';

export interface Member {
  readonly kind: MemberKind;
  readonly id: number;
  readonly role: string;
}

/** Whoever does not listen for a kind does not pay for it. */
export interface Listener {
  readonly node?: (id: number, longitude: number, latitude: number, tags: () => Tags) => void;
  readonly way?: (id: number, nodes: readonly number[], tags: Tags) => void;
  readonly relation?: (members: readonly Member[], tags: Tags) => void;
}

const NO_TAGS: Tags = new Map();
const MEMBER_KINDS: readonly MemberKind[] = ['node', 'way', 'relation'];
const NANO = 1e-9;

interface Block {
  readonly strings: readonly string[];
  readonly granularity: number;
  readonly latitudeOffset: number;
  readonly longitudeOffset: number;
}

export function readElements(message: Message, listener: Listener): void {
  let [strings, granularity, latitudeOffset, longitudeOffset] = [[] as string[], 100, 0, 0];
  const groups: Message[] = [];
  while (message.next()) {
    if (message.tag === 1) strings = stringsOf(message.message());
    else if (message.tag === 2) groups.push(message.message());
    else if (message.tag === 17) granularity = message.varint();
    else if (message.tag === 19) latitudeOffset = message.varint();
    else if (message.tag === 20) longitudeOffset = message.varint();
    else message.skip();
  }
  const block = { strings, granularity, latitudeOffset, longitudeOffset };
  for (const group of groups) readGroup(group, block, listener);
}

function stringsOf(table: Message): string[] {
  const found: string[] = [];
  while (table.next()) {
    if (table.tag === 1) found.push(table.text());
    else table.skip();
  }
  return found;
}

function readGroup(group: Message, block: Block, { node, way, relation }: Listener): void {
  while (group.next()) {
    if (group.tag === 1 && node !== undefined) readNode(group.message(), block, node);
    else if (group.tag === 2 && node !== undefined) readDenseNodes(group.message(), block, node);
    else if (group.tag === 3 && way !== undefined) readWay(group.message(), block, way);
    else if (group.tag === 4 && relation !== undefined) readRelation(group.message(), block, relation);
    else group.skip();
  }
}

const degrees = (value: number, { granularity }: Block, offset: number): number =>
  NANO * (offset + granularity * value);

function tagsOf({ strings }: Block, keys: readonly number[], values: readonly number[]): Tags {
  if (keys.length === 0) return NO_TAGS;
  return new Map(keys.map((key, i) => [strings[key] ?? '', strings[values[i] ?? 0] ?? '']));
}

function readNode(node: Message, block: Block, tell: NonNullable<Listener['node']>): void {
  let [id, latitude, longitude] = [0, 0, 0];
  let [keys, values]: number[][] = [[], []];
  while (node.next()) {
    if (node.tag === 1) id = node.signed();
    else if (node.tag === 2) keys = numbersOf(node.message(), plain);
    else if (node.tag === 3) values = numbersOf(node.message(), plain);
    else if (node.tag === 8) latitude = degrees(node.signed(), block, block.latitudeOffset);
    else if (node.tag === 9) longitude = degrees(node.signed(), block, block.longitudeOffset);
    else node.skip();
  }
  tell(id, longitude, latitude, () => tagsOf(block, keys ?? [], values ?? []));
}

/** Ids and coordinates are differences to the node before; tags of all nodes stand in one list, a 0 after each node's. */
function readDenseNodes(dense: Message, block: Block, tell: NonNullable<Listener['node']>): void {
  let [ids, latitudes, longitudes, words]: (Message | undefined)[] = [];
  while (dense.next()) {
    if (dense.tag === 1) ids = dense.message();
    else if (dense.tag === 8) latitudes = dense.message();
    else if (dense.tag === 9) longitudes = dense.message();
    else if (dense.tag === 10) words = dense.message();
    else dense.skip();
  }
  let [id, latitude, longitude] = [0, 0, 0];
  while (ids !== undefined && latitudes !== undefined && longitudes !== undefined && !ids.isAtEnd) {
    id += ids.signed();
    latitude += latitudes.signed();
    longitude += longitudes.signed();
    const pairs: number[] = [];
    while (words !== undefined && !words.isAtEnd) {
      const key = words.varint();
      if (key === 0) break;
      pairs.push(key, words.varint());
    }
    const at = [
      degrees(longitude, block, block.longitudeOffset),
      degrees(latitude, block, block.latitudeOffset),
    ] as const;
    tell(id, ...at, () => tagsOf(block, pairs.filter(isEven), pairs.filter(isOdd)));
  }
}

const isEven = (_: number, i: number): boolean => i % 2 === 0;
const isOdd = (_: number, i: number): boolean => i % 2 === 1;

function readWay(way: Message, block: Block, tell: NonNullable<Listener['way']>): void {
  let id = 0;
  let [keys, values, steps]: number[][] = [[], [], []];
  while (way.next()) {
    if (way.tag === 1) id = way.varint();
    else if (way.tag === 2) keys = numbersOf(way.message(), plain);
    else if (way.tag === 3) values = numbersOf(way.message(), plain);
    else if (way.tag === 8) steps = numbersOf(way.message(), zigzag);
    else way.skip();
  }
  tell(id, summedUp(steps ?? []), tagsOf(block, keys ?? [], values ?? []));
}

function readRelation(relation: Message, block: Block, tell: NonNullable<Listener['relation']>): void {
  let [keys, values, roles, steps, kinds]: number[][] = [[], [], [], [], []];
  while (relation.next()) {
    if (relation.tag === 2) keys = numbersOf(relation.message(), plain);
    else if (relation.tag === 3) values = numbersOf(relation.message(), plain);
    else if (relation.tag === 8) roles = numbersOf(relation.message(), plain);
    else if (relation.tag === 9) steps = numbersOf(relation.message(), zigzag);
    else if (relation.tag === 10) kinds = numbersOf(relation.message(), plain);
    else relation.skip();
  }
  const ids = summedUp(steps ?? []);
  const members = ids.map((id, i) => ({
    kind: MEMBER_KINDS[kinds?.[i] ?? 0] ?? 'node',
    id,
    role: block.strings[roles?.[i] ?? 0] ?? '',
  }));
  tell(members, tagsOf(block, keys ?? [], values ?? []));
}

function summedUp(steps: readonly number[]): number[] {
  let sum = 0;
  return steps.map((step) => (sum += step));
}
