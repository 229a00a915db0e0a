// Keeps small gradients from vanishing in float16: the loss is scaled up, the gradients are scaled back.
import { noGrad } from "../autograd.js";
import { checkOptions, whole } from "../checks/options.js";
import { show } from "../checks/show.js";
import { full, zeros } from "../creation.js";
import { TorchError } from "../errors.js";
import { forEachHandle, scope } from "../memory.js";
import { Optimizer } from "../optim/optimizer.js";
import { readState } from "../optim/schedules/reading.js";
import { Tensor } from "../tensor/index.js";
import { type GradScalerOptions, type GradScalerState, positive, rules } from "./scaler-options.js";
import { groupGradients, type ScaleRule, unscale, updateScale } from "./unscale.js";

/** State of one optimiser since the last `update`. */
interface Progress {
  stage: "unscaled" | "stepped";
  readonly found: Tensor;
}

/**
 * Scales the loss so that float16 gradients do not vanish, and skips steps whose gradients overflowed
 * (`torch.amp.GradScaler`).
 *
 * @throws TorchError `torch/argument` for an unknown option or a value out of range.
 * @example
 * const loss = amp.autocast({ device: "cuda" }, () => lossOf(model, batch));
 * scaler.scale(loss).backward();
 * scaler.unscale_(optimizer); // only to clip
 * optim.clipGradNorm_(model.parameters(), 1);
 * scaler.step(optimizer);
 * scaler.update();
 */
export class GradScaler implements Disposable {
  readonly #rule: ScaleRule;
  readonly #enabled: boolean;
  #start: number;
  #startTracker = 0;
  // Made with the first loss, on its device.
  #scale: Tensor | undefined;
  #tracker: Tensor | undefined;
  readonly #progress = new Map<Optimizer, Progress>();

  constructor(options: GradScalerOptions = {}) {
    const { initScale, enabled, ...rule } = checkOptions("GradScaler", rules, options);
    this.#start = initScale;
    this.#enabled = enabled;
    this.#rule = { ...rule };
  }

  /** True if the scaler does anything. */
  get enabled(): boolean {
    return this.#enabled;
  }

  /** The scale now; 1 if the scaler is off. */
  getScale(): number {
    return this.#enabled ? (this.#scale?.item() ?? this.#start) : 1;
  }

