// Training on a task as an experiment: one task, one number of held-out objects, one model.
import { defineExperiment, type Experiment } from "@throughline/lab";
import { completeTask } from "./complete.js";
import { name } from "./name.js";
import { options } from "./options.js";

/** Problems in a step from which operations are worth all cores. */
const MANY = 8;

export const taskExperiment: Experiment<typeof options> = defineExperiment({
  ...name,
  config: options,
  presets: {
    paper: { workers: 4 },
    laptop: {},
    smoke: { pretrained: "none", logEvery: 1 },
  },
  complete: completeTask,
  async check({ seed, device, ...config }, root, sources) {
    const { checkTask } = await import("./check.js");
    await checkTask(config, { root, seed, device, sources });
  },
  async inputs(config, root) {
    const { encoderFile } = await import("./encoder.js");
    const { pathInputs, objectInput } = await import("../inputs.js");
    const { splitsOf } = await import("./problems.js");
    const { task, path, objects } = config;
    return {
      encoder: encoderFile(config, root),
      ...(task === "puzzles" ? { puzzles: path } : pathInputs(path, splitsOf(config))),
      objects: objectInput(objects),
    };
  },
  threads: ({ batch }, cores) => (batch < MANY ? 1 : cores),
  ranks: true,
  async run(context) {
    const { runTask } = await import("./run.js");
    return runTask(context);
  },
  async figures(run) {
    const { taskFigures } = await import("./figures.js");
    return taskFigures(run);
  },
});
