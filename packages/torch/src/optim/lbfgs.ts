// Limited-memory BFGS.
import { enableGrad, noGrad } from "../autograd.js";
import { atLeast, oneOf, optional, whole } from "../checks/options.js";
import { show } from "../checks/show.js";
import { call } from "../dispatch.js";
import { isComplex } from "../dtype.js";
import { TorchError } from "../errors.js";
import { dispose, keep, scope } from "../memory.js";
import { forgetCasts } from "../tensor/casts.js";
import { Tensor } from "../tensor/index.js";
import { type Point, strongWolfe } from "./line-search.js";
import { Optimizer } from "./optimizer.js";
import type { CommonOptions, OptimizerSpec, Parameters } from "./spec.js";
import type { LoadableState, OptimizerState } from "./state-dict.js";

/** Options of `LBFGS`; the defaults are PyTorch's. */
export interface LBFGSOptions extends CommonOptions {
  /** Length of a step in lengths of the direction, the first guess of the line search. Default 1. */
  lr: number;
  /** Most iterations of one `step`. Default 20. */
  maxIter: number;
  /** Most evaluations of the closure in one `step`. Default: ⌊1.25 · maxIter⌋. */
  maxEval: number | undefined;
  /** `step` ends when no element of the gradient is larger. Default 1e-7. */
  toleranceGrad: number;
  /** `step` ends when neither loss nor a parameter changes by more. Default 1e-9. */
  toleranceChange: number;
  /** Changes of the gradient that are remembered. Default 100. */
  historySize: number;
  /** `"strong_wolfe"` looks along each direction for a place that meets the strong Wolfe conditions. Default: fixed steps. */
  lineSearchFn: "strong_wolfe" | undefined;
}

const spec: OptimizerSpec<LBFGSOptions> = {
  name: "LBFGS",
  rules: {
    lr: atLeast(0, 1),
    maxIter: whole(1, 20),
    maxEval: optional(whole(1, 25)),
    toleranceGrad: atLeast(0, 1e-7),
    toleranceChange: atLeast(0, 1e-9),
    historySize: whole(1, 100),
    lineSearchFn: optional(oneOf(["strong_wolfe"], "strong_wolfe")),
  },
  fixed: {},
  fusedOn: [],
  state: () => ({}),
  uses: () => [],
};

/** Changes of gradient and parameters in a step, and the inverse of their product. */
interface Remembered {
  readonly change: Tensor;
  readonly move: Tensor;
  readonly inverse: number;
}

/** State that one iteration leaves to the next. */
interface Memory {
  iterations: number;
  evaluations: number;
  /** Direction of the last step. */
  direction: Tensor | null;
  length: number;
  gradient: Tensor | null;
  loss: number;
  /** The last steps, the oldest first. */
  steps: readonly Remembered[];
  /** Scale of the first guess of the inverse Hessian. */
  scale: number;
}

const empty = (): Memory => ({
  ...{ iterations: 0, evaluations: 0, direction: null, length: 0, gradient: null, loss: 0 },
  ...{ steps: [], scale: 1 },
});

const tensorsOf = ({ direction, gradient, steps }: Memory): Tensor[] =>
  [direction, gradient, ...steps.flatMap(({ change, move }) => [change, move])].filter(
    (tensor) => tensor !== null,
  );

/**
 * L-BFGS (Nocedal 1980; `torch.optim.LBFGS`): each step goes along −H∇, where H is the inverse Hessian guessed from the last
 * changes of the gradient. One `step` makes up to `maxIter` iterations, for which it calls the closure again and again. All
 * parameters are in one group, and real.
 *
 * @throws TorchError `torch/argument` for an unknown option, a value out of range, more than one group or complex parameters.
 * @example
 * optimizer.step(() => { optimizer.zeroGrad(); const loss = f(x); loss.backward(); return loss; });
 */
export class LBFGS extends Optimizer<LBFGSOptions> {
  #memory: Memory = empty();

  constructor(params: Parameters<LBFGSOptions>, options: Partial<LBFGSOptions> = {}) {
    super(spec, params, options);
    if (this.paramGroups.length > 1)
      throw new TorchError("torch/argument", "LBFGS: takes one group of parameters, not more");
    if (this.#params.some((param) => isComplex(param.dtype)))
      throw new TorchError("torch/argument", "LBFGS: takes real parameters, not complex ones");
  }

  get #params(): readonly Tensor[] {
    return this.paramGroups[0]!.params;
  }

