// The folders of our packages with something compiled, found without loading them.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ENGINE = "@throughline/torch";

const folderOf = (name: string): string => dirname(dirname(fileURLToPath(import.meta.resolve(name))));

/** Folder of the engine. */
export const engineFolder = (): string => folderOf(ENGINE);

/** Folders of the packages that this command needs, directly or not, and that have something to compile; the engine's first. */
export function compiledFolders(): string[] {
  const found = new Map([[ENGINE, engineFolder()]]);
  addDependencies(fileURLToPath(new URL("../package.json", import.meta.url)), found);
  return [...found.values()].filter((folder) => existsSync(join(folder, "native")));
}

/** Adds our packages that a manifest depends on, each resolved from where it is asked for, as pnpm keeps them apart. */
function addDependencies(manifest: string, found: Map<string, string>): void {
  const { dependencies = {} } = JSON.parse(readFileSync(manifest, "utf8")) as {
    dependencies?: Record<string, string>;
  };
  for (const name of Object.keys(dependencies)) {
    if (!name.startsWith("@throughline/") || found.has(name)) continue;
    const own = createRequire(manifest).resolve(`${name}/package.json`);
    found.set(name, dirname(own));
    addDependencies(own, found);
  }
}

/** True if this is the command of a clone of our repository: only there the packages have their project files. */
export const isClone = (): boolean => existsSync(join(engineFolder(), "tsconfig.json"));
