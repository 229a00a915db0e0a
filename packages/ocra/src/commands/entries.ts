// Verbs of the command that this package offers, without the engine.
import type { CommandEntry } from "@throughline/lab";

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
  {
    name: "import",
    purpose: "convert OCRA weights from PyTorch into a file for --pretrained",
    group: "House-keeping",
    operand: {
      name: "checkpoint",
      sentence: "a .pt, .pth or .safetensors file with a slot autoencoder or OCRA's reasoning module",
    },
    flags: {
      out: { value: "file", sentence: "new file (default: CHECKPOINT-imported.safetensors here)" },
      key: { value: "name", sentence: "key of the state dict in a .pt file, if it is not found" },
      suite: {
        value: "name",
        sentence: "data set family the autoencoder was trained on (default: by the shape of its weights)",
        choices: ["art", "svrt", "clevr"],
      },
      resolution: {
        value: "n",
        kind: "count",
        sentence: "height and width of the encoder's pictures in pixels (default: 128)",
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
