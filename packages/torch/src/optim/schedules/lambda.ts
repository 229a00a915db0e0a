import type { Rule } from "../../checks/options.js";
import { show } from "../../checks/show.js";
import { TorchError } from "../../errors.js";
import type { Optimizer } from "../optimizer.js";
import { FormulaScheduler, type ScheduleOptions } from "./formula.js";
import { perGroup, ratesOf } from "./rates.js";

/** A factor by epoch. */
export type RateFunction = (epoch: number) => number;

/** A schedule given by functions of the epoch, one for all groups or one for each. */
abstract class FunctionScheduler extends FormulaScheduler<object> {
  readonly #functions: RateFunction[];

  /** @internal */
  protected constructor(
    owner: string,
    optimizer: Optimizer,
    lrLambda: RateFunction | readonly RateFunction[],
    options: ScheduleOptions,
  ) {
    super(owner, optimizer, {}, options);
    this.#functions = perGroup(owner, "lrLambda", lrLambda, optimizer);
    const wrong = this.#functions.find((given) => typeof given !== "function");
    if (wrong !== undefined) {
      throw new TorchError("torch/argument", `${owner}: lrLambda is ${show(wrong)}, not a function`);
    }
    this.start();
  }

  /** @internal */
  protected factors(): number[] {
    return this.#functions.map((factor) => factor(this.lastEpoch));
  }

  // As in PyTorch, functions are not saved: a place is kept for each.
  /** @internal */
  protected override position(): Record<string, unknown> {
    return { lrLambdas: this.#functions.map(() => null) };
  }

  /** @internal */
  protected override positionRules(): Record<string, Rule<unknown>> {
    const count = this.#functions.length;
    return {
      lrLambdas: {
        initial: [],
        accepted: `${count} places for functions`,
        accepts: (value) => Array.isArray(value) && value.length === count,
      },
    };
  }
}

/**
 * lr = base · lrLambda(epoch). `torch.optim.lr_scheduler.LambdaLR`.
 *
 * @param lrLambda one function, or one for each group. `stateDict` does not save it.
 * @throws TorchError `torch/argument` if it is no function, or there are not as many as groups.
 */
export class LambdaLR extends FunctionScheduler {
  constructor(
    optimizer: Optimizer,
    lrLambda: RateFunction | readonly RateFunction[],
    options: ScheduleOptions = {},
  ) {
    super("LambdaLR", optimizer, lrLambda, options);
  }

  /** @internal */
  protected override getLr(): number[] {
    return this.factors().map((factor, i) => this.baseLrs[i]! * factor);
  }
}

/**
 * Each epoch's rate is the one before times lrLambda(epoch). `torch.optim.lr_scheduler.MultiplicativeLR`.
 *
 * @param lrLambda one function, or one for each group. `stateDict` does not save it.
 * @throws TorchError `torch/argument` if it is no function, or there are not as many as groups.
 */
export class MultiplicativeLR extends FunctionScheduler {
  constructor(
    optimizer: Optimizer,
    lrLambda: RateFunction | readonly RateFunction[],
    options: ScheduleOptions = {},
  ) {
    super("MultiplicativeLR", optimizer, lrLambda, options);
  }

  /** @internal */
  protected override getLr(): number[] {
    const rates = ratesOf(this.optimizer);
    return this.initial ? rates : this.factors().map((factor, i) => rates[i]! * factor);
  }
}
