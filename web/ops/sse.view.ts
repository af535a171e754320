/** Server-sent events, parsed as the HTML standard says, from text that arrives in pieces. */
export interface Frame {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

export interface FrameReader {
  /** Frames completed by this piece; what is left over waits for the next. */
  push(piece: string): Frame[];
}

export function createFrameReader(): FrameReader {
  let rest = '';
  let event = '';
  let data: string[] = [];
  let id: string | undefined;

  const readLine = (line: string, frames: Frame[]): void => {
    if (line === '') {
      if (data.length > 0) frames.push({ id, event: event || 'message', data: data.join('\n') });
      event = '';
      data = [];
      return;
    }
    if (line.startsWith(':')) return;
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id') id = value;
  };

  return {
    push(piece) {
      const frames: Frame[] = [];
      const lines = (rest + piece).split(/\r\n|\n/);
      rest = lines.pop() ?? '';
      for (const line of lines) readLine(line, frames);
      return frames;
    },
  };
}

/** Waits before trying again: at once-ish first, never more than 15 s, so that a restarted city is found again quickly. */
export const retryAfter = (attempt: number): number => Math.min(15_000, 500 * 2 ** Math.min(attempt, 5));
