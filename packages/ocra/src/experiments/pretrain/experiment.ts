// Pre-training of slot attention as an experiment.
import { defineExperiment, type Experiment } from "@throughline/lab";
import { options } from "./options.js";

export const pretrainExperiment: Experiment<typeof options> = defineExperiment({
  name: "ocra/pretrain",
  purpose: "A slot-attention autoencoder learns to take displays apart into objects",
  config: options,
  presets: {
    paper: { setting: "paper", workers: 4 },
    laptop: { setting: "laptop", workers: 1 },
    smoke: { setting: "smoke", logEvery: 1 },
  },
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
  async run(context) {
    const { pretrain } = await import("./run.js");
    return pretrain(context);
  },
  async figures(run) {
    const { pretrainingFigures } = await import("./figures.js");
    return pretrainingFigures(run);
  },
});
