/**
 * Multinomial logistic regression on sparse vectors, by L-BFGS: the same data give the same weights, with no seed and no learning rate.
 *
 * Minimises Σ −ln p(right) + ½·l2·|w|² (the row that holds without any feature is not held back). Stops after `steps` or when a step gains
 * less than one part in ten thousand: stopping early is part of what keeps it from learning by heart.
 */
import type { Vector } from './vectors.ts';

export interface Fit {
  readonly l2: number;
  readonly steps: number;
}

/** Pairs of steps and changes of slope that the next direction is made of. */
const REMEMBERED = 5;
const ENOUGH = 1e-4;
const SUFFICIENT_DECREASE = 1e-4;
const MOST_HALVINGS = 20;

/** Weights `[(features + 1) × classes]`, the last row without a feature. */
export function fitLogistic(
  vectors: readonly Vector[],
  classes: Int32Array,
  features: number,
  classCount: number,
  { l2, steps }: Fit,
): Float64Array {
  const loss = (at: Float64Array, slope: Float64Array) => lossOf(vectors, classes, classCount, l2, at, slope);
  const size = (features + 1) * classCount;
  let [at, slope] = [new Float64Array(size), new Float64Array(size)];
  let [next, nextSlope] = [new Float64Array(size), new Float64Array(size)];
  let now = loss(at, slope);
  const memory: Pair[] = [];
  for (let step = 0; step < steps; step++) {
    const direction = downhill(slope, memory);
    const reached = search(loss, at, slope, now, direction, next, nextSlope);
    if (reached === undefined) break;
    remember(memory, at, next, slope, nextSlope);
    [at, next] = [next, at];
    [slope, nextSlope] = [nextSlope, slope];
    const gain = (now - reached) / Math.abs(now);
    now = reached;
    if (gain < ENOUGH) break;
  }
  return at;
}

/** Scores of every class; `weights` may be 32 or 64 bit. */
export function scoresOf(
  { rows, values }: Vector,
  weights: Float32Array | Float64Array,
  classCount: number,
  scores: Float64Array,
): Float64Array {
  const without = weights.length - classCount;
  for (let k = 0; k < classCount; k++) scores[k] = weights[without + k]!;
  for (let i = 0; i < rows.length; i++) {
    const from = rows[i]! * classCount;
    const value = values[i]!;
    for (let k = 0; k < classCount; k++) scores[k]! += weights[from + k]! * value;
  }
  return scores;
}

/** ln Σ exp(score), without overflow. */
export function logSum(scores: Float64Array): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (const score of scores) if (score > highest) highest = score;
  let sum = 0;
  for (const score of scores) sum += Math.exp(score - highest);
  return highest + Math.log(sum);
}

function lossOf(
  vectors: readonly Vector[],
  classes: Int32Array,
  classCount: number,
  l2: number,
  weights: Float64Array,
  slope: Float64Array,
): number {
  const scores = new Float64Array(classCount);
  const without = weights.length - classCount;
  let loss = 0;
  for (let p = 0; p < without; p++) {
    const weight = weights[p]!;
    loss += 0.5 * l2 * weight * weight;
    slope[p] = l2 * weight;
  }
  slope.fill(0, without);
  for (let n = 0; n < vectors.length; n++) {
    const { rows, values } = vectors[n]!;
    const right = classes[n]!;
    const total = logSum(scoresOf(vectors[n]!, weights, classCount, scores));
    loss += total - scores[right]!;
    for (let k = 0; k < classCount; k++) scores[k] = Math.exp(scores[k]! - total) - (k === right ? 1 : 0);
    for (let i = 0; i < rows.length; i++) {
      const from = rows[i]! * classCount;
      const value = values[i]!;
      for (let k = 0; k < classCount; k++) slope[from + k]! += scores[k]! * value;
    }
    for (let k = 0; k < classCount; k++) slope[without + k]! += scores[k]!;
  }
  return loss;
}

// L-BFGS ---------------------------------------------------------------------------------------------------------------------------

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly product: number;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let p = 0; p < a.length; p++) sum += a[p]! * b[p]!;
  return sum;
}

function addScaled(to: Float64Array, scale: number, from: Float64Array): void {
  for (let p = 0; p < to.length; p++) to[p]! += scale * from[p]!;
}

/** Where to go: the slope turned by what the last steps taught about the curvature. */
function downhill(slope: Float64Array, memory: readonly Pair[]): Float64Array {
  const direction = Float64Array.from(slope, (each) => -each);
  const newest = memory.at(-1);
  if (newest === undefined) {
    const length = Math.sqrt(dot(slope, slope)) || 1;
    for (let p = 0; p < direction.length; p++) direction[p]! /= length;
    return direction;
  }
  const shares = memory.map(() => 0);
  for (let j = memory.length - 1; j >= 0; j--) {
    const { step, change, product } = memory[j]!;
    shares[j] = dot(step, direction) / product;
    addScaled(direction, -shares[j]!, change);
  }
  const scale = newest.product / dot(newest.change, newest.change);
  for (let p = 0; p < direction.length; p++) direction[p]! *= scale;
  memory.forEach(({ step, change, product }, j) => {
    addScaled(direction, shares[j]! - dot(change, direction) / product, step);
  });
  return direction;
}

/** Halves the step until the loss falls enough; undefined when it never does. Writes the place reached and its slope. */
function search(
  loss: (at: Float64Array, slope: Float64Array) => number,
  at: Float64Array,
  slope: Float64Array,
  now: number,
  direction: Float64Array,
  next: Float64Array,
  nextSlope: Float64Array,
): number | undefined {
  const promised = dot(slope, direction);
  for (let halving = 0, length = 1; halving < MOST_HALVINGS; halving++, length /= 2) {
    for (let p = 0; p < at.length; p++) next[p] = at[p]! + length * direction[p]!;
    const reached = loss(next, nextSlope);
    if (reached <= now + SUFFICIENT_DECREASE * length * promised) return reached;
  }
  return undefined;
}

function remember(
  memory: Pair[],
  at: Float64Array,
  next: Float64Array,
  slope: Float64Array,
  nextSlope: Float64Array,
): void {
  const step = new Float64Array(at.length);
  const change = new Float64Array(at.length);
  for (let p = 0; p < at.length; p++) {
    step[p] = next[p]! - at[p]!;
    change[p] = nextSlope[p]! - slope[p]!;
  }
  const product = dot(step, change);
  if (product < 1e-12) return;
  memory.push({ step, change, product });
  if (memory.length > REMEMBERED) memory.shift();
}
