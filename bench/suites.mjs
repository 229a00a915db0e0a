// What each suite measures. Targets are the ratios (ours / peer) that the project holds itself to.

/** `targets`: the largest ratio for each peer, by the name that tables call it.
 *  @typedef {{ name: string, what: string, targets?: Record<string, number> }} Case */
/** A Python program in peers/, or `ours` again if it plays both sides; `cases`: those that it has, if not all.
 *  @typedef {{ program: string, versus: string, cases?: string[] }} Peer */
/** @typedef {{ title: string, ours: string, peers: Peer[], cases: Case[], memory: boolean }} Suite */

/** @type {Record<string, Suite>} */
export const suites = {
  torch: {
    title: "Engine against eager PyTorch",
    ours: "torch.js",
    peers: [{ program: "torch_engine.py", versus: "PyTorch" }],
    memory: true,
    cases: [
      { name: "tiny", what: "tanh of 2×2, one call", targets: { PyTorch: 0.7 } },
      { name: "step", what: "tanh(h·W), 16×80·80×80, one call", targets: { PyTorch: 0.8 } },
      { name: "unroll", what: "300 such steps, forward and backward", targets: { PyTorch: 0.9 } },
      { name: "mlp", what: "MLP 784-512-512-10, batch 128, Adam: training step", targets: { PyTorch: 1 } },
      {
        name: "convnet",
        what: "ConvNet 1-32-64-fc, batch 64 of 28×28, SGD with momentum: training step",
        targets: { PyTorch: 1 },
      },
      { name: "gru", what: "GRU 32→128, 300 steps, batch 16, Adam: training step", targets: { PyTorch: 1 } },
      {
        name: "transformer",
        what: "transformer block, width 256, 8 heads, batch 8 of 128, AdamW: training step",
        targets: { PyTorch: 1 },
      },
    ],
  },
  lab: {
    title: "A run of the lab against the bare loop",
    ours: "lab.js",
    peers: [{ program: "lab.js", versus: "bare loop" }],
    memory: false,
    cases: [
      {
        name: "step",
        what: "training step of about 2 ms, two metrics logged at every step",
        targets: { "bare loop": 1.03 },
      },
    ],
  },
  flossing: {
    title: "Recurrent nets and gradient flossing, float32",
    ours: "flossing.js",
    peers: [
      { program: "flossing_torch.py", versus: "PyTorch" },
      { program: "flossing_jax.py", versus: "JAX jit", cases: ["floss", "task"] },
    ],
    memory: false,
    cases: [
      {
        name: "floss",
        what: "flossing step: N 80, 75 exponents, 55 steps; loss, gradients, Adam",
        targets: { PyTorch: 0.25, "JAX jit": 0.333 },
      },
      {
        name: "task",
        what: "task step: N 80, batch 16, 300 steps of delayed XOR; loss, gradients, Adam",
        targets: { PyTorch: 0.1, "JAX jit": 0.333 },
      },
      {
        name: "spectrum",
        what: "spectrum: N 512, all exponents, QR at each of 100 steps",
        targets: { PyTorch: 0.333 },
      },
      {
        name: "floss-gru",
        what: "flossing step of a GRU: N 80, 75 exponents, 55 steps",
      },
      {
        name: "task-lstm",
        what: "task step of an LSTM: N 80, batch 16, 300 steps",
      },
    ],
  },
};
