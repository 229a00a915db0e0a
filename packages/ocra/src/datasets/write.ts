// Any data set as files.

import { createRequire } from "node:module";
import { Random } from "@throughline/lab/random";
import { data, fromTypedArray, Generator, scope, type Tensor } from "@throughline/torch";
import { choice, knownOptions, type OptionNames, wholeNumber } from "@throughline/torch/checks";
import { datasetCard } from "./card.js";
import { collateDisplays, collateProblems, pictureLength } from "./collate.js";
import { type DatasetDescription, formatVersion, problemsFile } from "./description.js";
import { filesError } from "./errors.js";
import { isTaskSet } from "./preview.js";
import type { DisplaySet, TaskSet } from "./types.js";

/** Options of `writeDataset`. */
export interface WriteOptions {
  /** Number of samples, from the first. Default all. */
  readonly count?: number;
  /** Seed of the jitter. Default 0. */
  readonly seed?: number;
  /** `float32` keeps pixels exactly, `uint8` to 1/510. Default `float32`; both are compressed. */
  readonly precision?: "float32" | "uint8";
  /** Samples in one file. Default: as many as have 64 MiB of float32 pixels. */
  readonly perFile?: number;
}

const usualFileBytes = 64 * 2 ** 20;

/**
 * Writes samples of a data set into a new or empty folder: `part-0000.npz` and so on, `problems.jsonl` with the description of
 * each problem of a task, `dataset.json`, and `README.md`, a data set card. The same set, options and seed give the same
 * arrays. What is flipped at every access is stored unflipped, and flipped when it is read. Read it back with `readDataset`,
 * or with NumPy.
 * @returns the names of the files
 * @throws OcraDataError ocra/files if the folder is not empty or cannot be written
 */
export function writeDataset(
  set: DisplaySet | TaskSet,
  folder: string,
  options: WriteOptions = {},
): string[] {
  const names: OptionNames<WriteOptions> = { count: true, seed: true, precision: true, perFile: true };
  knownOptions("writeDataset", names, options);
  const count = wholeNumber("writeDataset: count", options.count ?? set.length, 1, set.length);
  const seed = wholeNumber("writeDataset: seed", options.seed ?? 0, 0);
  const precision = choice("writeDataset: precision", options.precision ?? "float32", [
    "float32",
    "uint8",
  ] as const);
  const writer = new data.StoreWriter(folder, filesError);
  const pictures = isTaskSet(set) ? set.views : 1;
  const usual = Math.max(1, Math.floor(usualFileBytes / (4 * pictures * pictureLength(set.shape))));
  const perFile = wholeNumber("writeDataset: perFile", options.perFile ?? usual, 1);
  for (let start = 0; start < count; start += perFile) {
    const indices = Array.from({ length: Math.min(perFile, count - start) }, (_, at) => start + at);
    scope(() => writer.addArrays(stored(samples(set.unflipped ?? set, indices, seed), precision)));
  }
  if (isTaskSet(set)) {
    writer.addLines(
      problemsFile,
      Array.from({ length: count }, (_, at) => set.describe(at)),
    );
  }
  const { files } = writer;
  const description = describe(set, { count, seed, precision, files });
  writer.writeText("README.md", datasetCard(description));
  writer.finish(description);
  return [...files.map(({ name }) => name), "dataset.json", "README.md"];
}

/** The arrays of samples, each with jitter of its own that only (seed, index) determine. */
function samples(
  set: DisplaySet | TaskSet,
  indices: readonly number[],
  seed: number,
): Record<string, Tensor> {
  const rng = Generator.create();
  const at = (index: number): Generator =>
    rng.manualSeed(new Random("writeDataset", seed, index).below(2 ** 53));
  return isTaskSet(set)
    ? { ...collateProblems(indices.map((index) => set.get(index, at(index)))) }
    : { ...collateDisplays(indices.map((index) => set.get(index, at(index)))) };
}

function stored(arrays: Record<string, Tensor>, precision: "float32" | "uint8"): Record<string, Tensor> {
  if (precision === "float32") return arrays;
  const entries = Object.entries(arrays).map(([name, tensor]) => {
    if (tensor.dtype !== "float32") return [name, tensor];
    const pixels = tensor.toTypedArray() as Float32Array;
    const bytes = Uint8Array.from(pixels, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
    return [name, fromTypedArray(bytes, tensor.shape)];
  });
  return Object.fromEntries(entries) as Record<string, Tensor>;
}

function describe(
  set: DisplaySet | TaskSet,
  written: Pick<DatasetDescription, "count" | "seed" | "precision" | "files">,
): DatasetDescription {
  const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };
  return {
    format: formatVersion,
    name: set.name,
    kind: isTaskSet(set) ? "task" : "displays",
    ...(isTaskSet(set) ? { form: set.form, views: set.views } : {}),
    shape: set.shape,
    ...written,
    generator: `@throughline/ocra ${version}`,
    config: { ...set.config },
  };
}
