/**
 * What the engine remembers, as one run of numbers per Datastream and as compressed bytes: small enough to write every minute.
 *
 * Layout of a run: datastreamId, signature of its rules, lastAt, lastValue, lastReceived, beyondAt, anchorAt, anchorValue,
 * anchorCount, count of limits, then enteredAt, calmSince, isActive of each. Timers of rules that have changed since are dropped:
 * they would answer a question nobody asked.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { DatastreamId } from '#kernel/words.ts';
import type { EngineMemory } from './detection.types.ts';
import type { Slots } from './slots.ts';

const HEAD = 10;
const PER_LIMIT = 3;

export function writeColumns(slots: Slots, slotOf: ReadonlyMap<DatastreamId, number>): Float64Array {
  const { columns: c, rules } = slots;
  let length = 0;
  for (const slot of slotOf.values()) length += HEAD + PER_LIMIT * c.limitCount[slot]!;
  const run = new Float64Array(length);
  let at = 0;
  for (const [id, slot] of slotOf) {
    const head = [
      id,
      rules[slot]!.signature,
      c.lastAt[slot]!,
      c.lastValue[slot]!,
      c.lastReceived[slot]!,
      c.beyondAt[slot]!,
    ];
    run.set(head, at);
    run.set([c.anchorAt[slot]!, c.anchorValue[slot]!, c.anchorCount[slot]!, c.limitCount[slot]!], at + 6);
    at += HEAD;
    for (let n = slot * c.width; n < slot * c.width + c.limitCount[slot]!; n++, at += PER_LIMIT) {
      run.set([c.enteredAt[n]!, c.calmSince[n]!, c.isActive[n]!], at);
    }
  }
  return run;
}

export function readColumns(run: Float64Array, slots: Slots, slotOf: ReadonlyMap<DatastreamId, number>): void {
  for (let at = 0; at < run.length; ) {
    const count = run[at + 9]!;
    const slot = slotOf.get(run[at]!);
    if (slot !== undefined) readRun(run, at, slots, slot, slots.rules[slot]!.signature === run[at + 1]);
    at += HEAD + PER_LIMIT * count;
  }
}

function readRun(run: Float64Array, at: number, slots: Slots, slot: number, isSameRules: boolean): void {
  const c = slots.columns;
  c.lastAt[slot] = run[at + 2]!;
  c.lastValue[slot] = run[at + 3]!;
  c.lastReceived[slot] = run[at + 4]!;
  c.busy[slot] = 1;
  if (!isSameRules) return;
  c.beyondAt[slot] = run[at + 5]!;
  c.anchorAt[slot] = run[at + 6]!;
  c.anchorValue[slot] = run[at + 7]!;
  c.anchorCount[slot] = run[at + 8]!;
  for (let i = 0; i < run[at + 9]!; i++) {
    const [n, from] = [slot * c.width + i, at + HEAD + PER_LIMIT * i];
    c.enteredAt[n] = run[from]!;
    c.calmSince[n] = run[from + 1]!;
    c.isActive[n] = run[from + 2]!;
  }
}

/** Length of the JSON part (4 bytes), the findings as JSON, padding to 8, the columns; all of it gzipped. */
export function packMemory(memory: EngineMemory): Uint8Array {
  const json = Buffer.from(JSON.stringify({ findings: memory.findings, recent: memory.recent }));
  const start = Math.ceil((4 + json.length) / 8) * 8;
  const bytes = Buffer.alloc(start + memory.columns.byteLength);
  bytes.writeUInt32LE(json.length);
  json.copy(bytes, 4);
  bytes.set(new Uint8Array(memory.columns.buffer, memory.columns.byteOffset, memory.columns.byteLength), start);
  return gzipSync(bytes, { level: 1 });
}

export function unpackMemory(packed: Uint8Array): EngineMemory {
  const bytes = new Uint8Array(gunzipSync(packed));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const jsonLength = view.getUint32(0, true);
  const start = Math.ceil((4 + jsonLength) / 8) * 8;
  const { findings, recent } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + jsonLength)));
  return { findings, recent, columns: new Float64Array(bytes.slice(start).buffer) };
}
