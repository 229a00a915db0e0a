// The folders of our packages with something compiled, found without loading them.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ENGINE = "@throughline/torch";

const folderOf = (name: string): string => dirname(dirname(fileURLToPath(import.meta.resolve(name))));

/** Folder of the engine. */
export const engineFolder = (): string => folderOf(ENGINE);

/** Folders of the packages that this command needs and that have something to compile, the engine's first. */
export function compiledFolders(): string[] {
  const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> };
  const others = Object.keys(dependencies).filter(
    (name) => name.startsWith("@throughline/") && name !== ENGINE,
  );
  return [ENGINE, ...others].map(folderOf).filter((folder) => existsSync(join(folder, "native")));
}

/** Whether this is the command of a clone of our repository: only there the packages have their project files. */
export const isClone = (): boolean => existsSync(join(engineFolder(), "tsconfig.json"));
