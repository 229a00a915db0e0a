// A run: learn, keep the weights, test on mazes that were never seen, level by level.
import { mazeKind, type ViewOptions } from "@throughline/envs";
import { type RunContext, type Summary, wilsonInterval } from "@throughline/lab";
import { io } from "@throughline/torch";
import { kernelLevel } from "../nn/operators.js";
import type { RecurrentAgent } from "./agent.js";
import { type Evaluation, evaluateAgent, evaluateOracle, evaluateRandom } from "./evaluate.js";
import { filmAgent } from "./film.js";
import { Learner } from "./learner.js";
import { caresForMemory } from "./memory-options.js";
import type { SourceConfig } from "./options.js";
import { openRecording, recordedEpisodes } from "./record.js";
import { type LevelTest, testArtifact } from "./test-file.js";

/** Mazes of the test have seeds from here on. */
const TEST_SEEDS = 1_000_000_000;

export async function train(context: RunContext<SourceConfig>): Promise<Summary> {
  const { config } = context;
  // Those of the encoder: mazes are drawn alike by all kernels, and flossing's follow the same rule.
  context.environment({ kernels: kernelLevel() });
  const all = mazeKind(config.env).levels.slice(0, config.hardest + 1);
  const levels = config.curriculum ? all : all.slice(-1);
  const { lr, lrEnd, entropy, entropyEnd, height, width, lanes } = config;
  const recording = config.record
    ? openRecording(
        context.artifactPath(recordedEpisodes),
        config.env,
        levels,
        { height, width },
        config.recordPictures ?? 0,
        {
          ...{ experiment: "cec/source", seed: context.seed, config },
        },
      )
    : undefined;
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
        recording,
      },
      context.generator("weights"),
      context.generator("play"),
    ),
  );
  // Also where the run is stopped or fails: a vector that stays open keeps what all mazes share.
  using _ = { [Symbol.dispose]: () => learner.dispose() };
  const updates = Math.ceil(config.frames / (config.steps * lanes));
  using memory = caresForMemory(config)
    ? new (await import("./memory.js")).MemoryCare(context, learner, () => {
        return { env: config.env, options: { height, width, ...levels[learner.level] } };
      })
    : undefined;
  await memory?.before();
  await context.loop("train", { steps: updates, unit: "update" }, (step) => {
    const left = 1 - step / updates;
    const rates = { lr: lrEnd + (lr - lrEnd) * left, entropy: entropyEnd + (entropy - entropyEnd) * left };
    const watched = memory?.update(step, updates);
    return { ...learner.step(rates, (message) => context.say(message)), ...watched };
  });
  memory?.end(updates);
  recording?.close();
  io.saveSafetensors(context.artifactPath("agent.safetensors"), learner.agent.stateDict());
  const tests = all.map((options, level): LevelTest => {
    const place = {
      env: config.env,
      options: { height, width, ...options },
      seed: TEST_SEEDS,
      episodes: config.testEpisodes,
    };
    const dials = options as Readonly<Record<string, number>>;
    const agent = evaluateAgent(learner.agent, place, context.generator(`test-${level}`));
    const random = evaluateRandom(place, context.generator(`random-agent-${level}`));
    return { level, options: dials, agent, random, oracle: evaluateOracle(place) };
  });
  context.keep(testArtifact, tests);
  await film(context, learner.agent, levels.at(-1)!);
  const [easiest, { agent, random, oracle }] = [tests[0]!, tests.at(-1)!];
  const { low, high } = wilsonInterval(agent.successes, agent.episodes);
  return {
    ...{ level: learner.level, success: rate(agent), successLow: low, successHigh: high },
    ...{ length: agent.length, easiestSuccess: rate(easiest.agent) },
    ...{ randomSuccess: rate(random), randomLength: random.length },
    ...{ oracleSuccess: rate(oracle), oracleLength: oracle.length },
  };
}

/** Steps of training before which an agent has learned nothing that is worth a film. */
const LEAST_FRAMES = 2000;

/** Films the hardest mazes of the test. A film that cannot be made costs no run its results. */
async function film(
  { config, path, say }: RunContext<SourceConfig>,
  agent: RecurrentAgent,
  level: ViewOptions,
): Promise<void> {
  if (config.frames < LEAST_FRAMES) return;
  const options = { height: config.height, width: config.width, ...level };
  try {
    await filmAgent(path, agent, "agent after training", { env: config.env, options, seed: TEST_SEEDS });
  } catch (error) {
    say(`the agent could not be filmed: ${(error as Error).message}`);
  }
}

const rate = ({ successes, episodes }: Evaluation): number => successes / episodes;
