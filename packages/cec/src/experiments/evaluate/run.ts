// An evaluation of a trained model.
import type { RunContext, Summary } from "@throughline/lab";
import { cecAttention } from "../../evaluation/attention.js";
import { variantOf } from "../../evaluation/mazes.js";
import { kernelLevel } from "../../nn/operators.js";
import { CecPolicy } from "../../policies/cec-policy.js";
import { loadPolicy } from "../train/model.js";
import { numbersOf, playTest, settingOf } from "../train/test.js";
import { modelRun } from "./model-run.js";
import type { EvaluateConfig } from "./options.js";

export async function evaluate(context: RunContext<EvaluateConfig>): Promise<Summary> {
  const { config, seed } = context;
  context.environment({ kernels: kernelLevel() });
  const { path } = modelRun({ ...config, seed }, context.root);
  const { policy, seen } = loadPolicy(path, context.root, context.device);
  try {
    const setting = variantOf(settingOf(config, seen), config.variant);
    const summary = await playTest(context, policy, setting, {
      keys: [seen.key],
      ...(config.memory === "cleared" && { forget: "episode" }),
      ...(config.memory === "shuffled" && { order: "shuffled" }),
      ...(config.attention && policy instanceof CecPolicy && { attention: cecAttention(policy) }),
    });
    return numbersOf(summary);
  } finally {
    policy.dispose();
  }
}
