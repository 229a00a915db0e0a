// What drives an agent's memory while it plays: the features of its episodes, without a reset in between.
import { MazeVector, mazeKind } from "@throughline/envs";
import { type Generator, noGrad, scope, stack, type Tensor, tensor } from "@throughline/torch";
import { actionsOf, policyOf, type RecurrentAgent } from "./agent.js";
import type { Place } from "./evaluate.js";

/** Number of episodes that are returned, of those that are played. */
export interface WatchOptions extends Place {
  /** Longest part of an episode, in steps. */
  readonly steps: number;
  /** Number of episodes wanted. */
  readonly wanted: number;
}

/**
 * Features of the first steps of `wanted` episodes, each of another maze and from a cleared memory on. `episodes` of them are played
 * at once, with actions drawn from the policy, for `steps` steps, or until fewer than `wanted` of them would go on: so all have the
 * same length, and an agent that wins soon is watched in its longest episodes, as far as these go.
 * @returns [steps or fewer, wanted, features]
 */
export function watchEpisodes(
  agent: RecurrentAgent,
  { env, options, seed, episodes, steps, wanted }: WatchOptions,
  generator: Generator,
): Tensor {
  const vector = new MazeVector(mazeKind(env), episodes, options);
  try {
    return scope(() =>
      noGrad(() => {
        let { observations } = vector.reset({ seed });
        let running = Array.from({ length: episodes }, (_, lane) => lane);
        let watched = running;
        const state = agent.start(episodes);
        const seen: Tensor[] = [];
        while (seen.length < steps && running.length >= wanted) {
          watched = running;
          const features = agent.encoder.forward(observations);
          seen.push(features);
          const actions = scope(() => {
            state.copy_(agent.memory.step(features, state));
            const logits = agent.policy.forward(agent.memory.output(state));
            return actionsOf(policyOf(logits).sample([], { generator }));
          });
          const step = vector.step(actions);
          const ended = new Set(step.ends.map(({ lane }) => lane));
          running = running.filter((lane) => !ended.has(lane));
          observations = step.observations;
        }
        const lanes = tensor(watched.slice(0, wanted), { dtype: "int64" });
        return stack(seen).indexSelect(1, lanes);
      }),
    );
  } finally {
    vector.close();
  }
}
