/** A small fast generator of pseudo-random numbers (sfc32): the same seed gives the same numbers on every machine. */
export class Random {
  private readonly state = new Int32Array(4);

  constructor(seed: number) {
    this.state.set([seed | 0, Math.floor(seed / 2 ** 32) | 0, 0x2545f491, 1]);
    for (let i = 0; i < 16; i++) this.unit();
  }

  /** In [0, 1). */
  unit(): number {
    const s = this.state;
    const sum = (s[0]! + s[1]! + s[3]!) | 0;
    s[3]! += 1;
    s[0] = s[1]! ^ (s[1]! >>> 9);
    s[1] = (s[2]! + (s[2]! << 3)) | 0;
    s[2] = ((s[2]! << 21) | (s[2]! >>> 11)) + sum;
    return (sum >>> 0) * 2.3283064365386963e-10;
  }

  /** A whole number in [0, count). */
  below(count: number): number {
    return Math.floor(this.unit() * count);
  }
}
