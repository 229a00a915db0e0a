// Training on a task as an experiment: one task, one number of held-out objects, one model.
import { defineExperiment, type Experiment } from "@throughline/lab";
import { options } from "./options.js";

export const taskExperiment: Experiment<typeof options> = defineExperiment({
  name: "ocra/task",
  purpose: "OCRA, an ablation or a baseline learns an abstract reasoning task on frozen slots",
  config: options,
  presets: {
    paper: { setting: "paper", workers: 4 },
    laptop: { setting: "laptop" },
    smoke: { setting: "smoke", pretrained: "none", logEvery: 1 },
  },
  async check({ seed, device, ...config }, root, sources) {
    const { checkTask } = await import("./check.js");
    await checkTask(config, { root, seed, device, sources });
  },
  async inputs(config, root) {
    const { encoderFile } = await import("./encoder.js");
    const { pathInputs, objectInput } = await import("../inputs.js");
    const { resolveTask, splitsOf } = await import("./resolve.js");
    const { task, path, objects } = config;
    return {
      encoder: encoderFile(config, root),
      ...(task === "puzzles" ? { puzzles: path } : pathInputs(path, splitsOf(resolveTask(config)))),
      objects: objectInput(objects),
    };
  },
  threads: ({ setting }, cores) => (setting === "smoke" ? 1 : cores),
  async run(context) {
    const { runTask } = await import("./run.js");
    return runTask(context);
  },
  async figures(run) {
    const { taskFigures } = await import("./figures.js");
    return taskFigures(run);
  },
});
