// The tasks of CLEVR-ART as data sets.
import { Random } from "@throughline/lab/random";
import { checkIndex, choice, knownOptions, wholeNumber } from "@throughline/torch/checks";
import { editionOf } from "../art/edition.js";
import type { ProblemRow } from "../art/problem-table.js";
import type { PictureShape, PlacedObject, Problem, ProblemDescription, TaskSet } from "../datasets/types.js";
import { clevrName, clevrObjects, clevrSizes } from "./attributes.js";
import { project } from "./camera.js";
import { type ClevrCell, type ClevrTaskName, clevrLayouts, clevrTaskNames, viewObjects } from "./layouts.js";
import { renderScene } from "./render.js";
import { type ClevrScene, jitteredLamps } from "./scene.js";
import { clevrLimit, clevrProblems, readClevrTable } from "./table.js";

/** Options of `clevrTask`; plain data, so that worker threads can be given them. */
export interface ClevrTaskOptions {
  /** Default `train`. The two have no object in common: see `clevrTrainObjects`, `clevrTestObjects`. */
  readonly split?: "train" | "test";
  /** Number of problems. Default 10 000, the paper's. */
  readonly count?: number;
  /** Seed that decides problems and places. Default 0. */
  readonly seed?: number;
  /** Pixels of a picture's side, 16 to 320. Default 128, the paper's. */
  readonly size?: number;
  /** The path of a table in the authors' format, instead of problems drawn anew; `count` then cuts it. */
  readonly table?: string;
}

/**
 * One of the two tasks, rendered: `rmts`, which of two pairs has the source pair's relation; `identity-rules`, which of four
 * objects completes the second row.
 *
 * Problem `i` is a function of the options and i alone, pictures included: as in the paper, each is rendered once. A problem
 * has an angle, a whole number of degrees from 135 to 149, by which all of its places are turned; each of its pictures has
 * its own lamps and moves each object by U(−0.1, 0.1) along x and y.
 * @throws OcraDataError ocra/argument for an option that is not accepted; ocra/files for a table that does not fit
 * Source: paper §4.1, fig. S4; the authors' rendering scripts.
 */
export function clevrTask(task: ClevrTaskName, options: ClevrTaskOptions = {}): TaskSet {
  return new ClevrTask(task, options);
}

class ClevrTask implements TaskSet {
  readonly name: string;
  readonly form = "choice";
  readonly views: number;
  readonly length: number;
  readonly shape: PictureShape;
  readonly config: Readonly<Record<string, unknown>>;
  readonly #task: ClevrTaskName;
  readonly #rows: readonly ProblemRow[];
  readonly #key: readonly (string | number)[];

  constructor(task: ClevrTaskName, options: ClevrTaskOptions) {
    this.#task = choice("clevrTask: task", task, clevrTaskNames);
    this.name = `clevr/${task}`;
    this.views = clevrLayouts[task].views;
    knownOptions(this.name, { split: true, count: true, seed: true, size: true, table: true }, options);
    const split = choice(`${this.name}: split`, options.split ?? "train", ["train", "test"]);
    const seed = wholeNumber(`${this.name}: seed`, options.seed ?? 0, 0);
    const size = wholeNumber(`${this.name}: size`, options.size ?? 128, 16, 320);
    const rows = options.table === undefined ? null : readClevrTable(task, options.table);
    const most = rows?.length ?? clevrLimit(task);
    const count = wholeNumber(`${this.name}: count`, options.count ?? Math.min(10_000, most), 1, most);
    this.#rows = rows?.slice(0, count) ?? clevrProblems(task, { split, count, seed });
    this.length = count;
    this.shape = { channels: 3, height: size, width: size };
    const edition = rows === null ? editionOf(this.name) : undefined;
    this.config = {
      ...{ split, count, seed, size, ...(rows === null ? {} : { table: options.table }) },
      ...(edition !== undefined && { edition }),
    };
    this.#key = [this.name, split, seed];
  }

  get(index: number): Problem {
    const { target } = this.#row(index);
    const { height, width } = this.shape;
    const length = 3 * height * width;
    const images = new Float32Array(this.views * length);
    for (let view = 0; view < this.views; view++) {
      const { pixels } = renderScene(this.#scene(index, view), width, height);
      pixels.forEach((value, at) => {
        images[view * length + at] = value / 255;
      });
    }
    return { images, target, shape: this.shape };
  }

  describe(index: number): ProblemDescription {
    const { objects, target, rule } = this.#row(index);
    const angle = this.#angle(index);
    const views = Array.from({ length: this.views }, (_, view) =>
      viewObjects(this.#task, objects, view).map(({ cell, object }): PlacedObject => {
        const attributes = clevrObjects[object]!;
        const { x, y } = turned(cell, angle);
        const place = project([x, y, clevrSizes[attributes[2]]!.extent]);
        return { object, name: clevrName(attributes), role: cell.role, ...place };
      }),
    );
    return { rule, target, answer: `choice ${target + 1}`, views };
  }

  #scene(index: number, view: number): ClevrScene {
    const random = new Random(...this.#key, index, view);
    const angle = this.#angle(index);
    const lamps = jitteredLamps(random);
    const solids = viewObjects(this.#task, this.#row(index).objects, view).map(({ cell, object }) => {
      const { x, y } = turned(cell, angle);
      return {
        object: clevrObjects[object]!,
        x: x + random.uniform(-0.1, 0.1),
        y: y + random.uniform(-0.1, 0.1),
      };
    });
    return { solids, lamps };
  }

  /** Radians. */
  #angle(index: number): number {
    return ((135 + new Random(...this.#key, index).below(15)) * Math.PI) / 180;
  }

  #row(index: number): ProblemRow {
    checkIndex(this.name, index, this.length);
    return this.#rows[index]!;
  }
}

function turned({ x, y }: ClevrCell, angle: number): { readonly x: number; readonly y: number } {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return { x: x * cos - y * sin, y: x * sin + y * cos };
}
