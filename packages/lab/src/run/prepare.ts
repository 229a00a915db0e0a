// Everything about a run that can be known before there is one.
import type { ResolvedConfig } from "../config/resolve.js";
import type { Experiment } from "../experiment.js";
import { checkDevice } from "./engine.js";
import { findInputs, type Inputs } from "./inputs.js";

/** A configuration that a run can start with. */
export interface PreparedConfig extends ResolvedConfig {
  /** Inputs of the run, if they were looked at. */
  readonly inputs?: Inputs;
}

/**
 * Looks at what a configuration names: its device, what the experiment checks, the files that are read.
 * @param root the folder of all runs
 * @returns the configuration, with the fingerprints of what is read
 * @throws LabError lab/device, lab/inputs; what the experiment's `check` throws
 */
export async function prepareRun(
  experiment: Experiment,
  resolved: ResolvedConfig,
  root = "runs",
): Promise<PreparedConfig> {
  await checkRun(experiment, resolved, root);
  return { ...resolved, inputs: await findInputs(experiment, resolved.config, root) };
}

/** The checks of `prepareRun` alone. */
export async function checkRun(
  experiment: Experiment,
  { config, sources }: Pick<ResolvedConfig, "config" | "sources">,
  root: string,
): Promise<void> {
  const device = String(config.device);
  // The CPU is always there; to look for others loads the engine.
  if (device !== "cpu") checkDevice(await import("@throughline/torch"), device);
  await experiment.check?.(config as never, root, sources);
}
