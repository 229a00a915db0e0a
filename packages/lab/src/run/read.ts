// Runs read from their directories.
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { assign } from "../config/resolve.js";
import { LabError } from "../errors.js";
import { diskError, isMissing, readJson } from "./files.js";
import { type ConfigFile, files, type StateFile } from "./layout.js";
import { lockOwner } from "./lock.js";
import type { MetricRow, RunRecord, RunStatus } from "./record.js";

/**
 * The run in a directory, as it is now: one that was killed is `interrupted`, whatever its files say.
 * @throws LabError lab/no-run if there is none, lab/damaged if its files cannot be understood, lab/disk
 */
export function readRun(directory: string): RunRecord {
  const path = resolve(directory);
  const config = readJson(join(path, files.config)) as ConfigFile | undefined;
  const state = readJson(join(path, files.state)) as StateFile | undefined;
  if (config === undefined || state === undefined) {
    throw new LabError(
      "lab/no-run",
      `${path} is not a run: it has no ${config === undefined ? files.config : files.state}`,
    );
  }
  if (typeof config.options !== "object" || typeof state.status !== "string") {
    throw new LabError("lab/damaged", `${path} is damaged: config.json or state.json is not of this version`);
  }
  return {
    id: basename(path),
    path,
    experiment: config.experiment,
    status: statusOf(path, state),
    preset: config.preset,
    ...configOf(config),
    summary: (readJson(join(path, files.summary)) ?? {}) as RunRecord["summary"],
    environment: (readJson(join(path, files.environment)) ?? {}) as RunRecord["environment"],
    error: state.error?.message,
    created: new Date(config.created),
    metrics: () => readMetrics(join(path, files.metrics)),
  };
}

function statusOf(path: string, state: StateFile): RunStatus {
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

async function readMetrics(path: string): Promise<MetricRow[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw diskError(path, cause, "read");
  }
  const lines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  lines.pop();
  return lines.map((line, i) => {
    try {
      return JSON.parse(line) as MetricRow;
    } catch (cause) {
      throw new LabError("lab/damaged", `${path} is damaged at line ${i + 1}`, { cause });
    }
  });
}

/** What `listRuns` found. */
export interface RunList {
  /** Oldest first. */
  readonly runs: readonly RunRecord[];
  /** A sentence for each directory that looks like a run but cannot be read. */
  readonly problems: readonly string[];
}

/** All runs under `root`, at any depth. A folder that does not exist holds none. */
export function listRuns(root = "runs"): RunList {
  const runs: RunRecord[] = [];
  const problems: string[] = [];
  const visit = (folder: string): void => {
    const names = entries(folder);
    if (names.some((entry) => entry.name === files.config)) {
      try {
        runs.push(readRun(folder));
      } catch (error) {
        problems.push((error as Error).message);
      }
      return;
    }
    for (const entry of names) {
      if (entry.isDirectory() && !entry.name.startsWith(".")) visit(join(folder, entry.name));
    }
  };
  visit(resolve(root));
  runs.sort((a, b) => a.created.getTime() - b.created.getTime() || (a.id < b.id ? -1 : 1));
  return { runs, problems };
}

function entries(folder: string): import("node:fs").Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw diskError(folder, cause, "read");
  }
}
