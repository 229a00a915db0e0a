// Finds a run by its directory, its id, the beginning of the id or of its last part, or `latest`.
import { existsSync, statSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { nearest, problemList } from "@throughline/torch/checks";
import { LabError } from "../errors.js";
import { files } from "../run/layout.js";
import { listRuns, runFolders } from "../run/list.js";
import { readRun } from "../run/read.js";
import type { RunRecord } from "../run/record.js";
import { shownPath } from "../text/path.js";

/** Largest number of candidates that are named when a name may mean several runs. */
const MOST = 5;

/** Chooses `latest` among all runs, oldest first; the last one if it returns undefined. */
export type ChooseLatest = (runs: readonly RunRecord[]) => RunRecord | undefined;

/**
 * Finds a run by name. Reads only that run, unless it is `latest`.
 * @param typed a directory, an id, the beginning of an id or of its last part, or `latest`
 * @param latest default the last run
 * @throws LabError lab/no-run if there is none, or more than one; lab/damaged
 */
export function findRun(typed: string, root: string, latest?: ChooseLatest): RunRecord {
  return readRun(findRunPath(typed, root, latest));
}

/** Same as `findRun`, but returns the directory, whether or not its files can be read. @throws LabError lab/no-run */
export function findRunPath(typed: string, root: string, latest: ChooseLatest = () => undefined): string {
  if (typed === "") throw refuse("name a run: a directory, an id, the beginning of an id, or latest");
  for (const path of [typed, join(root, typed)])
    if (existsSync(join(path, files.config))) return resolve(path);
  if (statSync(typed, { throwIfNoEntry: false })?.isDirectory())
    throw refuse(`${shownPath(typed)} is not a run: it has no ${files.config}`);
  const paths = runFolders(root);
  if (paths.length === 0) throw refuse(`there is no run ${typed}: there are no runs in ${shownPath(root)}`);
  if (typed === "latest") return latestOf(root, latest);
  const found = named(typed, paths);
  if (found.length === 1) return found[0]!;
  if (found.length > 1) throw ambiguous(typed, found, root);
  const near = nearest(typed, ["latest", ...paths.map((path) => basename(path))]);
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  throw refuse(`there is no run ${typed} in ${shownPath(root)}${hint}`);
}

function latestOf(root: string, latest: ChooseLatest): string {
  const { runs, problems } = listRuns(root);
  const last = latest(runs) ?? runs.at(-1);
  if (last === undefined) throw refuse(problemList(problems));
  return last.path;
}

/** The directories that have the name, or else those whose name, or its last part, begins with it. */
function named(typed: string, paths: readonly string[]): string[] {
  const exact = paths.filter((path) => basename(path) === typed);
  if (exact.length > 0) return exact;
  return paths.filter((path) => {
    const id = basename(path);
    return id.startsWith(typed) || id.slice(id.lastIndexOf("-") + 1).startsWith(typed);
  });
}

function ambiguous(typed: string, found: readonly string[], root: string): LabError {
  const names = found.slice(-MOST).map((path) => `  ${relative(resolve(root), path)}`);
  const more = found.length > MOST ? `\n  and ${found.length - MOST} more` : "";
  return refuse(`${typed} is ambiguous, there are ${found.length} such runs:\n${names.join("\n")}${more}`);
}

function refuse(sentence: string): LabError {
  return new LabError("lab/no-run", sentence);
}

/** The distinctive part of an id: a cell's hash, or the time and random part of a run's own id. */
export function shortId({ id }: Pick<RunRecord, "id">): string {
  return id.length <= 13 ? id : id.slice(-13).replace(/^-/, "");
}
