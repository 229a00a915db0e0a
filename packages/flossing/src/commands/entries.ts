// Verbs of the command that this package offers, without the engine.
import type { CommandEntry } from "@throughline/lab";

export const commands: readonly CommandEntry[] = [
  {
    name: "lyapunov",
    purpose: "Lyapunov spectrum of a trained recurrent net, ours or PyTorch's",
    group: "Results",
    readsRuns: true,
    operand: {
      name: "checkpoint",
      sentence: "run, checkpoint's folder, or .safetensors, .pt, .pth file",
      isRun: true,
    },
    flags: {
      inputs: {
        value: "file",
        sentence: "inputs that drive the net: .npy [time, features], or the inputs of an .npz",
      },
      drive: {
        value: "what",
        sentence: "source of inputs without --inputs (default: a run's task, noise for files)",
        choices: ["task", "noise", "bits", "zeros"],
      },
      steps: {
        value: "n",
        kind: "count",
        sentence:
          "steps to drive the net for (default: 1200, or all of --inputs); the first sixth is not measured",
      },
      seed: {
        value: "n",
        kind: "whole",
        sentence: "seed of the drive and of the first tangent vectors",
        default: 0,
      },
      k: { value: "n", kind: "count", sentence: "number of exponents, the largest ones (default: all)" },
      net: { value: "name", sentence: "net to measure, by the beginning of its weights' names" },
      layer: { value: "n", kind: "whole", sentence: "layer of a stack, from 0" },
      key: { value: "name", sentence: "place of the state dict in a .pt file" },
      form: { value: "form", sentence: "form of a vanilla net", choices: ["pre", "post"] },
      activation: {
        value: "name",
        sentence: "activation of a vanilla net",
        choices: ["tanh", "relu", "identity"],
      },
      out: {
        value: "file",
        sentence:
          "file of the figure, .svg or .png (default: with the run, or CHECKPOINT-lyapunov here, never over a file)",
      },
    },
    load: async () => (await import("./lyapunov.js")).lyapunov,
  },
];
