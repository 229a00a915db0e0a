// Random cases for the kernels, and what "the same" means.

import { recurrentScan, type ScanOptions, type ScanWeights, tangentScan } from "@throughline/flossing";
import { relativeDifference } from "@throughline/testing/difference";
import { Generator, grad, linalg, noGrad, rand, randn, scope, type Tensor } from "@throughline/torch";

export type DType = "float32" | "float64";

/** Kernel and reference add in different orders; over hundreds of steps that is some hundred roundings. */
export const tolerance: Readonly<Record<DType, number>> = { float32: 3e-5, float64: 1e-11 };

export interface ScanCase {
  readonly cell: "pre" | "post" | "gru" | "lstm";
  readonly steps: number;
  readonly nets: number;
  readonly batch: number;
  readonly units: number;
  readonly features: number;
  readonly options?: Pick<ScanOptions, "leak" | "activation">;
  /** Which optional tensors there are. */
  readonly with?: readonly ("biasIh" | "biasHh" | "drive")[];
}

export const gatesOf = { pre: 1, post: 1, gru: 3, lstm: 4 } as const;

interface ScanTensors {
  readonly inputs: Tensor;
  readonly weights: ScanWeights;
  readonly state: Tensor;
  readonly drive?: Tensor;
}

function scanTensors(given: ScanCase, dtype: DType, generator: Generator): ScanTensors {
  const { cell, steps, nets, batch, units, features } = given;
  const width = gatesOf[cell] * units;
  const has = (name: "biasIh" | "biasHh" | "drive") => (given.with ?? ["biasIh", "biasHh"]).includes(name);
  const draw = (shape: number[], scale: number) =>
    randn(shape, { dtype, generator }).mul(scale).detach().requiresGrad_();
  return {
    inputs: draw([steps, nets, batch, features], 1),
    weights: {
      weightIh: draw([nets, width, features], 0.5),
      weightHh: draw([nets, width, units], 0.7 / Math.sqrt(units)),
      biasIh: has("biasIh") ? draw([nets, width], 0.3) : null,
      biasHh: has("biasHh") ? draw([nets, width], 0.3) : null,
    },
    state: draw([nets, batch, cell === "lstm" ? 2 * units : units], 0.5),
    drive: has("drive") ? draw([steps, nets, batch, width], 0.3) : undefined,
  };
}

/** The largest distances of states and of all gradients between the kernel and one operator after another. */
export function compareScan(given: ScanCase, dtype: DType, seed = 1): Record<string, number> {
  return scope(() => {
    const generator = Generator.create({ seed });
    const { inputs, weights, state, drive } = scanTensors(given, dtype, generator);
    const run = (reference: boolean) =>
      recurrentScan(given.cell, inputs, weights, state, { ...given.options, drive, reference });
    const [ours, theirs] = [run(false), run(true)];
    const cotangent = randn(theirs.shape, { dtype, generator });
    const { weightIh, weightHh, biasIh, biasHh } = weights;
    const named = { inputs, weightIh, weightHh, biasIh, biasHh, state, drive };
    const leaves = Object.entries(named).filter((entry): entry is [string, Tensor] => Boolean(entry[1]));
    const tensors = leaves.map(([, tensor]) => tensor);
    const [a, b] = [ours, theirs].map((out) => grad(out.mul(cotangent).sum(), tensors)) as [
      Tensor[],
      Tensor[],
    ];
    const gradients = leaves.map(([name], i) => [name, relativeDifference(a[i]!, b[i]!)]);
    const plain = noGrad(() => run(false));
    generator.dispose();
    return {
      states: relativeDifference(ours, theirs),
      unrecorded: relativeDifference(plain, ours),
      ...Object.fromEntries(gradients),
    };
  });
}

export interface TangentCase {
  readonly kind: "gated" | "lstm";
  readonly gates: number;
  readonly steps: number;
  readonly nets: number;
  readonly batch: number;
  readonly units: number;
  readonly vectors: number;
  readonly interval: number;
  readonly with?: readonly ("direct" | "extra")[];
}

/** As `compareScan`, for tangent vectors and ln R_ii. */
export function compareTangent(given: TangentCase, dtype: DType, seed = 1): Record<string, number> {
  return scope(() => {
    const { kind, gates, steps, nets, batch, units, vectors, interval } = given;
    const generator = Generator.create({ seed });
    const leaf = (tensor: Tensor) => tensor.detach().requiresGrad_();
    const factor = (width: number, low: number) =>
      leaf(rand([steps, nets, batch, width], { dtype, generator }).mul(0.6).add(low));
    const has = (name: "direct" | "extra") => (given.with ?? []).includes(name);
    const size = kind === "lstm" ? 2 * units : units;
    const weight = leaf(randn([nets, gates * units, units], { dtype, generator }).div(Math.sqrt(units)));
    const left = factor(gates * units, 0.2);
    const direct = has("direct") ? factor(units, 0.1) : undefined;
    const extra = has("extra") ? factor(units, 0.1) : undefined;
    const frame = leaf(linalg.qr(randn([nets, batch, size, vectors], { dtype, generator })).Q);
    const run = (reference: boolean) =>
      tangentScan({ kind, weight, left, direct, extra }, frame, { interval, reference });
    const [ours, theirs] = [run(false), run(true)];
    const cotangents = [theirs.logs, theirs.frame].map(({ shape }) => randn(shape, { dtype, generator }));
    const named = { weight, left, direct, extra, frame };
    const leaves = Object.entries(named).filter((entry): entry is [string, Tensor] => Boolean(entry[1]));
    const tensors = leaves.map(([, tensor]) => tensor);
    const lossOf = ({ logs, frame: last }: typeof ours) =>
      logs.mul(cotangents[0]!).sum().add(last.mul(cotangents[1]!).sum().mul(0.1));
    const [a, b] = [ours, theirs].map((out) => grad(lossOf(out), tensors)) as [Tensor[], Tensor[]];
    const gradients = leaves.map(([name], i) => [name, relativeDifference(a[i]!, b[i]!)]);
    const plain = noGrad(() => run(false));
    generator.dispose();
    return {
      logs: relativeDifference(ours.logs, theirs.logs),
      last: relativeDifference(ours.frame, theirs.frame),
      unrecorded: relativeDifference(plain.logs, theirs.logs),
      unrecordedLast: relativeDifference(plain.frame, theirs.frame),
      ...Object.fromEntries(gradients),
    };
  });
}

