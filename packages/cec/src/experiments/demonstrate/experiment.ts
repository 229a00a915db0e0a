// Recording of demonstrations as an experiment.
import { defineExperiment, type Experiment } from "@throughline/lab";
import { name } from "./name.js";
import { options } from "./options.js";

export const demonstrateExperiment: Experiment<typeof options> = defineExperiment({
  ...name,
  config: options,
  presets: {
    paper: { pictures: 84 },
    laptop: {},
    smoke: { demonstrations: 2 },
  },
  threads: () => 1,
  async run(context) {
    const { demonstrate } = await import("./run.js");
    return demonstrate(context);
  },
});
