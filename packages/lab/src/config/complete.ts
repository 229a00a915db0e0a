// Values that an experiment derives from other options.
import { LabError } from "../errors.js";
import type { Completion, Experiment, PresetName } from "../experiment.js";
import { completeShape, type Leaf } from "./leaves.js";
import { valueAt } from "./plain.js";
import { type Setting, type Settings, treeOf } from "./settings.js";

/** Begins the source of a completed value. */
const TABLE = "table: ";

/**
 * Fills the options that have no value yet from the experiment's `complete`.
 * @param open those of the settings
 * @throws LabError lab/experiment if it gives options that there are none of, or leaves one open that must have a value
 */
export function complete(
  experiment: Experiment,
  preset: string | undefined,
  settings: Settings,
  open: readonly (readonly [Leaf, Setting])[],
): void {
  if (open.length === 0) return;
  const { values, from } = completionOf(experiment, preset, settings);
  for (const [leaf, setting] of open) {
    const value = valueAt(values, leaf.path);
    if (value === undefined) continue;
    setting.value = value;
    setting.source = `${TABLE}${from}`;
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

/** True for the source of a completed value. */
export function isCompleted(source: string): boolean {
  return source.startsWith(TABLE);
}
