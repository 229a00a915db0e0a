// Offers of this package to the command: named and described here, loaded when needed.
import type { CommandEntry, ExperimentEntry, ReproductionEntry } from "@throughline/lab";
import { commands as verbs } from "./commands/entries.js";
import { name as condition } from "./conditioning/name.js";
import { titles } from "./reproductions/titles.js";
import { name as train } from "./train/name.js";

export const experiments: readonly ExperimentEntry[] = [
  { ...condition, load: async () => (await import("./conditioning/experiment.js")).conditionExperiment },
  { ...train, load: async () => (await import("./train/experiment.js")).trainExperiment },
];

export const reproductions: readonly ReproductionEntry[] = Object.entries(titles).map(([name, purpose]) => ({
  ...{ name, purpose },
  load: async () => (await import("./reproductions/all.js")).reproductions.find((one) => one.name === name)!,
}));

export const commands: readonly CommandEntry[] = verbs;
