/** A binary heap of whole numbers by cost. The same item may stand in it several times: whoever takes it out skips the outdated. */
export class MinQueue {
  private keys = new Float64Array(256);
  private items = new Int32Array(256);
  size = 0;

  /** Cost of what `pop` would give; Infinity when there is nothing. */
  get least(): number {
    return this.size === 0 ? Infinity : this.keys[0]!;
  }

  clear(): void {
    this.size = 0;
  }

  push(key: number, item: number): void {
    if (this.size === this.items.length) this.widen();
    const { keys, items } = this;
    let hole = this.size++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (keys[parent]! <= key) break;
      keys[hole] = keys[parent]!;
      items[hole] = items[parent]!;
      hole = parent;
    }
    keys[hole] = key;
    items[hole] = item;
  }

  /** The item of least cost; only while `size` is above 0. */
  pop(): number {
    const { keys, items } = this;
    const top = items[0]!;
    const size = --this.size;
    const key = keys[size]!;
    let hole = 0;
    for (let child = 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && keys[child + 1]! < keys[child]!) child += 1;
      if (keys[child]! >= key) break;
      keys[hole] = keys[child]!;
      items[hole] = items[child]!;
      hole = child;
    }
    keys[hole] = key;
    items[hole] = items[size]!;
    return top;
  }

  private widen(): void {
    const keys = new Float64Array(this.size * 2);
    const items = new Int32Array(this.size * 2);
    keys.set(this.keys);
    items.set(this.items);
    this.keys = keys;
    this.items = items;
  }
}
