// The pictures of SVRT's problems as displays to pre-train slot attention with.
import { checkIndex, knownOptions, wholeNumber } from "@throughline/torch/checks";
import { OcraDataError } from "../datasets/errors.js";
import { flippedDisplays } from "../datasets/flips.js";
import { Memo } from "../datasets/memo.js";
import type { Display, DisplaySet, PictureShape } from "../datasets/types.js";
import { completeOptions, type SvrtOptions, squareShape, svrtOptionNames } from "./options.js";
import { svrtOwners } from "./owners.js";
import { svrtPicture } from "./pool.js";
import type { Label } from "./problem.js";
import { svrtGenerator, svrtProblems } from "./problems/index.js";
import { shrink, shrinkOwners } from "./resize.js";

/** Options of `svrtDisplays`; plain data, so that worker threads can be given them. */
export interface SvrtDisplayOptions extends SvrtOptions {
  /** Pictures of each problem. Default: the paper's, 500 for training (its other setting has 1000), else 4000. */
  readonly perProblem?: number;
  /** Problems to draw. Default all 23. */
  readonly problems?: readonly number[];
}

/**
 * The tasks' own pictures, problem after problem in turn, each label as often. An outline owns its line and what it closes in;
 * what is inside a smaller outline is owned by that one.
 * @throws OcraDataError ocra/argument for an option that is not accepted
 * Source: paper §4.3.1 (500 or 1000 pictures of each of the 23 tasks).
 */
export function svrtDisplays(options: SvrtDisplayOptions = {}): DisplaySet {
  const set = new SvrtDisplays(options);
  return set.config.flips ? flippedDisplays(set) : set;
}

class SvrtDisplays implements DisplaySet {
  readonly name = "svrt/displays";
  readonly length: number;
  readonly shape: PictureShape;
  readonly config: Readonly<Record<string, unknown>>;
  readonly #problems: readonly number[];
  readonly #options: Required<SvrtOptions>;
  readonly #memo = new Memo(
    (index) => this.draw(index),
    ({ image, owners }) => image.byteLength + owners.byteLength,
  );

  constructor(options: SvrtDisplayOptions) {
    knownOptions(this.name, { perProblem: true, problems: true, ...svrtOptionNames }, options);
    this.#options = completeOptions(this.name, options);
    const usual = this.#options.split === "train" ? 500 : 4000;
    const perProblem = wholeNumber(`${this.name}: perProblem`, options.perProblem ?? usual, 1);
    this.#problems = problemNumbers(options.problems ?? svrtProblems.map(({ number }) => number));
    this.length = perProblem * this.#problems.length;
    this.shape = squareShape(this.#options.size);
    this.config = { perProblem, problems: this.#problems, ...this.#options };
  }

  get(index: number): Display {
    checkIndex(this.name, index, this.length);
    const { image, owners } = this.#memo.get(index);
    return { image: image.slice(), owners: owners.slice(), shape: this.shape };
  }

  private draw(index: number): Pick<Display, "image" | "owners"> {
    const { split, seed, size } = this.#options;
    const turn = Math.floor(index / this.#problems.length);
    const { pixels, placements } = svrtPicture({
      problem: this.#problems[index % this.#problems.length]!,
      label: (turn % 2) as Label,
      split,
      seed,
      number: Math.floor(turn / 2),
    });
    return { image: shrink(pixels, size), owners: shrinkOwners(svrtOwners(placements), size) };
  }
}

function problemNumbers(problems: readonly number[]): number[] {
  if (!Array.isArray(problems) || problems.length === 0) {
    const given = Array.isArray(problems) ? "empty" : String(problems);
    throw new OcraDataError(
      "argument",
      `svrt/displays: problems is ${given}; give a list of numbers from 1 to 23`,
    );
  }
  return problems.map((number) => svrtGenerator(number).number);
}
