// An experiment's options as rows: for help texts, flags, completion and forms.
import type { Experiment } from "../experiment.js";
import { accepted } from "./accepted.js";
import { choicesOf, jsonSchema, typesOf } from "./json-schema.js";
import { completeShape, leavesOf } from "./leaves.js";
import { isPlain } from "./plain.js";

/** One option, described. */
export interface OptionRow {
  /** With dots for parts of an object: `model.hidden`. */
  readonly name: string;
  /** What is accepted, in words: `a whole number from 1`. */
  readonly type: string;
  /** Whether it is a switch, for flags that need no value. */
  readonly isBoolean: boolean;
  /** The values there are, for completion; undefined if they cannot be listed. */
  readonly choices: readonly string[] | undefined;
  readonly default: unknown;
  readonly sentence: string;
  readonly unit: string | undefined;
  /** The value of each preset that differs from the default. */
  readonly presets: Readonly<Record<string, unknown>>;
  /** Whether it is the lab's (seed, device, threads) rather than the experiment's. */
  readonly isLab: boolean;
}

/** The options of an experiment, then those of the lab. */
export function describeConfig(experiment: Experiment): OptionRow[] {
  return leavesOf(completeShape(experiment.config)).map((leaf) => {
    const schema = jsonSchema(leaf.schema);
    return {
      name: leaf.name,
      type: accepted(schema),
      isBoolean: typesOf(schema).join() === "boolean",
      choices: choicesOf(schema)?.map(String),
      default: leaf.default,
      sentence: leaf.info?.sentence ?? "",
      unit: leaf.info?.unit,
      presets: presetValues(experiment, leaf.path),
      isLab: !Object.hasOwn(experiment.config, leaf.path[0]!),
    };
  });
}

function presetValues(experiment: Experiment, path: readonly string[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [preset, tree] of Object.entries(experiment.presets)) {
    let node: unknown = tree;
    for (const key of path) node = isPlain(node) && Object.hasOwn(node, key) ? node[key] : undefined;
    if (node !== undefined) values[preset] = node;
  }
  return values;
}
