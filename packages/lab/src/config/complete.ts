// Values that an experiment works out from others: the part of a configuration that nobody asked for.
import { LabError } from "../errors.js";
import type { Completion, Experiment, PresetName } from "../experiment.js";
import { completeShape } from "./leaves.js";
import { isPlain } from "./plain.js";
import { type Settings, treeOf } from "./settings.js";

/**
 * Fills the options that have no value yet from the experiment's `complete`.
 * @throws LabError lab/experiment if it gives options that there are none of, or leaves one open that must have a value
 */
export function complete(experiment: Experiment, preset: string | undefined, settings: Settings): void {
  const open = [...settings].filter(([, { value }]) => value === undefined);
  if (open.length === 0) return;
  const { values, from } = completionOf(experiment, preset, settings);
  for (const [leaf, setting] of open) {
    const value = leaf.path.reduce<unknown>((node, key) => (isPlain(node) ? node[key] : undefined), values);
    if (value === undefined) continue;
    setting.value = value;
    setting.source = `table: ${from}`;
  }
  const missing = open.filter(
    ([leaf, { value }]) => value === undefined && !leaf.schema.safeParse(undefined).success,
  );
  if (missing.length === 0) return;
  const names = missing.map(([{ name }]) => name).join(", ");
  throw mistaken(
    experiment,
    `leaves ${names} without a value; give the option a default, or complete() a value for it`,
  );
}

function completionOf(experiment: Experiment, preset: string | undefined, settings: Settings): Completion {
  const none: Completion = { values: {}, from: "" };
  // Options of the lab, such as the seed, are there for it to look at as well.
  const completion =
    experiment.complete?.(treeOf(settings) as never, preset as PresetName | undefined) ?? none;
  const unknown = Object.keys(completion.values).filter(
    (name) => !Object.hasOwn(completeShape(experiment.config), name),
  );
  if (unknown.length === 0) return completion;
  throw mistaken(experiment, `completes ${unknown.join(", ")}, which it does not declare`);
}

function mistaken({ name }: Experiment, what: string): LabError {
  return new LabError("lab/experiment", `the experiment ${name} ${what}`);
}

/** True if somebody asked for a value: it is neither a default nor a preset's, nor completed from a table. */
export function isAsked(source: string): boolean {
  return !/^(default$|preset |table: )/.test(source);
}
