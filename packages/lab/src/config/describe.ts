// An experiment's options as rows: for help texts, flags, completion and forms.
import type { Experiment } from "../experiment.js";
import { accepted } from "./accepted.js";
import { isCompleted } from "./complete.js";
import { choicesOf, jsonSchema, typesOf } from "./json-schema.js";
import { completeShape, leavesOf } from "./leaves.js";
import { valueAt } from "./plain.js";
import { type ResolvedConfig, resolveConfig } from "./resolve.js";

/** One option, described. */
export interface OptionRow {
  /** Name, with dots for parts of an object: `model.hidden`. */
  readonly name: string;
  /** Accepted values, in words: `a whole number from 1`. */
  readonly type: string;
  /** True for switches, whose flags need no value. */
  readonly isBoolean: boolean;
  /** All accepted values, for completion; undefined if they cannot be listed. */
  readonly choices: readonly string[] | undefined;
  /** Default; undefined if the option is optional and not set by default. */
  readonly default: unknown;
  /**
   * True if the default depends on other options. The default and the presets' values are then those with all other options
   * at their defaults.
   */
  readonly isCompleted: boolean;
  readonly sentence: string;
  readonly unit: string | undefined;
  /** The value of each preset that differs from the default. */
  readonly presets: Readonly<Record<string, unknown>>;
  /** True for the lab's options (seed, device, threads), false for the experiment's. */
  readonly isLab: boolean;
}

/** The options of an experiment, then those of the lab. */
export function describeConfig(experiment: Experiment): OptionRow[] {
  const completed = completions(experiment);
  return leavesOf(completeShape(experiment.config)).map((leaf) => {
    const schema = jsonSchema(leaf.schema);
    const follows =
      leaf.default === undefined &&
      completed.some(({ sources }) => isCompleted(sources[leaf.name] ?? "default"));
    return {
      name: leaf.name,
      type: accepted(schema),
      isBoolean: typesOf(schema).join() === "boolean",
      choices: choicesOf(schema)?.map(String),
      default: follows ? valueAt(completed[0]!.config, leaf.path) : leaf.default,
      isCompleted: follows,
      sentence: leaf.info?.sentence ?? "",
      unit: leaf.info?.unit,
      presets: follows
        ? Object.fromEntries(
            completed.slice(1).map(({ preset, config }) => [preset, valueAt(config, leaf.path)]),
          )
        : presetValues(experiment, leaf.path),
      isLab: !Object.hasOwn(experiment.config, leaf.path[0]!),
    };
  });
}

/** The configurations without a preset and with each, of an experiment that completes them. */
function completions(experiment: Experiment): readonly ResolvedConfig[] {
  if (experiment.complete === undefined) return [];
  return [undefined, ...Object.keys(experiment.presets)].map((preset) =>
    resolveConfig(experiment, { preset }),
  );
}

function presetValues(experiment: Experiment, path: readonly string[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [preset, tree] of Object.entries(experiment.presets)) {
    const value = valueAt(tree, path);
    if (value !== undefined) values[preset] = value;
  }
  return values;
}
