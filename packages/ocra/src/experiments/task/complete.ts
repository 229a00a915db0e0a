// Values for options that nobody asked for, from preset, task, m and model.
import type { AskedOf, Completion, PresetName } from "@throughline/lab";
import { problemsEdition } from "../edition.js";
import { architectureOf } from "../pretrain/model.js";
import { pretrainingSetting } from "../pretrain/settings.js";
import type { options } from "./options.js";
import { suiteOf, taskSetting } from "./settings.js";

type Options = typeof options;

/** See `Experiment.complete`. Steps that were asked for take the place of epochs, and the other way round. */
export function completeTask(asked: AskedOf<Options>, preset: PresetName = "paper"): Completion<Options> {
  const { task, m, model, pretrained = preset } = asked;
  const { epochs, steps, ...setting } = taskSetting(preset, task, m, model);
  const isLong = asked.epochs !== undefined || asked.steps !== undefined;
  const isRandom = pretrained === "none";
  const regime = task.startsWith("art/") ? [`m ${m}`] : [];
  return {
    values: {
      ...setting,
      pretrained,
      edition: problemsEdition(asked),
      ...(isLong ? {} : { epochs, steps }),
      ...(isRandom ? { untrained: architectureOf(pretrainingSetting(preset, suiteOf(task))) } : {}),
    },
    from: [preset, task, ...regime, model].join(", "),
  };
}
