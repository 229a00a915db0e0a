// What each suite measures. Targets are the ratios (ours / peer) that the project holds itself to.

/** `targets`: the largest ratio for each peer, by the name that tables call it. `flop`: floating-point operations of one
 *  repetition, where the share of the machine's peak is to be stated.
 *  `per`: what one repetition is, where tables give their number in a second.
 *  @typedef {{ name: string, what: string, targets?: Record<string, number>, flop?: number, per?: string }} Case */
/** A Python program in peers/, or `ours` again if it plays both sides; `args`: what it is told beside the number of threads;
 *  `cases`: those that it has, if not all; `memory`: it says what memory it needs.
 *  @typedef {{ program: string, versus: string, args?: string[], cases?: string[], memory?: boolean }} Peer */
/** `packages`: what the peers need beside PyTorch and JAX; `isApart`: what they need without them, where both cannot be together.
 *  @typedef {{ title: string, ours: string, peers: Peer[], cases: Case[], memory: boolean, packages?: string[], isApart?: boolean }} Suite */

/** A flossing step of a net of N units, k exponents, T steps: products 6N²k, QR and its derivative 8Nk² − 4k³/3, each step.
 *  @param {number} N @param {number} k @param {number} T @returns {Case} */
const flossCost = (N, k, T) => ({
  name: `floss:${N},${k},${T}`,
  what: `flossing step: N ${N}, k ${k}, T ${T}`,
  flop: T * (6 * N * N * k + 8 * N * k * k - (4 * k ** 3) / 3),
});

/** A task step of a net of N units on B sequences of T steps: three products of N²B each step.
 *  @param {number} N @param {number} B @param {number} T @returns {Case} */
const taskCost = (N, B, T) => ({
  name: `task:${N},${B},${T}`,
  what: `task step: N ${N}, batch ${B}, T ${T}`,
  flop: 6 * N * N * B * T,
});

/** Steps of a maze with pictures, in `lanes` mazes at once; 0: in a single environment.
 *  @param {number} height @param {number} width @param {number} lanes @param {number} rooms @returns {string} */
const mazeCase = (height, width, lanes, rooms = 10) => `GoalMaze-v0,${height},${width},${lanes},${rooms}`;

/** @param {number} height @param {number} width @param {number} lanes @param {number} rooms @returns {Case} */
const mazeCost = (height, width, lanes, rooms = 10) => ({
  name: mazeCase(height, width, lanes, rooms),
  what: `pictures of ${height} × ${width}, ${rooms} rooms, ${lanes === 0 ? "one environment" : `vector of ${lanes}`}`,
  per: "steps",
});

