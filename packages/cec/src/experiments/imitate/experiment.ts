// Imitation of demonstrations as an experiment.
import { defineExperiment, type Experiment, type PresetName } from "@throughline/lab";
import { name } from "./name.js";
import { options } from "./options.js";
import { imitationSetting } from "./settings.js";

export const imitateExperiment: Experiment<typeof options> = defineExperiment({
  ...name,
  config: options,
  presets: {
    paper: {
      ...{ encoder: "resnet", heads: 8, lr: 1e-4, lrEnd: 1e-4, warmup: 0, maxGradNorm: 0, checkpoints: 30 },
    },
    laptop: { lr: 1e-3, lrEnd: 1e-5 },
    smoke: {
      ...{
        channels: [4, 4, 4],
        features: 8,
        heads: 2,
        warmup: 1,
        checkpoints: 1,
        horizon: 30,
        most: 1,
        workers: 0,
      },
    },
  },
  complete(asked, preset: PresetName = "laptop") {
    const { env, input, method } = asked;
    return {
      values: { ...imitationSetting(preset, env, input, method), data: preset },
      from: `${preset}, ${env}, ${input}, ${method}`,
    };
  },
  async check(config, root) {
    const { checkImitation } = await import("./check.js");
    checkImitation(config, root);
  },
  async inputs(config, root) {
    const { demonstrationFolder } = await import("./data.js");
    return { demonstrations: demonstrationFolder(config, root) };
  },
  // Small models are learned best by one core each, so that a laptop trains two at once.
  threads: ({ width }, cores) => (width <= 128 ? 1 : cores),
  async run(context) {
    const { imitate } = await import("./run.js");
    return imitate(context);
  },
  async figures(run) {
    const { imitationFigures } = await import("./figures.js");
    return imitationFigures(run);
  },
});
