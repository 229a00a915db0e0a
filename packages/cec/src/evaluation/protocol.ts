// Protocols: which level a run's next episode is of, and which episodes are scored.
import { checkOptions, type Rules, whole } from "@throughline/torch/checks";

/** From the easiest level on, by success. */
export interface AutoProtocol {
  readonly kind: "auto";
  /** Successes in a row that lead to the next level; counted anew at each. */
  readonly promoteAfter: number;
  /** Episodes of a level after which the next begins in any case. */
  readonly cap: number;
  readonly testEpisodes: number;
}

/** From the easiest level on, a number of episodes each. */
export interface FixedProtocol {
  readonly kind: "fixed";
  /** Episodes of each level before the tested one. */
  readonly levelEpisodes: number;
  readonly testEpisodes: number;
}

/** The tested level alone. */
export interface LearningProgressProtocol {
  readonly kind: "learning-progress";
  readonly testEpisodes: number;
}

/** Course of a run over levels, of which the last is tested and scored. Source: Shi et al. 2023, section 4. */
export type Protocol = AutoProtocol | FixedProtocol | LearningProgressProtocol;

type Options<P extends Protocol> = Partial<Omit<P, "kind">>;

const testEpisodes = whole(1, 100, 1_000_000);

/**
 * The paper's dynamic sequencing. Defaults are those of Goal Maze and Watermaze: 3 successes in a row, at most 100 episodes of a level,
 * 100 of the test; the released code has `promoteAfter: 2` for Irreversible Path.
 * @throws TorchError `torch/argument`
 */
export function auto(options?: Options<AutoProtocol>): AutoProtocol {
  const rules: Rules<Omit<AutoProtocol, "kind">> = {
    ...{ promoteAfter: whole(1, 3), cap: whole(1, 100), testEpisodes },
  };
  return { kind: "auto", ...checkOptions("auto", rules, options) };
}

/**
 * The paper's fixed sequencing. Defaults are those of Goal Maze and Watermaze: 3 episodes of a level, 100 of the test; Irreversible
 * Path has 2 and 50.
 * @throws TorchError `torch/argument`
 */
export function fixed(options?: Options<FixedProtocol>): FixedProtocol {
  const rules: Rules<Omit<FixedProtocol, "kind">> = { levelEpisodes: whole(0, 3), testEpisodes };
  return { kind: "fixed", ...checkOptions("fixed", rules, options) };
}

/** Episodes of the tested level from the first: 100, or 50 in the paper's Irreversible Path. @throws TorchError `torch/argument` */
export function learningProgress(options?: Options<LearningProgressProtocol>): LearningProgressProtocol {
  const rules: Rules<Omit<LearningProgressProtocol, "kind">> = { testEpisodes };
  return { kind: "learning-progress", ...checkOptions("learningProgress", rules, options) };
}

/** The protocols, made by name. @example evaluateRuns(policy, protocols.auto({ promoteAfter: 2 }), options) */
export const protocols = { auto, fixed, learningProgress } as const;

/** The level of a run's episodes, one after the other. */
export class Course {
  readonly #protocol: Protocol;
  readonly #last: number;
  #level: number;
  #episode = 0;
  #successes = 0;

  /** @param levels how many; the last one is tested */
  constructor(protocol: Protocol, levels: number) {
    this.#protocol = protocol;
    this.#last = levels - 1;
    const skips =
      protocol.kind === "learning-progress" || (protocol.kind === "fixed" && protocol.levelEpisodes === 0);
    this.#level = skips ? this.#last : 0;
  }

  /** Level of the next episode. */
  get level(): number {
    return this.#level;
  }

  /** Number of the next episode among those of its level, from 0. */
  get episode(): number {
    return this.#episode;
  }

  /** True if the next episode is of the tested level. */
  get isScored(): boolean {
    return this.#level === this.#last;
  }

  /** True after the last episode of the test. */
  get isOver(): boolean {
    return this.isScored && this.#episode >= this.#protocol.testEpisodes;
  }

  /** Counts an episode. @returns true if the next one is of another level */
  ended(success: boolean): boolean {
    this.#episode++;
    this.#successes = success ? this.#successes + 1 : 0;
    if (this.isScored || !this.#isDone()) return false;
    this.#level++;
    this.#episode = 0;
    this.#successes = 0;
    return true;
  }

  #isDone(): boolean {
    const protocol = this.#protocol;
    if (protocol.kind === "auto")
      return this.#successes >= protocol.promoteAfter || this.#episode >= protocol.cap;
    return protocol.kind === "fixed" && this.#episode >= protocol.levelEpisodes;
  }
}
