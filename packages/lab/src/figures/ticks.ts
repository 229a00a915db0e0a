// Ticks of axes and their texts.
import { grouped, powerOfTen, scientific, withMinus } from "./numbers.js";

export interface Tick {
  readonly value: number;
  readonly text: string;
}

export interface Ticks {
  readonly major: readonly Tick[];
  /** Ticks without a text. */
  readonly minor: readonly number[];
}

/** At most about `target` ticks from `min` to `max`, at multiples of 1, 2, 2.5 or 5 times a power of ten; `whole` allows whole numbers only. */
export function linearTicks(min: number, max: number, target: number, whole = false): Ticks {
  const rough = (max - min) / Math.max(1, target);
  const power = Math.floor(Math.log10(rough));
  // No steps of 2.5: whole numbers keep whole ticks.
  const multiples = power === 0 ? [1, 2, 5, 10] : [1, 2, 2.5, 5, 10];
  const nice = multiples.map((m) => m * 10 ** power).find((s) => s >= rough * (1 - 1e-9))!;
  const step = whole ? Math.max(1, nice) : nice;
  const slack = step * 1e-6;
  const first = Math.ceil((min - slack) / step);
  const values: number[] = [];
  for (let k = first; k * step <= max + slack; k++) values.push(clean(k * step, step));
  return { major: labelled(values, step), minor: [] };
}

/** Rounds away what multiplying by a step such as 0.1 leaves behind; never −0. */
function clean(value: number, step: number): number {
  const places = Math.max(0, 2 - Math.floor(Math.log10(step)));
  return (places > 90 ? value : Number(value.toFixed(Math.min(places, 100)))) + 0;
}

function labelled(values: readonly number[], step: number): Tick[] {
  const largest = Math.max(...values.map(Math.abs));
  if (largest >= 1e6 || largest < 1e-3) {
    // One power of ten for all: 0.95×10⁶, 1.00×10⁶.
    const exponent = Math.floor(Math.log10(largest) + 1e-9);
    const places = decimals(step / 10 ** exponent);
    const mantissa = (value: number): string => withMinus((value / 10 ** exponent).toFixed(places));
    return values.map((value) => ({
      value,
      text: value === 0 ? "0" : `${mantissa(value)}×${powerOfTen(exponent)}`,
    }));
  }
  // As many places as the step needs, for all of them: 0.00, 0.25, 0.50.
  const places = decimals(step);
  return values.map((value) => ({ value, text: grouped(withMinus(value.toFixed(places))) }));
}

/** Decimal places that a step needs to be written exactly. */
function decimals(step: number): number {
  const whole = (places: number): boolean =>
    Math.abs(step * 10 ** places - Math.round(step * 10 ** places)) < 1e-6;
  return range(0, 12).find(whole) ?? 12;
}

/**
 * Powers of ten from `min` to `max`, thinned to about `target`; where they are fewer than three, also multiples of them.
 */
export function logTicks(min: number, max: number, target: number): Ticks {
  const low = Math.log10(min) - 1e-9;
  const high = Math.log10(max) + 1e-9;
  const decades = range(Math.ceil(low), Math.floor(high));
  const times = (factors: readonly number[]): number[] =>
    range(Math.floor(low), Math.ceil(high))
      .flatMap((d) => factors.map((factor) => Number((factor * 10 ** d).toPrecision(12))))
      .filter((value) => Math.log10(value) >= low && Math.log10(value) <= high);
  const minor = high - low <= 4 ? times([2, 3, 4, 5, 6, 7, 8, 9]) : decades.map((d) => 10 ** d);
  if (decades.length >= 3) {
    const every = Math.ceil(decades.length / Math.max(2, target));
    const kept = decades.filter((d) => d % every === 0);
    return split(kept.length >= 2 ? kept : decades, minor);
  }
  const dense = [
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 2, 5],
    [1, 3],
  ]
    .map(times)
    .find((values) => values.length <= target);
  if (dense !== undefined && dense.length >= 2) {
    return { major: dense.map(logTick), minor: minor.filter((value) => !dense.includes(value)) };
  }
  if (decades.length === 2) return split(decades, minor);
  return linearTicks(min, max, Math.min(4, target));
}

function split(decades: readonly number[], minor: readonly number[]): Ticks {
  const plain = decades.every((d) => d >= -3 && d <= 4);
  const major = decades.map((d) => ({ value: 10 ** d, text: plain ? plainPower(d) : powerOfTen(d) }));
  return { major, minor: minor.filter((value) => !major.some((tick) => tick.value === value)) };
}

function logTick(value: number): Tick {
  const rounded = Number(value.toPrecision(12));
  const plain = rounded >= 1e-3 && rounded < 1e6;
  return { value, text: plain ? grouped(String(rounded)) : scientific(rounded) };
}

function plainPower(exponent: number): string {
  return exponent < 0 ? (10 ** exponent).toFixed(-exponent) : grouped(String(10 ** exponent));
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);
}
