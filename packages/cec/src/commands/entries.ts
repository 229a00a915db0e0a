// Verbs and importers that this package offers, without the engine.
import type { ImporterEntry } from "@throughline/lab";
import { mark } from "../checkpoints/names.js";

export const importers: readonly ImporterEntry[] = [
  {
    name: "cec",
    purpose: "a policy of CEC",
    marks: [mark],
    flags: {
      height: {
        value: "n",
        kind: "count",
        sentence: "rows of a CEC policy's pictures of mazes (default: 72)",
      },
      width: {
        value: "n",
        kind: "count",
        sentence: "columns of a CEC policy's pictures of mazes (default: 96)",
      },
    },
    load: async () => (await import("./import.js")).importWeights,
  },
];
