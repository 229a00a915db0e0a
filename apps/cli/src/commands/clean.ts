// `throughline clean`: removes what is no longer wanted. Shows it first, and asks.
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { RunRecord } from "@throughline/lab";
import type { Command } from "commander";
import { agreed } from "../agreed.js";
import { EXIT, UsageError } from "../exit.js";
import { withJson, withRoot } from "../options.js";
import { shown } from "../run-name.js";
import { note, paint, print, printJson } from "../terminal.js";

interface Flags {
  readonly root: string;
  readonly checkpoints?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Something to be removed. */
interface Item {
  readonly path: string;
  readonly why: string;
  readonly bytes: number;
}

/** Bytes of a file or of all files below a folder. */
function sizeOf(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

function size(bytes: number): string {
  if (bytes < 2 ** 10) return `${bytes} B`;
  if (bytes < 2 ** 20) return `${(bytes / 2 ** 10).toFixed(0)} KiB`;
  if (bytes < 2 ** 30) return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}

/** True if a run has nothing to lose: it never logged a step. */
function isEmpty(run: RunRecord): boolean {
  try {
    return statSync(join(run.path, "metrics.jsonl")).size === 0;
  } catch {
    return true;
  }
}

/** Checkpoints of a finished run, apart from the last and the best. */
function oldCheckpoints(path: string): string[] {
  const folder = join(path, "checkpoints");
  let names: string[];
  let kept: string;
  try {
    names = readdirSync(folder).filter((name) => !name.startsWith(".") && !name.startsWith("pointers"));
    kept = readFileSync(join(folder, "pointers.json"), "utf8");
  } catch {
    return [];
  }
  const stems = names.map((name) => name.replace(/\.[a-z]+$/, "")).sort();
  const last = stems.at(-1);
  return names
    .filter((name) => {
      const stem = name.replace(/\.[a-z]+$/, "");
      return stem !== last && !kept.includes(JSON.stringify(stem)) && !kept.includes(JSON.stringify(name));
    })
    .map((name) => join(folder, name));
}

/** Status of a run, or that its files cannot be understood. */
async function standing(path: string): Promise<string> {
  const { LabError, readRun } = await import("@throughline/lab/runs");
  try {
    return readRun(path).status;
  } catch (error) {
    if (error instanceof LabError && error.code !== "lab/disk") return "damaged";
    throw error;
  }
}

async function items(names: readonly string[], flags: Flags): Promise<Item[]> {
  const { findRunPath, listRuns, lockOwner } = await import("@throughline/lab/runs");
  const item = (path: string, why: string): Item => ({ path, why, bytes: sizeOf(path) });
  if (names.length > 0) {
    const paths = names.map((name) => findRunPath(name, flags.root));
    const busy = paths.find((path) => lockOwner(path) !== undefined);
    if (busy)
      throw new UsageError(`${basename(busy)} is in use by process ${lockOwner(busy)?.pid}; stop it first`);
    return flags.checkpoints
      ? paths.flatMap((path) => oldCheckpoints(path).map((old) => item(old, "old checkpoint")))
      : await Promise.all(paths.map(async (path) => item(path, await standing(path))));
  }
  // A lock without an owner does not tell whether a process is using the run.
  const isFree = ({ path }: RunRecord): boolean => {
    try {
      return lockOwner(path) === undefined;
    } catch {
      return false;
    }
  };
  const { runs } = listRuns(flags.root);
  const free = runs.filter((run) => run.status !== "running" && isFree(run));
  if (flags.checkpoints)
    return free
      .filter((run) => run.status === "finished")
      .flatMap((run) => oldCheckpoints(run.path).map((path) => item(path, "old checkpoint")));
  return free
    .filter((run) => run.status === "failed" || (run.status !== "finished" && isEmpty(run)))
    .map((run) => item(run.path, run.status === "failed" ? "failed" : "empty"));
}

function removal(count: number, bytes: number): string {
  return `remove ${count === 1 ? "it" : `these ${count}`} (${size(bytes)})`;
}

async function action(names: string[], flags: Flags): Promise<void> {
  const found = await items(names, flags);
  const bytes = found.reduce((sum, item) => sum + item.bytes, 0);
  if (found.length === 0 && !flags.json) return note("there is nothing to remove");
  if (!flags.json)
    for (const { path, why, bytes: own } of found)
      print(`${shown(path)}  ${paint("dim", `${why}, ${size(own)}`)}`);
  const go =
    found.length > 0 &&
    !flags.dryRun &&
    (flags.yes || (await agreed(removal(found.length, bytes), "removed")));
  if (go) for (const { path } of found) rmSync(path, { recursive: true, force: true });
  if (flags.json) return printJson({ removed: go, bytes, items: found });
  if (go) note(`removed ${found.length}, ${size(bytes)}`);
  else if (!flags.dryRun) {
    note("nothing was removed");
    process.exitCode = EXIT.failed;
  }
}

export function clean(program: Command): Command {
  const command = program
    .command("clean")
    .description("remove failed and empty runs, or old checkpoints; asks first")
    .argument(
      "[runs...]",
      "runs to remove, whatever their status (default: all that failed or never logged a step)",
    )
    .option("--checkpoints", "remove all checkpoints of finished runs but the last and the best")
    .option("--yes", "do not ask for confirmation")
    .option("--dry-run", "only list what would be removed");
  return withJson(withRoot(command)).action(action);
}
