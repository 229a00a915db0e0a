// The pictures of a problem by split, label and number.
import { Random } from "@throughline/lab/random";
import { choice, knownOptions, type OptionNames, wholeNumber } from "@throughline/torch/checks";
import { drawPicture, type Label, type SvrtPicture } from "./problem.js";
import { svrtGenerator } from "./problems/index.js";

export const svrtSplits = ["train", "validation", "test"] as const;
export type SvrtSplit = (typeof svrtSplits)[number];

/** Options of one picture. */
export interface SvrtPictureOptions {
  /** 1 to 23. */
  readonly problem: number;
  /** Default 0. */
  readonly label?: Label;
  /** Pictures of different splits are unrelated. Default `train`. */
  readonly split?: SvrtSplit;
  /** Default 0. */
  readonly seed?: number;
  /** Index among the pictures of this problem, label and split. Default 0. */
  readonly number?: number;
}

/**
 * One picture of 128 × 128 and its outlines: a function of (seed, problem, split, label, number) alone.
 * @throws OcraDataError ocra/argument for an option that is not accepted
 */
export function svrtPicture(options: SvrtPictureOptions): SvrtPicture {
  const names: OptionNames<SvrtPictureOptions> = {
    ...{ problem: true, label: true, split: true, seed: true, number: true },
  };
  knownOptions("svrtPicture", names, options);
  const problem = svrtGenerator(options.problem);
  const label = choice<Label>("svrtPicture: label", options.label ?? 0, [0, 1]);
  const split = choice("svrtPicture: split", options.split ?? "train", svrtSplits);
  const seed = wholeNumber("svrtPicture: seed", options.seed ?? 0, 0);
  const number = wholeNumber("svrtPicture: number", options.number ?? 0, 0);
  return drawPicture(problem, label, new Random("svrt", seed, problem.number, split, label, number));
}
