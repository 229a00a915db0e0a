// Shared part of the schedules made of schedules.

import type { Rule } from "../../checks/options.js";
import { show } from "../../checks/show.js";
import { TorchError } from "../../errors.js";
import type { Optimizer } from "../optimizer.js";
import { ratesOf, setRates } from "./rates.js";
import { numbers, readState } from "./reading.js";
import { LRScheduler, type SchedulerState } from "./scheduler.js";

/** A schedule made of others for the same optimiser. */
export abstract class CompositeScheduler extends LRScheduler {
  /** @internal */
  protected readonly schedulers: readonly LRScheduler[];
  readonly #owner: string;

  /** @internal */
  protected constructor(owner: string, optimizer: Optimizer | undefined, schedulers: readonly LRScheduler[]) {
    super(owner, checked(owner, optimizer, schedulers));
    this.#owner = owner;
    this.schedulers = [...schedulers];
  }

  /** @internal */
  protected resetRates(): void {
    const rates = this.optimizer.paramGroups.map((group) => group.initialLr ?? group.lr);
    setRates(this.#owner, this.optimizer, rates);
  }

  /** @internal */
  protected noteRates(): void {
    this.lastLr = ratesOf(this.optimizer);
  }

  /** @internal Reads `_last_lr`, the entries of `rules` and, one by one, the schedules; all or nothing. */
  protected read(
    rules: Readonly<Record<string, Rule<unknown>>>,
    state: SchedulerState,
  ): Record<string, unknown> {
    const count = this.schedulers.length;
    const values = readState(
      this.#owner,
      {
        ...rules,
        _lastLr: numbers(this.optimizer.paramGroups.length),
        _schedulers: {
          initial: [],
          accepted: `the states of ${count} schedules`,
          accepts: (value) => Array.isArray(value) && value.length === count,
        },
      },
      state,
    );
    const before = this.schedulers.map((scheduler) => scheduler.stateDict());
    const problems: string[] = [];
    (values._schedulers as SchedulerState[]).forEach((inner, i) => {
      try {
        this.schedulers[i]!.loadStateDict(inner);
      } catch (error) {
        if (!(error instanceof TorchError)) throw error;
        problems.push(`_schedulers.${i}: ${error.message.replaceAll("\n", "\n  ")}`);
      }
    });
    if (problems.length > 0) {
      this.schedulers.forEach((scheduler, i) => {
        scheduler.loadStateDict(before[i]!);
      });
      throw new TorchError("torch/state-dict", `the state of ${this.#owner}:\n  ${problems.join("\n  ")}`);
    }
    this.lastLr = [...(values._lastLr as number[])];
    return values;
  }

  /** @internal */
  protected written(): SchedulerState {
    return {
      _last_lr: this.getLastLr(),
      _schedulers: this.schedulers.map((scheduler) => scheduler.stateDict()),
    };
  }
}

function checked(
  owner: string,
  optimizer: Optimizer | undefined,
  schedulers: readonly LRScheduler[],
): Optimizer {
  if (!Array.isArray(schedulers) || schedulers.length === 0) {
    throw new TorchError("torch/argument", `${owner}: schedulers is ${show(schedulers)}, give at least one`);
  }
  const expected = optimizer ?? (schedulers[0] as LRScheduler).optimizer;
  schedulers.forEach((scheduler, i) => {
    if (!(scheduler instanceof LRScheduler)) {
      throw new TorchError(
        "torch/argument",
        `${owner}: schedule ${i} is ${show(scheduler)}; accepted: schedules whose step() takes no metric`,
      );
    }
    if (scheduler.optimizer !== expected) {
      throw new TorchError("torch/argument", `${owner}: schedule ${i} was made for another optimizer`);
    }
  });
  return expected;
}
