import { type Rule, whole } from "../../checks/options.js";
import { show } from "../../checks/show.js";
import { TorchError } from "../../errors.js";
import type { Optimizer } from "../optimizer.js";
import type { LRScheduler, SchedulerState } from "./scheduler.js";
import { CompositeScheduler } from "./several.js";

/**
 * One schedule after another: the next one starts, at its own epoch 0, at each milestone.
 * `torch.optim.lr_scheduler.SequentialLR`.
 *
 * @param milestones ascending epochs, one fewer than schedules.
 * @throws TorchError `torch/argument` if these do not match, or a schedule is for another optimiser.
 * @example
 * const warmUp = new LinearLR(optimizer, { startFactor: 0.1, totalIters: 5 });
 * const schedule = new SequentialLR(optimizer, [warmUp, new CosineAnnealingLR(optimizer, 95)], [5]);
 */
export class SequentialLR extends CompositeScheduler {
  /** Number of times `step` was called. */
  lastEpoch = 0;
  #milestones: readonly number[];

  constructor(optimizer: Optimizer, schedulers: readonly LRScheduler[], milestones: readonly number[]) {
    super("SequentialLR", optimizer, schedulers);
    const rule = ascending(schedulers.length - 1);
    if (!rule.accepts(milestones)) {
      throw new TorchError(
        "torch/argument",
        `SequentialLR: milestones is ${show(milestones)}, accepted for ${schedulers.length} schedules: ${rule.accepted}`,
      );
    }
    this.#milestones = [...milestones];
    for (const scheduler of this.schedulers) scheduler.undo();
    this.start();
  }

  /** The position of the schedule in charge. */
  get #index(): number {
    return this.#milestones.filter((epoch) => epoch <= this.lastEpoch).length;
  }

  override step(): void {
    this.lastEpoch++;
    const index = this.#index;
    const scheduler = this.schedulers[index]!;
    if (index > 0 && this.#milestones[index - 1] === this.lastEpoch) scheduler.restart();
    else scheduler.step();
    this.lastLr = scheduler.getLastLr();
  }

  override stateDict(): SchedulerState {
    return { ...this.written(), _milestones: [...this.#milestones], last_epoch: this.lastEpoch };
  }

  override loadStateDict(state: SchedulerState): void {
    const values = this.read(
      { _milestones: ascending(this.#milestones.length), lastEpoch: whole(0, 0) },
      state,
    );
    this.#milestones = [...(values._milestones as number[])];
    this.lastEpoch = values.lastEpoch as number;
  }

  /** @internal */
  override start(): void {
    this.lastEpoch = 0;
    this.resetRates();
    const scheduler = this.schedulers[this.#index]!;
    scheduler.start();
    this.lastLr = scheduler.getLastLr();
  }

  /** @internal */
  override undo(): void {
    this.schedulers[this.#index]!.undo();
  }

  /** @internal */
  override restart(): void {
    this.lastEpoch = 0;
    const scheduler = this.schedulers[this.#index]!;
    scheduler.restart();
    this.lastLr = scheduler.getLastLr();
  }
}

function ascending(count: number): Rule<unknown> {
  return {
    initial: [],
    accepted: `${count} ascending whole numbers`,
    accepts: (value) =>
      Array.isArray(value) &&
      value.length === count &&
      value.every((epoch, i) => Number.isSafeInteger(epoch) && (i === 0 || epoch >= value[i - 1])),
  };
}
