// The policy of `throughline rollout`: that of a run, or one in a file.
import { statSync } from "node:fs";
import { basename } from "node:path";
import type { CommandCall } from "@throughline/lab";
import { methods, wantedReturn } from "../../baselines/methods.js";
import { openPolicyFile } from "../../checkpoints/import.js";
import { CecError } from "../../errors.js";
import { type Interface, loadPolicy } from "../../experiments/train/model.js";
import { lastFinished } from "../../experiments/train/model-run.js";
import type { SequencePolicy } from "../../policies/sequence-policy.js";

/** A policy that plays, and what it needs. */
export interface RolledModel {
  /** Name for titles and refusals. */
  readonly name: string;
  readonly policy: SequencePolicy;
  readonly sees: Pick<Interface, "key" | "height" | "width" | "actions">;
  /** Environment that it learned, if that is known. */
  readonly env?: string;
  /** When its memory is cleared. */
  readonly forget: "never" | "episode";
  /** Return that it is told to reach, if it is told one and learned in mazes. */
  readonly target?: number;
}

/** @throws CecError `cec/model`, `cec/checkpoint`; LabError `lab/no-run` */
export async function modelOf(typed: string, findRun: CommandCall["findRun"]): Promise<RolledModel> {
  if (statSync(typed, { throwIfNoEntry: false })?.isFile()) return modelOfFile(typed);
  const run = await findRun(typed, lastFinished);
  const { policy, config, seen } = loadPolicy(run.path, "");
  const { forget, isConditioned } = methods[config.method];
  return {
    ...{ name: run.id, policy, sees: seen, env: config.env, forget },
    ...(isConditioned && { target: wantedReturn(config.env) }),
  };
}

/** A policy that `savePolicyFile` or `throughline import` wrote. */
function modelOfFile(path: string): RolledModel {
  const policy = openPolicyFile(path);
  const { inputs, actions } = policy.options;
  const [[key, input] = ["", undefined], ...others] = Object.entries(inputs);
  const name = basename(path);
  if (input !== undefined && input.kind !== "numbers" && others.length === 0 && "count" in actions)
    return {
      ...{ name, policy, forget: "never" },
      sees: { key, height: input.height, width: input.width, actions: actions.count },
    };
  policy.dispose();
  const does = "count" in actions ? `${actions.count} actions` : `actions of ${actions.dimensions} numbers`;
  throw new CecError(
    "model",
    `${name} sees ${Object.keys(inputs).join(", ")} and has ${does}; accepted: one picture and numbered actions`,
  );
}
