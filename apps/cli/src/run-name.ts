// Which run is meant: a directory, an id, the beginning of an id or of its last part, or `latest`.
import { existsSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { RunRecord } from "@throughline/lab";
import { visibleLine } from "@throughline/lab/text";
import { UsageError } from "./exit.js";

/** How many candidates are named when a name may be several runs. */
const MOST = 5;

/**
 * The run that is meant.
 * @param latest which of all runs, oldest first, `latest` is; default the last one
 * @throws UsageError if there is none, or more than one
 */
export async function resolveRun(
  typed: string,
  root: string,
  latest: (runs: readonly RunRecord[]) => RunRecord | undefined = () => undefined,
): Promise<RunRecord> {
  if (typed === "") throw new UsageError("name a run: a directory, an id, the beginning of an id, or latest");
  const { listRuns, nearest, readRun } = await import("@throughline/lab");
  for (const path of [typed, join(root, typed)])
    if (existsSync(join(path, "config.json"))) return readRun(path);
  if (statSync(typed, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`${shown(typed)} is not a run: it has no config.json`);
  const { runs } = listRuns(root);
  if (runs.length === 0)
    throw new UsageError(`there is no run ${typed}: there are no runs in ${shown(root)}`);
  if (typed === "latest") return latest(runs) ?? (runs.at(-1) as RunRecord);
  const exact = runs.filter((run) => run.id === typed);
  const begins = runs.filter(
    (run) => run.id.startsWith(typed) || run.id.slice(run.id.lastIndexOf("-") + 1).startsWith(typed),
  );
  const found = exact.length > 0 ? exact : begins;
  if (found.length === 1) return found[0] as RunRecord;
  if (found.length > 1) throw ambiguous(typed, found, root);
  const near = nearest(typed, ["latest", ...runs.map((run) => run.id)]);
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  throw new UsageError(`there is no run ${typed} in ${shown(root)}${hint}`, "See `throughline runs`.");
}

function ambiguous(typed: string, found: readonly RunRecord[], root: string): UsageError {
  const names = found.slice(-MOST).map((run) => `  ${relative(resolve(root), run.path)}`);
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
