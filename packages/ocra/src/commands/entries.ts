// Verbs of the command that this package offers, without the engine.
import type { CommandEntry, ImporterEntry } from "@throughline/lab";
import { marks } from "../checkpoints/marks.js";

export const commands: readonly CommandEntry[] = [
  {
    name: "solve",
    purpose: "answer a puzzle with a trained model, and draw its explanation",
    group: "Results",
    readsRuns: true,
    operand: {
      name: "pictures",
      sentence: "one picture, one sheet of candidates, or a picture for each candidate",
      isVariadic: true,
    },
    flags: {
      model: {
        value: "run",
        sentence: "a finished run of ocra/task: directory, id, beginning of an id, or latest",
        isRequired: true,
      },
      layout: {
        value: "grid",
        sentence:
          "layout of a sheet: ROWSxCOLUMNS or a JSON file (default: that of the training puzzles, else side by side)",
      },
      out: {
        value: "dir",
        sentence: "folder for the figures (default: PUZZLE-solved, numbered if it exists)",
      },
    },
    load: async () => (await import("./solve.js")).solve,
  },
];

export const importers: readonly ImporterEntry[] = [
  {
    name: "ocra",
    purpose: "a slot autoencoder or OCRA's reasoning module",
    marks: Object.values(marks),
    flags: {
      suite: {
        value: "name",
        sentence: "data set family a slot autoencoder was trained on (default: by the shape of its weights)",
        choices: ["art", "svrt", "clevr"],
      },
      resolution: {
        value: "n",
        kind: "count",
        sentence: "height and width of a slot autoencoder's pictures in pixels (default: 128)",
      },
      slots: { value: "n", kind: "count", sentence: "number of slots (default: the paper's)" },
      pixels: {
        value: "view",
        sentence: "input of a slot autoencoder (default: as-they-are)",
        choices: ["as-they-are", "inverted", "without-scenery"],
      },
    },
    load: async () => (await import("./import.js")).importWeights,
  },
];
