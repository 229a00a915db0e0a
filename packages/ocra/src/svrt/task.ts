// The problems of the Synthetic Visual Reasoning Test as data sets.
import { checkIndex, knownOptions } from "@throughline/torch/checks";
import { flippedTask } from "../datasets/flips.js";
import type { PictureShape, PlacedObject, Problem, ProblemDescription, TaskSet } from "../datasets/types.js";
import { type Placement, side } from "./drawing.js";
import { completeOptions, evenOption, type SvrtOptions, squareShape, svrtOptionNames } from "./options.js";
import { type SvrtSplit, svrtPicture } from "./pool.js";
import type { Label, SvrtPicture, SvrtProblem } from "./problem.js";
import { svrtGenerator } from "./problems/index.js";
import { shrink } from "./resize.js";

/** Options of `svrtTask`; plain data, so that worker threads can be given them. */
export interface SvrtTaskOptions extends SvrtOptions {
  /** Number of the problem, 1 to 23. Default 1. */
  readonly problem?: number;
  /**
   * Number of pictures, half of each label: even. Default: the paper's, 500 for training (its other setting has 1000),
   * 4000 for validation, 40 000 for testing.
   */
  readonly count?: number;
}

const counts: Readonly<Record<SvrtSplit, number>> = { train: 500, validation: 4000, test: 40_000 };

/** Pictures are kept once drawn, up to this many, 16 KiB each: drawing takes longer than all the rest. */
const kept = 4096;

/**
 * One of the 23 problems: does the picture obey the problem's rule (1) or not (0)? Picture `i` has label i mod 2 and is a
 * function of (seed, problem, split, i) alone, flips aside. All labels' rules survive flips.
 * @throws OcraDataError ocra/argument for an option that is not accepted
 * Source: Fleuret et al. 2011 for the problems; paper §4.1, §4.3.2 and the authors' README for the sets.
 */
export function svrtTask(options: SvrtTaskOptions = {}): TaskSet {
  const set = new SvrtTask(options);
  return set.config.flips ? flippedTask(set) : set;
}

class SvrtTask implements TaskSet {
  readonly name = "svrt/problem";
  readonly form = "binary";
  readonly views = 1;
  readonly length: number;
  readonly shape: PictureShape;
  readonly config: Readonly<Record<string, unknown>>;
  readonly #problem: SvrtProblem;
  readonly #options: Required<SvrtOptions>;
  readonly #drawn = new Map<number, Uint8Array>();

  constructor(options: SvrtTaskOptions) {
    knownOptions(this.name, { problem: true, count: true, ...svrtOptionNames }, options);
    this.#problem = svrtGenerator(options.problem ?? 1);
    this.#options = completeOptions(this.name, options);
    this.length = evenOption(`${this.name}: count`, options.count, counts[this.#options.split]);
    this.shape = squareShape(this.#options.size);
    this.config = { problem: this.#problem.number, count: this.length, ...this.#options };
  }

  get(index: number): Problem {
    const images = shrink(this.#pixels(index), this.shape.width);
    return { images, target: index % 2, shape: this.shape };
  }

  describe(index: number): ProblemDescription {
    const { label, placements } = this.#draw(index);
    return {
      rule: this.#problem.rule[label],
      target: label,
      answer: label === 1 ? "yes" : "no",
      views: [placedObjects(index, placements)],
    };
  }

  #pixels(index: number): Uint8Array {
    const drawn = this.#drawn.get(index);
    if (drawn !== undefined) return drawn;
    const { pixels } = this.#draw(index);
    if (this.#drawn.size < kept) this.#drawn.set(index, pixels);
    return pixels;
  }

  #draw(index: number): SvrtPicture {
    checkIndex(this.name, index, this.length);
    const { split, seed } = this.#options;
    const label = (index % 2) as Label;
    return svrtPicture({ problem: this.#problem.number, label, split, seed, number: Math.floor(index / 2) });
  }
}

/** Most outlines of a picture are its own: their numbers belong to the picture, and copies share one. */
function placedObjects(index: number, placements: readonly Placement[]): PlacedObject[] {
  const sources = [...new Set(placements.map(({ outline }) => outline.source))];
  return placements.map(({ outline, x, y }) => {
    const source = sources.indexOf(outline.source);
    return {
      object: 8 * index + source,
      name: `shape ${"ABCDEFGH"[source]}${changes(outline)}`,
      role: "shape",
      row: (y + 0.5) / side,
      column: (x + 0.5) / side,
    };
  });
}

function changes({ mirrored, scale, rotation }: Placement["outline"]): string {
  const words = [
    mirrored ? "mirrored" : "",
    scale === 1 ? "" : `× ${scale.toFixed(2)}`,
    rotation === 0 ? "" : `turned ${Math.round((rotation * 180) / Math.PI)}°`,
  ].filter((word) => word !== "");
  return words.length === 0 ? "" : ` (${words.join(", ")})`;
}
