// Offers of the examples to the command: named and described here, loaded when needed.
import type { ExperimentEntry, ReproductionEntry } from "@throughline/lab";
import { name as digits } from "./digits/name.js";

export const experiments: readonly ExperimentEntry[] = [
  { ...digits, load: async () => (await import("./digits/experiment.js")).digits },
];

export const reproductions: readonly ReproductionEntry[] = [
  {
    name: digits.name,
    purpose: "What dropout does to reading digits",
    load: async () => (await import("./digits/reproduction.js")).digitsReproduction,
  },
];
