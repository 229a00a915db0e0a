// Pre-training of slot attention as an experiment.
import { defineExperiment, type Experiment } from "@throughline/lab";
import { completePretraining } from "./complete.js";
import { name } from "./name.js";
import { options } from "./options.js";

/** Pixels of a batch from which convolutions are worth all cores: their operations then take milliseconds. */
const MANY = 8192;

export const pretrainExperiment: Experiment<typeof options> = defineExperiment({
  ...name,
  config: options,
  presets: {
    paper: { workers: 4 },
    laptop: { workers: 1 },
    smoke: { logEvery: 1 },
  },
  complete: completePretraining,
  async check(config, _root, sources) {
    const { checkPretraining } = await import("./check.js");
    await checkPretraining(config, sources);
  },
  async inputs({ path, objects, unlike }) {
    const { pathInputs, objectInput } = await import("../inputs.js");
    return {
      ...pathInputs(path, ["train", "validation"]),
      ...{ objects: objectInput(objects), unlike: objectInput(unlike) },
    };
  },
  threads: ({ batch, resolution }, cores) => (batch * resolution ** 2 < MANY ? 1 : cores),
  ranks: true,
  async run(context) {
    const { pretrain } = await import("./run.js");
    return pretrain(context);
  },
  async figures(run) {
    const { pretrainingFigures } = await import("./figures.js");
    return pretrainingFigures(run);
  },
});
