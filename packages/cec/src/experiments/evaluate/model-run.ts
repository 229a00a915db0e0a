// The run whose model is evaluated.
import { join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { artifactPath, listRuns, type PresetName, type RunRecord, resolveConfig } from "@throughline/lab";
import { CecError } from "../../errors.js";
import { trainExperiment } from "../train/experiment.js";
import { policyFile } from "../train/model.js";
import { finishedRun } from "../train/model-run.js";
import { name } from "../train/name.js";
import { dataOptions, learningOptions, modelOptions } from "../train/options.js";
import type { EvaluateConfig } from "./options.js";

const presets: readonly PresetName[] = ["paper", "laptop", "smoke"];

type Asked = Pick<EvaluateConfig, "model" | "env" | "method" | "curriculum"> & { readonly seed: number };

/** @throws CecError `cec/model` if there is no such run */
export function modelRun(config: Asked, root: string): RunRecord {
  const preset = presets.find((each) => each === config.model);
  return preset === undefined ? finishedRun(config.model, root) : lastOf(config, root, preset);
}

/** The file of the model. @throws CecError `cec/model` if there is no such run */
export function modelFile(config: Asked, root: string): string {
  return artifactPath(modelRun(config, root).path, policyFile);
}

/** Options by which a model is another one; where its data lie, and who assembles them, is none of these. */
const telling: readonly string[] = Object.keys({
  ...modelOptions,
  ...dataOptions,
  ...learningOptions,
}).filter((key) => !["data", "gate", "workers"].includes(key));

/** The last model as the preset has it: one of an ablation, which has another option, is not meant. */
function lastOf(asked: Asked, root: string, preset: PresetName): RunRecord {
  const names: readonly string[] = preset === "laptop" ? ["laptop", "default"] : [preset];
  const { env, method, curriculum, seed } = asked;
  const overrides = [`env=${env}`, `method=${method}`, `curriculum=${curriculum}`];
  const { config: wanted } = resolveConfig(trainExperiment, { preset, overrides });
  const { runs } = listRuns(join(root, "cec", "train"));
  const found = runs.findLast(
    ({ status, preset: own, config }) =>
      status === "finished" &&
      names.includes(own) &&
      config.seed === seed &&
      telling.every((key) => isDeepStrictEqual(config[key], wanted[key])),
  );
  if (found !== undefined) return found;
  const command = `throughline run ${name.name} --preset ${preset} --env ${env} --method ${method} --curriculum ${curriculum} --seed ${seed}`;
  throw new CecError(
    "model",
    `${resolve(root)} has no finished run of ${name.name} at the preset ${preset} with env ${env}, method ${method}, curriculum ${curriculum} and seed ${seed}, and all else as the preset has it; make one: ${command}`,
  );
}
