// Options and argument shapes that many layers share.

import type { DType } from "../dtype.js";
import { TorchError } from "../errors.js";

/** Device and dtype of a layer's parameters and buffers. */
export interface FactoryOptions {
  /** Default float32. */
  readonly dtype?: DType;
  /** Default `cpu`. */
  readonly device?: string;
}

/** One number for the only spatial dimension. */
export type Size1 = number | readonly [number];
/** One number for both spatial dimensions, or (height, width). */
export type Size2 = number | readonly [number, number];
/** One number for all three spatial dimensions, or (depth, height, width). */
export type Size3 = number | readonly [number, number, number];

/** `value` for each of `dims` dimensions. */
export function expand(value: number | readonly number[], dims: number): number[] {
  return typeof value === "number" ? new Array<number>(dims).fill(value) : [...value];
}

/** The error for an argument that `who` does not accept. */
export function refuse(who: string, reason: string): TorchError {
  return new TorchError("torch/argument", `${who}: ${reason}`, { op: who });
}
