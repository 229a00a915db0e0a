// Data sets that `writeDataset` wrote.

import { join } from "node:path";
import { io, scope } from "@throughline/torch";
import { checkIndex, knownOptions, wholeNumber } from "@throughline/torch/checks";
import { hashOf, readJsonFile, readText } from "@throughline/torch/files";
import { z } from "zod";
import { pictureLength } from "./collate.js";
import { type DatasetDescription, descriptionSchema } from "./description.js";
import { OcraDataError } from "./errors.js";
import { flippedDisplays, flippedTask } from "./flips.js";
import type { Display, DisplaySet, PictureShape, Problem, ProblemDescription, TaskSet } from "./types.js";

/** One file's arrays, as they are stored. */
type Part = Readonly<Record<string, Float32Array | Uint8Array | BigInt64Array>>;

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
  const whole = readDescription(folder);
  const count = wholeNumber("readDataset: count", options.count ?? whole.count, 1, whole.count);
  const description = { ...whole, count };
  const files = new StoredFiles(folder, description);
  const isFlipped = description.config.flips === true;
  if (description.kind === "task") {
    const set = new StoredTask(files);
    return isFlipped ? flippedTask(set) : set;
  }
  const set = new StoredDisplays(files);
  return isFlipped ? flippedDisplays(set) : set;
}

function readDescription(folder: string): DatasetDescription {
  const path = join(folder, "dataset.json");
  let value: unknown;
  try {
    value = readJsonFile(path);
  } catch (cause) {
    const message = `${folder}: ${(cause as Error).message}; give a folder that writeDataset wrote`;
    throw new OcraDataError("files", message, { cause });
  }
  const checked = descriptionSchema.safeParse(value);
  if (checked.success) return checked.data;
  throw new OcraDataError(
    "files",
    `${path} is not a data set written by Throughline: ${z.prettifyError(checked.error)}`,
  );
}

class StoredFiles {
  readonly description: DatasetDescription;
  readonly #folder: string;
  readonly #parts = new Map<number, Part>();
  #problems: readonly ProblemDescription[] | undefined;

  constructor(folder: string, description: DatasetDescription) {
    this.#folder = folder;
    this.description = description;
  }

  /** Finds sample `index`: its file's arrays, and its place among them. */
  locate(index: number): { part: Part; place: number } {
    const { name, count, files } = this.description;
    checkIndex(name, index, count);
    let place = index;
    for (const [at, file] of files.entries()) {
      if (!file.name.endsWith(".npz")) continue;
      if (place < file.samples) return { part: this.#part(at), place };
      place -= file.samples;
    }
    throw new OcraDataError("files", `${this.#folder}: dataset.json lists fewer samples than ${count}`);
  }

  /** Description of problem `index`. */
  problem(index: number): ProblemDescription {
    checkIndex(this.description.name, index, this.description.count);
    if (this.#problems === undefined) {
      const at = this.description.files.findIndex((file) => file.name === "problems.jsonl");
      if (at < 0) throw new OcraDataError("files", `${this.#folder}: dataset.json lists no problems.jsonl`);
      const lines = readText(this.#checked(at), { maxBytes: Infinity }).trimEnd().split("\n");
      this.#problems = lines.map((line) => JSON.parse(line) as ProblemDescription);
    }
    return this.#problems[index]!;
  }

  #part(at: number): Part {
    const known = this.#parts.get(at);
    if (known !== undefined) return known;
    const path = this.#checked(at);
    const part = scope(() =>
      Object.fromEntries(
        Object.entries(io.loadNpz(path)).map(([name, tensor]) => [
          name,
          tensor.toTypedArray() as Float32Array | Uint8Array | BigInt64Array,
        ]),
      ),
    );
    this.#parts.set(at, part);
    return part;
  }

  /** The path of a file, if its content is what was written. */
  #checked(at: number): string {
    const { name, sha256 } = this.description.files[at]!;
    const path = join(this.#folder, name);
    let found: string;
    try {
      found = hashOf(path);
    } catch (cause) {
      throw new OcraDataError("files", (cause as Error).message, { cause });
    }
    if (found === sha256) return path;
    throw new OcraDataError("files", `${path} is not the file that was written: its SHA-256 differs`);
  }
}

/** Numbers from `at` on, as 0 to 1. */
function pixels(stored: Part[string] | undefined, at: number, length: number): Float32Array {
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
  readonly #files: StoredFiles;

  constructor(files: StoredFiles) {
    this.#files = files;
    ({ name: this.name, count: this.length, shape: this.shape, config: this.config } = files.description);
  }

  get(index: number): Display {
    const { part, place } = this.#files.locate(index);
    const length = pictureLength(this.shape);
    const area = this.shape.height * this.shape.width;
    const owners = (part.owners as Uint8Array).slice(place * area, (place + 1) * area);
    return { image: pixels(part.image, place * length, length), owners, shape: this.shape };
  }
}

class StoredTask implements TaskSet {
  readonly name: string;
  readonly length: number;
  readonly shape: PictureShape;
  readonly config: Readonly<Record<string, unknown>>;
  readonly form: "binary" | "choice";
  readonly views: number;
  readonly #files: StoredFiles;

  constructor(files: StoredFiles) {
    this.#files = files;
    ({ name: this.name, count: this.length, shape: this.shape, config: this.config } = files.description);
    ({ form: this.form = "binary", views: this.views = 1 } = files.description);
  }

  get(index: number): Problem {
    const { part, place } = this.#files.locate(index);
    const length = this.views * pictureLength(this.shape);
    const images = pixels(part.images, place * length, length);
    return { images, target: Number((part.target as BigInt64Array)[place]), shape: this.shape };
  }

  describe(index: number): ProblemDescription {
    return this.#files.problem(index);
  }
}
