// Evaluation of a policy: independent runs of episode after episode, side by side, with a memory that is not cleared.
import {
  anyNumber,
  callback,
  checkOptions,
  flag,
  oneOf,
  optional,
  type Rule,
  type Rules,
  required,
  whole,
} from "@throughline/torch/checks";
import { CecError } from "../errors.js";
import type { SelfCheck } from "../policies/self-check.js";
import type { SequencePolicy } from "../policies/sequence-policy.js";
import type { AttentionProbe } from "./looks.js";
import type { PlayedEnv } from "./played-env.js";
import type { Protocol } from "./protocol.js";
import type { EvaluationResult, RunEpisode } from "./result.js";
import { Rollout } from "./rollout.js";
import { deviceOf } from "./steps.js";
import { checkedOn } from "./trial.js";

/** Options of an evaluation. */
export interface EvaluationOptions {
  /** Makes the environment of a level, numbered from 0, the easiest. Each run has its own, which is closed when the run leaves it. */
  readonly env: (level: number) => PlayedEnv;
  /** Number of levels, of which the last is tested. Default: 1. */
  readonly levels?: number;
  /** Independent runs. Default: 20, as in the paper. */
  readonly runs?: number;
  /**
   * Seed of the mazes: those of the test are episodes 0, 1, 2 … of the seed plus the run's number, whatever the policy and the
   * protocol. Default: 2,000,000,000, far from those of source agents and their tests.
   */
  readonly seed?: number;
  /** Clears the memory at each episode's end, as a control. Default: "never". */
  readonly forget?: "never" | "episode";
  /**
   * "shuffled": before the test begins, the memory is made anew from the run's episodes so far in no order, as a control.
   * Default: "played".
   */
  readonly order?: "played" | "shuffled";
  /** The most probable action, of continuous ones the mean of a Gaussian that is drawn by its weight; or one that is drawn. Default: "best". */
  readonly choose?: "best" | "sample";
  /**
   * Parts of observations that the policy is given, where these have several: default all. Else their one name: default `image` for
   * pictures, else `observation`.
   */
  readonly keys?: readonly string[];
  /** Return that a conditioned policy is told to reach in each episode, squashed as `shapedReward` does. Required by such policies. */
  readonly target?: number;
  /** Writes each episode's actions into the result, so that it can be filmed. Default: false. */
  readonly keepActions?: boolean;
  /** Checks first that the policy decides the same in one pass, in chunks and step by step, on steps of the tested level. Default: true. */
  readonly selfCheck?: boolean;
  /** Weights of attention at each step; with them the result has `looks`. */
  readonly attention?: AttentionProbe;
  /** Hears of each episode that ends. */
  readonly onEpisode?: (episode: RunEpisode) => void;
  /** Ends the evaluation with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Checked options. */
export type CompleteOptions = Required<Omit<EvaluationOptions, Optional>> & Pick<EvaluationOptions, Optional>;
type Optional = "target" | "keys" | "attention" | "onEpisode" | "signal";

const texts: Rule<readonly string[]> = {
  initial: [],
  accepted: "keys, as an array of texts",
  accepts: (value) => Array.isArray(value) && value.every((one) => typeof one === "string"),
};

const rules: Rules<Omit<CompleteOptions, "signal">> = {
  env: {
    ...required(callback() as never),
    accepted: "a function that makes the environment of a level",
    accepts: (value) => typeof value === "function",
  },
  levels: whole(1, 1, 1000),
  runs: whole(1, 20, 65_536),
  seed: whole(0, 2_000_000_000),
  forget: oneOf(["never", "episode"], "never"),
  order: oneOf(["played", "shuffled"], "played"),
  choose: oneOf(["best", "sample"], "best"),
  keys: optional(texts),
  target: optional(anyNumber(0)),
  keepActions: flag(false),
  selfCheck: flag(true),
  attention: callback(),
  onEpisode: callback(),
};

/** Steps between two looks at the clock of other work. */
const PAUSE = 16;

/**
 * Plays R runs in parallel, as rows of one batch. A run begins with an empty memory, which goes on from episode to episode, and has its
 * own environment at the level that the protocol says, so that runs are at different levels and end at different times. Which mazes a
 * run has does not depend on other runs; its actions do only by the last bits of a batch's arithmetic, and with "sample".
 * @throws CecError `cec/self-check` for a policy whose decisions depend on how its steps are cut; `cec/evaluation` for an environment, a policy or a control that does not fit; TorchError `torch/argument`
 */
export async function evaluateRuns(
  policy: SequencePolicy,
  protocol: Protocol,
  options: EvaluationOptions,
): Promise<EvaluationResult> {
  const { signal, ...rest } = options;
  const settings: CompleteOptions = {
    ...checkOptions("evaluateRuns", rules, rest),
    ...(signal && { signal }),
  };
  checkControls(policy, protocol, settings);
  const check = settings.selfCheck ? checked(policy, settings) : undefined;
  const rollout = new Rollout(policy, protocol, settings);
  try {
    for (let step = 1; rollout.step(); step++) {
      if (step % PAUSE !== 0) continue;
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    }
    return { ...rollout.result(), ...(check && { selfCheck: check }) };
  } finally {
    rollout.close();
  }
}

/** The self-check on mazes that no run has. */
function checked(
  policy: SequencePolicy,
  { env, levels, runs, seed, keys, target = 0 }: CompleteOptions,
): SelfCheck {
  const tested = env(levels - 1);
  try {
    const { isConditioned } = policy;
    return checkedOn(policy, tested, {
      keys,
      isConditioned,
      device: deviceOf(policy),
      seed: seed + runs,
      target,
    });
  } finally {
    tested.close();
  }
}

function checkControls(
  policy: SequencePolicy,
  protocol: Protocol,
  { levels, forget, order, target }: CompleteOptions,
): void {
  const refuse = (message: string): never => {
    throw new CecError("evaluation", message);
  };
  if (policy.isConditioned && target === undefined)
    refuse(
      "the policy is conditioned on returns and there is no target; give one, such as the squashed reward of a goal",
    );
  if (forget === "episode" && order === "shuffled")
    refuse('with forget: "episode" there is no memory to shuffle; leave order out');
  if (order === "shuffled" && (protocol.kind === "learning-progress" || levels === 1))
    refuse(
      'order: "shuffled" changes the episodes before the test, and there are none; give levels, and auto or fixed',
    );
}
