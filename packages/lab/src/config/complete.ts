// The configuration of an older run, for the experiment as it is now.
import type { Experiment, PresetName } from "../experiment.js";
import type { RunRecord } from "../run/record.js";
import { completeShape, leavesOf } from "./leaves.js";
import { assign, isPlain } from "./plain.js";
import { resolveConfig } from "./resolve.js";

/**
 * The configuration of a run, where an option did not exist when it was made with the value of its preset, or else the
 * default; `say` gets a sentence if so.
 */
export function completeConfig(
  experiment: Experiment,
  { preset, config }: Pick<RunRecord, "preset" | "config">,
  say: (message: string) => void,
): Readonly<Record<string, unknown>> {
  const complete = structuredClone(config) as Record<string, unknown>;
  const known = experiment.presets[preset as PresetName] === undefined ? {} : { preset };
  const values = resolveConfig(experiment, known).config;
  const added = leavesOf(completeShape(experiment.config))
    .filter(({ path }) => !has(config, path))
    .map(({ name, path }) => ({ name, path, value: at(values, path) }));
  for (const { path, value } of added) assign(complete, path, value);
  if (added.length > 0) {
    const list = added.map(({ name, value }) => `${name}=${JSON.stringify(value)}`).join(", ");
    say(`options that are new since the run was made take their defaults: ${list}`);
  }
  return complete;
}

function at(config: unknown, path: readonly string[]): unknown {
  return path.reduce((node, key) => (isPlain(node) ? node[key] : undefined), config);
}

function has(config: unknown, path: readonly string[]): boolean {
  let node = config;
  for (const key of path) {
    if (typeof node !== "object" || node === null || !Object.hasOwn(node, key)) return false;
    node = (node as Record<string, unknown>)[key];
  }
  return true;
}
