// Success of an agent, of a random one, and of one that knows the map.
import { MazeEnv, MazeVector, mazeKind, Oracle, type ViewOptions } from "@throughline/envs";
import { fromTypedArray, type Generator, noGrad, scope } from "@throughline/torch";
import { actionsOf, policyOf, type RecurrentAgent } from "./agent.js";

/** Episodes of an evaluation, in numbers. */
export interface Evaluation {
  readonly episodes: number;
  readonly successes: number;
  /** Mean steps of the successful episodes; 0 without any. */
  readonly length: number;
}

/** Mazes of an evaluation. */
export interface Place {
  readonly env: string;
  readonly options: ViewOptions;
  /** First seed of the mazes; each episode is the first of a seed of its own. */
  readonly seed: number;
  readonly episodes: number;
}

function summary(ends: readonly { readonly success: boolean; readonly length: number }[]): Evaluation {
  const won = ends.filter(({ success }) => success);
  const length = won.length === 0 ? 0 : won.reduce((sum, one) => sum + one.length, 0) / won.length;
  return { episodes: ends.length, successes: won.length, length };
}

/** The first episode of each of `episodes` seeds, played with the actions that `choose` gives for all lanes. */
function play(
  { env, options, seed, episodes }: Place,
  choose: (
    vector: MazeVector,
    observations: ReturnType<MazeVector["reset"]>["observations"],
  ) => ArrayLike<number>,
): Evaluation {
  const vector = new MazeVector(mazeKind(env), episodes, options);
  try {
    let { observations } = vector.reset({ seed });
    const ends = new Map<number, { success: boolean; length: number }>();
    while (ends.size < episodes) {
      const step = vector.step(choose(vector, observations));
      for (const { lane, facts } of step.ends) if (!ends.has(lane)) ends.set(lane, facts);
      observations = step.observations;
    }
    return summary([...ends.values()]);
  } finally {
    vector.close();
  }
}

/** The agent, which draws its actions from its policy as it did when it learned. */
export function evaluateAgent(agent: RecurrentAgent, place: Place, generator: Generator): Evaluation {
  return scope(() =>
    noGrad(() => {
      const state = agent.start(place.episodes);
      const begins = fromTypedArray(new Uint8Array(place.episodes), [1, place.episodes], { dtype: "bool" });
      return play(place, (_, observations) =>
        scope(() => {
          const judged = agent.forward(observations.unsqueeze(0), state, begins);
          state.copy_(judged.state);
          return actionsOf(policyOf(judged.logits.squeeze(0)).sample([], { generator }));
        }),
      );
    }),
  );
}

/** All actions alike probable. */
export function evaluateRandom(place: Place, generator: Generator): Evaluation {
  return play(place, ({ lanes, actionSpace }) =>
    scope(() => {
      const logits = fromTypedArray(new Float32Array(lanes * actionSpace.n), [lanes, actionSpace.n]);
      return actionsOf(policyOf(logits).sample([], { generator }));
    }),
  );
}

/** An agent that follows the planner's way. */
export function evaluateOracle({ env, options, seed, episodes }: Place): Evaluation {
  const maze = new MazeEnv(mazeKind(env), { ...options, height: 8, width: 8 });
  try {
    return summary(
      Array.from({ length: episodes }, (_, episode) => {
        maze.reset({ seed: seed + episode });
        const oracle = new Oracle(maze.way, maze.motions);
        let step = maze.step(oracle.act(maze.pose));
        while (!step.terminated && !step.truncated) step = maze.step(oracle.act(maze.pose));
        return step.info;
      }),
    );
  } finally {
    maze.close();
  }
}
