// A run: learn, keep the weights, test on mazes that were never seen.
import { mazeKind } from "@throughline/envs";
import { type RunContext, type Summary, wilsonInterval } from "@throughline/lab";
import { io } from "@throughline/torch";
import { evaluateAgent, evaluateOracle, evaluateRandom } from "./evaluate.js";
import { Learner } from "./learner.js";
import type { SourceConfig } from "./options.js";

/** Mazes of the test have seeds from here on. */
const TEST_SEEDS = 1_000_000_000;

export async function train(context: RunContext<SourceConfig>): Promise<Summary> {
  const { config } = context;
  const all = mazeKind(config.env).levels.slice(0, config.hardest + 1);
  const levels = config.curriculum ? all : all.slice(-1);
  const { lr, lrEnd, entropy, entropyEnd, height, width, lanes } = config;
  const learner = context.track(
    "learner",
    new Learner(
      {
        ...{ env: config.env, levels, lanes, view: { height, width } },
        agent: {
          channels: config.channels,
          features: config.features,
          memory: config.memory,
          units: config.units,
        },
        ppo: config,
        promotion: { at: config.promoteAt, over: config.promoteOver, steps: config.levelFrames },
        // Seeds of runs lie far apart: lane i plays seed + i.
        seed: context.seed * 100_003,
      },
      context.generator("weights"),
      context.generator("play"),
    ),
  );
  const updates = Math.ceil(config.frames / (config.steps * lanes));
  await context.loop("train", { steps: updates, unit: "update" }, (step) => {
    const left = 1 - step / updates;
    const rates = { lr: lrEnd + (lr - lrEnd) * left, entropy: entropyEnd + (entropy - entropyEnd) * left };
    return { ...learner.step(rates, (message) => context.say(message)) };
  });
  io.saveSafetensors(context.artifactPath("agent.safetensors"), learner.agent.stateDict());
  const hardest = levels.at(-1)!;
  const place = {
    env: config.env,
    options: { height, width, ...hardest },
    seed: TEST_SEEDS,
    episodes: config.testEpisodes,
  };
  const agent = evaluateAgent(learner.agent, place, context.generator("test"));
  const random = evaluateRandom(place, context.generator("random-agent"));
  const oracle = evaluateOracle(place);
  const { low, high } = wilsonInterval(agent.successes, agent.episodes);
  learner.dispose();
  return {
    ...{
      success: agent.successes / agent.episodes,
      successLow: low,
      successHigh: high,
      length: agent.length,
    },
    ...{
      level: learner.level,
      randomSuccess: random.successes / random.episodes,
      randomLength: random.length,
    },
    ...{ oracleSuccess: oracle.successes / oracle.episodes, oracleLength: oracle.length },
  };
}
