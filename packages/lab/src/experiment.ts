// An experiment is a value: what it is for, what can be set, and what it does.
import { z } from "zod";
import type { Figure } from "./figures/figure.js";
import type { RunContext } from "./run/context.js";
import type { RunRecord } from "./run/record.js";

/** The sizes an experiment comes in; see docs: `paper` is exactly the published setting, `smoke` proves plumbing only. */
export type PresetName = "paper" | "laptop" | "smoke";

/** Options by name, each a zod schema made by `option`. */
export type ConfigShape = Readonly<Record<string, z.ZodType>>;
/** What a configuration of this shape holds once it is complete. */
export type ConfigOf<Shape extends ConfigShape> = z.output<z.ZodObject<Shape>>;

/** What is known of one option beside its schema. */
export interface OptionInfo {
  /** One sentence. */
  readonly sentence: string;
  /** The unit of the value, such as `steps` or `nats per step`; left out for pure numbers, names and switches. */
  readonly unit?: string;
}

/** What `option` has recorded, for help texts, forms and `describe`. */
export const optionInfo: z.core.$ZodRegistry<OptionInfo> = z.registry<OptionInfo>();

/** An option: a zod schema with a default, one sentence, and its unit. */
export function option<Schema extends z.ZodType>(schema: Schema, sentence: string, unit?: string): Schema {
  optionInfo.add(schema, { sentence, unit });
  return schema;
}

/** What `run` may return: the figures of merit that go into `summary.json`. */
export type Summary = Readonly<Record<string, number | string | boolean | null>>;

/**
 * An experiment. Its module must not load the engine: `run` and `figures` import what they need when they are called,
 * so that listing and describing experiments starts fast.
 */
export interface Experiment<Shape extends ConfigShape = ConfigShape> {
  /** `system/what`, such as `flossing/copy`. */
  readonly name: string;
  /** One line. */
  readonly purpose: string;
  /** Every option, with a default each. `seed`, `device` and `threads` are the lab's and need not be declared. */
  readonly config: Shape;
  /** Where a preset differs from the defaults. An experiment without a published setting has no `paper`. */
  readonly presets: Readonly<Partial<Record<PresetName, Partial<ConfigOf<Shape>>>>>;
  /** Does it. What it returns becomes the summary. */
  run(context: RunContext<ConfigOf<Shape>>): Promise<Summary>;
  /** The figures of a finished (or unfinished) run, from its files alone. */
  figures?(run: RunRecord): Promise<Readonly<Record<string, Figure>>>;
}

/** Checks an experiment's shape where it is written, and keeps its types. */
export function defineExperiment<const Shape extends ConfigShape>(
  experiment: Experiment<Shape>,
): Experiment<Shape> {
  return experiment;
}
