// Offers of this package to the command: named and described here, loaded when needed.
import type { ExperimentEntry } from "@throughline/lab";
import { name as source } from "./source/name.js";

export const experiments: readonly ExperimentEntry[] = [
  { ...source, load: async () => (await import("./source/experiment.js")).sourceExperiment },
];
