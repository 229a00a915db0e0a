// The user's own project: the nearest folder from here upwards whose package.json has "throughline". It names the
// modules that register what the project offers.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UsageError } from "./exit.js";

/** A module that registers systems, and who names it. */
export interface NamedModule {
  readonly path: string;
  /** Place of its name, for messages. */
  readonly by: string;
}

const SHAPE = '{ "registry": "./registry.js" }, or a list of such files';

/**
 * The modules that the project around a folder names: `"throughline": { "registry": … }` in its package.json.
 * @throws UsageError if what stands there names no files
 */
export function projectModules(folder: string): NamedModule[] {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const by = join(at, "package.json");
    const field = existsSync(by) ? fieldOf(by) : undefined;
    if (field !== undefined) return filesIn(field, by).map((file) => ({ path: resolve(at, file), by }));
    if (dirname(at) === at) return [];
  }
}

/** `throughline` of a manifest; undefined if it has none, or is none. */
function fieldOf(manifest: string): unknown {
  try {
    return (JSON.parse(readFileSync(manifest, "utf8")) as { throughline?: unknown } | null)?.throughline;
  } catch {
    return undefined;
  }
}

function filesIn(field: unknown, manifest: string): string[] {
  const given = (field as { registry?: unknown } | null)?.registry;
  const files: unknown[] = Array.isArray(given) ? given : [given];
  if (files.every((file): file is string => typeof file === "string" && file !== "")) return files;
  throw new UsageError(`"throughline" in ${manifest} is ${JSON.stringify(field)}; give ${SHAPE}`);
}
