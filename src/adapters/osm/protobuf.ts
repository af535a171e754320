/**
 * As much of Protocol Buffers as OpenStreetMap's format needs, read in place and without a schema. Every read is checked against the
 * end of its message, because an extract cut short is an everyday thing; what does not fit throws BrokenMessage. Whole numbers are
 * exact up to 2^53, which is far above any id in use.
 */
export class BrokenMessage extends Error {}

const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5];

export class Message {
  readonly bytes: Uint8Array;
  private at: number;
  private readonly end: number;
  /** Of the field that `next` came to. */
  tag = 0;
  private wire = 0;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get isAtEnd(): boolean {
    return this.at >= this.end;
  }

  /** Goes to the next field; false at the end. Its value has to be read, or skipped, before the next call. */
  next(): boolean {
    if (this.isAtEnd) return false;
    const key = this.varint();
    this.tag = key >>> 3;
    this.wire = key & 7;
    return true;
  }

  varint(): number {
    const { bytes, end } = this;
    let [value, scale] = [0, 1];
    for (let read = 0; read < 10; read++) {
      if (this.at >= end) throw new BrokenMessage('a number is cut short');
      const byte = bytes[this.at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw new BrokenMessage('a number is too long');
  }

  /** Zigzag-coded: small numbers of either sign are short. */
  signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  message(): Message {
    const length = this.varint();
    if (this.wire !== BYTES || length > this.end - this.at) throw new BrokenMessage('a field reaches past its end');
    const inner = new Message(this.bytes, this.at, this.at + length);
    this.at += length;
    return inner;
  }

  view(): Uint8Array {
    const { at, end } = this.message();
    return this.bytes.subarray(at, end);
  }

  text(): string {
    return Buffer.from(this.view()).toString('utf8');
  }

  skip(): void {
    if (this.wire === VARINT) this.varint();
    else if (this.wire === BYTES) this.message();
    else if (this.wire === FIXED64) this.at += 8;
    else if (this.wire === FIXED32) this.at += 4;
    else throw new BrokenMessage('a field of an unknown kind');
    if (this.at > this.end) throw new BrokenMessage('a field reaches past its end');
  }
}

/** Reads a packed list whole. */
export function numbersOf(list: Message, read: (list: Message) => number): number[] {
  const found: number[] = [];
  while (!list.isAtEnd) found.push(read(list));
  return found;
}

export const plain = (list: Message): number => list.varint();
export const zigzag = (list: Message): number => list.signed();