/** Pictures of MiniWorld's default size, and of DeepMind Lab's. */
const ofMiniWorld = /** @type {const} */ ([
  [60, 80],
  [72, 96],
]);
const ofVizDoom = /** @type {const} */ ([
  [120, 160],
  [240, 320],
]);

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
  "cec-loader": {
    title: "Sequences made ahead by a thread against those made when they are needed",
    ours: "sequences.js",
    peers: [{ program: "sequences.js", versus: "one thread" }],
    memory: false,
    cases: [
      {
        name: "sequences:24,32,1",
        what: "24 × 32, 4 sequences of 9 episodes, cached: with a training step of about 120 ms",
      },
      { name: "sequences:24,32,0", what: "24 × 32, the same, decoded each time" },
      { name: "sequences:72,96,0", what: "72 × 96, the same, decoded each time" },
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
  "flossing-curves": {
    title: "What flossing and training cost, float32",
    ours: "flossing.js",
    peers: [{ program: "flossing_torch.py", versus: "PyTorch" }],
    memory: false,
    cases: [
      ...[20, 40, 80, 160, 320].map((N) => flossCost(N, N, 55)),
      ...[1, 10, 40, 75].map((k) => flossCost(80, k, 55)),
      ...[110, 220, 440].map((T) => flossCost(80, 75, T)),
      ...[20, 40, 80, 160, 320].map((N) => taskCost(N, 16, 300)),
      ...[1, 4, 64].map((B) => taskCost(80, B, 300)),
      ...[600, 1200].map((T) => taskCost(80, 16, T)),
    ],
  },
  ocra: {
    title: "OCRA against eager PyTorch",
    ours: "ocra.js",
    peers: [{ program: "ocra.py", versus: "PyTorch" }],
    memory: false,
    cases: [
      {
        name: "pretrain",
        what: "slot autoencoder, batch 16 of 64×64, 6 slots: pre-training step",
        targets: { PyTorch: 0.5 },
      },
      {
        name: "task",
        what: "16 problems of two candidates: frozen slots, reasoning, training step",
        targets: { PyTorch: 0.5 },
      },
    ],
  },
  envs: {
    title: "Mazes with pictures and recurrent PPO",
    ours: "envs.js",
    packages: ["miniworld==2.1.0", "vizdoom==1.3.0"],
    peers: [
      {
        program: "miniworld_env.py",
        versus: "MiniWorld",
        cases: ofMiniWorld.map(([height, width]) => mazeCase(height, width, 16)),
      },
      {
        program: "vizdoom_env.py",
        versus: "ViZDoom",
        cases: ofVizDoom.map(([height, width]) => mazeCase(height, width, 16)),
      },
      { program: "ppo_torch.py", versus: "PyTorch", cases: ["ppo"] },
    ],
    memory: false,
    cases: [
      ...ofMiniWorld.map(([height, width]) => ({
        ...mazeCost(height, width, 16),
        targets: { MiniWorld: 0.1 },
      })),
      ...ofVizDoom.map(([height, width]) => ({
        ...mazeCost(height, width, 16),
        targets: { ViZDoom: 0.333 },
      })),
      {
        name: "ppo",
        what: "recurrent PPO at the laptop settings of cec/source, play and learning",
        targets: { PyTorch: 0.667 },
        per: "frames",
      },
    ],
  },
  manipulation: {
    title: "Actions of a robot's tasks, 25 steps of the simulation each",
    ours: "manipulation.js",
    packages: ["robosuite==1.5.2", "mujoco==3.9.0"],
    isApart: true, // it needs NumPy below 2
    peers: [{ program: "robosuite_env.py", versus: "robosuite" }],
    memory: false,
    cases: ["Lift-v0", "Can-v0", "Square-v0"].flatMap((id) => [
      { name: `${id},states`, what: `${id}, states`, per: "actions" },
      {
        name: `${id},pictures`,
        what: `${id}, pictures of two cameras at 84 × 84`,
        targets: { robosuite: 0.333 },
        per: "actions",
      },
    ]),
  },
  cec: {
    title: "CEC's policy at the sizes of Goal Maze, float32",
    ours: "cec.js",
    peers: [
      { program: "cec_torch.py", args: ["eager"], versus: "PyTorch", memory: true },
      { program: "cec_torch.py", args: ["compile"], versus: "torch.compile" },
    ],
    memory: true,
    cases: [
      { name: "attention,paper,1", what: "paper: attention of 500 steps, forward and backward" },
      { name: "attention,laptop,4", what: "laptop: attention of 4 × 128 steps, forward and backward" },
      {
        name: "train,paper,1",
        what: "paper: training step, a sequence of two chunks of 500",
        targets: { PyTorch: 0.5 },
      },
      {
        name: "train,laptop,4",
        what: "laptop: training step, 4 sequences of two chunks of 128",
        targets: { PyTorch: 0.5 },
      },
      { name: "rollout,paper,1", what: "paper: step of a rollout", targets: { PyTorch: 0.333 } },
      { name: "rollout,laptop,1", what: "laptop: step of a rollout", targets: { PyTorch: 0.333 } },
      {
        name: "rollout,laptop,20",
        what: "laptop: step of one of 20 rollouts at once",
        targets: { PyTorch: 0.333 },
      },
    ],
  },
  "envs-curves": {
    title: "What steps of mazes cost",
    ours: "envs.js",
    peers: [],
    memory: false,
    cases: [
      ...[
        [36, 48],
        [60, 80],
        [72, 96],
        [120, 160],
        [240, 320],
      ].map(([height, width]) => mazeCost(height ?? 0, width ?? 0, 16)),
      ...[5, 15, 20].map((rooms) => mazeCost(72, 96, 16, rooms)),
      ...[0, 1, 4, 64, 256].map((lanes) => mazeCost(72, 96, lanes)),
    ],
  },
};
