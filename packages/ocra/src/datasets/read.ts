// Data sets that `writeDataset` wrote.

import { join } from "node:path";
import { data } from "@throughline/torch";
import { knownOptions, wholeNumber } from "@throughline/torch/checks";
import { z } from "zod";
import { pictureLength } from "./collate.js";
import { type DatasetDescription, descriptionSchema, problemsFile } from "./description.js";
import { filesError, OcraDataError } from "./errors.js";
import { flippedDisplays, flippedTask } from "./flips.js";
import type { Display, DisplaySet, PictureShape, Problem, ProblemDescription, TaskSet } from "./types.js";

/** Options of `readDataset`. */
export interface ReadOptions {
  /** Number of samples, from the first. Default all. */
  readonly count?: number;
}

/**
 * A data set that was written to a folder. Files are read, and their checksums compared, when their first sample is asked for,
 * and stay in memory as they are stored. Sets that flip their pictures (SVRT, training) go on doing so.
 * @throws OcraDataError ocra/files for a folder that is no data set, or a file of it that is missing or was changed
 */
export function readDataset(folder: string, options: ReadOptions = {}): DisplaySet | TaskSet {
  knownOptions("readDataset", { count: true }, options);
  const files = openStore(folder, options.count);
  const { description } = files;
  const isFlipped = description.config.flips === true;
  if (description.kind === "task") {
    const set = new StoredTask(files);
    return isFlipped ? flippedTask(set) : set;
  }
  const set = new StoredDisplays(files);
  return isFlipped ? flippedDisplays(set) : set;
}

/** The files of a folder. */
type Files = data.StoreReader<DatasetDescription>;

function openStore(folder: string, count?: number): Files {
  const path = join(folder, "dataset.json");
  const parse = (value: unknown): DatasetDescription => {
    const checked = descriptionSchema.safeParse(value);
    if (!checked.success)
      throw new OcraDataError(
        "files",
        `${path} is not a data set written by Throughline: ${z.prettifyError(checked.error)}`,
      );
    const whole = checked.data;
    return { ...whole, count: wholeNumber("readDataset: count", count ?? whole.count, 1, whole.count) };
  };
  return new data.StoreReader(folder, parse, filesError);
}

/** Numbers from `at` on, as 0 to 1. */
function pixels(stored: data.StoredArrays[string] | undefined, at: number, length: number): Float32Array {
  const part = stored!.subarray(at, at + length);
  return part instanceof Uint8Array
    ? Float32Array.from(part, (value) => value / 255)
    : Float32Array.from(part as Float32Array);
}

class StoredDisplays implements DisplaySet {
  readonly name: string;
  readonly length: number;
  readonly shape: PictureShape;
  readonly config: Readonly<Record<string, unknown>>;
  readonly #files: Files;

  constructor(files: Files) {
    this.#files = files;
    ({ name: this.name, count: this.length, shape: this.shape, config: this.config } = files.description);
  }

  get(index: number): Display {
    const { arrays, place } = this.#files.locate(index);
    const length = pictureLength(this.shape);
    const area = this.shape.height * this.shape.width;
    const owners = (arrays.owners as Uint8Array).slice(place * area, (place + 1) * area);
    return { image: pixels(arrays.image, place * length, length), owners, shape: this.shape };
  }
}

class StoredTask implements TaskSet {
  readonly name: string;
  readonly length: number;
  readonly shape: PictureShape;
  readonly config: Readonly<Record<string, unknown>>;
  readonly form: "binary" | "choice";
  readonly views: number;
  readonly #files: Files;

  constructor(files: Files) {
    this.#files = files;
    ({ name: this.name, count: this.length, shape: this.shape, config: this.config } = files.description);
    ({ form: this.form = "binary", views: this.views = 1 } = files.description);
  }

  get(index: number): Problem {
    const { arrays, place } = this.#files.locate(index);
    const length = this.views * pictureLength(this.shape);
    const images = pixels(arrays.images, place * length, length);
    return { images, target: Number((arrays.target as BigInt64Array)[place]), shape: this.shape };
  }

  describe(index: number): ProblemDescription {
    return this.#files.line(problemsFile, index) as ProblemDescription;
  }
}
