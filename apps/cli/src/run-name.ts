// Which run is meant: a directory, an id, the beginning of an id or of its last part, or `latest`.
import { existsSync, statSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import type { RunRecord } from "@throughline/lab";
import { visibleLine } from "@throughline/lab/text";
import { UsageError } from "./exit.js";

/** How many candidates are named when a name may be several runs. */
const MOST = 5;

/**
 * The run that is meant. Only that one is read, unless it is `latest`.
 * @param latest which of all runs, oldest first, `latest` is; default the last one
 * @throws UsageError if there is none, or more than one; LabError lab/damaged
 */
export async function resolveRun(
  typed: string,
  root: string,
  latest: (runs: readonly RunRecord[]) => RunRecord | undefined = () => undefined,
): Promise<RunRecord> {
  const { readRun } = await import("@throughline/lab/runs");
  return readRun(await resolvePath(typed, root, latest));
}

/** The directory of the run that is meant, whether or not its files can be read. @throws UsageError as `resolveRun` */
export async function resolvePath(
  typed: string,
  root: string,
  latest: (runs: readonly RunRecord[]) => RunRecord | undefined = () => undefined,
): Promise<string> {
  if (typed === "") throw new UsageError("name a run: a directory, an id, the beginning of an id, or latest");
  const { listRuns, nearest, runFolders } = await import("@throughline/lab/runs");
  for (const path of [typed, join(root, typed)])
    if (existsSync(join(path, "config.json"))) return resolve(path);
  if (statSync(typed, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`${shown(typed)} is not a run: it has no config.json`);
  const paths = runFolders(root);
  if (paths.length === 0)
    throw new UsageError(`there is no run ${typed}: there are no runs in ${shown(root)}`);
  if (typed === "latest") {
    const { runs, problems } = listRuns(root);
    const last = latest(runs) ?? runs.at(-1);
    if (last === undefined) throw new UsageError(problems);
    return last.path;
  }
  const found = named(typed, paths);
  if (found.length === 1) return found[0] as string;
  if (found.length > 1) throw ambiguous(typed, found, root);
  const near = nearest(typed, ["latest", ...paths.map((path) => basename(path))]);
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  throw new UsageError(`there is no run ${typed} in ${shown(root)}${hint}`, "See `throughline runs`.");
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

function ambiguous(typed: string, found: readonly string[], root: string): UsageError {
  const names = found.slice(-MOST).map((path) => `  ${relative(resolve(root), path)}`);
  const more = found.length > MOST ? `\n  and ${found.length - MOST} more` : "";
  return new UsageError(`${typed} may be any of ${found.length} runs:\n${names.join("\n")}${more}`);
}

/** The part of an id that tells most: a cell's hash, or the time and random part of a run's own id. */
export function shortId({ id }: Pick<RunRecord, "id">): string {
  return id.length <= 13 ? id : id.slice(-13).replace(/^-/, "");
}

/** A path as one would type it here, on one line. */
export function shown(path: string): string {
  const here = relative(process.cwd(), resolve(path));
  return visibleLine(here === "" ? "." : here.startsWith("..") ? resolve(path) : here);
}
