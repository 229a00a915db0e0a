// The model of a run of `cec/imitate`: made from its configuration, saved, and read back.
import { artifactPath, type RunRecord } from "@throughline/lab";
import { findRun } from "@throughline/lab/runs";
import { type Generator, Generator as Generators, io } from "@throughline/torch";
import { RecurrentPolicy } from "../../baselines/recurrent-policy.js";
import { CecError } from "../../errors.js";
import { isPicture, type ObservationForm } from "../../loading/data-card.js";
import type { PolicyInput } from "../../policies/cec-options.js";
import { CecPolicy } from "../../policies/cec-policy.js";
import type { SequencePolicy } from "../../policies/sequence-policy.js";
import { policyFile } from "../train/model.js";
import { imitationMethods } from "./methods.js";
import { name } from "./name.js";
import type { ImitateConfig } from "./options.js";

/** What a model sees and does. */
export interface ImitatorInterface {
  readonly observations: Readonly<Record<string, ObservationForm>>;
  /** Numbers of an action. */
  readonly dimensions: number;
}

/** Part of a picture's height that ResNet-18 sees: 76 of 84 rows, as in robomimic. */
const CROP = 76 / 84;

/** A model with random weights. */
export function makeImitator(
  config: ImitateConfig,
  seen: ImitatorInterface,
  generator: Generator,
): SequencePolicy {
  const { width, layers, heads, chunk, modes } = config;
  const inputs = Object.fromEntries(
    Object.entries(seen.observations).map(([key, form]) => [key, inputOf(config, form)]),
  );
  const { dimensions } = seen;
  if (imitationMethods[config.method].policy === "RecurrentPolicy")
    return new RecurrentPolicy(
      { inputs, dimensions, units: width, layers, modes, horizon: chunk },
      generator,
    );
  return new CecPolicy(
    { inputs, actions: { dimensions }, modes, width, layers, heads, window: chunk },
    generator,
  );
}

function inputOf({ encoder, channels, features }: ImitateConfig, form: ObservationForm): PolicyInput {
  if (!isPicture(form)) return { kind: "numbers", size: form.shape.reduce((a, b) => a * b, 1) };
  const [height, width] = form.shape as [number, number, number];
  return encoder === "resnet"
    ? { kind: "camera", height, width, crop: Math.round(CROP * height), features }
    : { kind: "convnet", height, width, channels: channels as [number, number, number], features };
}

/** Writes the weights with what the model sees. */
export function saveImitator(path: string, policy: SequencePolicy, seen: ImitatorInterface): void {
  io.saveSafetensors(path, policy.stateDict(), { interface: JSON.stringify(seen) });
}

/** A trained model, and the configuration that it was trained with. */
export interface TrainedImitator {
  readonly run: RunRecord;
  readonly config: ImitateConfig;
  readonly seen: ImitatorInterface;
  readonly policy: SequencePolicy;
}

/**
 * The best checkpoint of a finished run of `cec/imitate`.
 * @param typed the run's folder, id, or `latest`
 * @throws CecError `cec/model` for another experiment's run or one that has not finished
 */
export function loadImitator(typed: string, root: string, device = "cpu"): TrainedImitator {
  const run = findRun(typed, root, (runs) =>
    runs.filter(({ experiment }) => experiment === name.name).at(-1),
  );
  if (run.experiment !== name.name || run.status !== "finished")
    throw new CecError(
      "model",
      `${run.id} is a run of ${run.experiment} that is ${run.status}; accepted: a finished run of ${name.name}`,
    );
  const path = artifactPath(run.path, policyFile);
  using file = io.openSafetensors(path);
  const seen = JSON.parse(file.metadata.interface ?? "{}") as ImitatorInterface;
  const config = run.config as unknown as ImitateConfig;
  const generator = Generators.create({ seed: 0 });
  try {
    const policy = makeImitator(config, seen, generator);
    policy.loadStateDict(io.loadSafetensors(path) as never);
    policy.eval();
    return { run, config, seen, policy: policy.to({ device }) as SequencePolicy };
  } finally {
    generator.dispose();
  }
}
