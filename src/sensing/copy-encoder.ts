/**
 * Rows of `observations` in PostgreSQL's binary COPY format, written into one growing buffer that is used again and again.
 * No object is made per row.
 */

export const OBSERVATION_COLUMNS =
  'id, datastream_id, phenomenon_time, phenomenon_end, result_time, result, result_json, digest, feature_id, extra, received_at';
const COLUMN_COUNT = 11;
/** Bytes of a row without JSON: the column count and eleven columns of four bytes' length and eight bytes' value. */
const FIXED_ROW_BYTES = 2 + COLUMN_COUNT * 12;

const SIGNATURE = Uint8Array.from([0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a, 0xff, 0x0d, 0x0a, 0x00]);
/** Signature, flags, length of the header's extension. */
export const HEADER_BYTES = SIGNATURE.length + 8;
/** 2000-01-01, where PostgreSQL's microseconds begin. */
const POSTGRES_EPOCH_MS = 946_684_800_000;
const TWO_TO_32 = 4_294_967_296;

const text = new TextEncoder();

export class CopyEncoder {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #at = 0;

  constructor(initialBytes = 1 << 20) {
    this.#bytes = new Uint8Array(initialBytes);
    this.#view = new DataView(this.#bytes.buffer);
    this.reset();
  }

  /** Forgets every row and begins again with the header. */
  reset(): void {
    this.#bytes.set(SIGNATURE, 0);
    this.#view.setUint32(SIGNATURE.length, 0);
    this.#view.setUint32(SIGNATURE.length + 4, 0);
    this.#at = HEADER_BYTES;
  }

  /** Bytes so far, without the trailer. */
  get length(): number {
    return this.#at;
  }

  /**
   * Appends one row. Absent values are NaN (times, feature, `result` when `resultJson` is given) or undefined (JSON texts).
   * Instants are milliseconds; the digest comes in two halves.
   */
  row(
    id: number,
    datastreamId: number,
    phenomenonTime: number,
    phenomenonEnd: number,
    resultTime: number,
    result: number,
    resultJson: string | undefined,
    digestHigh: number,
    digestLow: number,
    featureId: number,
    extra: string | undefined,
    receivedAt: number,
  ): void {
    const jsonBytes =
      (resultJson === undefined ? 0 : resultJson.length * 3) + (extra === undefined ? 0 : extra.length * 3);
    this.#reserve(FIXED_ROW_BYTES + jsonBytes + 2);
    this.#view.setUint16(this.#at, COLUMN_COUNT);
    this.#at += 2;
    this.#integer(id);
    this.#integer(datastreamId);
    this.#instant(phenomenonTime);
    this.#instant(phenomenonEnd);
    this.#instant(resultTime);
    if (resultJson === undefined) this.#float(result);
    else this.#null();
    this.#json(resultJson);
    this.#halves(digestHigh, digestLow);
    if (featureId > 0) this.#integer(featureId);
    else this.#null();
    this.#json(extra);
    this.#instant(receivedAt);
  }

  /** Header, rows, trailer. A view on the buffer: valid until the next `row` or `reset`. */
  finish(): Uint8Array {
    return this.#closed(0, this.#at);
  }

  /** Header, the rows between two earlier values of `length`, trailer; a copy. */
  part(from: number, to: number): Uint8Array {
    const part = new Uint8Array(HEADER_BYTES + to - from + 2);
    part.set(this.#bytes.subarray(0, HEADER_BYTES), 0);
    part.set(this.#bytes.subarray(from, to), HEADER_BYTES);
    part.fill(0xff, part.length - 2);
    return part;
  }

  #closed(from: number, to: number): Uint8Array {
    this.#reserve(2);
    this.#view.setInt16(to, -1);
    return this.#bytes.subarray(from, to + 2);
  }

  #reserve(bytes: number): void {
    const needed = this.#at + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }

  #null(): void {
    this.#view.setInt32(this.#at, -1);
    this.#at += 4;
  }

  #halves(high: number, low: number): void {
    const view = this.#view;
    const at = this.#at;
    view.setInt32(at, 8);
    view.setInt32(at + 4, high);
    view.setInt32(at + 8, low);
    this.#at = at + 12;
  }

  #integer(value: number): void {
    this.#halves(Math.floor(value / TWO_TO_32), value >>> 0);
  }

  #instant(milliseconds: number): void {
    if (Number.isNaN(milliseconds)) this.#null();
    else this.#integer(Math.round((milliseconds - POSTGRES_EPOCH_MS) * 1000));
  }

  #float(value: number): void {
    this.#view.setInt32(this.#at, 8);
    this.#view.setFloat64(this.#at + 4, value);
    this.#at += 12;
  }

  /** jsonb travels as a version byte and text. */
  #json(value: string | undefined): void {
    if (value === undefined) {
      this.#null();
      return;
    }
    const { written } = text.encodeInto(value, this.#bytes.subarray(this.#at + 5));
    this.#view.setInt32(this.#at, written + 1);
    this.#view.setUint8(this.#at + 4, 1);
    this.#at += 5 + written;
  }
}
