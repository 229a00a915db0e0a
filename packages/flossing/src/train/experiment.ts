// The paper's training as an experiment: one net, one task.
import { checkMemory, defineExperiment, type Experiment } from "@throughline/lab";
import { checkConfig } from "./check.js";
import { trainingMemory } from "./memory.js";
import { name } from "./name.js";
import { options, type TrainConfig } from "./options.js";
import { threadsWorth } from "./threads.js";

export const trainExperiment: Experiment<typeof options> = defineExperiment({
  ...name,
  config: options,
  presets: {
    paper: { flossClip: 0 },
    laptop: { epochs: 1001, flossBefore: 300, flossSteps: 300 },
    smoke: { epochs: 30, flossBefore: 10, flossSteps: 5, units: 16, k: 8, length: 60, delay: 4, relax: 10 },
  },
  async check(config, _root, sources) {
    checkConfig(config, sources);
    const { checkData } = await import("./check-data.js");
    checkData(config);
    await checkMemory(trainingMemory(config), config.device);
  },
  async inputs({ data }) {
    return { data };
  },
  threads: threadsWorth,
  ranks: true,
  async run(context) {
    checkConfig(context.config);
    const { train } = await import("./run.js");
    return train(context);
  },
  async network({ config }) {
    const { stepNetwork } = await import("./network.js");
    return stepNetwork(config as TrainConfig & { readonly seed: number });
  },
  async figures(run) {
    const { trainingFigures } = await import("./figures.js");
    return trainingFigures(run);
  },
});
