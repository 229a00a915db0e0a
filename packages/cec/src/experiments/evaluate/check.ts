// What is checked before an evaluation begins.
import { artifactPath } from "@throughline/lab";
import { io } from "@throughline/torch";
import { methods } from "../../baselines/methods.js";
import { CecError } from "../../errors.js";
import { variantOf } from "../../evaluation/mazes.js";
import { policyFile } from "../train/model.js";
import { protocolOf, settingOf } from "../train/test.js";
import { modelRun } from "./model-run.js";
import type { EvaluateConfig } from "./options.js";

/** @throws CecError `cec/model`, `cec/evaluation` */
export function checkEvaluation(config: EvaluateConfig & { readonly seed: number }, root: string): void {
  const { config: trained, id, path } = modelRun(config, root);
  // A file that is cut or is none of weights fails here, before there is a run.
  io.openSafetensors(artifactPath(path, policyFile)).close();
  for (const option of ["env", "method", "curriculum"] as const)
    if (trained[option] !== config[option])
      throw new CecError(
        "evaluation",
        `${option} is ${config[option]}, and ${id} was trained with ${trained[option]}; give --${option} ${trained[option]}`,
      );
  variantOf(settingOf(config, { height: 8, width: 8 }), config.variant);
  const { policy, forget } = methods[config.method];
  if (config.attention && policy !== "CecPolicy")
    throw new CecError(
      "evaluation",
      `attention is looked at in models on CEC's transformer; ${config.method} is a ${policy}`,
    );
  if (config.memory !== "method" && forget === "episode")
    throw new CecError(
      "evaluation",
      `memory is ${config.memory}, and ${config.method} has none across episodes; leave it out`,
    );
  if (config.memory === "shuffled" && protocolOf(config).kind === "learning-progress")
    throw new CecError(
      "evaluation",
      "memory is shuffled, and the protocol learning-progress has no episodes before the test; give --protocol auto or fixed",
    );
}
