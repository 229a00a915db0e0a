// The configuration of an older run, for the experiment as it is now.

import { completeShape, leavesOf } from "../config/leaves.js";
import { assign, valueAt } from "../config/plain.js";
import { resolveConfig } from "../config/resolve.js";
import { LabError } from "../errors.js";
import type { Experiment, PresetName } from "../experiment.js";
import type { RunRecord } from "./record.js";

/**
 * The configuration of a run, where an option did not exist when it was made with the value of its preset, or else the
 * default; `say` gets a sentence if so.
 * @throws LabError lab/changed if values mean nothing to the experiment any more
 */
export function olderConfig(
  experiment: Experiment,
  { preset, config, sources }: Pick<RunRecord, "preset" | "config" | "sources">,
  say: (message: string) => void,
): Readonly<Record<string, unknown>> {
  const complete = structuredClone(config) as Record<string, unknown>;
  removeEmpty(experiment, complete);
  checkOlder(experiment, complete);
  const known = experiment.presets[preset as PresetName] === undefined ? {} : { preset };
  const values = resolveConfig(experiment, known).config;
  const added = leavesOf(completeShape(experiment.config))
    .filter(({ name, path }) => valueAt(config, path) === undefined && !Object.hasOwn(sources, name))
    .map(({ name, path }) => ({ name, path, value: valueAt(values, path) }))
    .filter(({ value }) => value !== undefined);
  for (const { path, value } of added) assign(complete, path, value);
  if (added.length > 0) {
    const list = added.map(({ name, value }) => `${name}=${JSON.stringify(value)}`).join(", ");
    say(`options added since the run was created take their defaults: ${list}`);
  }
  return complete;
}

/** Earlier versions wrote an empty text where today an option is left out. */
function removeEmpty(experiment: Experiment, config: Record<string, unknown>): void {
  for (const [name, schema] of Object.entries(completeShape(experiment.config))) {
    const isLeftOut =
      config[name] === "" && !schema.safeParse("").success && schema.safeParse(undefined).success;
    if (isLeftOut) delete config[name];
  }
}

/** Options that are gone, or accept other values than they did, cannot be guessed at. */
function checkOlder(experiment: Experiment, config: Readonly<Record<string, unknown>>): void {
  const shape = completeShape(experiment.config);
  const gone = Object.keys(config).filter((name) => !Object.hasOwn(shape, name));
  const wrong = Object.entries(shape).filter(
    ([name, schema]) => config[name] !== undefined && !schema.safeParse(config[name]).success,
  );
  const names = [...gone, ...wrong.map(([name]) => name)];
  if (names.length === 0) return;
  const shown = names.map((name) => `${name}=${JSON.stringify(config[name])}`).join(", ");
  throw new LabError(
    "lab/changed",
    `the options of ${experiment.name} have changed since the run was created: ${shown} are no longer accepted; start a new run`,
  );
}