  /** The losses times the scale: call `backward` on the result. */
  scale<T extends Tensor | readonly Tensor[]>(losses: T): T {
    if (!this.#enabled) return losses;
    if (Array.isArray(losses)) return losses.map((loss) => this.#scaled(loss)) as unknown as T;
    return this.#scaled(losses as Tensor) as T;
  }

  #scaled(loss: Tensor): Tensor {
    if (!(loss instanceof Tensor)) {
      throw new TorchError("torch/argument", `GradScaler.scale: ${show(loss)} is not a tensor`);
    }
    return scope(() => loss.mul(this.#scaleFor(loss.device)));
  }

  #scaleFor(device: string): Tensor {
    if (this.#scale === undefined) {
      this.#scale = full([], this.#start, { device }).keep();
      this.#tracker = full([], this.#startTracker, { dtype: "int32", device }).keep();
    }
    return this.#scale.device === device ? this.#scale : this.#scale.to(device);
  }

  /**
   * Divides the optimiser's gradients by the scale, in place, and notes whether all are finite. `step` does it unless
   * you have, as you must before you clip.
   * @throws TorchError `torch/amp` if it has been done since the last `update`, or for float16 gradients: let autocast
   * make the half-precision copies, and keep the parameters in float32.
   */
  unscale_(optimizer: Optimizer): void {
    if (!this.#enabled) return;
    const before = this.#progress.get(this.#checked(optimizer));
    if (before !== undefined) {
      const done = before.stage === "stepped" ? "is called after step()" : "has been called already";
      throw new TorchError("torch/amp", `GradScaler.unscale_ ${done}; call update() once after each step()`);
    }
    this.#progress.set(optimizer, { stage: "unscaled", found: this.#unscale(optimizer).keep() });
  }

  #checked(optimizer: Optimizer): Optimizer {
    if (optimizer instanceof Optimizer) return optimizer;
    throw new TorchError("torch/argument", `GradScaler: ${show(optimizer)} is not an Optimizer`);
  }

  #unscale(optimizer: Optimizer): Tensor {
    return scope(() =>
      noGrad(() => {
        const groups = groupGradients(optimizer.paramGroups.flatMap((group) => group.params));
        if (this.#scale === undefined || groups.length === 0) {
          throw new TorchError(
            "torch/amp",
            "GradScaler: the optimizer's parameters have no gradients; call backward() on the result of scale()",
          );
        }
        if (groups.some((group) => group.gradients[0]!.dtype === "float16")) {
          throw new TorchError(
            "torch/amp",
            "GradScaler: gradients are float16; keep the parameters in float32 and let autocast cast them",
          );
        }
        const total = zeros([], { device: this.#scale.device });
        for (const group of groups) {
          const found = zeros([], { device: group.device });
          unscale(group, found, this.#scaleFor(group.device).reciprocal());
          total.add_(found.to(total.device));
        }
        return total;
      }),
    );
  }

  /**
   * Calls the optimiser's `step` unless a gradient is infinite or NaN.
   * @returns whether it was called.
   * @throws TorchError `torch/amp` if it has been called since the last `update`, or there are no gradients.
   */
  step(optimizer: Optimizer): boolean {
    if (this.#enabled) {
      if (this.#progress.get(this.#checked(optimizer))?.stage === "stepped") {
        throw new TorchError("torch/amp", "GradScaler.step has been called already; call update() after it");
      }
      if (!this.#progress.has(optimizer)) this.unscale_(optimizer);
      const progress = this.#progress.get(optimizer)!;
      progress.stage = "stepped";
      if (progress.found.item() !== 0) return false;
    }
    optimizer.step();
    return true;
  }

  /**
   * Moves the scale: down after a step with an infinity, up after `growthInterval` steps without. Call it once after
   * the steps of all optimisers.
   * @param newScale a value to set it to instead.
   */
  update(newScale?: number): void {
    if (!this.#enabled) return;
    if (newScale !== undefined && !positive.accepts(newScale)) {
      throw new TorchError(
        "torch/argument",
        `GradScaler: newScale is ${show(newScale)}, accepted: a number above 0`,
      );
    }
    if (newScale === undefined && this.#progress.size === 0) {
      throw new TorchError(
        "torch/amp",
        "GradScaler.update: no optimizer step has been taken; call step() before it",
      );
    }
    scope(() => {
      if (newScale !== undefined) {
        this.#start = newScale;
        this.#scale?.fill_(newScale);
      } else {
        const scale = this.#scale!;
        const found = zeros([], { device: scale.device });
        for (const progress of this.#progress.values()) found.add_(progress.found);
        updateScale(scale, this.#tracker!, found, this.#rule);
      }
    });
    this.#forget();
  }

  #forget(): void {
    for (const { found } of this.#progress.values()) found.dispose();
    this.#progress.clear();
  }

  /** Scale, factors and count of steps, under PyTorch's names. */
  stateDict(): GradScalerState {
    if (!this.#enabled) return {};
    return {
      scale: this.getScale(),
      growth_factor: this.#rule.growthFactor,
      backoff_factor: this.#rule.backoffFactor,
      growth_interval: this.#rule.growthInterval,
      _growth_tracker: this.#tracker?.item() ?? this.#startTracker,
    };
  }

  /**
   * Goes on from where `stateDict` was; does nothing if the scaler is off.
   * @throws TorchError `torch/state-dict` listing everything missing, unknown or out of range.
   */
  loadStateDict(state: GradScalerState): void {
    if (!this.#enabled) return;
    const { growthFactor, backoffFactor, growthInterval } = rules;
    const values = readState(
      "GradScaler",
      { scale: positive, growthFactor, backoffFactor, growthInterval, _growthTracker: whole(0, 0) },
      state,
    ) as Record<string, number>;
    this.dispose();
    this.#start = values.scale!;
    this.#startTracker = values._growthTracker!;
    Object.assign(this.#rule, {
      growthFactor: values.growthFactor,
      backoffFactor: values.backoffFactor,
      growthInterval: values.growthInterval,
    });
  }

  /** Releases the scaler's tensors; keeps the scale. */
  dispose(): void {
    if (this.#scale !== undefined) {
      this.#start = this.getScale();
      this.#startTracker = this.#tracker!.item();
    }
    this.#forget();
    forEachHandle([this.#scale, this.#tracker], (handle) => handle.dispose());
    this.#scale = undefined;
    this.#tracker = undefined;
  }

  /** Releases the scaler's tensors at the end of the block of a `using` declaration. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
