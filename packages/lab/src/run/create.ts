// Creation of a run's directory.
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { checkOptions, type Rules, text } from "@throughline/torch/checks";
import { syncFolder } from "@throughline/torch/files";
import { completeShape, leavesOf } from "../config/leaves.js";
import { valueAt } from "../config/plain.js";
import type { ResolvedConfig } from "../config/resolve.js";
import { LabError } from "../errors.js";
import type { Experiment } from "../experiment.js";
import { guard, makeFolder, writeJson } from "../files/disk.js";
import { removeStaleTemporaries, temporaryName } from "../files/temporary.js";
import { checkName } from "../text/name.js";
import { configSha256 } from "./check-config.js";
import { readEnvironment } from "./environment.js";
import { writeInputs } from "./inputs.js";
import { type ConfigFile, files, type StateFile } from "./layout.js";
import type { PreparedConfig } from "./prepare.js";

/** Place of a new run. */
export interface CreateOptions {
  /** The folder of all runs. Default `runs`. */
  readonly root?: string;
  /** The directory's name. Default: the time (UTC) and a few random characters, `20261122-202601-3fa9c1`. */
  readonly name?: string;
}

/**
 * Creates the directory of a run, `<root>/<experiment>/<name>`, atomically.
 * @returns its absolute path.
 * @throws TorchError torch/argument for an unknown option; LabError lab/exists if there is one of that name, lab/disk
 */
export function createRun(
  experiment: Experiment,
  resolved: PreparedConfig,
  options: CreateOptions = {},
): string {
  const created = new Date();
  const rules: Rules<Required<CreateOptions>> = { root: text("runs"), name: text(newId(created)) };
  const { root, name: id } = checkOptions("createRun", rules, options);
  checkName("a run", id);
  const path = resolve(root, experiment.name, id);
  if (existsSync(path)) throw alreadyThere(path);
  const temporary = join(dirname(path), temporaryName(id));
  makeFolder(dirname(path));
  const config = configFile(experiment, resolved, id, created);
  guard(path, () => {
    removeStaleTemporaries(dirname(path));
    try {
      mkdirSync(temporary);
      for (const folder of [files.checkpoints, files.figures, files.artifacts])
        mkdirSync(join(temporary, folder));
      writeJson(join(temporary, files.config), config);
      writeJson(join(temporary, files.environment), readEnvironment(resolved.config));
      writeJson(join(temporary, files.state), { ...freshState, config: configSha256(config) });
      if (resolved.inputs !== undefined) writeInputs(temporary, resolved.inputs);
      writeFileSync(join(temporary, files.metrics), "");
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { recursive: true, force: true });
      // Another process was faster: a folder that holds something is not replaced.
      throw isRename(error) && existsSync(path) ? alreadyThere(path) : error;
    }
  });
  syncFolder(dirname(path));
  return path;
}

function alreadyThere(path: string): LabError {
  return new LabError("lab/exists", `there is already a run at ${path}; give another name`);
}

function isRename(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).syscall === "rename";
}

const freshState: StateFile = { status: "created", pid: null, host: null, sessions: [], error: null };

function newId(now: Date): string {
  const [day, time] = now.toISOString().replace(/[-:]/g, "").split(/[T.]/);
  return `${day}-${time}-${randomBytes(3).toString("hex")}`;
}

function configFile(experiment: Experiment, resolved: ResolvedConfig, id: string, created: Date): ConfigFile {
  const options: Record<string, { value?: unknown; source: string }> = {};
  for (const { name, path } of leavesOf(completeShape(experiment.config))) {
    options[name] = { value: valueAt(resolved.config, path), source: resolved.sources[name] ?? "default" };
  }
  const { preset } = resolved;
  return { version: 1, id, experiment: experiment.name, preset, created: created.toISOString(), options };
}
