// Offers of this package to the command: named and described here, loaded when needed.
import type {
  CommandEntry,
  DataSetEntry,
  ExperimentEntry,
  ImporterEntry,
  ReproductionEntry,
} from "@throughline/lab";
import { dataSets as sets } from "./catalogue/data-sets.js";
import { importers as kinds, commands as verbs } from "./commands/entries.js";
import { name as pretrain } from "./experiments/pretrain/name.js";
import { name as task } from "./experiments/task/name.js";
import { titles } from "./reproductions/titles.js";

export const experiments: readonly ExperimentEntry[] = [
  {
    ...pretrain,
    load: async () => (await import("./experiments/pretrain/experiment.js")).pretrainExperiment,
  },
  { ...task, load: async () => (await import("./experiments/task/experiment.js")).taskExperiment },
];

export const reproductions: readonly ReproductionEntry[] = Object.entries(titles).map(([name, purpose]) => ({
  ...{ name, purpose },
  load: async () => (await import("./reproductions/all.js")).reproductions.find((one) => one.name === name)!,
}));

export const dataSets: readonly DataSetEntry[] = sets.map(({ make, ...entry }) => ({
  ...entry,
  // ART was the first family, so its tasks are also accepted without the prefix, or under ocra/.
  aliases: entry.name.startsWith("art/") ? [entry.name.slice(4), `ocra/${entry.name.slice(4)}`] : [],
  open: async (options) => (await import("./datasets/open.js")).openSet(await make(options)),
}));

export const commands: readonly CommandEntry[] = verbs;

export const importers: readonly ImporterEntry[] = kinds;