  /** Needs a closure. @throws TorchError always */
  override step(): undefined;
  /**
   * Up to `maxIter` iterations.
   * @param closure sets gradients to null, evaluates the model, calls `backward` and returns the loss.
   * @returns what the first call of `closure` returned.
   */
  override step<T>(closure: () => T): T;
  override step<T>(closure?: () => T): T | undefined {
    if (typeof closure !== "function") {
      throw new TorchError(
        "torch/argument",
        "LBFGS: step needs a closure, which computes the loss and its gradients anew, as often as the search wants",
      );
    }
    const evaluate = (): number => scope(() => lossOf(enableGrad(closure)));
    const first = enableGrad(closure);
    const memory: Memory = { ...this.#memory };
    scope(() =>
      noGrad(() => {
        this.#iterate(memory, lossOf(first), evaluate);
        const kept = new Set(tensorsOf(memory));
        for (const tensor of kept) keep(tensor);
        dispose(tensorsOf(this.#memory).filter((tensor) => !kept.has(tensor)));
      }),
    );
    this.#memory = memory;
    forgetCasts();
    return first;
  }

  #iterate(memory: Memory, firstLoss: number, evaluate: () => number): void {
    const { lr, maxIter, toleranceGrad, toleranceChange, historySize, lineSearchFn } = this.paramGroups[0]!;
    const maxEval = this.paramGroups[0]!.maxEval ?? Math.floor(maxIter * 1.25);
    let evaluations = 1;
    let loss = firstLoss;
    let gradient = this.#gradient();
    memory.evaluations += 1;
    if (largest(gradient) <= toleranceGrad) return;
    for (let iteration = 1; iteration <= maxIter; iteration++) {
      memory.iterations += 1;
      const direction =
        memory.iterations === 1 ? gradient.neg() : newDirection(memory, gradient, historySize);
      let length = memory.iterations === 1 ? Math.min(1, 1 / gradient.abs().sum().item()) * lr : lr;
      Object.assign(memory, { direction, length, gradient, loss });
      const slope = gradient.dot(direction).item();
      if (slope > -toleranceChange) break;
      const before = loss;
      let calls = 0;
      if (lineSearchFn === undefined) {
        this.#move(direction, length);
        if (iteration !== maxIter) {
          loss = evaluate();
          gradient = this.#gradient();
          calls = 1;
        }
      } else {
        const start = this.#params.map((param) => param.clone());
        const at = (t: number): Point => {
          this.#move(direction, t);
          const found = evaluate();
          const there = this.#gradient();
          this.#params.forEach((param, i) => {
            param.copy_(start[i]!);
          });
          return { t, loss: found, gradient: there, slope: there.dot(direction).item() };
        };
        const limits = { most: maxEval - evaluations, size: largest(direction), toleranceChange };
        const found = strongWolfe(at, { t: 0, loss, gradient, slope }, length, limits);
        ({ t: length, loss, gradient } = found.point);
        calls = found.evaluations;
        this.#move(direction, length);
        memory.length = length;
      }
      evaluations += calls;
      memory.evaluations += calls;
      if (
        evaluations >= maxEval ||
        largest(gradient) <= toleranceGrad ||
        largest(direction) * Math.abs(length) <= toleranceChange ||
        Math.abs(loss - before) < toleranceChange
      )
        break;
    }
  }

