import type { LRScheduler, SchedulerState } from "./scheduler.js";
import { CompositeScheduler } from "./several.js";

/**
 * Several schedules that act together: each changes the rates that the one before has set. Functions and warm restarts
 * set rates rather than change them, so they belong first. `torch.optim.lr_scheduler.ChainedScheduler`.
 *
 * @throws TorchError `torch/argument` if there is none, or if they are for different optimisers.
 */
export class ChainedScheduler extends CompositeScheduler {
  constructor(schedulers: readonly LRScheduler[]) {
    super("ChainedScheduler", undefined, schedulers);
    this.noteRates();
  }

  override step(): void {
    for (const scheduler of this.schedulers) scheduler.step();
    this.noteRates();
  }

  override stateDict(): SchedulerState {
    return this.written();
  }

  override loadStateDict(state: SchedulerState): void {
    this.read({}, state);
  }

  /** @internal */
  override start(): void {
    this.resetRates();
    for (const scheduler of this.schedulers) scheduler.start();
    this.noteRates();
  }

  /** @internal */
  override undo(): void {
    for (const scheduler of this.schedulers) scheduler.undo();
  }

  /** @internal */
  override restart(): void {
    this.start();
  }
}
