// What each suite measures. Targets are the ratios (ours / peer) that the project holds itself to.

/** @typedef {{ name: string, what: string, target?: number }} Case */
/** `peer` is a Python program in peers/, or `ours` again if it plays both sides; `versus` is what the tables call it.
 *  @typedef {{ title: string, ours: string, peer: string, versus: string, cases: Case[], memory: boolean }} Suite */

/** @type {Record<string, Suite>} */
export const suites = {
  torch: {
    title: "Engine against eager PyTorch",
    ours: "torch.js",
    peer: "torch_engine.py",
    versus: "PyTorch",
    memory: true,
    cases: [
      { name: "tiny", what: "tanh of 2×2, one call", target: 0.7 },
      { name: "step", what: "tanh(h·W), 16×80·80×80, one call", target: 0.8 },
      { name: "unroll", what: "300 such steps, forward and backward", target: 0.9 },
      { name: "mlp", what: "MLP 784-512-512-10, batch 128, Adam: training step", target: 1 },
      {
        name: "convnet",
        what: "ConvNet 1-32-64-fc, batch 64 of 28×28, SGD with momentum: training step",
        target: 1,
      },
      { name: "gru", what: "GRU 32→128, 300 steps, batch 16, Adam: training step", target: 1 },
      {
        name: "transformer",
        what: "transformer block, width 256, 8 heads, batch 8 of 128, AdamW: training step",
        target: 1,
      },
    ],
  },
  lab: {
    title: "A run of the lab against the bare loop",
    ours: "lab.js",
    peer: "lab.js",
    versus: "bare loop",
    memory: false,
    cases: [
      { name: "step", what: "training step of about 2 ms, two metrics logged at every step", target: 1.03 },
    ],
  },
  ocra: {
    title: "OCRA against eager PyTorch",
    ours: "ocra.js",
    peer: "ocra.py",
    versus: "PyTorch",
    memory: false,
    cases: [
      {
        name: "pretrain",
        what: "slot autoencoder, batch 16 of 64×64, 6 slots: pre-training step",
        target: 0.5,
      },
      {
        name: "task",
        what: "16 problems of two candidates: frozen slots, reasoning, training step",
        target: 0.5,
      },
    ],
  },
};
