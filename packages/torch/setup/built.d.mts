// Types of built.mjs for the engine, which is compiled without set-up's JavaScript.

interface Surroundings {
  env: NodeJS.ProcessEnv;
  platform: NodeJS.Platform;
}

/** Folder of what set-up keeps for this user. */
export function cacheFolder(surroundings?: Surroundings): string;

/** Folders that may hold what is compiled for a package, the first choice first. `root`: folder of its package.json. */
export function buildFolders(root: string, surroundings?: Surroundings): [beside: string, inCache: string];

/** A package's compiled file, if set-up has made it. `root`: folder of its package.json. */
export function findBuilt(root: string, file: string): string | undefined;
