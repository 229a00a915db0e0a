// A complete, checked configuration out of defaults, preset, file and flags.
import { isDeepStrictEqual } from "node:util";
import { knownOptions, plural, suggestion } from "@throughline/torch/checks";
import { LabError } from "../errors.js";
import type { Experiment } from "../experiment.js";
import { accepted, show } from "./accepted.js";
import { complete } from "./complete.js";
import { jsonSchema } from "./json-schema.js";
import { defaultThreads } from "./lab-options.js";
import { fileLayer, type Given, overrideLayer, treeLayer } from "./layers.js";
import { completeShape, type Leaf, leavesOf } from "./leaves.js";
import {
  apply,
  defaultSettings,
  refuseDoubles,
  type Setting,
  type Settings,
  sourceOf,
  treeOf,
} from "./settings.js";

/** Sources of a configuration; later ones take precedence. */
export interface ConfigRequest {
  /** Preset of the experiment. Default: none. */
  readonly preset?: string;
  /** A YAML or JSON file of options. */
  readonly file?: string;
  /** `key=value` or `key.path=value`; values are text, lists and objects JSON. */
  readonly overrides?: readonly string[];
}

/** A configuration that a run can start with. */
export interface ResolvedConfig {
  /** The preset's name; `default` without one. */
  readonly preset: string;
  /** Every option of the experiment and of the lab; optional ones that are not set are missing. */
  readonly config: Readonly<Record<string, unknown>>;
  /**
   * Source of each value, parts of objects by dotted name: `default`, `preset laptop`, `file x.yaml`, `flag`, or what the
   * experiment completed it from, as `table: art/rmts, m 95`.
   */
  readonly sources: Readonly<Record<string, string>>;
}

/**
 * The configuration of an experiment: its defaults and the lab's (seed 0, device cpu, the number of threads that suits it),
 * then the preset, the file, the overrides; later ones take precedence. The experiment's `complete` fills the rest.
 * @throws LabError lab/preset for an unknown preset, lab/config-file for a bad file, lab/config listing every problem:
 * the option, the value, its source and the accepted values
 */
export function resolveConfig(experiment: Experiment, request: ConfigRequest = {}): ResolvedConfig {
  knownOptions("resolveConfig", { preset: true, file: true, overrides: true }, request);
  const problems: string[] = [];
  const settings = defaultSettings(leavesOf(completeShape(experiment.config)));
  for (const given of layers(experiment, request, problems)) apply(given, settings, problems);
  const open = [...settings].filter(([, { value }]) => value === undefined);
  const given = [...settings].filter(([, { value }]) => value !== undefined);
  problems.push(...given.flatMap((one) => mistake(...one)));
  if (problems.length > 0) throw refuse(experiment, problems);
  complete(experiment, request.preset, settings, open);
  problems.push(...open.flatMap((one) => mistake(...one)));
  if (problems.length > 0) throw refuse(experiment, problems);
  const config = parsed(experiment, settings);
  if (sourceOf(settings, "threads") === "default") config.threads = worthOf(experiment, config);
  const sources = Object.fromEntries(Array.from(settings, ([leaf, { source }]) => [leaf.name, source]));
  return { preset: request.preset ?? "default", config, sources };
}

/** The values as their schemas read them. @throws LabError lab/config */
function parsed(experiment: Experiment, settings: Settings): Record<string, unknown> {
  const problems: string[] = [];
  const config: Record<string, unknown> = {};
  const raw = treeOf(settings);
  for (const [key, schema] of Object.entries(completeShape(experiment.config))) {
    const { data, error } = schema.safeParse(raw[key]);
    const issues = error?.issues ?? [];
    problems.push(...issues.map(({ path, message }) => `${[key, ...path].join(".")}: ${message}`));
    if (data !== undefined) config[key] = storable(experiment, key, data);
  }
  if (problems.length > 0) throw refuse(experiment, problems);
  return config;
}

/** Number of threads that suits the work. @throws LabError lab/experiment if the experiment answers with no such number */
function worthOf(experiment: Experiment, config: Record<string, unknown>): number {
  const cores = defaultThreads().value;
  const worth = experiment.threads?.(config, cores) ?? cores;
  if (Number.isInteger(worth) && worth >= 1) return Math.min(worth, cores);
  throw new LabError(
    "lab/experiment",
    `threads() of ${experiment.name} returned ${worth}; it must return a whole number from 1`,
  );
}

function layers(experiment: Experiment, request: ConfigRequest, problems: string[]): Given[] {
  const given: Given[] = [];
  if (request.preset !== undefined) {
    const presets = experiment.presets as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    const preset = Object.hasOwn(presets, request.preset) ? presets[request.preset] : undefined;
    if (preset === undefined) {
      const hint = suggestion(request.preset, Object.keys(presets));
      throw new LabError("lab/preset", `${experiment.name} has no preset ${request.preset}${hint}`);
    }
    given.push(...treeLayer(preset, `preset ${request.preset}`));
  }
  if (request.file !== undefined) {
    const layer = fileLayer(request.file);
    refuseDoubles(
      layer.map(({ path }) => path[0]!),
      `file ${request.file}`,
      problems,
    );
    given.push(...layer);
  }
  given.push(...overrideLayer(request.overrides ?? [], problems));
  return given;
}

/** Problem of a value, as a sentence; undefined if it is accepted. */
function mistake(leaf: Leaf, { value, source }: Setting): string[] {
  const parsed = leaf.schema.safeParse(value);
  if (parsed.success) return [];
  const own = parsed.error.issues.filter((issue) => issue.code === "custom").map((issue) => issue.message);
  const unit = leaf.info?.unit === undefined ? "" : ` (${leaf.info.unit})`;
  const wanted = own.length > 0 ? own.join("; ") : `accepts ${accepted(jsonSchema(leaf.schema))}${unit}`;
  const sentence = leaf.info === undefined ? "" : `. ${leaf.info.sentence}`;
  return [`${leaf.name}=${show(value)} (${source}): ${wanted}${sentence}`];
}

function refuse(experiment: Experiment, problems: readonly string[]): LabError {
  const count = plural(problems.length, "problem");
  return new LabError(
    "lab/config",
    `${count} with the options of ${experiment.name}:\n  ${problems.join("\n  ")}`,
  );
}

/** @throws LabError lab/experiment unless `config.json` can hold the value: the experiment's mistake, not the user's */
function storable(experiment: Experiment, key: string, value: unknown): unknown {
  if (value === undefined || isDeepStrictEqual(value, JSON.parse(JSON.stringify(value)))) return value;
  throw new LabError(
    "lab/experiment",
    `the option ${key} of ${experiment.name} becomes a value that JSON cannot hold; keep options to plain data`,
  );
}
