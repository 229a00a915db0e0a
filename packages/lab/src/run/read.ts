// One run, read from its directory.
import { basename, join, resolve } from "node:path";
import { assign } from "../config/plain.js";
import { LabError } from "../errors.js";
import { readJson } from "../files/read-json.js";
import { type ConfigFile, files, type StateFile } from "./layout.js";
import { lockOwner } from "./lock.js";
import { legibleMetrics } from "./read-metrics.js";
import type { RunRecord } from "./record.js";
import { configShape, environmentShape, stateShape, summaryShape } from "./shapes.js";

/** Fields of a run that a listing needs, from its small files. */
export interface RunHead {
  readonly experiment: string;
  readonly preset: string;
  readonly created: string;
  readonly status: StateFile["status"];
  readonly error: string | null;
  readonly summary: RunRecord["summary"];
}

/**
 * The run in a directory, as it is now: one that was killed is `interrupted`, whatever its files say.
 * @throws LabError lab/no-run if there is none, lab/damaged if its files cannot be understood, lab/disk
 */
export function readRun(directory: string): RunRecord {
  const path = resolve(directory);
  const { head, config } = readFiles(path);
  return recordOf(path, head, config);
}

/** Fields that a listing needs of the run at `path`. @throws as `readRun` */
export function readHead(path: string): RunHead {
  return readFiles(path).head;
}

function readFiles(path: string): { readonly head: RunHead; readonly config: ConfigFile } {
  const config = readJson(join(path, files.config), configShape);
  const state = readJson(join(path, files.state), stateShape);
  if (config === undefined || state === undefined) {
    throw new LabError(
      "lab/no-run",
      `${path} is not a run: it has no ${config === undefined ? files.config : files.state}`,
    );
  }
  const { experiment, preset, created } = config;
  const { status, error } = state;
  const summary = readJson(join(path, files.summary), summaryShape) ?? {};
  return { head: { experiment, preset, created, status, error: error?.message ?? null, summary }, config };
}

/**
 * The run at `path` with this head.
 * @param config its `config.json`; read when it is looked at where it is not given
 * @throws LabError lab/damaged if its lock cannot be understood
 */
export function recordOf(path: string, head: RunHead, config?: ConfigFile): RunRecord {
  const { experiment, preset, created, status, error, summary } = head;
  let read: Pick<RunRecord, "config" | "sources"> | undefined;
  const configured = (): typeof read & {} => {
    read ??= configOf((config ?? readFiles(path).config).options);
    return read;
  };
  return {
    id: basename(path),
    path,
    experiment,
    status: status === "running" && lockOwner(path) === undefined ? "interrupted" : status,
    preset,
    get config() {
      return configured().config;
    },
    get sources() {
      return configured().sources;
    },
    summary,
    get environment() {
      return readJson(join(path, files.environment), environmentShape) ?? {};
    },
    error: error ?? undefined,
    created: new Date(created),
    async metrics() {
      const { rows, problems } = await legibleMetrics(path);
      if (problems.length > 0) throw new LabError("lab/damaged", problems[0]!);
      return rows;
    },
  };
}

function configOf(options: ConfigFile["options"]): Pick<RunRecord, "config" | "sources"> {
  const config: Record<string, unknown> = {};
  const sources: Record<string, string> = {};
  for (const [name, { value, source }] of Object.entries(options)) {
    if (value !== undefined) assign(config, name.split("."), value);
    sources[name] = source;
  }
  return { config, sources };
}
