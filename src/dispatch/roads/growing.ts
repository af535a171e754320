/** Typed arrays that grow, for building what is counted only at its end. */
export class Ints {
  values: Int32Array;
  size = 0;

  constructor(room = 1024) {
    this.values = new Int32Array(room);
  }

  push(value: number): void {
    if (this.size === this.values.length) {
      const wider = new Int32Array(this.size * 2);
      wider.set(this.values);
      this.values = wider;
    }
    this.values[this.size++] = value;
  }
}

export class Floats {
  values: Float64Array;
  size = 0;

  constructor(room = 1024) {
    this.values = new Float64Array(room);
  }

  push(value: number): void {
    if (this.size === this.values.length) {
      const wider = new Float64Array(this.size * 2);
      wider.set(this.values);
      this.values = wider;
    }
    this.values[this.size++] = value;
  }
}

/** Where each group begins when things are laid out by group, one more than there are groups; from the number in each. */
export function startsOf(counts: Int32Array): Int32Array {
  const first = new Int32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i++) first[i + 1] = first[i]! + counts[i]!;
  return first;
}
