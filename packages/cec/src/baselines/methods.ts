// The methods that are compared: which policy learns from which sequences, and what it remembers at test.
import { mazeKind } from "@throughline/envs";
import { shapedReward } from "../source/reward.js";

/** A method: how it is trained and tested. */
export interface Method {
  readonly purpose: string;
  readonly policy: "CecPolicy" | "DecisionTransformer" | "AgenticTransformer" | "LstmPolicy";
  /**
   * Sequences of training. `curriculum`: as the curriculum draws them; `singleEpisodes`: one episode each; `grouped`: consecutive episodes
   * of one level by their returns, of which the last one counts.
   */
  readonly sequences: "curriculum" | "singleEpisodes" | "grouped";
  /** Episodes of training. `curriculum`: those of the curriculum; `expert`: as many of the best agents on the tested level. */
  readonly data: "curriculum" | "expert";
  /** When the memory is cleared at test: never, so that it goes on across episodes, or after each. */
  readonly forget: "never" | "episode";
  /** True if it is told the return that is still to come: at test that of a success, `wantedReturn`. */
  readonly isConditioned: boolean;
}

const across = { sequences: "curriculum", data: "curriculum", forget: "never" } as const;
const within = { sequences: "singleEpisodes", data: "curriculum", forget: "episode" } as const;
const imitates = { isConditioned: false } as const;

/**
 * The methods by name (Shi et al. 2023, section 4; `lstm` is a control of ours). That `dt` and `at` learn from "mixed" or "single" difficulty
 * is a matter of their curriculum: the levels of task difficulty, or the tested one alone.
 */
export const methods = {
  cec: {
    purpose: "imitates curricular sequences and attends across episodes",
    policy: "CecPolicy",
    ...across,
    ...imitates,
  },
  "cec-no-cross": {
    purpose: "the same model and data, episode by episode with a cleared memory",
    policy: "CecPolicy",
    ...within,
    ...imitates,
  },
  "bc-expert": {
    purpose: "the same model, episode by episode, on the best agents' episodes alone",
    policy: "CecPolicy",
    ...within,
    data: "expert",
    ...imitates,
  },
  dt: {
    purpose: "acts towards a wanted return, within one episode",
    policy: "DecisionTransformer",
    ...within,
    isConditioned: true,
  },
  at: {
    purpose: "acts towards a wanted return, after episodes from bad to good",
    policy: "AgenticTransformer",
    sequences: "grouped",
    data: "curriculum",
    forget: "never",
    isConditioned: true,
  },
  lstm: {
    purpose: "imitates curricular sequences with an LSTM, as a control of ours",
    policy: "LstmPolicy",
    ...across,
    ...imitates,
  },
} as const satisfies Readonly<Record<string, Method>>;

/** Name of a method. */
export type MethodName = keyof typeof methods;

/** The return that conditioned methods are asked for: that of a success, as the agents see it (4.82, 0.987 and 5.00 in the paper's mazes). */
export function wantedReturn(env: string): number {
  return shapedReward(mazeKind(env).reward);
}

/** Episodes that the Agentic Transformer remembers beside the running one: 3, in an Irreversible Path 2 (released code). */
export function keptEpisodes(env: string): number {
  return mazeKind(env).id.includes("IrreversiblePath") ? 2 : 3;
}
