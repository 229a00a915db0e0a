// Environment of a run: versions, machine, commit.
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, hostname, release, totalmem } from "node:os";
import { ownCommit, projectCommit } from "./commits.js";

/** `environment.json`. */
export type Environment = Readonly<Record<string, unknown>>;

/** The environment of this process. The engine's version is added when the engine is loaded. */
export function readEnvironment(config: Readonly<Record<string, unknown>>): Environment {
  return {
    ...versions(null),
    ...commits(),
    cores: cpus().length,
    coresAvailable: availableParallelism(),
    memory: totalmem(),
    threads: config.threads,
    device: config.device,
    seed: config.seed,
    host: hostname(),
    argv: process.argv,
    directory: process.cwd(),
  };
}

/** `git`: Throughline's own commit; `project`: that of the working directory, where it is another repository. */
function commits(): Environment {
  const [git, project] = [ownCommit(), projectCommit()];
  return project === null ? { git } : { git, project };
}

/** The version of this package. */
export function labVersion(): string {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

/** Parts of the environment that the numbers of a run depend on. */
export function versions(libtorch: string | null): Environment {
  return {
    throughline: labVersion(),
    libtorch,
    node: process.version,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    os: `${process.platform} ${release()} ${process.arch}`,
  };
}

/** Differences of `now`, made by `versions`, from the environment that a run began in. */
export function differences(before: Environment, now: Environment): string[] {
  return Object.keys(now)
    .filter((key) => before[key] !== now[key])
    .map((key) => `${key} was ${String(before[key])} and is ${String(now[key])}`);
}
