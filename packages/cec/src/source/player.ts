// The agent of a run, to be watched: of the last checkpoint, so that it can be seen while it learns.
import type { Player, RunPlayer } from "@throughline/envs";
import type { RunRecord } from "@throughline/lab";
import { fromTypedArray, Generator, noGrad, scope } from "@throughline/torch";
import { actionsOf, policyOf, type RecurrentAgent } from "./agent.js";
import { runAgent } from "./run-agent.js";

/**
 * The agent of a run of `cec/source` at the level that it has come to, which draws its actions from its policy as it did when it
 * learned.
 * @throws LabError `lab/no-run` if the run has no checkpoint yet
 */
export function sourcePlayer(run: RunRecord): RunPlayer {
  const { agent, kind, options, updates } = runAgent(run);
  return { env: kind.id, options, player: agentPlayer(agent, `${run.id} after ${updates} updates`) };
}

/** An agent as a player of one maze after the other, with a memory that begins anew with each episode. */
export function agentPlayer(agent: RecurrentAgent, name: string, seed = 0): Player {
  const generator = Generator.create({ seed });
  const state = agent.start(1).keep();
  return {
    name,
    begin: () => noGrad(() => state.zero_()),
    act: (observation, env) =>
      noGrad(() =>
        scope(() => {
          const shape = [1, 1, ...env.observationSpace.shape];
          const pictures = fromTypedArray(observation, shape);
          const begins = fromTypedArray(new Uint8Array(1), [1, 1], { dtype: "bool" });
          const judged = agent.forward(pictures, state, begins);
          state.copy_(judged.state);
          return actionsOf(policyOf(judged.logits.squeeze(0)).sample([], { generator }))[0]!;
        }),
      ),
    close: () => {
      generator.dispose();
      state.dispose();
      agent.dispose();
    },
  };
}
