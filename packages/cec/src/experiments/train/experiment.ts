// Training on recorded learning as an experiment.
import { defineExperiment, type Experiment, type PresetName } from "@throughline/lab";
import { name } from "./name.js";
import { options } from "./options.js";
import { trainSetting } from "./settings.js";

export const trainExperiment: Experiment<typeof options> = defineExperiment({
  ...name,
  config: options,
  presets: {
    paper: {
      ...{ env: "GoalMaze-v0", channels: [16, 32, 32], features: 256, width: 256, layers: 4, heads: 8 },
      ...{ warmup: 1000, cosine: 100_000, blankStart: true, testEpisodes: 100, cap: 100, choose: "best" },
    },
    laptop: {},
    smoke: {
      ...{ channels: [4, 4, 4], features: 16, width: 16, layers: 2, heads: 2, warmup: 1 },
      ...{ runs: 2, testEpisodes: 4, cap: 1, spread: 1, gate: false },
    },
  },
  complete(asked, preset: PresetName = "laptop") {
    const { env, curriculum, method } = asked;
    return {
      values: { ...trainSetting(preset, env, curriculum, method), data: preset },
      from: `${preset}, ${env}, ${curriculum}, ${method}`,
    };
  },
  async check(config, root) {
    const { checkTraining } = await import("./check.js");
    checkTraining(config, root);
  },
  async inputs(config, root) {
    const { storeFolder } = await import("./data.js");
    return { episodes: storeFolder(config, root) };
  },
  // Small pictures are best learned from by one core a model, so that a laptop trains two at once.
  threads: ({ width }, cores) => (width <= 128 ? 1 : cores),
  ranks: true,
  async run(context) {
    const { train } = await import("./run.js");
    return train(context);
  },
  async figures(run) {
    const { trainFigures } = await import("./figures.js");
    return trainFigures(run);
  },
});
