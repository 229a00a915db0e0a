// The displays of a pre-training run, drawn or from the disk.
import { storedSplit } from "../../datasets/stored-split.js";
import type { NamedDataSet } from "../../datasets/types.js";
import { published } from "../../pretrained/suites.js";
import type { PretrainConfig } from "./options.js";

/** Selection of displays. */
export type DisplaySplit = "train" | "validation";

export function displaysOf(config: PretrainConfig, split: DisplaySplit): NamedDataSet {
  const { dataset, resolution: size, path, objects, unlike } = config;
  const name = `${dataset}/displays`;
  const { channels } = published[dataset];
  if (path !== undefined) return storedSplit(path, split, { name, size, channels, config: { split } });
  const given = { ...countsOf(config, split), objects, unlike };
  const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { name, options: { ...options, size, split } };
}

function countsOf(
  { dataset, displays, validationDisplays, fewest, repeats }: PretrainConfig,
  split: DisplaySplit,
): Readonly<Record<string, number | undefined>> {
  const many = dataset === "svrt" ? "perProblem" : "count";
  return split === "train" ? { [many]: displays, fewest, repeats } : { [many]: validationDisplays };
}
