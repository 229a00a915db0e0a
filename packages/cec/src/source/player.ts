// The agent of a run, to be watched: of the last checkpoint, so that it can be seen while it learns.
import { ACTION_SETS, mazeKind, type Player, type RunPlayer, type ViewOptions } from "@throughline/envs";
import { LabError, latestCheckpoint, type RunRecord } from "@throughline/lab";
import { fromTypedArray, Generator, io, noGrad, scope, type Tensor } from "@throughline/torch";
import { actionsOf, policyOf, RecurrentAgent } from "./agent.js";
import type { SourceConfig } from "./options.js";

/** Place of the agent's weights in a checkpoint. */
const WEIGHTS = "learner.ppo.agent.";

/**
 * The agent of a run of `cec/source` at the level that it has come to, which draws its actions from its policy as it did when it
 * learned.
 * @throws LabError `lab/no-run` if the run has no checkpoint yet
 */
export function sourcePlayer(run: RunRecord): RunPlayer {
  const config = run.config as SourceConfig;
  const last = latestCheckpoint(run);
  if (last === undefined)
    throw new LabError("lab/no-run", `${run.id} has no checkpoint yet, so there is no agent to be watched`);
  const { index } = last.objects.learner as { readonly index: number };
  const kind = mazeKind(config.env);
  const all = kind.levels.slice(0, config.hardest + 1);
  const levels = config.curriculum ? all : all.slice(-1);
  const { height, width } = config;
  const options: ViewOptions = { height, width, ...levels[Math.min(index, levels.length - 1)] };
  const actions = ACTION_SETS[kind.complete(options).actions].length;
  const { channels, features, memory, units } = config;
  const sizes = { height, width, channels, features, memory, units, actions };
  const agent = new RecurrentAgent(sizes, Generator.create({ seed: 0 }));
  scope(() => {
    const tensors = io.loadSafetensors(last.file);
    const state: Record<string, Tensor> = {};
    for (const [name, tensor] of Object.entries(tensors))
      if (name.startsWith(WEIGHTS)) state[name.slice(WEIGHTS.length)] = tensor;
    agent.loadStateDict(state, { source: last.file });
  });
  const name = `${run.id} after ${last.steps} updates`;
  return { env: config.env, options, player: agentPlayer(agent, name) };
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
