// A source agent as an experiment.
import { defineExperiment, type Experiment, LabError } from "@throughline/lab";
import { memoryDefaults, memoryProblems } from "./memory-options.js";
import { name } from "./name.js";
import { options, type SourceConfig } from "./options.js";
import { recordProblems } from "./record.js";

export const sourceExperiment: Experiment<typeof options> = defineExperiment({
  ...name,
  config: options,
  presets: {
    // The stand-in for what the paper does not give: Sample Factory's recipe for DeepMind Lab.
    paper: {
      ...{ env: "GoalMaze-v0", frames: 1_000_000_000, levelFrames: 250_000_000, lanes: 64 },
      ...{ height: 72, width: 96, channels: [16, 32, 32], features: 512, units: 256 },
      ...{ steps: 32, window: 32, epochs: 1, minibatches: 1, lr: 1e-4, lrEnd: 1e-4 },
      ...{ clip: 0.1, entropy: 0.003, entropyEnd: 0.003, maxGradNorm: 1e6 },
    },
    laptop: {},
    smoke: {
      ...{
        frames: 512,
        levelFrames: 256,
        lanes: 4,
        height: 16,
        width: 20,
        channels: [4, 4, 4],
        features: 16,
        units: 16,
      },
      ...{ steps: 32, window: 8, epochs: 2, minibatches: 2, testEpisodes: 4 },
    },
  },
  complete: memoryDefaults,
  async check(config) {
    checkSizes(config);
  },
  // Small pictures are best learned by one core an agent, so that a laptop trains two at once.
  threads: ({ height, width }, cores) => (height * width < 1500 ? 1 : cores),
  async run(context) {
    checkSizes(context.config);
    const { train } = await import("./run.js");
    return train(context);
  },
  async player(run) {
    const { sourcePlayer } = await import("./player.js");
    return sourcePlayer(run);
  },
  async figures(run) {
    const { sourceFigures } = await import("./figures.js");
    return sourceFigures(run);
  },
});

function checkSizes(config: SourceConfig): void {
  const { steps, window, lanes, minibatches } = config;
  const problems = [...recordProblems(config), ...memoryProblems(config)];
  if (steps % window !== 0) problems.push(`window is ${window}, accepted: a divisor of steps, ${steps}`);
  const sequences = (steps / window) * lanes;
  if (minibatches > sequences)
    problems.push(`minibatches is ${minibatches}, accepted: at most lanes · steps / window, ${sequences}`);
  if (problems.length > 0) throw new LabError("lab/config", problems.join("; "));
}
