// Base of every schedule.
import { show } from "../../checks/show.js";
import { TorchError } from "../../errors.js";
import { Optimizer } from "../optimizer.js";

/** Result of a schedule's `stateDict`: plain values under PyTorch's names. */
export type SchedulerState = Record<string, unknown>;

/** The base of the schedules that `step()` moves on by one epoch (`torch.optim.lr_scheduler.LRScheduler`). */
export abstract class LRScheduler {
  /** The optimiser whose learning rates are set. */
  readonly optimizer: Optimizer;
  /** @internal */
  protected lastLr: number[] = [];

  /** @internal */
  protected constructor(owner: string, optimizer: Optimizer) {
    if (!(optimizer instanceof Optimizer)) {
      throw new TorchError("torch/argument", `${owner}: optimizer is ${show(optimizer)}, not an Optimizer`);
    }
    this.optimizer = optimizer;
  }

  /** The learning rate of each group since the last `step`. */
  getLastLr(): number[] {
    return [...this.lastLr];
  }

  /** Moves on by one epoch (or by one batch, if you call it after each) and sets the learning rates. Call it after the optimiser's `step`. */
  abstract step(): void;

  /** State of the schedule, and its options, under PyTorch's names. */
  abstract stateDict(): SchedulerState;

  /**
   * Goes on from where `stateDict` was. The learning rates themselves are the optimiser's: load its state as well.
   * @throws TorchError `torch/state-dict` listing everything that does not fit; then nothing has changed.
   */
  abstract loadStateDict(state: SchedulerState): void;

  /** @internal Takes the step that sets the first rates. */
  abstract start(): void;
  /** @internal Takes back the count of that step, so that `start` can be called again. */
  abstract undo(): void;
  /** @internal Sets the rates of epoch 0, in the midst of a sequence. */
  abstract restart(): void;
}
