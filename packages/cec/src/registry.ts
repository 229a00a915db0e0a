// Offers of this package to the command: named and described here, loaded when needed.
import type {
  CommandEntry,
  ExperimentEntry,
  ImporterEntry,
  ReproductionEntry,
  StoreEntry,
} from "@throughline/lab";
import { importers as kinds, commands as verbs } from "./commands/entries.js";
import { name as demonstrations } from "./experiments/demonstrate/name.js";
import { name as evaluate } from "./experiments/evaluate/name.js";
import { name as imitate } from "./experiments/imitate/name.js";
import { name as train } from "./experiments/train/name.js";
import { titles } from "./reproductions/titles.js";
import { name as source } from "./source/name.js";
import { name as episodes } from "./stores/name.js";

export const experiments: readonly ExperimentEntry[] = [
  { ...source, load: async () => (await import("./source/experiment.js")).sourceExperiment },
  { ...train, load: async () => (await import("./experiments/train/experiment.js")).trainExperiment },
  {
    ...evaluate,
    load: async () => (await import("./experiments/evaluate/experiment.js")).evaluateExperiment,
  },
  {
    ...demonstrations,
    load: async () => (await import("./experiments/demonstrate/experiment.js")).demonstrateExperiment,
  },
  { ...imitate, load: async () => (await import("./experiments/imitate/experiment.js")).imitateExperiment },
];

export const reproductions: readonly ReproductionEntry[] = [
  {
    ...{ name: "cec/source-agents", purpose: titles["cec/source-agents"] },
    load: async () => (await import("./reproductions/source-agents.js")).sourceAgents,
  },
  {
    ...{ name: "cec/memory", purpose: titles["cec/memory"] },
    load: async () => (await import("./reproductions/memory.js")).memory,
  },
  {
    ...{ name: "cec/main", purpose: titles["cec/main"] },
    load: async () => (await import("./reproductions/main.js")).main,
  },
  {
    ...{ name: "cec/generalisation", purpose: titles["cec/generalisation"] },
    load: async () => (await import("./reproductions/generalisation.js")).generalisation,
  },
  {
    ...{ name: "cec/granularity", purpose: titles["cec/granularity"] },
    load: async () => (await import("./reproductions/ablations.js")).granularity,
  },
  {
    ...{ name: "cec/context", purpose: titles["cec/context"] },
    load: async () => (await import("./reproductions/ablations.js")).context,
  },
  {
    ...{ name: "cec/robots", purpose: titles["cec/robots"] },
    load: async () => (await import("./reproductions/robots.js")).robots,
  },
];

export const stores: readonly StoreEntry[] = [
  { ...episodes, load: async () => (await import("./stores/episodes.js")).episodeStores },
];

export const importers: readonly ImporterEntry[] = kinds;

export const commands: readonly CommandEntry[] = verbs;
