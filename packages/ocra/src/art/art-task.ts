// The Abstract Reasoning Tasks as data sets.

import type { Generator } from "@throughline/torch";
import { checkIndex, choice, knownOptions, type OptionNames, wholeNumber } from "@throughline/torch/checks";
import { OcraDataError } from "../datasets/errors.js";
import { randomFrom } from "../datasets/random.js";
import type { PictureShape, PlacedObject, Problem, ProblemDescription, TaskSet } from "../datasets/types.js";
import { objectSize } from "../glyphs/fit.js";
import type { ObjectSet } from "../glyphs/objects.js";
import { CanvasPainter, canvasSize } from "./canvas.js";
import { editionOf } from "./edition.js";
import { jitter, type Layout, layouts, viewCells } from "./layouts.js";
import { type ObjectSource, objectsFrom } from "./object-source.js";
import type { GeneratorMethod, ProblemRow } from "./problem-table.js";
import { type ArtTaskName, artTaskNames, neededObjects, type Regime, regimeProblems } from "./regime.js";

/** Options of `artTask`; plain data, so that worker threads can be given them. */
export interface ArtTaskOptions {
  /**
   * Number of held-out objects, which only the test problems have. The training problems have the others. The paper's
   * regimes are 0, 50, 85 and 95 of 100 objects; at 0 both splits have all objects, and no problem in common. Default 0.
   */
  readonly m?: number;
  /** Default `train`. */
  readonly split?: "train" | "test";
  /** Seed that decides the held-out objects and the problems. Default 0. */
  readonly seed?: number;
  /** Pixels of a picture's side, 16 to 320. Default 128, the paper's. */
  readonly size?: number;
  /** Number of problems. Default: the paper's number for this task, m and split, 10 000 or all there are. */
  readonly count?: number;
  /** Limit on the number of problems where `count` is not given. Default: no limit. */
  readonly atMost?: number;
  /**
   * Method of drawing RMTS and identity rules. `subsample`: the kinds in turn, no problem twice; `full_space`: all
   * problems, shuffled and cut. Default: the authors' choice, `full_space` for training with 15 objects or fewer (m = 85,
   * 95), else `subsample`; at m = 0, where the splits share all objects, there is no other. The other two tasks always
   * list all their problems, and take no method.
   */
  readonly method?: GeneratorMethod;
  /** Objects to draw. Default `tasks`, our 100 glyphs. */
  readonly objects?: ObjectSource;
}

const splits = ["train", "test"] as const;
const methods = ["subsample", "full_space"] as const;
const optionNames: OptionNames<ArtTaskOptions> = {
  ...{ m: true, split: true, seed: true, size: true, count: true, atMost: true, method: true, objects: true },
};

/**
 * One of the four tasks.
 * - `same-different`: two objects, 1 if they differ.
 * - `rmts`: which of two pairs has the source pair's relation?
 * - `distribution-of-3`, `identity-rules`: which of four objects completes the second row?
 *
 * Problem `i` is a function of the options and i alone; where exactly its objects stand is drawn at every access: each is
 * moved by whole canvas pixels from −5 to 4 down and across, on its own in every view. Pixels are 0 to 1 in all tasks (the
 * authors' code has two tasks in [−1, 1], their paper none).
 * @throws OcraDataError ocra/argument for an option that is not accepted; ocra/objects for objects that cannot be read
 * Source: paper §4.1 and supplement; the authors' generators.
 */
export function artTask(task: ArtTaskName, options: ArtTaskOptions = {}): TaskSet {
  return new ArtTask(task, options);
}

class ArtTask implements TaskSet {
  readonly name: string;
  readonly length: number;
  readonly shape: PictureShape;
  readonly config: Readonly<Record<string, unknown>>;
  readonly form: "binary" | "choice";
  readonly views: number;
  readonly #objects: ObjectSet;
  readonly #rows: readonly ProblemRow[];
  readonly #layout: Layout;
  readonly #painter: CanvasPainter;

