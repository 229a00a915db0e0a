// A complete, checked configuration out of defaults, preset, file and flags.
import { isDeepStrictEqual } from "node:util";
import { knownOptions, nearest, plural, suggestion } from "@throughline/torch/checks";
import { LabError } from "../errors.js";
import type { Experiment } from "../experiment.js";
import type { Inputs } from "../run/inputs.js";
import { accepted, show } from "./accepted.js";
import { coerce } from "./coerce.js";
import { jsonSchema } from "./json-schema.js";
import { defaultThreads } from "./lab-options.js";
import { fileLayer, type Given, overrideLayer, treeLayer } from "./layers.js";
import { completeShape, type Leaf, leavesOf } from "./leaves.js";
import { assign, isPlain } from "./plain.js";
import { sameTwice, spelled } from "./spelling.js";

/** Where a configuration comes from; later ones win. */
export interface ConfigRequest {
  /** One of the experiment's presets; without one its defaults hold. */
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
  /** Every option of the experiment and of the lab. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Where each value came from: `default`, `preset laptop`, `file x.yaml`, `flag`; parts of objects by dotted name. */
  readonly sources: Readonly<Record<string, string>>;
  /** What the run reads, if that was looked at; see `prepareRun`. */
  readonly inputs?: Inputs;
}

/** A value that was asked for, and who asked. */
interface Setting {
  value: unknown;
  source: string;
}

/**
 * The configuration of an experiment: its defaults and the lab's (seed 0, device cpu, as many threads as its work is worth),
 * then the preset, the file, the overrides.
 * @throws LabError lab/preset for an unknown preset, lab/config-file for a bad file, lab/config listing every problem:
 * the option, the value, where it came from and what would be accepted
 */
export function resolveConfig(experiment: Experiment, request: ConfigRequest = {}): ResolvedConfig {
  knownOptions("resolveConfig", { preset: true, file: true, overrides: true }, request);
  const shape = completeShape(experiment.config);
  const leaves = leavesOf(shape);
  const problems: string[] = [];
  const settings = new Map<Leaf, Setting>(
    leaves.map((leaf) => [leaf, { value: leaf.default, source: "default" }]),
  );
  const threads = leaves.find((leaf) => leaf.name === "threads")!;
  settings.get(threads)!.source = defaultThreads().source;
  for (const given of layers(experiment, request, problems)) apply(given, leaves, settings, problems);
  for (const [leaf, setting] of settings) checkLeaf(leaf, setting, problems);
  const raw: Record<string, unknown> = {};
  for (const [leaf, { value }] of settings) assign(raw, leaf.path, value);
  const config: Record<string, unknown> = {};
  if (problems.length === 0) {
    for (const [key, schema] of Object.entries(shape)) {
      const parsed = schema.safeParse(raw[key]);
      if (parsed.success) config[key] = storable(experiment, key, parsed.data);
      else
        problems.push(
          ...parsed.error.issues.map((issue) => `${[key, ...issue.path].join(".")}: ${issue.message}`),
        );
    }
  }
  if (problems.length > 0) throw refuse(experiment, problems);
  if (settings.get(threads)!.source === "default") config.threads = worthOf(experiment, config);
  const sources = Object.fromEntries(Array.from(settings, ([leaf, { source }]) => [leaf.name, source]));
  return { preset: request.preset ?? "default", config, sources };
}

/** How many threads the work is worth. @throws LabError lab/experiment if the experiment answers with no such number */
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

/** Puts one given value where it belongs: into a leaf, into parts of an object, or among the problems. */
function apply(
  given: Given,
  leaves: readonly Leaf[],
  settings: Map<Leaf, Setting>,
  problems: string[],
): void {
  const { source } = given;
  const path = spelled(given.path, leaves);
  const leaf = leaves.find((one) => one.path.every((key, i) => path[i] === key));
  if (leaf !== undefined) {
    const setting = settings.get(leaf)!;
    const rest = path.slice(leaf.path.length);
    if (rest.length === 0) {
      setting.value = given.isText ? coerce(String(given.value), jsonSchema(leaf.schema)) : given.value;
    } else if (!setInside(leaf, setting, rest, given)) {
      problems.push(`${path.join(".")}: ${leaf.name} has no parts to be set (${source})`);
    }
    setting.source = source;
    return;
  }
  const inside = leaves.filter((one) => path.every((key, i) => one.path[i] === key));
  if (inside.length > 0) {
    const value = given.isText ? coerce(String(given.value), { type: "object" }) : given.value;
    if (isPlain(value)) {
      refuseDoubles(Object.keys(value), source, problems);
      for (const [key, part] of Object.entries(value)) {
        apply({ path: [...path, key], value: part, source, isText: false }, leaves, settings, problems);
      }
    } else {
      const parts = inside.map((one) => one.name).join(", ");
      problems.push(`${path.join(".")}=${show(given.value)} (${source}): set its parts instead: ${parts}`);
    }
    return;
  }
  const name = given.path.join(".");
  const names = leaves.map((one) => one.name);
  const groups = new Set(
    leaves.map((one) => one.path.slice(0, -1).join(".")).filter((group) => group !== ""),
  );
  const near = nearest(name, [...names, ...groups]);
  const hint = near === undefined ? suggestion(name, names) : `; did you mean ${near}?`;
  problems.push(`${name} (${source}): there is no such option${hint}`);
}

/** One option spelt in two ways would be set twice. */
function refuseDoubles(keys: readonly string[], source: string, problems: string[]): void {
  const twice = sameTwice(keys);
  if (twice !== undefined)
    problems.push(`${twice.join(" and ")} (${source}): they mean the same option; give one`);
}

/** Sets one entry of an option that holds values by free names. @returns whether the option is of that kind */
function setInside(leaf: Leaf, setting: Setting, rest: readonly string[], given: Given): boolean {
  const entries = jsonSchema(leaf.schema).additionalProperties;
  if (typeof entries !== "object" || rest.length !== 1) return false;
  const value = given.isText ? coerce(String(given.value), entries) : given.value;
  setting.value = { ...(isPlain(setting.value) ? setting.value : {}), [rest[0]!]: value };
  return true;
}

function checkLeaf(leaf: Leaf, { value, source }: Setting, problems: string[]): void {
  const parsed = leaf.schema.safeParse(value);
  if (parsed.success) return;
  const own = parsed.error.issues.filter((issue) => issue.code === "custom").map((issue) => issue.message);
  const unit = leaf.info?.unit === undefined ? "" : ` (${leaf.info.unit})`;
  const wanted = own.length > 0 ? own.join("; ") : `accepts ${accepted(jsonSchema(leaf.schema))}${unit}`;
  const sentence = leaf.info === undefined ? "" : `. ${leaf.info.sentence}`;
  problems.push(`${leaf.name}=${show(value)} (${source}): ${wanted}${sentence}`);
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
