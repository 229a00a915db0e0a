// Gradient flossing as an optimisation of its own, before training and between its epochs.

import {
  dispose,
  type Generator,
  isGradEnabled,
  keep,
  nn,
  noGrad,
  optim,
  scope,
  Tensor,
  TorchError,
} from "@throughline/torch";
import {
  atLeast,
  checkOptions,
  optional,
  positive,
  type Rules,
  required,
  whole,
  wholeNumber,
} from "@throughline/torch/checks";
import {
  aFunction,
  aGenerator,
  checkCell,
  checkDirections,
  listOf,
  returnedTensor,
  rule,
} from "../arguments.js";
import type { RecurrentCell } from "../cells/cell.js";
import { FlossingError } from "../errors.js";
import { type BoundState, GradientBound } from "./bound.js";
import { type ExponentOptions, exponentRules, finiteTimeExponents } from "./exponents.js";
import { orthonormalFrame } from "./frame.js";
import { checkTargets, flossingLoss } from "./loss.js";

/** Options of `Flosser`. */
export interface FlosserOptions extends Omit<ExponentOptions, "state" | "frame"> {
  /** Number of exponents that are pushed. */
  readonly k: number;
  /**
   * Draws the inputs of a flossing step, [T, B, F]: like those of the task, since the exponents depend on
   * them. The paper draws one sequence of 55 steps anew for each step.
   */
  readonly inputs: () => Tensor;
  /** Target of the exponents, in nats per step. Default 0. */
  readonly target?: number | readonly number[];
  /** The state before the first step, [B, N]; asked for at each step. Default: zeros. */
  readonly state?: () => Tensor;
  /** Parameters to change. Default: all parameters of the cell, in the paper W_ih, W_hh and b; not the readout. */
  readonly parameters?: readonly Tensor[];
  /** Step size of Adam, whose other settings are its defaults. Default 1e-3, the released code's. */
  readonly lr?: number;
  /**
   * Longest gradient of a step, over all parameters, in multiples of the root mean square length of those before; a longer
   * one is shortened to that. The loss has rare gradients some hundred times as long as the others, where the last flossed
   * direction and the first that is not change places; as it is, one of them fills Adam's second moment, and the next
   * hundreds of steps are small. Default 3; 0 leaves all as they are, as the released code does.
   */
  readonly clip?: number;
  /** Draws the orthonormal frame that every step starts from. Default: see `orthonormalFrame`. */
  readonly generator?: Generator;
}

/** Options with the defaults that have a value. */
type Settings = FlosserOptions & Required<Pick<FlosserOptions, "lr" | "clip">>;

const rules: Rules<Settings> = {
  k: required(whole(1, 1)),
  skip: exponentRules.skip,
  interval: exponentRules.interval,
  coordinates: exponentRules.coordinates,
  inputs: aFunction(),
  target: optional(
    rule("a number, or a list of numbers", (value) => typeof value === "number" || Array.isArray(value)),
  ),
  state: optional(aFunction()),
  parameters: optional(listOf("a list of tensors", (value) => value instanceof Tensor)),
  lr: positive(1e-3),
  clip: atLeast(0, 3),
  generator: aGenerator,
};

/** Measurements of a flossing step, before it changes anything. */
export interface FlossingStep {
  readonly loss: number;
  /** Mean over the batch, [k], in nats per step. */
  readonly exponents: Float64Array;
  /** Length of the gradient over all parameters, before it is shortened. */
  readonly gradient: number;
}

/** State in a checkpoint; flossers of versions without `clip` wrote no `bound`. */
interface FlosserState {
  readonly optimizer: never;
  readonly bound?: BoundState;
  readonly steps: number;
}

/**
 * Pushes the first k Lyapunov exponents of a recurrent net to a target by gradient descent through states, Jacobians and QR
 * decompositions (paper, algorithm 1). It has an Adam of its own, whose state outlasts pauses, and touches nothing that
 * training uses: call `step` or `run` wherever the training loop should be interrupted.
 *
 * @example
 * const flosser = new Flosser(cell, { k: 16, inputs: () => drawInputs(55, 1) });
 * flosser.run(500);                                        // before training
 * for (let epoch = 0; epoch < epochs; epoch++) {
 *   flosser.run(schedule.due(epoch));                      // and during it
 *   trainingStep();
 * }
 */
export class Flosser {
  readonly cell: RecurrentCell;
  readonly optimizer: optim.Adam;
  readonly #options: FlosserOptions;
  readonly #frame: Tensor;
  readonly #bound: GradientBound;
  #done = 0;

