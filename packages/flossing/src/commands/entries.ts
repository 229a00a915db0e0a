// Verbs of the command that this package offers, without the engine.
import type { CommandEntry } from "@throughline/lab";

export const commands: readonly CommandEntry[] = [
  {
    name: "lyapunov",
    purpose: "measure the Lyapunov spectrum of a trained recurrent net, Throughline's or PyTorch's",
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
        sentence: "seed of the drive and of the initial tangent vectors",
        default: 0,
      },
      k: { value: "n", kind: "count", sentence: "number of exponents, the largest ones (default: all)" },
      net: { value: "name", sentence: "prefix of the net's weights, if the file has several nets" },
      layer: { value: "n", kind: "whole", sentence: "layer to measure, from 0, if the net has several" },
      key: { value: "name", sentence: "key of the state dict in a .pt file, if it is not found" },
      form: {
        value: "form",
        sentence:
          "place of a vanilla net's activation, before (pre) or after (post) the weights (default: post, or pre with one bias only)",
        choices: ["pre", "post"],
      },
      activation: {
        value: "name",
        sentence: "activation of a vanilla net (default: tanh)",
        choices: ["tanh", "relu", "identity"],
      },
      out: {
        value: "file",
        sentence:
          "figure file, .svg or .png (default: in the run's figures, or CHECKPOINT-lyapunov.svg here; overwrites no other file)",
      },
    },
    load: async () => (await import("./lyapunov.js")).lyapunov,
  },
];
