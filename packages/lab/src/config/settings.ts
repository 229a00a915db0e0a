// Values on their way to a configuration: one for each option, and who asked for it.
import { nearest, suggestion } from "@throughline/torch/checks";
import { show } from "./accepted.js";
import { coerce } from "./coerce.js";
import { jsonSchema } from "./json-schema.js";
import { defaultThreads } from "./lab-options.js";
import type { Given } from "./layers.js";
import type { Leaf } from "./leaves.js";
import { assign, isPlain } from "./plain.js";
import { sameTwice, spelled } from "./spelling.js";

/** A value, undefined if there is none yet, and who asked for it. */
export interface Setting {
  value: unknown;
  source: string;
}

/** Settings in the order of declaration. */
export type Settings = ReadonlyMap<Leaf, Setting>;

/** The defaults there are. */
export function defaultSettings(leaves: readonly Leaf[]): Settings {
  const source = (name: string): string => (name === "threads" ? defaultThreads().source : "default");
  return new Map(leaves.map((leaf) => [leaf, { value: leaf.default, source: source(leaf.name) }]));
}

/** Source of an option's value: who asked for it. */
export function sourceOf(settings: Settings, name: string): string | undefined {
  return Array.from(settings).find(([leaf]) => leaf.name === name)?.[1].source;
}

/** The values that are there, as a tree. */
export function treeOf(settings: Settings): Record<string, unknown> {
  const tree: Record<string, unknown> = {};
  for (const [{ path }, { value }] of settings) if (value !== undefined) assign(tree, path, value);
  return tree;
}

/** Puts one given value where it belongs: into a leaf, into parts of an object, or among the problems. */
export function apply(given: Given, settings: Settings, problems: string[]): void {
  const { source } = given;
  const leaves = [...settings.keys()];
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
        apply({ path: [...path, key], value: part, source, isText: false }, settings, problems);
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
export function refuseDoubles(keys: readonly string[], source: string, problems: string[]): void {
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
