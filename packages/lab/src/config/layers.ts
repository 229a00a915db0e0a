// Sources of values before they are checked: presets and files are trees, flags are `key.path=value`.
import { createRequire } from "node:module";
import { extname } from "node:path";
import { readText } from "@throughline/torch/files";
import { LabError } from "../errors.js";
import { isPlain } from "./plain.js";

/** One value given for one place, before it is known whether there is such a place. */
export interface Given {
  readonly path: readonly string[];
  readonly value: unknown;
  readonly source: string;
  /** True if the value is text that stands for something else. */
  readonly isText: boolean;
}

/** Values of a preset or a file. */
export function treeLayer(tree: Readonly<Record<string, unknown>>, source: string): Given[] {
  return Object.entries(tree).map(([key, value]) => ({ path: [key], value, source, isText: false }));
}

/** Values of `key=value` and `key.path=value`; text without `=` is among the problems. */
export function overrideLayer(overrides: readonly string[], problems: string[]): Given[] {
  return overrides.flatMap((text) => {
    const at = text.indexOf("=");
    if (at <= 0) {
      problems.push(`${text} (flag): write key=value, such as seed=1`);
      return [];
    }
    const path = text.slice(0, at).trim().split(".");
    return [{ path, value: text.slice(at + 1), source: "flag", isText: true }];
  });
}

/**
 * Reads the values of a YAML or JSON file.
 * @throws LabError lab/config-file if it cannot be read, is not well-formed, or does not hold an object
 */
export function fileLayer(file: string): Given[] {
  let text: string;
  try {
    text = readText(file);
  } catch (cause) {
    throw new LabError("lab/config-file", `cannot read the configuration ${(cause as Error).message}`, {
      cause,
    });
  }
  const tree = parse(file, text);
  if (tree === null || tree === undefined) return [];
  if (!isPlain(tree)) {
    throw new LabError("lab/config-file", `${file} does not hold options by name, as in "steps: 100"`);
  }
  return treeLayer(tree, `file ${file}`);
}

function parse(file: string, text: string): unknown {
  try {
    if (extname(file).toLowerCase() === ".json") return JSON.parse(text);
    // Loaded when a file is read: most commands never need it.
    const yaml = createRequire(import.meta.url)("yaml") as typeof import("yaml");
    return yaml.parse(text);
  } catch (cause) {
    const message = (cause as Error).message.split("\n")[0];
    throw new LabError("lab/config-file", `${file} is not well-formed: ${message}`, { cause });
  }
}