  /** @throws TorchError if there is nothing to change, k is no count up to the size of the state, or targets are not k. */
  constructor(cell: RecurrentCell, options: FlosserOptions) {
    checkCell("Flosser", cell);
    const { clip, lr } = checkOptions("Flosser", rules, options);
    checkDirections("Flosser", options.k, cell);
    checkTargets("Flosser", options.target, options.k);
    const parameters = options.parameters ?? parametersOf(cell);
    if (parameters.length === 0) {
      throw new TorchError(
        "torch/argument",
        "Flosser: the cell is not an nn.Module with parameters; give the tensors to optimise as `parameters`",
      );
    }
    const { dtype, device } = parameters[0]!;
    this.cell = cell;
    this.#options = options;
    this.optimizer = new optim.Adam([...parameters], { lr });
    this.#bound = new GradientBound(clip);
    this.#frame = scope(() => {
      const { generator, k } = options;
      return keep(
        orthonormalFrame(cell.stateSize, k, { dtype: dtype as "float32" | "float64", device, generator }),
      );
    });
  }

  /** Steps done so far. */
  get steps(): number {
    return this.#done;
  }

  /** The exponents on fresh inputs, [B, k]; differentiable. */
  exponents(): Tensor {
    const { inputs, state, k, skip, interval, coordinates } = this.#options;
    const options = { k, skip, interval, coordinates };
    return scope(() => {
      const sequence = returnedTensor("Flosser: inputs", inputs());
      const start = state && returnedTensor("Flosser: state", state());
      return finiteTimeExponents(this.cell, sequence, { ...options, state: start, frame: this.#frame });
    });
  }

  /** The exponents on fresh inputs, mean over the batch, as numbers: [k]. Changes nothing. */
  look(): Float64Array {
    return scope(() => noGrad(() => numbers(this.exponents())));
  }

  /** The loss on fresh inputs, to be added to another as a regulariser; differentiable. */
  loss(): Tensor {
    return scope(() => flossingLoss(this.exponents(), this.#options.target));
  }

  /**
   * One step.
   * @throws TorchError `flossing/not-finite`, and changes nothing, if an exponent or the gradient is infinite or no number
   */
  step(): FlossingStep {
    if (!isGradEnabled())
      throw new TorchError(
        "torch/autograd",
        "Flosser.step: gradients are switched off here (noGrad); call it outside",
      );
    return scope(() => {
      const exponents = this.exponents();
      const loss = flossingLoss(exponents, this.#options.target);
      const value = loss.item();
      const means = numbers(exponents);
      if (!Number.isFinite(value)) throw notFinite(means);
      this.optimizer.zeroGrad();
      loss.backward();
      const gradient = this.#bound.apply(this.optimizer.paramGroups.flatMap(({ params }) => params));
      if (!Number.isFinite(gradient)) {
        this.optimizer.zeroGrad();
        throw new FlossingError(
          "flossing/not-finite",
          "Flosser: the gradient of the flossing loss is not finite: tangent vectors have collapsed on the way; floss fewer exponents, or over fewer steps",
        );
      }
      this.optimizer.step();
      this.optimizer.zeroGrad();
      this.#done += 1;
      return { loss: value, exponents: means, gradient };
    });
  }

  /** `steps` steps. @returns what the last one found; undefined if there was none */
  run(steps: number): FlossingStep | undefined {
    wholeNumber("Flosser.run: steps", steps);
    let last: FlossingStep | undefined;
    for (let i = 0; i < steps; i++) last = this.step();
    return last;
  }

  /** Adam's state, what `clip` remembers and the number of steps, for checkpoints. */
  stateDict(): unknown {
    return { optimizer: this.optimizer.stateDict(), bound: this.#bound.stateDict(), steps: this.#done };
  }

  loadStateDict({ optimizer, bound, steps }: FlosserState): void {
    this.optimizer.loadStateDict(optimizer);
    if (bound !== undefined) this.#bound.loadStateDict(bound);
    this.#done = steps;
  }

  /** Releases the frame and Adam's state, not the parameters. */
  dispose(): void {
    dispose(this.#frame);
    this.optimizer.dispose();
  }
}

/** Mean over the batch. */
function numbers(exponents: Tensor): Float64Array {
  return Float64Array.from(exponents.detach().mean({ dim: 0 }).cpu().toTypedArray() as Float32Array);
}

function parametersOf(cell: RecurrentCell): Tensor[] {
  return cell instanceof nn.Module ? cell.parameters() : [];
}

function notFinite(exponents: Float64Array): TorchError {
  const first = exponents.findIndex((value) => !Number.isFinite(value));
  const value = exponents[first];
  const reason =
    value === Number.NEGATIVE_INFINITY
      ? `directions from ${first + 1} on collapse within a step (saturated units): floss fewer exponents than ${exponents.length}`
      : "the trajectory or the weights have left the range of numbers";
  return new FlossingError("flossing/not-finite", `Flosser: exponent ${first + 1} is ${value}: ${reason}`);
}