  /** All gradients as one vector, zeros where there is none. */
  #gradient(): Tensor {
    return call(
      "aten::cat",
      this.#params.map((param) => (param.grad ?? param.detach().mul(0)).reshape([-1])),
    );
  }

  /** Adds `length` · `direction` to the parameters. */
  #move(direction: Tensor, length: number): void {
    let start = 0;
    for (const param of this.#params) {
      const part = direction.narrow(0, start, param.numel).view(param.shape);
      param.add_(part, { alpha: length });
      start += param.numel;
    }
  }

  /** @internal The formula is in `step`. */
  protected override update(): void {}

  /**
   * Options and state: PyTorch's entries for the first parameter, with `old_dirs` and `old_stps` as matrices, one remembered
   * change a row, and numbers as tensors. It cannot be read by PyTorch.
   */
  override stateDict(): OptimizerState {
    const saved = super.stateDict();
    const { direction, gradient, steps } = this.#memory;
    if (direction === null || gradient === null) return saved;
    const number = (value: number): Tensor => call("aten::scalar_tensor", value, "float64");
    const rows = (list: Tensor[]): Tensor =>
      list.length > 0 ? call("aten::stack", list) : call("aten::new_empty", gradient, [0, gradient.numel]);
    saved.state[0] = {
      d: direction.clone(),
      t: number(this.#memory.length),
      prev_flat_grad: gradient.clone(),
      prev_loss: number(this.#memory.loss),
      H_diag: number(this.#memory.scale),
      old_dirs: rows(steps.map(({ change }) => change)),
      old_stps: rows(steps.map(({ move }) => move)),
      n_iter: number(this.#memory.iterations),
      func_evals: number(this.#memory.evaluations),
    };
    return saved;
  }

  /** Takes over what `stateDict` of this class returned. @throws TorchError `torch/state-dict` if it does not fit. */
  override loadStateDict(state: LoadableState): void {
    const own = (state as OptimizerState).state?.[0];
    super.loadStateDict({ ...(state as OptimizerState), state: {} });
    dispose(tensorsOf(this.#memory));
    this.#memory = empty();
    if (own !== undefined) this.#memory = this.#read(own);
  }

  #read(saved: Record<string, unknown>): Memory {
    const size = this.#params.reduce((sum, param) => sum + param.numel, 0);
    const { dtype, device } = this.#params[0]!;
    const entry = (name: string, dims: number): Tensor => {
      const value = saved[name];
      if (value instanceof Tensor && value.ndim === dims && (dims === 0 || value.size(-1) === size))
        return value;
      throw new TorchError(
        "torch/state-dict",
        `LBFGS: state.0.${name} is ${show(value)}, of ${size} parameters`,
      );
    };
    const copy = (tensor: Tensor): Tensor => tensor.clone().to({ dtype, device });
    const list = (name: string): Tensor[] => entry(name, 2).unbind().map(copy);
    return keep(
      scope(() => ({
        iterations: entry("n_iter", 0).item(),
        evaluations: entry("func_evals", 0).item(),
        direction: copy(entry("d", 1)),
        length: entry("t", 0).item(),
        gradient: copy(entry("prev_flat_grad", 1)),
        loss: entry("prev_loss", 0).item(),
        steps: remembered(list("old_dirs"), list("old_stps")),
        scale: entry("H_diag", 0).item(),
      })),
    );
  }

  /** Releases the state. The next step starts anew. The parameters stay. */
  override dispose(): void {
    dispose(tensorsOf(this.#memory));
    this.#memory = empty();
    super.dispose();
  }
}

function lossOf(value: unknown): number {
  const loss = value instanceof Tensor ? value.item() : value;
  if (typeof loss === "number") return loss;
  throw new TorchError("torch/argument", `LBFGS: the closure returned ${show(value)}, accepted: the loss`);
}

/** Steps of a saved state. @throws TorchError `torch/state-dict` unless there is a move for each change */
function remembered(changes: readonly Tensor[], moves: readonly Tensor[]): Remembered[] {
  if (changes.length !== moves.length) {
    const counts = `${changes.length} rows in old_dirs and ${moves.length} in old_stps`;
    throw new TorchError("torch/state-dict", `LBFGS: state.0 has ${counts}, accepted: as many`);
  }
  return changes.map((change, i) => {
    const move = moves[i]!;
    return { change, move, inverse: 1 / change.dot(move).item() };
  });
}

const largest = (tensor: Tensor): number => tensor.abs().max().item();

/** Remembers the last step and gives −H · gradient, by two loops over what is remembered. */
function newDirection(memory: Memory, gradient: Tensor, historySize: number): Tensor {
  const change = gradient.sub(memory.gradient!);
  const move = memory.direction!.mul(memory.length);
  const product = change.dot(move).item();
  if (product > 1e-10) {
    memory.steps = [...memory.steps, { change, move, inverse: 1 / product }].slice(-historySize);
    memory.scale = product / change.dot(change).item();
  }
  const { steps, scale } = memory;
  const direction = gradient.neg();
  const shares = new Array<number>(steps.length).fill(0);
  for (let i = steps.length - 1; i >= 0; i--) {
    const { change, move, inverse } = steps[i]!;
    shares[i] = move.dot(direction).item() * inverse;
    direction.sub_(change, { alpha: shares[i]! });
  }
  direction.mul_(scale);
  steps.forEach(({ change, move, inverse }, i) => {
    direction.add_(move, { alpha: shares[i]! - change.dot(direction).item() * inverse });
  });
  return direction;
}
