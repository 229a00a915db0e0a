import { show } from "../checks/show.js";
import { TorchError } from "../errors.js";
import { Generator } from "../random.js";
import type { Dataset } from "./dataset.js";
import { permutation } from "./seed.js";
import { Subset } from "./subset.js";

/**
 * Splits a dataset at random into parts without overlap (`torch.utils.data.random_split`; the same generator gives the
 * same parts as in PyTorch).
 *
 * @param lengths sample counts that sum to the dataset's length, or fractions that sum to 1: then part i has
 * ⌊fractionᵢ · length⌋ samples, and what rounding left over goes to the first parts, one each.
 * @param options `generator`: default PyTorch's default one.
 * @throws TorchError `torch/argument` if the lengths do not sum to the dataset's.
 */
export function randomSplit<T>(
  dataset: Dataset<T>,
  lengths: readonly number[],
  options: { readonly generator?: Generator } = {},
): Subset<T>[] {
  const counts = countsOf(lengths, dataset.length);
  if (options.generator !== undefined) return split(dataset, counts, options.generator);
  using standard = Generator.default();
  return split(dataset, counts, standard);
}

function split<T>(dataset: Dataset<T>, counts: readonly number[], generator: Generator): Subset<T>[] {
  const order = permutation(dataset.length, generator);
  let start = 0;
  return counts.map((count) => {
    start += count;
    return new Subset(dataset, order.subarray(start - count, start));
  });
}

function countsOf(lengths: readonly number[], total: number): number[] {
  const sum = lengths.reduce((a, b) => a + b, 0);
  if (lengths.every((length) => length >= 0) && Math.abs(sum - 1) < 1e-9) {
    const counts = lengths.map((fraction) => Math.floor(fraction * total));
    const left = total - counts.reduce((a, b) => a + b, 0);
    return counts.map(
      (count, i) => count + Math.floor(left / counts.length) + Number(i < left % counts.length),
    );
  }
  if (sum === total && lengths.every((length) => Number.isInteger(length) && length >= 0))
    return [...lengths];
  throw new TorchError(
    "torch/argument",
    `randomSplit: ${show(lengths)} of ${total} samples; give counts that sum to ${total} or fractions that sum to 1`,
  );
}
