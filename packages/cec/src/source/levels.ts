// The levels that a source agent learns on, and when it goes on to the next.
import type { ENV_IDS, MazeKind } from "@throughline/envs";
import { MAZES } from "@throughline/envs";

/** Ids of the mazes that source agents learn in. */
export const mazeIds: readonly [string, ...string[]] = [
  "SmallGoalMaze-v0",
  ...Object.values(MAZES)
    .map(({ id }) => id)
    .filter((id) => id !== "SmallGoalMaze-v0"),
];

/** The kind of a maze. */
export function kindOf(id: (typeof ENV_IDS)[number]): MazeKind {
  return Object.values(MAZES).find((kind) => kind.id === id) as unknown as MazeKind;
}

/** When a curriculum goes on. */
export interface PromotionRule {
  /** Mean success of the last episodes that is enough. */
  readonly at: number;
  /** How many episodes that is. */
  readonly over: number;
  /** Steps after which it goes on in any case. */
  readonly steps: number;
}

/** Counts what happens on one level. */
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

  /** Why it is time for the next level; undefined if it is not. */
  get promotion(): "success" | "steps" | undefined {
    if (this.#recent.length >= this.#rule.over && this.success >= this.#rule.at) return "success";
    return this.#steps >= this.#rule.steps ? "steps" : undefined;
  }

  /** As on a new level. */
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
