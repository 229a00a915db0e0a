// One run, read from its directory.
import { basename, join, resolve } from "node:path";
import { assign } from "../config/resolve.js";
import { LabError } from "../errors.js";
import { type ConfigFile, files, type StateFile } from "./layout.js";
import { lockOwner } from "./lock.js";
import { readJson } from "./read-json.js";
import { readMetrics } from "./read-metrics.js";
import type { RunRecord, RunStatus } from "./record.js";
import { configShape, environmentShape, stateShape, summaryShape } from "./shapes.js";

/** What the small files of a run say, by which a listing goes. */
export interface RunFiles {
  readonly config: ConfigFile;
  readonly state: Pick<StateFile, "status" | "error">;
  readonly summary: RunRecord["summary"];
}

/**
 * The run in a directory, as it is now: one that was killed is `interrupted`, whatever its files say.
 * @throws LabError lab/no-run if there is none, lab/damaged if its files cannot be understood, lab/disk
 */
export function readRun(directory: string): RunRecord {
  const path = resolve(directory);
  return recordOf(path, readFiles(path));
}

/** The small files of the run at `path`. @throws as `readRun` */
export function readFiles(path: string): RunFiles {
  const config = readJson(join(path, files.config), configShape);
  const state = readJson(join(path, files.state), stateShape);
  if (config === undefined || state === undefined) {
    throw new LabError(
      "lab/no-run",
      `${path} is not a run: it has no ${config === undefined ? files.config : files.state}`,
    );
  }
  return { config, state, summary: readJson(join(path, files.summary), summaryShape) ?? {} };
}

/** The run at `path` whose small files say this. @throws LabError lab/damaged if its lock cannot be understood */
export function recordOf(path: string, { config, state, summary }: RunFiles): RunRecord {
  return {
    id: basename(path),
    path,
    experiment: config.experiment,
    status: statusOf(path, state),
    preset: config.preset,
    ...configOf(config),
    summary,
    get environment() {
      return readJson(join(path, files.environment), environmentShape) ?? {};
    },
    error: state.error?.message,
    created: new Date(config.created),
    async metrics() {
      const { rows, problems } = await readMetrics(path);
      if (problems.length > 0) throw new LabError("lab/damaged", problems[0]!);
      return rows;
    },
    legibleMetrics: () => readMetrics(path),
  };
}

function statusOf(path: string, state: RunFiles["state"]): RunStatus {
  return state.status === "running" && lockOwner(path) === undefined ? "interrupted" : state.status;
}

function configOf(file: ConfigFile): Pick<RunRecord, "config" | "sources"> {
  const config: Record<string, unknown> = {};
  const sources: Record<string, string> = {};
  for (const [name, { value, source }] of Object.entries(file.options)) {
    assign(config, name.split("."), value);
    sources[name] = source;
  }
  return { config, sources };
}
