// Verbs of the command that this package offers, without the engine.
import type { CommandEntry } from "@throughline/lab";

export const commands: readonly CommandEntry[] = [
  {
    name: "solve",
    purpose: "answer one puzzle with a trained model, and draw why",
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
          "layout of a sheet: ROWSxCOLUMNS or a JSON file (default: as in the training puzzles, else candidates side by side)",
      },
      out: {
        value: "dir",
        sentence: "folder of the figures (default: PUZZLE-solved, with a number if that is there)",
      },
    },
    load: async () => (await import("./solve.js")).solve,
  },
  {
    name: "import",
    purpose: "turn weights of OCRA that others trained into a file of ours",
    group: "House-keeping",
    operand: {
      name: "checkpoint",
      sentence: "a .pt, .pth or .safetensors file with a slot autoencoder or OCRA's reasoning module",
    },
    flags: {
      out: { value: "file", sentence: "new file (default: CHECKPOINT-imported.safetensors here)" },
      key: { value: "name", sentence: "place of the state dict in a .pt file, if it is not found" },
      suite: {
        value: "name",
        sentence: "family of data of an autoencoder",
        choices: ["art", "svrt", "clevr"],
      },
      resolution: {
        value: "n",
        kind: "count",
        sentence: "height and width of its pictures in pixels (default: 128)",
      },
      slots: { value: "n", kind: "count", sentence: "number of slots (default: the paper's)" },
      pixels: {
        value: "view",
        sentence: "input of the encoder (default: as-they-are)",
        choices: ["as-they-are", "inverted", "without-scenery"],
      },
    },
    load: async () => (await import("./import.js")).importWeights,
  },
];
