// The configuration of an older run, for the experiment as it is now.
import type { Experiment } from "../experiment.js";
import { completeShape, leavesOf } from "./leaves.js";
import { assign } from "./plain.js";

/** `config` with the default of every option that did not exist when the run was made; `say` gets a sentence if so. */
export function completeConfig(
  experiment: Experiment,
  config: Readonly<Record<string, unknown>>,
  say: (message: string) => void,
): Readonly<Record<string, unknown>> {
  const complete = structuredClone(config) as Record<string, unknown>;
  const added = leavesOf(completeShape(experiment.config)).filter(({ path }) => !has(config, path));
  for (const leaf of added) assign(complete, leaf.path, leaf.default);
  if (added.length > 0) {
    const list = added.map((leaf) => `${leaf.name}=${JSON.stringify(leaf.default)}`).join(", ");
    say(`options that are new since the run was made take their defaults: ${list}`);
  }
  return complete;
}

function has(config: unknown, path: readonly string[]): boolean {
  let node = config;
  for (const key of path) {
    if (typeof node !== "object" || node === null || !Object.hasOwn(node, key)) return false;
    node = (node as Record<string, unknown>)[key];
  }
  return true;
}
