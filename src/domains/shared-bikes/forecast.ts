/**
 * How many bikes will stand (or be hired) an hour from now: a linear forecast per hour of the day and kind of day, from what is there
 * now, what was there at the same hour yesterday and last week, and how the hour usually changes against this one.
 *
 * Chosen because it can be refitted in a second from a city's own counts, needs nothing but those counts, and says what it rests on.
 * Weather is left out: it is in the present count already.
 */

/** Counts in equal steps, oldest first; NaN where nothing was counted. */
export interface CountSeries {
  readonly values: Float64Array;
  /** For each step: hour of the week, 0 = Monday 00:00 … 167, in local time. */
  readonly hourOfWeek: Uint8Array;
  /** For each step: 1 on a working day, 0 on a weekend or holiday. */
  readonly isWorkingDay: Uint8Array;
  readonly stepsPerHour: number;
}

export interface Forecast {
  /**
   * The value `horizon` steps after step `now`, from nothing later than `now`; `kind` of the step to come is known from the calendar.
   * NaN when there is no history to go by.
   */
  at(series: CountSeries, now: number): number;
}

const DAY_HOURS = 24;
const WEEK_HOURS = 168;
const FEATURES = 8;
/** Pulls coefficients towards the usual change; fitted counts are in the hundreds, so this is mild. */
const RIDGE = 2;

export function fitForecast(series: CountSeries, horizon: number, until: number): Forecast {
  const profile = usual(series, until);
  const groups = Array.from({ length: DAY_HOURS * 2 }, () => normalEquations());
  const features = new Float64Array(FEATURES);
  for (let now = WEEK_HOURS * series.stepsPerHour; now + horizon < until; now++) {
    const truth = series.values[now + horizon]!;
    if (!describe(series, now, horizon, profile, features) || Number.isNaN(truth)) continue;
    groups[groupOf(series, now + horizon)]!.add(features, truth);
  }
  const coefficients = groups.map((group) => group.solve(RIDGE));
  return {
    at(given, now) {
      if (!describe(given, now, horizon, profile, features)) return Number.NaN;
      const target = Math.min(now + horizon, given.hourOfWeek.length - 1);
      const weights = coefficients[groupOf(given, target)]!;
      let sum = 0;
      for (let i = 0; i < FEATURES; i++) sum += weights[i]! * features[i]!;
      return Math.max(0, sum);
    },
  };
}

const groupOf = ({ hourOfWeek, isWorkingDay }: CountSeries, step: number): number =>
  (hourOfWeek[step]! % DAY_HOURS) * 2 + isWorkingDay[step]!;

/** Usual value per kind of day and hour: newer days count more, half as much for every eight weeks back. */
function usual(series: CountSeries, until: number): Float64Array {
  const [sums, weights] = [new Float64Array(DAY_HOURS * 2), new Float64Array(DAY_HOURS * 2)];
  const halfLife = 8 * WEEK_HOURS * series.stepsPerHour;
  for (let step = 0; step < until; step++) {
    const value = series.values[step]!;
    if (Number.isNaN(value)) continue;
    const weight = 2 ** ((step - until) / halfLife);
    const group = groupOf(series, step);
    sums[group]! += weight * value;
    weights[group]! += weight;
  }
  return sums.map((sum, group) => (weights[group]! > 0 ? sum / weights[group]! : 0));
}

/** Writes what the forecast goes by; false when something of it is missing. */
function describe(
  series: CountSeries,
  now: number,
  horizon: number,
  profile: Float64Array,
  into: Float64Array,
): boolean {
  const { values, stepsPerHour } = series;
  const target = now + horizon;
  const [present, before] = [values[now], values[now - stepsPerHour]];
  const yesterday = values[target - DAY_HOURS * stepsPerHour];
  const lastWeek = values[target - WEEK_HOURS * stepsPerHour];
  const presentYesterday = values[now - DAY_HOURS * stepsPerHour];
  const presentLastWeek = values[now - WEEK_HOURS * stepsPerHour];
  const given = [present, before, yesterday, lastWeek, presentYesterday, presentLastWeek];
  if (given.some((value) => value === undefined || Number.isNaN(value))) return false;
  if (target >= series.hourOfWeek.length) return false;
  const [then, usually] = [profile[groupOf(series, target)]!, profile[groupOf(series, now)]!];
  const softener = 10;
  into[0] = 1;
  into[1] = present!;
  into[2] = before!;
  into[3] = yesterday!;
  into[4] = lastWeek!;
  into[5] = then;
  into[6] = (present! * (then + softener)) / (usually + softener);
  into[7] = (present! * (lastWeek! + softener)) / (presentLastWeek! + softener);
  return true;
}

interface NormalEquations {
  add(features: Float64Array, truth: number): void;
  solve(ridge: number): Float64Array;
}

function normalEquations(): NormalEquations {
  const matrix = new Float64Array(FEATURES * FEATURES);
  const right = new Float64Array(FEATURES);
  return {
    add(features, truth) {
      for (let i = 0; i < FEATURES; i++) {
        right[i]! += features[i]! * truth;
        for (let j = 0; j < FEATURES; j++) matrix[i * FEATURES + j]! += features[i]! * features[j]!;
      }
    },
    solve: (ridge) => solve(matrix, right, ridge),
  };
}

/** Gauss elimination with the largest pivot; the ridge, scaled to each feature, keeps it solvable. */
function solve(matrix: Float64Array, right: Float64Array, ridge: number): Float64Array {
  const rows = Array.from({ length: FEATURES }, (_, i) => {
    const row = Float64Array.from({ length: FEATURES + 1 }, (__, j) =>
      j < FEATURES ? matrix[i * FEATURES + j]! : right[i]!,
    );
    row[i]! += ridge + 1e-4 * row[i]!;
    return row;
  });
  for (let i = 0; i < FEATURES; i++) {
    let pivot = i;
    for (let k = i + 1; k < FEATURES; k++) if (Math.abs(rows[k]![i]!) > Math.abs(rows[pivot]![i]!)) pivot = k;
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    for (let k = 0; k < FEATURES; k++) {
      if (k === i) continue;
      const factor = rows[k]![i]! / rows[i]![i]!;
      for (let j = i; j <= FEATURES; j++) rows[k]![j]! -= factor * rows[i]![j]!;
    }
  }
  return Float64Array.from(rows, (row, i) => row[FEATURES]! / row[i]!);
}
