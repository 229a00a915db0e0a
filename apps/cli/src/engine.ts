// The folders of our packages with something compiled, found without loading them.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The engine first. */
export const compiledPackages = ["@throughline/torch", "@throughline/flossing", "@throughline/ocra"] as const;

/** Folder of a package. */
export const folderOf = (name: (typeof compiledPackages)[number]): string =>
  dirname(dirname(fileURLToPath(import.meta.resolve(name))));

/** Whether this is the command of a clone of our repository: only there the packages have their project files. */
export const isClone = (): boolean => existsSync(join(folderOf("@throughline/torch"), "tsconfig.json"));
