/**
 * A model as bytes: a head in JSON, the tables as they lie in memory, and a checksum over everything. What is read is checked before it
 * is used: the checksum, the version, and that every table has the length the head promises and holds nothing but numbers.
 *
 *   "CLTEXT" version:u16 headBytes:u32 head… padding to 4 · keys · rarities · weights · squares · square ratios · SHA-256
 */
import { createHash } from 'node:crypto';
import { CityError } from '#kernel/errors.ts';
import type { CategoryModel } from './understanding.types.ts';

const MAGIC = 'CLTEXT';
const VERSION = 1;
const PREAMBLE_BYTES = 12;
const CHECKSUM_BYTES = 32;

type Head = Omit<CategoryModel, 'keys' | 'rarities' | 'weights' | 'squares' | 'squareLogRatios'> & {
  readonly features: number;
  readonly squareCount: number;
};

export function encodeModel(model: CategoryModel): Uint8Array {
  const { keys, rarities, weights, squares, squareLogRatios, ...about } = model;
  const head = { ...about, features: keys.length, squareCount: squares.length };
  const text = Buffer.from(JSON.stringify(head));
  const preamble = Buffer.alloc(PREAMBLE_BYTES);
  preamble.write(MAGIC, 'latin1');
  preamble.writeUInt16LE(VERSION, 6);
  preamble.writeUInt32LE(text.length, 8);
  const padding = Buffer.alloc(paddingAfter(text.length));
  const tables = [keys, rarities, weights, squares, squareLogRatios].map((table) => Buffer.from(bytesOf(table)));
  const content = Buffer.concat([preamble, text, padding, ...tables]);
  return Uint8Array.from(Buffer.concat([content, checksum(content)]));
}

/** Errors: `model.broken` (cut short, changed, or never a model), `model.unknown_version` (written by a newer or older program). */
export function decodeModel(bytes: Uint8Array): CategoryModel {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < PREAMBLE_BYTES + CHECKSUM_BYTES || file.toString('latin1', 0, MAGIC.length) !== MAGIC)
    throw broken('it does not begin like one');
  const version = file.readUInt16LE(6);
  if (version !== VERSION)
    throw new CityError(
      'conflict',
      'model.unknown_version',
      `The text model has version ${version}, this program reads ${VERSION}; train it again with cityloom train.`,
    );
  const content = file.subarray(0, -CHECKSUM_BYTES);
  if (!checksum(content).equals(file.subarray(-CHECKSUM_BYTES))) throw broken('its checksum is wrong');
  return readTables(content);
}

function readTables(content: Buffer): CategoryModel {
  const headBytes = content.readUInt32LE(8);
  const { features, squareCount, ...about } = readHead(content.subarray(PREAMBLE_BYTES, PREAMBLE_BYTES + headBytes));
  const columns = about.categories.length;
  let at = PREAMBLE_BYTES + headBytes + paddingAfter(headBytes);
  const take = (length: number) => {
    const from = at;
    at += length * 4;
    if (at > content.length) throw broken('it is shorter than its head says');
    return content.buffer.slice(content.byteOffset + from, content.byteOffset + at) as ArrayBuffer;
  };
  const model = {
    ...about,
    keys: new Int32Array(take(features)),
    rarities: new Float32Array(take(features)),
    weights: new Float32Array(take((features + 1) * columns)),
    squares: new Int32Array(take(squareCount)),
    squareLogRatios: new Float32Array(take(squareCount * columns)),
  };
  if (at !== content.length) throw broken('it is longer than its head says');
  for (const table of [model.rarities, model.weights, model.squareLogRatios])
    if (!table.every(Number.isFinite)) throw broken('it holds something that is not a number');
  return model;
}

function readHead(bytes: Buffer): Head {
  const head: unknown = parseJson(bytes.toString('utf8'));
  if (!isHead(head)) throw broken('its head lacks something');
  return head;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isHead(head: unknown): head is Head {
  if (typeof head !== 'object' || head === null) return false;
  const { categories, learntFrom, ...figures } = head as Record<string, unknown>;
  const counts = ['features', 'squareCount', 'reports', 'trainedAt', 'trainedUntil'];
  return (
    Array.isArray(categories) &&
    categories.length > 0 &&
    categories.every((each) => typeof each === 'string') &&
    (learntFrom === 'pack' || learntFrom === 'cases') &&
    counts.every((name) => Number.isSafeInteger(figures[name]) && Number(figures[name]) >= 0) &&
    Number(figures['temperature']) > 0 &&
    Number(figures['placeWeight']) >= 0
  );
}

const broken = (why: string) =>
  new CityError(
    'conflict',
    'model.broken',
    `The text model cannot be read: ${why}. Train it again with cityloom train, or delete it to begin from the pack's words.`,
  );

const paddingAfter = (length: number): number => (4 - (length % 4)) % 4;
const bytesOf = ({ buffer, byteOffset, byteLength }: Int32Array | Float32Array) =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
const checksum = (content: Uint8Array): Buffer => createHash('sha256').update(content).digest();
