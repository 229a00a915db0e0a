// Options of a pre-training run over the values of its setting.
import { storedSplit } from "../../datasets/stored-split.js";
import type { NamedDataSet } from "../../datasets/worker-entry.js";
import { type PretrainingSetting, pretrainingSetting } from "../../training/pretraining-settings.js";
import { type Phase, stepsOf } from "../../training/settings.js";
import type { PretrainConfig } from "./options.js";

/** Everything that a run does, with no value left open. */
export function resolvePretraining(config: PretrainConfig): PretrainingSetting {
  const base = pretrainingSetting(config.setting, config.dataset, config.displays);
  const displays = config.dataset === "svrt" ? "perProblem" : "count";
  return {
    ...base,
    model: { ...base.model, ...modelOptions(config) },
    initialisation: config.initialisation === "setting" ? base.initialisation : config.initialisation,
    batch: config.batch || base.batch,
    phases: phasesOf(base.phases, config),
    warmup: config.warmup < 0 ? base.warmup : config.warmup,
    decay: config.decay === "setting" ? base.decay : config.decay,
    encoderRate: config.encoderRate < 0 ? base.encoderRate : config.encoderRate,
    clip: config.clip < 0 ? base.clip : config.clip,
    pixels: config.pixels === "setting" ? base.pixels : config.pixels,
    train: config.displays === 0 ? base.train : { ...base.train, [displays]: config.displays },
    validateEvery: config.validateEvery || base.validateEvery,
  };
}

/** Displays of a run, drawn or from the disk. @param options what the setting says of them, if they are drawn */
export function displaysOf(
  { dataset, objects, unlike, path }: PretrainConfig,
  model: PretrainingSetting["model"],
  split: "train" | "validation",
  options: Readonly<Record<string, unknown>>,
): NamedDataSet {
  const name = `${dataset}/displays`;
  const { resolution = 128, channels = 1 } = model;
  const size = typeof resolution === "number" ? resolution : resolution[0];
  if (path !== "") return storedSplit(path, split, { name, size, channels, config: { split } });
  const own = { ...(objects === "" ? {} : { objects }), ...(unlike === "" ? {} : { unlike }) };
  return { name, options: { ...options, ...own, size, split } };
}

function modelOptions(config: PretrainConfig): PretrainingSetting["model"] {
  const { initialSlots, arithmetic, readout } = config;
  const sizes = [
    "resolution",
    "slots",
    "dim",
    "iterations",
    "starts",
    "encoderChannels",
    "blankWeight",
    "blankLevel",
  ] as const;
  const decoder = ["decoderChannels", "decoderPixels"] as const;
  const strides = ["encoderStrides", "decoderStrides"] as const;
  return {
    ...Object.fromEntries(
      [...sizes, ...decoder].flatMap((name) => (config[name] ? [[name, config[name]]] : [])),
    ),
    ...Object.fromEntries(strides.flatMap((name) => (config[name].length > 0 ? [[name, config[name]]] : []))),
    ...(initialSlots === "setting" ? {} : { learnInitialSlots: initialSlots === "learned" }),
    ...(arithmetic === "setting" ? {} : { arithmetic }),
    ...(readout === "setting" ? {} : { readout }),
  };
}

/** Other steps than the setting's cut its phases, or make the last one longer. */
function phasesOf(phases: readonly Phase[], { steps, lr }: PretrainConfig): Phase[] {
  const wanted = steps || stepsOf(phases);
  let left = wanted;
  const cut = phases.map((phase, i) => {
    const own = i === phases.length - 1 ? left : Math.min(left, phase.steps);
    left -= own;
    return { steps: own, lr: lr || phase.lr };
  });
  return cut.filter((phase) => phase.steps > 0);
}
