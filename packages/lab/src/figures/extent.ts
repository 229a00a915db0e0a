// From where to where an axis goes.
import type { Axis } from "./figure.js";

export interface Extent {
  readonly min: number;
  readonly max: number;
}

/** Lowest and highest finite value, or nothing if there is none. */
export function dataExtent(lists: Iterable<readonly number[] | undefined>): Extent | undefined {
  let min = Infinity;
  let max = -Infinity;
  for (const list of lists) {
    for (const value of list ?? []) {
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return min <= max ? { min, max } : undefined;
}

/**
 * The axis around the data: some room on both sides (`padding`, a part of the length), a limit of the axis where one is
 * given, and never across zero for room alone.
 */
export function axisExtent(axis: Axis, data: Extent | undefined, padding: number): Extent {
  const log = axis.scale === "log";
  const around = data === undefined ? (log ? { min: 1, max: 10 } : { min: 0, max: 1 }) : widened(data, log);
  const padded = log ? logPadded(around, padding) : linearPadded(around, padding);
  const min = axis.min ?? padded.min;
  const max = axis.max ?? padded.max;
  if (min < max) return { min, max };
  // The data lie beyond the one limit that is given.
  if (axis.min !== undefined) return { min, max: log ? min * 10 : min + (Math.abs(min) || 1) };
  return { min: log ? max / 10 : max - (Math.abs(max) || 1), max };
}

/** Values that are all the same, or differ by rounding only, still get an axis around them. */
function widened({ min, max }: Extent, log: boolean): Extent {
  const size = Math.max(Math.abs(min), Math.abs(max));
  if (max - min > 1e-9 * size) return { min, max };
  if (log) return { min: min / 2, max: max * 2 };
  const half = size === 0 ? 1 : 0.1 * size;
  return { min: min - half, max: max + half };
}

function linearPadded({ min, max }: Extent, padding: number): Extent {
  const room = padding * (max - min);
  return {
    min: min >= 0 && min < room ? 0 : min - room,
    max: max <= 0 && -max < room ? 0 : max + room,
  };
}

function logPadded({ min, max }: Extent, padding: number): Extent {
  const room = (max / min) ** padding;
  return { min: min / room, max: max * room };
}
