// Our packages as npm would publish them, and a project that has them installed from files. What is not ours comes from npm's
// cache where it can: the project's lock file has the versions of the clone's.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Ending, startProcess } from "@throughline/testing/processes";

export const clone: string = fileURLToPath(new URL("../../../..", import.meta.url));
export const create: string = join(clone, "packages/create/bin/create-throughline.js");

/** This process's environment without what vitest and npm have put there, which their like would take for theirs. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(vitest|npm_|node_env$|node_path$|init_cwd$)/i.test(name),
  ),
);

/** Runs a command in a folder. */
export function run(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Promise<Ending> {
  return startProcess(command, { cwd, env: { ...environment, ...env } }).ended;
}

/** Runs a command that must succeed. @returns its end */
export async function succeed(
  command: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Ending> {
  const ending = await run(command, cwd, env);
  if (ending.code !== 0)
    throw new Error(`${command.join(" ")} ended with ${ending.code}: ${ending.stdout}${ending.stderr}`);
  return ending;
}

interface Manifest {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

interface Locked {
  readonly name?: string;
  readonly link?: boolean;
}

/** Makes a project by create-throughline, and installs it. */
export async function installProject(folder: string, packed: string): Promise<void> {
  await succeed([process.execPath, create, folder, "--from", packed], clone);
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify(lockFor(manifest)));
  await succeed(["npm", "install", "--prefer-offline", "--no-audit", "--no-fund"], folder);
}

function lockFor({ name, dependencies, devDependencies }: Manifest): object {
  const lock = JSON.parse(readFileSync(join(clone, "package-lock.json"), "utf8")) as {
    packages: Record<string, Locked>;
  };
  const entries = Object.entries(lock.packages);
  const theirs = entries.filter(([path, { link }]) => path.startsWith("node_modules/") && !link);
  const ours = Object.entries(dependencies).flatMap(([dependency, file]) => {
    const entry = entries.find(([path, one]) => one.name === dependency && !path.startsWith("node_modules/"));
    return entry === undefined ? [] : [[`node_modules/${dependency}`, { ...entry[1], resolved: file }]];
  });
  const project = { name, version: "0.0.0", dependencies, devDependencies };
  const packages = { "": project, ...Object.fromEntries([...theirs, ...ours]) };
  return { name, version: "0.0.0", lockfileVersion: 3, requires: true, packages };
}

/** Writes the programs of docs/own-project.md to the files that it calls them. @returns the names */
export function writePrograms(folder: string): string[] {
  const page = readFileSync(join(clone, "docs/own-project.md"), "utf8");
  return [...page.matchAll(/^`(\w+\.ts)`:\n\n```ts run\n(.*?)^```$/gms)].map(([, name = "", code = ""]) => {
    writeFileSync(join(folder, name), code);
    return name;
  });
}
