// Pre-training of slot attention as an experiment.
import { defineExperiment, type Experiment } from "@throughline/lab";
import { pretrainingSetting } from "../../training/pretraining-settings.js";
import { options } from "./options.js";

/** Pixels of a batch from which convolutions are worth all cores: their operations then take milliseconds. */
const MANY = 8192;

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
  threads(config, cores) {
    const { model, batch } = pretrainingSetting(config.setting, config.dataset, config.displays);
    const [height, width] = [config.resolution || (model.resolution ?? 128)].flat();
    return (config.batch || batch) * height! * (width ?? height!) < MANY ? 1 : cores;
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
