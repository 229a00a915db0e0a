// A folder of the user's own puzzles as a data set.

import { statSync } from "node:fs";
import { Random } from "@throughline/lab/random";
import {
  checkIndex,
  choice,
  knownOptions,
  numberBetween,
  type OptionNames,
  wholeNumber,
} from "@throughline/torch/checks";
import { z } from "zod";
import { OcraDataError } from "../datasets/errors.js";
import type { PictureShape, Problem, ProblemDescription, TaskSet } from "../datasets/types.js";
import { type AnswerKey, readAnswerKey } from "./answer-key.js";
import { layoutSchema, type SheetLayout } from "./layout.js";
import { kindOf, type Puzzle, readPuzzles } from "./read-puzzles.js";

/** Options of `puzzlesFrom`; plain data, so that worker threads can be given them. */
export interface PuzzleOptions {
  /** Split of the puzzles. Default `all`. */
  readonly split?: "all" | "train" | "test";
  /** Share of the puzzles for testing, where the key does not say which. Default 0.2. */
  readonly testShare?: number;
  /** Seed of the split. Default 0. */
  readonly seed?: number;
  /** Pixels of a view's side, 16 to 512. Default 128. */
  readonly size?: number;
  /** 1 (brightness) or 3 (colours). Default 1. */
  readonly channels?: 1 | 3;
  /** Treatment of pictures that are not square. Default `pad`: white beside their shorter sides. */
  readonly fit?: "pad" | "stretch";
  /** Layout of the choices, if each puzzle is one sheet and answers.json does not say. */
  readonly layout?: SheetLayout;
}

const optionNames: OptionNames<PuzzleOptions> = {
  ...{ split: true, testShare: true, seed: true, size: true, channels: true, fit: true, layout: true },
};
const splits = ["all", "train", "test"] as const;

/**
 * Puzzles from a folder with `answers.json` or `answers.csv`, all of one of three kinds:
 * - yes/no: one file each; the answer is 0 or 1 (no or yes, false or true, or one of the key's `labels`);
 * - choices in files of their own: `files` in their order; the answer is the number of the right one, from 1;
 * - choices on one sheet: one file each, and a `layout`; the answer is a number from 1.
 *
 * Pictures are read here, once, and kept; nothing about them is random but the split.
 * @throws OcraDataError ocra/puzzles with every problem found, a line each; ocra/argument
 */
export function puzzlesFrom(folder: string, options: PuzzleOptions = {}): TaskSet {
  knownOptions("puzzlesFrom", optionNames, options);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new OcraDataError(
      "puzzles",
      `${folder} is not a folder; give one with pictures and answers.json or answers.csv`,
    );
  }
  return new PuzzleSet(folder, options);
}

class PuzzleSet implements TaskSet {
  readonly name: string;
  readonly length: number;
  readonly shape: PictureShape;
  readonly form: "binary" | "choice";
  readonly views: number;
  readonly config: Readonly<Record<string, unknown>>;
  readonly #puzzles: readonly Puzzle[];
  readonly #labels: readonly [string, string];

  constructor(folder: string, options: PuzzleOptions) {
    const size = wholeNumber("puzzlesFrom: size", options.size ?? 128, 16, 512);
    const channels = choice("puzzlesFrom: channels", options.channels ?? 1, [1, 3] as const);
    const fit = choice("puzzlesFrom: fit", options.fit ?? "pad", ["pad", "stretch"] as const);
    const key = readAnswerKey(folder);
    const kind = kindOf(key, checkedLayout(options.layout) ?? key.layout);
    this.name = `puzzles/${folder}`;
    this.form = kind.form;
    this.views = kind.views;
    this.shape = { channels, height: size, width: size };
    this.#labels = key.labels ?? ["no", "yes"];
    this.config = { folder, ...options, size, channels, fit, layout: kind.layout, labels: this.#labels };
    const chosen = splitOf(key, options);
    this.#puzzles = readPuzzles(folder, key, kind, { size, channels, fit }).filter((_, at) => chosen.has(at));
    this.length = this.#puzzles.length;
    if (this.length === 0)
      throw new OcraDataError(
        "puzzles",
        `${key.path}: the ${options.split} split has no puzzles; give more puzzles, or a split to each`,
      );
  }

  get(index: number): Problem {
    checkIndex(this.name, index, this.length);
    const { images, target } = this.#puzzles[index]!;
    return { images, target, shape: this.shape };
  }

  describe(index: number): ProblemDescription {
    checkIndex(this.name, index, this.length);
    const { target, rule } = this.#puzzles[index]!;
    const answer = this.form === "binary" ? this.#labels[target]! : `choice ${target + 1}`;
    return { rule, target, answer, views: Array.from({ length: this.views }, () => []) };
  }
}

/** The numbers of the puzzles that a split has. */
function splitOf(key: AnswerKey, options: PuzzleOptions): Set<number> {
  const split = choice("puzzlesFrom: split", options.split ?? "all", splits);
  const share = numberBetween("puzzlesFrom: testShare", options.testShare ?? 0.2, 0, 1);
  const seed = wholeNumber("puzzlesFrom: seed", options.seed ?? 0, 0);
  const { entries, path } = key;
  const all = entries.map((_, at) => at);
  if (split === "all") return new Set(all);
  const said = entries.filter((entry) => entry.split !== undefined).length;
  if (said > 0 && said < entries.length) {
    throw new OcraDataError(
      "puzzles",
      `${path} gives ${said} of ${entries.length} puzzles a split; give one to all or to none`,
    );
  }
  if (said > 0) return new Set(all.filter((at) => entries[at]!.split === split));
  const order = new Random("puzzles", seed).shuffle(all);
  const tests = Math.round(share * order.length);
  return new Set(split === "test" ? order.slice(0, tests) : order.slice(tests));
}

function checkedLayout(layout: SheetLayout | undefined): SheetLayout | undefined {
  if (layout === undefined) return undefined;
  const checked = layoutSchema.safeParse(layout);
  if (checked.success) return checked.data;
  throw new OcraDataError("argument", `puzzlesFrom: layout: ${z.prettifyError(checked.error)}`);
}
