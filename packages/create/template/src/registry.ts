// What the command offers of this project. Names are read at once, the experiments when they are used.
import type { ExperimentEntry } from "@throughline/lab";

export const experiments: readonly ExperimentEntry[] = [
  {
    name: "mine/remember",
    purpose: "Learn to repeat what was heard some steps ago.",
    load: async () => (await import("./remember.ts")).remember,
  },
];
