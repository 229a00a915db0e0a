// Start of a measurement: states and tangent vectors from the options.

import { streamSeed } from "@throughline/lab/random";
import { Generator, randn, stack, type Tensor } from "@throughline/torch";
import { oneOf, optional, type Rules, whole, wholeNumber } from "@throughline/torch/checks";
import { aGenerator, aSeed, aTensor, rule } from "../arguments.js";
import { orthonormalise } from "../systems/orthonormal.js";
import { refuse } from "../systems/refuse.js";
import type { FloatType, System } from "../systems/system.js";

/** Options of `LyapunovStepper`. */
export interface StepperOptions {
  /** Number of exponents, the largest ones. Default: all N. */
  readonly k?: number;
  /**
   * Steps between two QRs. Default `"auto"`: a power of two up to 64, found while the frame is aligned, such that the condition
   * number of the tangent vectors stays below 10⁷ in float64 and 10³ in float32 (of adaptively integrated flows: below
   * 10⁻⁵/rtol or 100), and halved whenever it does not; 1 where nothing was aligned.
   */
  readonly interval?: "auto" | number;
  /** Initial states, [B, N], or [N] for all members. Default: the system's own, else standard normal. */
  readonly initial?: Tensor;
  /** Initial tangent vectors, [B, k, N] or [k, N], made orthonormal. Default: of standard normal numbers. */
  readonly frame?: Tensor;
  /** Independent trajectories. Default: as `initial`, else as the system's parameters, else 1. */
  readonly batch?: number;
  /** Default: as `initial`, else as the system's own tensors, else float64. float32 loses the smallest exponents first. */
  readonly dtype?: FloatType;
  /** Seed of random initial states and tangent vectors. Default 0. */
  readonly seed?: number;
  /** Random numbers from this generator instead of a seed. */
  readonly generator?: Generator;
  /** Number of the first step, for systems that depend on it. Default 0. */
  readonly from?: number;
  /** Intervals kept for local exponents and errors; beyond, neighbours are merged. Default: 128 MiB of them. */
  readonly maxRecords?: number;
}

/** Rules of the options; combinations are checked where they are resolved. */
export const stepperRules: Rules<StepperOptions> = {
  k: optional(whole(1, 1)),
  interval: optional(
    rule(
      '"auto" or a whole number of at least 1',
      (value) => value === "auto" || (Number.isSafeInteger(value) && Number(value) >= 1),
    ),
  ),
  initial: optional(aTensor),
  frame: optional(aTensor),
  batch: optional(whole(1, 1)),
  dtype: optional(oneOf(["float32", "float64"], "float64")),
  seed: aSeed,
  generator: aGenerator,
  from: optional(whole(0, 0)),
  maxRecords: optional(whole(2, 2)),
};

/** A start, checked. */
export interface Start {
  readonly state: Tensor;
  readonly frame: Tensor;
  readonly batch: number;
  readonly k: number;
  readonly dtype: FloatType;
  readonly from: number;
}

/** Resolves the options; `who` names the caller in errors. */
export function startOf(who: string, system: System, options: StepperOptions): Start {
  const n = system.dimension;
  const dtype = dtypeOf(who, system, options);
  const batch = batchOf(who, system, options);
  const k = wholeNumber(`${who}: k`, options.k ?? kOf(options.frame) ?? n, 1, n);
  const device = options.initial?.device ?? system.device ?? "cpu";
  const generator =
    options.generator ?? Generator.create({ seed: streamSeed(options.seed ?? 0, -1), device });
  const state = stateOf(who, system, options.initial, { batch, dtype, device, generator });
  const frame = frameOf(who, options.frame, [batch, k, n], { dtype, device, generator });
  return { state, frame, batch, k, dtype, from: options.from ?? 0 };
}

type How = { readonly dtype: FloatType; readonly device: string; readonly generator: Generator };

function kOf(frame: Tensor | undefined): number | undefined {
  return frame?.shape.at(-2);
}

function dtypeOf(who: string, system: System, { initial, dtype }: StepperOptions): FloatType {
  const wanted = dtype ?? initial?.dtype ?? system.dtype ?? "float64";
  if (wanted !== "float32" && wanted !== "float64") {
    throw refuse(who, `dtype ${wanted} is not accepted; give float32 or float64`);
  }
  if (system.dtype !== undefined && system.dtype !== wanted) {
    throw refuse(
      who,
      `the system computes in ${system.dtype}, and the states are ${wanted}; convert one of them`,
    );
  }
  return wanted;
}

function batchOf(who: string, system: System, { initial, batch }: StepperOptions): number {
  const given = initial?.ndim === 2 && initial.shape[0] !== 1 ? initial.shape[0] : undefined;
  const found = batch ?? given ?? system.batch ?? 1;
  for (const [what, other] of [
    ["`initial`", given],
    ["the system's parameters", system.batch],
  ] as const) {
    if (other === undefined || other === found) continue;
    throw refuse(who, `a batch of ${found} does not match ${what}, which have ${other} members`);
  }
  return found;
}

function stateOf(
  who: string,
  system: System,
  initial: Tensor | undefined,
  how: How & { batch: number },
): Tensor {
  const { batch, dtype, device, generator } = how;
  const shape = [batch, system.dimension];
  if (initial === undefined) {
    const made =
      system.initial?.(batch, { dtype, device, generator }) ?? randn(shape, { dtype, device, generator });
    if (made.shape.join() === shape.join()) return made;
    throw refuse(who, `the system's initial states are [${made.shape}] instead of [${shape}]`);
  }
  if ((initial.ndim !== 1 && initial.ndim !== 2) || initial.shape.at(-1) !== system.dimension) {
    throw refuse(
      who,
      `initial is [${initial.shape}]; give [batch, ${system.dimension}] or [${system.dimension}]`,
    );
  }
  return initial.detach().to(dtype).expand(shape).clone();
}

function frameOf(who: string, given: Tensor | undefined, shape: [number, number, number], how: How): Tensor {
  const [batch, k, n] = shape;
  if (given === undefined) {
    // Direction by direction, so that the first ones do not depend on how many there are.
    const directions = Array.from({ length: k }, () => randn([batch, n], how));
    return orthonormalise(stack(directions, 1)).frame;
  }
  const fits =
    given.shape.slice(-2).join() === [k, n].join() && (given.ndim === 2 || given.shape[0] === batch);
  if (!fits || given.ndim > 3) {
    throw refuse(who, `frame is [${given.shape}]; give [${batch}, ${k}, ${n}] or [${k}, ${n}]`);
  }
  return orthonormalise(given.detach().to(how.dtype).expand(shape)).frame;
}