  constructor(task: ArtTaskName, options: ArtTaskOptions) {
    this.#layout = layouts[choice("artTask: task", task, artTaskNames)];
    this.name = `art/${task}`;
    this.form = this.#layout.form;
    this.views = this.#layout.views;
    knownOptions(this.name, optionNames, options);
    const size = wholeNumber(`${this.name}: size`, options.size ?? 128, 16, 320);
    this.shape = { channels: 1, height: size, width: size };
    const { objects = "tasks" } = options;
    this.#objects = objectsFrom(objects);
    const regime = regimeOf(task, this.name, options, this.#objects.names.length);
    this.#rows = regimeProblems(regime);
    this.length = this.#rows.length;
    const { m, split, seed, method } = regime;
    const drawn = hasMethods(task) ? { method } : {};
    const edition = editionOf(this.name, objects);
    this.config = {
      ...{ m, split, seed, size, count: this.length, ...drawn, objects },
      ...(edition !== undefined && { edition }),
    };
    this.#painter = new CanvasPainter(this.#objects, size);
  }

  get(index: number, rng: Generator): Problem {
    const { objects, target } = this.#row(index);
    const random = randomFrom(rng);
    const { height, width } = this.shape;
    const images = new Float32Array(this.views * height * width).fill(1);
    for (let view = 0; view < this.views; view++) {
      const picture = images.subarray(view * height * width, (view + 1) * height * width);
      for (const { cell, place } of viewCells(this.#layout, view)) {
        const row = cell.row - objectSize / 2 + jitter.low + random.below(jitter.width);
        const column = cell.column - objectSize / 2 + jitter.low + random.below(jitter.width);
        this.#painter.draw(picture, objects[place]!, row, column);
      }
    }
    return { images, target, shape: this.shape };
  }

  describe(index: number): ProblemDescription {
    const { objects, target, rule } = this.#row(index);
    const views = Array.from({ length: this.views }, (_, view) =>
      viewCells(this.#layout, view).map(({ cell, place }): PlacedObject => {
        const object = objects[place]!;
        const [row, column] = [cell.row / canvasSize, cell.column / canvasSize];
        return { object, name: this.#objects.names[object]!, role: cell.role, row, column };
      }),
    );
    return { rule, target, answer: this.form === "binary" ? rule : `choice ${target + 1}`, views };
  }

  #row(index: number): ProblemRow {
    checkIndex(this.name, index, this.length);
    return this.#rows[index]!;
  }
}

/** Tasks that can be drawn in two ways. */
function hasMethods(task: ArtTaskName): boolean {
  return task === "rmts" || task === "identity-rules";
}

function regimeOf(task: ArtTaskName, name: string, options: ArtTaskOptions, objects: number): Regime {
  const needed = neededObjects[task];
  const m = wholeNumber(`${name}: m`, options.m ?? 0, 0);
  const split = choice(`${name}: split`, options.split ?? "train", splits);
  if (m > objects) {
    throw new OcraDataError(
      "argument",
      `${name}: m is ${m}, and there are ${objects} objects; give a number from 0 to ${objects - needed}`,
    );
  }
  const has = m === 0 ? objects : split === "train" ? objects - m : m;
  if (has < needed) {
    throw new OcraDataError(
      "argument",
      `${name}: with m = ${m} of ${objects} objects the ${split} split has ${has}; a problem needs ${needed}`,
    );
  }
  const usual = m > 0 && split === "train" && has <= 15 ? "full_space" : "subsample";
  const method = choice(`${name}: method`, options.method ?? usual, methods);
  if (options.method !== undefined && !hasMethods(task)) {
    throw new OcraDataError("argument", `${name} takes no method; accepted: rmts and identity-rules do`);
  }
  if (m === 0 && method === "full_space") {
    throw new OcraDataError("argument", `${name}: method is full_space at m = 0; accepted there: subsample`);
  }
  const count =
    options.count === undefined ? undefined : wholeNumber(`${name}: count`, options.count ?? 1, 1);
  const atMost =
    options.atMost === undefined ? undefined : wholeNumber(`${name}: atMost`, options.atMost ?? 1, 1);
  return {
    task,
    objects,
    m,
    split,
    atMost,
    seed: wholeNumber(`${name}: seed`, options.seed ?? 0, 0),
    count,
    method,
  };
}
