// Recorded episodes that a run reads, as they are named on a command line.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { artifactPath, listRuns, type PresetName, type RunRecord } from "@throughline/lab";
import { findRun } from "@throughline/lab/runs";
import { CecError } from "../errors.js";
import { recordedEpisodes } from "../source/record.js";

const presets: readonly PresetName[] = ["paper", "laptop", "smoke"];

/** The preset of this name; undefined if it is none. */
export function presetNamed(typed: string): PresetName | undefined {
  return presets.find((each) => each === typed);
}

/** Finished runs of an experiment at a preset, from the first to the last. */
export function finishedRuns(root: string, experiment: string, preset: PresetName): readonly RunRecord[] {
  const names: readonly string[] = preset === "laptop" ? ["laptop", "default"] : [preset];
  const { runs } = listRuns(join(root, ...experiment.split("/")));
  return runs.filter(({ status, preset: name }) => status === "finished" && names.includes(name));
}

/**
 * The folder of an episode store, itself or that of a run.
 * @param advice how to make one
 * @param latest the run that `latest` means
 * @throws CecError `cec/data` for a run that recorded none
 */
export function storeNamed(
  typed: string,
  root: string,
  advice: string,
  latest?: (runs: readonly RunRecord[]) => RunRecord | undefined,
): string {
  const folder = resolve(typed);
  if (existsSync(join(folder, "rows.jsonl"))) return folder;
  const path = artifactPath(findRun(typed, root, latest).path, recordedEpisodes);
  if (existsSync(path)) return path;
  throw new CecError("data", `${typed} has no recorded episodes; ${advice}`);
}
