/**
 * The recent past of the live stream: frames numbered without gaps, the oldest forgotten when there are too many or they weigh too
 * much. A frame is encoded when somebody first needs it, once for each class of callers that see it alike, and the bytes are shared
 * by all of them.
 */
import type { Caller } from '#kernel/roles.ts';

export interface FrameSource {
  readonly event: string;
  /** Whether this caller may see it at all; left out: everybody. */
  readonly visible?: (caller: Caller) => boolean;
  /** The data as this caller sees it: equal for callers of one class. */
  readonly render: (caller: Caller) => unknown;
  /** True when `render` does not look at the caller. */
  readonly shared: boolean;
}

interface Frame extends FrameSource {
  readonly number: number;
  readonly encoded: Map<string, Buffer>;
}

/** Callers with the same roles and party may do the same with a case they both see. */
export const classOf = (caller: Caller): string => `${caller.roles.toSorted().join('+')}|${caller.party ?? ''}`;

export interface RingLimits {
  readonly frames: number;
  readonly bytes: number;
}

/** What a frame costs before anybody needed it: the summary and event it holds on to. */
const UNENCODED_BYTES = 1_500;

export function createRing(epoch: string, limits: RingLimits) {
  const frames = new Map<number, Frame>();
  let last = 0;
  let oldest = 1;
  let bytes = 0;

  function weigh(frame: Frame): number {
    let sum = UNENCODED_BYTES;
    for (const buffer of frame.encoded.values()) sum += buffer.length;
    return sum;
  }

  function trim(): void {
    while (oldest < last && (frames.size > limits.frames || bytes > limits.bytes)) {
      bytes -= weigh(frames.get(oldest)!);
      frames.delete(oldest++);
    }
  }

  return {
    add(source: FrameSource): void {
      frames.set(++last, { ...source, number: last, encoded: new Map() });
      bytes += UNENCODED_BYTES;
      trim();
    },
    last: () => last,
    oldest: () => oldest,
    bytes: () => bytes,
    idOf: (number: number) => `${epoch}-${number}`,
    /** The number after which to go on; undefined when the id is another life's, or what follows it is forgotten. */
    findPosition(id: string): number | undefined {
      const match = /^([0-9a-z]+)-(\d{1,15})$/.exec(id);
      const number = Number(match?.[2]);
      return match?.[1] === epoch && number >= oldest - 1 && number <= last ? number : undefined;
    },
    /** The bytes of a frame for this caller; undefined when it is not for this caller's eyes. */
    encode(number: number, caller: Caller, callerClass: string): Buffer | undefined {
      const frame = frames.get(number);
      if (!frame || frame.visible?.(caller) === false) return undefined;
      const key = frame.shared ? '' : callerClass;
      const known = frame.encoded.get(key);
      if (known) return known;
      const buffer = encodeFrame(frame.event, frame.render(caller), `${epoch}-${number}`);
      frame.encoded.set(key, buffer);
      bytes += buffer.length;
      return buffer;
    },
  };
}

/** One server-sent event. JSON holds no line break, so one `data:` line is enough. */
export const encodeFrame = (event: string, data: unknown, id?: string): Buffer =>
  Buffer.from(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
