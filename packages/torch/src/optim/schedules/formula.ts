// Schedules that compute the rates of an epoch from the epoch and the rates before, as PyTorch's do, so that several
// can act on one optimiser.

import { checkOptions, type Rule, type Rules, whole } from "../../checks/options.js";
import { TorchError } from "../../errors.js";
import type { Optimizer } from "../optimizer.js";
import { toSnake } from "../pytorch-names.js";
import { ratesOf, setRates } from "./rates.js";
import { numbers, readState } from "./reading.js";
import { LRScheduler, type SchedulerState } from "./scheduler.js";

/** Options of every schedule. */
export interface ScheduleOptions {
  /** Epoch to continue from; −1, the default, starts from the beginning. Other values need groups with `initialLr`. */
  readonly lastEpoch?: number;
}

/** A schedule with options `P`. */
export abstract class FormulaScheduler<P extends object> extends LRScheduler {
  /** Number of times `step` was called; −1 before the first rates are set. */
  lastEpoch: number;
  /** @internal */
  protected options: P;
  /** @internal The rate of each group at epoch 0, without the schedule. */
  protected baseLrs: number[];
  /** @internal Whether the first rates are being set. */
  protected initial = false;
  /** @internal */
  protected stepCount = 0;
  readonly #owner: string;
  readonly #rules: Rules<P>;

  /** @internal The subclass calls `start` when its own fields are set. */
  protected constructor(owner: string, optimizer: Optimizer, rules: Rules<P>, given: P & ScheduleOptions) {
    super(owner, optimizer);
    const { lastEpoch, ...own } = given;
    this.#owner = owner;
    this.#rules = rules;
    this.options = checkOptions(owner, rules, own);
    this.lastEpoch = checkOptions(
      owner,
      { lastEpoch: whole(-1, -1) },
      { lastEpoch },
      { lastEpoch: -1 },
    ).lastEpoch;
    this.baseLrs = optimizer.paramGroups.map((group, i) => this.#initialLr(group, i));
  }

  #initialLr(group: Optimizer["paramGroups"][number], i: number): number {
    if (this.lastEpoch === -1) group.initialLr ??= group.lr;
    if (group.initialLr !== undefined) return group.initialLr;
    throw new TorchError(
      "torch/argument",
      `${this.#owner}: lastEpoch is ${this.lastEpoch}, but group ${i} has no initialLr; load the optimizer's state first, ` +
        "or leave lastEpoch out",
    );
  }

  /** @internal The rate of each group at `lastEpoch`, from the rates at the epoch before. */
  protected abstract getLr(): number[];

  /** @internal The same from `baseLrs` alone, where there is such a formula. */
  protected closedForm(): number[] | undefined {
    return undefined;
  }

  override step(): void {
    this.stepCount++;
    this.lastEpoch++;
    this.apply(this.getLr());
  }

  /** @internal */
  protected apply(rates: readonly number[]): void {
    setRates(this.#owner, this.optimizer, rates);
    this.lastLr = ratesOf(this.optimizer);
  }

  /** @internal */
  override start(): void {
    this.stepCount = 0;
    this.initial = true;
    try {
      this.step();
    } finally {
      this.initial = false;
    }
  }

  /** @internal */
  override undo(): void {
    this.lastEpoch--;
  }

  /** @internal */
  override restart(): void {
    this.lastEpoch = 0;
    this.apply(this.closedForm() ?? this.getLr());
  }

  override stateDict(): SchedulerState {
    const own = Object.entries({ ...this.options, ...this.position() }).map(([name, value]) => [
      toSnake(name),
      Array.isArray(value) ? [...value] : value,
    ]);
    return {
      ...Object.fromEntries(own),
      base_lrs: [...this.baseLrs],
      last_epoch: this.lastEpoch,
      _step_count: this.stepCount,
      _is_initial: false,
      _get_lr_called_within_step: false,
      _last_lr: this.getLastLr(),
    };
  }

  override loadStateDict(state: SchedulerState): void {
    const count = numbers(this.optimizer.paramGroups.length);
    const options = this.#rules as Readonly<Record<string, Rule<unknown>>>;
    const values = readState(
      this.#owner,
      {
        ...options,
        ...this.positionRules(),
        baseLrs: count,
        lastEpoch: whole(-1, 0),
        _stepCount: whole(0, 0),
        _lastLr: count,
      },
      state,
    );
    for (const name of Object.keys(options)) Object.assign(this.options, { [name]: values[name] });
    this.goTo(values);
    this.baseLrs = [...(values.baseLrs as number[])];
    this.lastEpoch = values.lastEpoch as number;
    this.stepCount = values._stepCount as number;
    this.lastLr = [...(values._lastLr as number[])];
  }

  /** @internal What else the state holds. */
  protected position(): Record<string, unknown> {
    return {};
  }

  /** @internal The rules of what `position` returns. */
  protected positionRules(): Record<string, Rule<unknown>> {
    return {};
  }

  /** @internal Takes what `position` returned. */
  protected goTo(_values: Readonly<Record<string, unknown>>): void {}
}
