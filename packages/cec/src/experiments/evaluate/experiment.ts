// Evaluation of a trained model as an experiment.
import { defineExperiment, type Experiment, type PresetName } from "@throughline/lab";
import { name } from "./name.js";
import { options } from "./options.js";

export const evaluateExperiment: Experiment<typeof options> = defineExperiment({
  ...name,
  config: options,
  presets: {
    paper: { env: "GoalMaze-v0", testEpisodes: 100, cap: 100, choose: "best" },
    laptop: {},
    smoke: { runs: 2, testEpisodes: 4, cap: 1 },
  },
  complete: (_, preset: PresetName = "laptop") => ({ values: { model: preset }, from: preset }),
  async check(config, root) {
    const { checkEvaluation } = await import("./check.js");
    checkEvaluation(config, root);
  },
  async inputs(config, root) {
    const { modelFile } = await import("./model-run.js");
    return { model: modelFile(config, root) };
  },
  threads: () => 1,
  async run(context) {
    const { evaluate } = await import("./run.js");
    return evaluate(context);
  },
  async figures(run) {
    const { evaluationFigures } = await import("../train/figures.js");
    return evaluationFigures(run);
  },
});
