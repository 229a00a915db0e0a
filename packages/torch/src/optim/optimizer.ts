// Base of every optimiser: groups of parameters, steps, gradients to null, and a state that can be saved.

import { enableGrad, noGrad } from "../autograd.js";
import { checkOptions } from "../checks/options.js";
import { attempt } from "../dispatch.js";
import { scope } from "../memory.js";
import { native } from "../native.js";
import { forgetCasts } from "../tensor/casts.js";
import { type Batch, gather } from "./batch.js";
import { asGroups, makeGroup } from "./group.js";
import { loadState } from "./load-state.js";
import { raw } from "./raw.js";
import type { CommonOptions, OptimizerSpec, Parameters, ParamGroup, ParamGroupInit } from "./spec.js";
import { disposeStates, type States } from "./state.js";
import { type LoadableState, type OptimizerState, saveState } from "./state-dict.js";

/** The base of all optimisers (`torch.optim.Optimizer`). */
export abstract class Optimizer<O extends CommonOptions = CommonOptions> implements Disposable {
  /** The groups, in order. Their options may be changed between steps, as schedules do. */
  readonly paramGroups: ParamGroup<O>[] = [];
  /** Defaults of groups. */
  readonly defaults: Readonly<O>;
  /** @internal */
  readonly spec: OptimizerSpec<O>;
  readonly #states: States = new Map();

  /** @internal */
  protected constructor(spec: OptimizerSpec<O>, params: Parameters<O>, options: Partial<O>) {
    this.spec = spec;
    this.defaults = checkOptions(spec.name, spec.rules, options);
    for (const init of asGroups<O>(spec.name, params)) this.addParamGroup(init);
  }

  /**
   * Adds parameters with options of their own.
   * @throws TorchError `torch/argument` for an unknown option, a bad value, a tensor that is no leaf or is already in a
   * group.
   */
  addParamGroup(group: ParamGroupInit<O>): void {
    this.paramGroups.push(makeGroup(this.spec, group, this.defaults as O, this.paramGroups));
  }

  /** Changes every parameter that has a gradient, by the optimiser's formula. */
  step(): undefined;
  /**
   * Same as `step()`, after `closure`.
   * @param closure evaluates the model, calls `backward` and returns the loss.
   * @returns what `closure` returned.
   */
  step<T>(closure: () => T): T;
  step<T>(closure?: () => T): T | undefined {
    const loss = closure === undefined ? undefined : enableGrad(closure);
    scope(() =>
      noGrad(() => {
        for (const group of this.paramGroups) {
          for (const batch of gather(this.spec, group, this.#states)) this.update(group, batch);
        }
      }),
    );
    forgetCasts(); // inside autocast, the half-precision copies of the weights are now old
    return loss;
  }

  /** @internal The formula, for one batch of a group. */
  protected abstract update(group: ParamGroup<O>, batch: Batch): void;

  /**
   * Removes the gradients of all parameters, or fills them with zeros.
   * @param options `setToNone`: set `grad` to null rather than to zeros, which saves memory and work, and lets `step`
   * skip parameters that get no gradient later. Default true.
   */
  zeroGrad(options: { setToNone?: boolean } = {}): void {
    const { setToNone = true } = options;
    const handles = this.paramGroups.flatMap((group) => group.params.map((param) => param.handle));
    attempt("zeroGrad", () => {
      if (setToNone) for (const handle of handles) native.setGrad(handle, null);
      else fillWithZeros(handles);
    });
  }

  /**
   * State and options in PyTorch's layout: `{ state: { 0: { step, exp_avg, … } }, param_groups: [{ lr, …, params: [0] }] }`.
   * The tensors share memory with the optimiser's and belong to the caller.
   */
  stateDict(): OptimizerState {
    return saveState(this.spec, this.paramGroups, this.#states);
  }

  /**
   * Takes over what `stateDict` of this class returned, here or in PyTorch. The tensors are copied; floating-point ones
   * take the dtype and device of their parameters.
   * @throws TorchError `torch/state-dict` listing everything that does not fit; then nothing has changed.
   */
  loadStateDict(state: LoadableState): void {
    loadState(this.spec, this.paramGroups, this.#states, state);
  }

  /** Releases the state (moments, buffers). The next step starts with fresh state. The parameters stay. */
  dispose(): void {
    disposeStates(this.#states);
  }

  /** Releases the state at the end of the block of a `using` declaration. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

function fillWithZeros(handles: readonly number[]): void {
  scope(() =>
    noGrad(() => {
      const gradients = handles.map((handle) => native.getGrad(handle)).filter((grad) => grad !== null);
      for (const gradient of gradients) raw("aten::detach_", gradient);
      if (gradients.length > 0) raw("aten::_foreach_zero_", gradients);
    }),
  );
}
