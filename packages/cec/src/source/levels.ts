// Levels that a source agent learns on, and the rule by which it changes to the next.
import { ENV_IDS } from "@throughline/envs";
import { wilsonInterval } from "@throughline/lab";

/** Ids of the mazes that source agents learn in. */
export const mazeIds: readonly [string, ...string[]] = [
  "SmallGoalMaze-v0",
  ...ENV_IDS.filter((id) => id !== "SmallGoalMaze-v0"),
];

/** Condition for the next level of a curriculum. */
export interface PromotionRule {
  /** Mean success of the last episodes that is enough. */
  readonly at: number;
  /** Number of these episodes. */
  readonly over: number;
  /** Steps after which the level ends in any case. */
  readonly steps: number;
}

/** Counts episodes and steps of one level. */
export class Level {
  #recent: number[] = [];
  #steps = 0;
  readonly #rule: PromotionRule;

  constructor(rule: PromotionRule) {
    this.#rule = rule;
  }

  ended(success: boolean): void {
    this.#recent.push(Number(success));
    if (this.#recent.length > this.#rule.over) this.#recent.shift();
  }

  stepped(steps: number): void {
    this.#steps += steps;
  }

  /** Mean success of the last episodes, at most `over`; 0 before the first. */
  get success(): number {
    return this.#recent.length === 0 ? 0 : this.#recent.reduce((a, b) => a + b, 0) / this.#recent.length;
  }

  /** Interval of the chance of success at 95 % confidence (Wilson 1927), from the last episodes. */
  get interval(): { readonly low: number; readonly high: number } {
    const count = this.#recent.length;
    if (count === 0) return { low: 0, high: 1 };
    return wilsonInterval(
      this.#recent.reduce((a, b) => a + b, 0),
      count,
    );
  }

  /** Reason for the next level; undefined if there is none yet. */
  get promotion(): "success" | "steps" | undefined {
    if (this.#recent.length >= this.#rule.over && this.success >= this.#rule.at) return "success";
    return this.#steps >= this.#rule.steps ? "steps" : undefined;
  }

  /** Clears the counts, for a new level. */
  reset(): void {
    this.#recent = [];
    this.#steps = 0;
  }

  stateDict(): { recent: number[]; steps: number } {
    return { recent: [...this.#recent], steps: this.#steps };
  }

  loadStateDict({ recent, steps }: { recent: readonly number[]; steps: number }): void {
    this.#recent = [...recent];
    this.#steps = steps;
  }
}
