// Options that SVRT's data sets share.
import { choice, type OptionNames, wholeNumber } from "@throughline/torch/checks";
import { OcraDataError } from "../datasets/errors.js";
import type { PictureShape } from "../datasets/types.js";
import { side } from "./drawing.js";
import { type SvrtSplit, svrtSplits } from "./pool.js";

/** Options of `svrtTask` and `svrtDisplays`. */
export interface SvrtOptions {
  /** Default `train`. */
  readonly split?: SvrtSplit;
  /** Pixels of a picture's side, 16 to 128. Default 128, the paper's; smaller ones are means over areas. */
  readonly size?: number;
  /** Seed that decides the pictures, with the problem, the split and the index. Default 0. */
  readonly seed?: number;
  /** Flip each picture across and down at every access, each with probability ½. Default: in training only, as the paper. */
  readonly flips?: boolean;
}

export const svrtOptionNames: OptionNames<SvrtOptions> = { split: true, size: true, seed: true, flips: true };

/** The options, complete. @throws OcraDataError ocra/argument for one that is not accepted */
export function completeOptions(what: string, options: SvrtOptions): Required<SvrtOptions> {
  const split = choice(`${what}: split`, options.split ?? "train", svrtSplits);
  return {
    split,
    size: wholeNumber(`${what}: size`, options.size ?? side, 16, side),
    seed: wholeNumber(`${what}: seed`, options.seed ?? 0, 0),
    flips: flag(`${what}: flips`, options.flips ?? split === "train"),
  };
}

export function squareShape(size: number): PictureShape {
  return { channels: 1, height: size, width: size };
}

function flag(what: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new OcraDataError("argument", `${what} is ${String(value)}; give true or false`);
}

/** Same as `wholeOption`, for an even number. */
export function evenOption(what: string, value: number | undefined, usual: number): number {
  const count = wholeNumber(what, value ?? usual, 2);
  if (count % 2 === 0) return count;
  throw new OcraDataError("argument", `${what} is ${count}; give an even number, half for each label`);
}