/** Scans that between them reach every branch: odd sizes, several nets, both biases or none, an own drive, a leak. */
export const scanCases: readonly ScanCase[] = [
  { cell: "pre", steps: 7, nets: 1, batch: 1, units: 5, features: 2, with: ["biasHh", "drive"] },
  { cell: "pre", steps: 300, nets: 1, batch: 16, units: 20, features: 1 },
  { cell: "pre", steps: 12, nets: 2, batch: 16, units: 80, features: 3, with: [] },
  {
    cell: "pre",
    steps: 9,
    nets: 3,
    batch: 5,
    units: 33,
    features: 7,
    options: { leak: 0.7, activation: "relu" },
  },
  { cell: "post", steps: 20, nets: 2, batch: 3, units: 16, features: 2, with: ["biasIh", "drive"] },
  { cell: "post", steps: 15, nets: 1, batch: 9, units: 31, features: 1, options: { leak: 0.3 } },
  { cell: "post", steps: 10, nets: 1, batch: 4, units: 17, features: 2, options: { activation: "identity" } },
  { cell: "gru", steps: 20, nets: 2, batch: 3, units: 16, features: 2, with: ["biasIh", "drive"] },
  { cell: "gru", steps: 9, nets: 1, batch: 17, units: 33, features: 7 },
  { cell: "gru", steps: 5, nets: 1, batch: 1, units: 1, features: 1, with: ["biasHh"] },
  { cell: "lstm", steps: 20, nets: 2, batch: 3, units: 16, features: 2, with: ["biasHh", "drive"] },
  { cell: "lstm", steps: 9, nets: 1, batch: 17, units: 33, features: 7 },
];

/** Tangent scans likewise: square frames, intervals, every factor, matrices of one panel and of several, rows of 1 KiB. */
export const tangentCases: readonly TangentCase[] = [
  { kind: "gated", gates: 1, steps: 6, nets: 1, batch: 1, units: 5, vectors: 3, interval: 1 },
  {
    kind: "gated",
    gates: 1,
    steps: 6,
    nets: 1,
    batch: 1,
    units: 5,
    vectors: 5,
    interval: 2,
    with: ["direct"],
  },
  {
    kind: "gated",
    gates: 1,
    steps: 8,
    nets: 2,
    batch: 3,
    units: 16,
    vectors: 16,
    interval: 1,
    with: ["extra"],
  },
  {
    kind: "gated",
    gates: 1,
    steps: 10,
    nets: 1,
    batch: 1,
    units: 80,
    vectors: 75,
    interval: 1,
    with: ["direct", "extra"],
  },
  {
    kind: "gated",
    gates: 3,
    steps: 4,
    nets: 1,
    batch: 2,
    units: 33,
    vectors: 20,
    interval: 2,
    with: ["direct"],
  },
  { kind: "gated", gates: 1, steps: 4, nets: 1, batch: 1, units: 130, vectors: 130, interval: 1 },
  { kind: "gated", gates: 1, steps: 4, nets: 1, batch: 1, units: 130, vectors: 100, interval: 4 },
  // Rows of 1 KiB, which are spaced out: all of them, and those of the units alone.
  { kind: "gated", gates: 1, steps: 2, nets: 1, batch: 1, units: 256, vectors: 256, interval: 1 },
  { kind: "gated", gates: 1, steps: 2, nets: 1, batch: 1, units: 256, vectors: 97, interval: 1 },
  { kind: "gated", gates: 1, steps: 3, nets: 1, batch: 1, units: 100, vectors: 96, interval: 1 },
  // Without a derivative Q stays reflections between steps: sizes that panels do not divide, fewer vectors, gates, factors.
  { kind: "gated", gates: 1, steps: 4, nets: 2, batch: 2, units: 97, vectors: 97, interval: 1 },
  {
    kind: "gated",
    gates: 1,
    steps: 4,
    nets: 1,
    batch: 1,
    units: 141,
    vectors: 110,
    interval: 1,
    with: ["direct", "extra"],
  },
  {
    kind: "gated",
    gates: 3,
    steps: 4,
    nets: 1,
    batch: 1,
    units: 113,
    vectors: 99,
    interval: 2,
    with: ["direct", "extra"],
  },
  { kind: "gated", gates: 3, steps: 3, nets: 1, batch: 1, units: 150, vectors: 100, interval: 1 },
  { kind: "gated", gates: 1, steps: 3, nets: 1, batch: 2, units: 1, vectors: 1, interval: 1 },
  {
    kind: "lstm",
    gates: 4,
    steps: 8,
    nets: 2,
    batch: 2,
    units: 7,
    vectors: 14,
    interval: 1,
    with: ["direct", "extra"],
  },
  {
    kind: "lstm",
    gates: 4,
    steps: 6,
    nets: 1,
    batch: 1,
    units: 60,
    vectors: 75,
    interval: 3,
    with: ["direct", "extra"],
  },
];
