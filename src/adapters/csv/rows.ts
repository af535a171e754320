/**
 * Cuts a stream of bytes into rows of cells, in batches, without ever holding the file. Understands quoted cells (a quote inside is
 * doubled; separators and line ends inside belong to the cell), a byte-order mark, and any of the three line ends. Cells are trimmed.
 */
import type { Readable } from 'node:stream';
import { invalid } from '#kernel/errors.ts';

export interface RowFormat {
  readonly separator: string;
  readonly quote: string;
  /** Lines that begin with this are passed over. */
  readonly comment: string | undefined;
  /** Lines before the first row, of whatever kind. */
  readonly skipLines: number;
  readonly encoding: string;
}

/** One row: where it stands in the file (first line is 1) and its cells. */
export interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A quoted cell this long is a quote that was never closed: better an error than a gigabyte in memory. */
const LONGEST_ROW = 4_000_000;

/** Rows in file order, as many per batch as one chunk of the stream held. Blank lines and comments are passed over. */
export async function* readRows(bytes: Readable, format: RowFormat): AsyncGenerator<Row[]> {
  const cutter = new RowCutter(format);
  const decoder = new TextDecoder(format.encoding, { ignoreBOM: false });
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    const rows = cutter.push(decoder.decode(chunk, { stream: true }));
    if (rows.length > 0) yield rows;
  }
  const last = [...cutter.push(decoder.decode()), ...cutter.end()];
  if (last.length > 0) yield last;
}

class RowCutter {
  readonly #format: RowFormat;
  readonly #found = new Map<string, number>();
  #held = '';
  #line = 1;

  constructor(format: RowFormat) {
    this.#format = format;
  }

  push(text: string): Row[] {
    this.#held += text;
    this.#found.clear();
    const rows: Row[] = [];
    let from = 0;
    for (let end = this.#lineEnd(from); end; end = this.#lineEnd(from)) {
      this.#add(rows, this.#held.slice(from, end.at), end.lines);
      from = end.next;
    }
    this.#held = this.#held.slice(from);
    if (this.#held.length > LONGEST_ROW)
      throw invalid(
        'file.row_too_long',
        `The row at line ${this.#line} does not end; is a quote left open?`,
        `line ${this.#line}`,
      );
    return rows;
  }

  end(): Row[] {
    const rows: Row[] = [];
    const rest = this.#held.replace(/\r$/, '');
    this.#held = '';
    this.#add(rows, rest, 1);
    return rows;
  }

  #add(rows: Row[], text: string, lines: number): void {
    const line = this.#line;
    this.#line += lines;
    const { comment, skipLines } = this.#format;
    if (line <= skipLines || text.trim() === '' || (comment !== undefined && text.startsWith(comment))) return;
    rows.push({ line, cells: this.#cells(text) });
  }

  /** Where the row that begins at `from` ends; undefined when more text is needed. A lone \r at the very end may be half a \r\n. */
  #lineEnd(from: number): { at: number; next: number; lines: number } | undefined {
    const held = this.#held;
    let lines = 1;
    let at = Math.min(this.#find('\n', from), this.#find('\r', from));
    if (this.#line > this.#format.skipLines && this.#find(this.#format.quote, from) < at) {
      let isQuoted = false;
      for (at = from; at < held.length; at++) {
        const char = held[at];
        if (char === this.#format.quote) isQuoted = !isQuoted;
        else if (char === '\n' && isQuoted) lines++;
        else if ((char === '\n' || char === '\r') && !isQuoted) break;
      }
    }
    if (at >= held.length) return undefined;
    if (held[at] === '\n') return { at, next: at + 1, lines };
    if (at + 1 >= held.length) return undefined;
    return { at, next: held[at + 1] === '\n' ? at + 2 : at + 1, lines };
  }

  /** Next place of a character, remembered so that a file without it is not searched again for every row. Infinity: none. */
  #find(char: string, from: number): number {
    let at = this.#found.get(char) ?? -1;
    if (at < from) {
      const place = this.#held.indexOf(char, from);
      at = place < 0 ? Number.POSITIVE_INFINITY : place;
      this.#found.set(char, at);
    }
    return at;
  }

  #cells(text: string): string[] {
    const { separator, quote } = this.#format;
    if (!text.includes(quote)) return text.split(separator).map(trim);
    const cells: string[] = [];
    let cell = '';
    let isQuoted = false;
    for (let at = 0; at < text.length; at++) {
      const char = text[at]!;
      if (char === quote && isQuoted && text[at + 1] === quote) cell += text[at++];
      else if (char === quote) isQuoted = !isQuoted;
      else if (!isQuoted && text.startsWith(separator, at)) {
        cells.push(cell.trim());
        cell = '';
        at += separator.length - 1;
      } else cell += char;
    }
    cells.push(cell.trim());
    return cells;
  }
}

const trim = (cell: string): string => cell.trim();
