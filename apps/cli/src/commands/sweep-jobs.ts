// `throughline sweep status | cancel | logs NAME`: a sweep from outside, whoever runs its cells.
import { existsSync, readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { CellStanding, JobState, Launcher, SweepStanding } from "@throughline/lab";
import { visibleLine } from "@throughline/lab/text";
import { plural } from "@throughline/torch/checks";
import type { Command } from "commander";
import { UsageError } from "../exit.js";
import { begunSweep, usedLaunchers } from "../launchers.js";
import { withJson, withRoot } from "../options.js";
import { registry } from "../registry.js";
import { shown } from "../run-name.js";
import { table } from "../table.js";
import { note, paint, paintError, print, printJson, widthOf } from "../terminal.js";
import { statusStyle } from "./runs.js";

interface Flags {
  readonly root: string;
  readonly json?: boolean;
  readonly now?: boolean;
}

interface Begun extends SweepStanding {
  readonly directory: string;
  readonly launchers: readonly Launcher[];
}

async function standingOf(typed: string, root: string): Promise<Begun> {
  const { sweepStanding } = await import("@throughline/lab");
  const directory = resolve(await begunSweep(typed, root));
  const launchers = await usedLaunchers(directory, (await registry()).modules);
  const standing = await sweepStanding(directory, launchers);
  for (const problem of standing.problems) note(`${paintError("yellow", "warning")}: ${problem}`);
  return { ...standing, directory, launchers };
}

/** `queued`, or the cell's own status. */
function statusOf({ cell, state }: CellStanding): string {
  return state?.phase === "waiting" && cell.status !== "finished" ? "queued" : cell.status;
}

function detail({ cell, state }: CellStanding, merits: string): string {
  if (cell.status === "finished") return merits;
  if (state?.phase === "waiting") return state.reason ?? "";
  if (cell.status === "failed") return (cell.error ?? "").split("\n")[0] ?? "";
  return progressText(state);
}

function progressText(state: JobState | undefined): string {
  const progress = state?.phase === "running" ? state.progress : undefined;
  return progress === undefined ? "" : `${progress.loop} ${progress.step} of ${progress.steps}`;
}

async function status(typed: string, flags: Flags): Promise<void> {
  const { brief, ownerWords } = await import("@throughline/lab");
  const { name, directory, cells, driver } = await standingOf(typed, flags.root);
  if (flags.json) {
    const rows = cells.map((one) => ({
      ...{ id: one.cell.id, label: one.cell.label, status: statusOf(one), path: one.cell.path },
      ...{ launcher: one.launcher ?? null, job: one.job ?? null, error: one.cell.error },
    }));
    return printJson({ name, directory, driver: driver ?? null, cells: rows });
  }
  const statuses = cells.map(statusOf);
  const rows = cells.map((one, i) => {
    const { cell, launcher, job } = one;
    const merits = Object.entries(cell.summary ?? {})
      .slice(0, 2)
      .map(([key, value]) => `${key} ${brief(value)}`);
    const where = job === undefined ? "" : `${launcher} ${job}`;
    return [`cell-${cell.id}`.slice(0, 13), cell.label, statuses[i]!, where, detail(one, merits.join(", "))];
  });
  const columns = [
    { title: "run" },
    { title: "cell", shrinks: true },
    { title: "status" },
    { title: "job" },
    { title: "", shrinks: true, drops: true },
  ];
  const lines = table(columns, rows, {
    width: widthOf(process.stdout),
    paintTitle: (text) => paint("bold", text),
    paint: (text, row, column) =>
      column === 2 ? paint(statusStyle[statuses[row] ?? ""] ?? "dim", text) : text,
  });
  print(lines.join("\n"));
  const counts = [...new Set(statuses)].map(
    (one) => `${statuses.filter((other) => other === one).length} ${one}`,
  );
  print(`\n${name}: ${plural(cells.length, "cell")}: ${counts.join(", ")}`);
  if (driver !== undefined) print(visibleLine(`followed by ${ownerWords(driver)}`));
}

async function cancel(typed: string, flags: Flags): Promise<void> {
  const { cancelSweep, lockOwner } = await import("@throughline/lab");
  const directory = resolve(await begunSweep(typed, flags.root));
  const launchers = await usedLaunchers(directory, (await registry()).modules);
  const count = await cancelSweep(directory, launchers, flags.now ? "kill" : "stop");
  if (flags.json) return printJson({ cancelled: count });
  print(`${basename(directory)}: ${plural(count, "job")} cancelled`);
  const driver = lockOwner(directory);
  if (driver !== undefined && launchers.length === 0)
    print(
      visibleLine(
        `its cells are processes of a command that runs: end process ${driver.pid} on ${driver.host} by Ctrl-C or kill`,
      ),
    );
}

async function logs(typed: string, which: string | undefined, flags: Flags): Promise<void> {
  const { lastWords, logOf } = await import("@throughline/lab");
  const { directory, cells, launchers } = await standingOf(typed, flags.root);
  if (which === undefined) {
    for (const { cell } of cells) {
      const path = logOf(directory, cell.id);
      if (existsSync(path)) print(visibleLine(`${cell.label}  ${shown(path)}  ${lastWords(path)}`));
    }
    return;
  }
  const id = which.replace(/^cell-/, "");
  const found = cells.filter(({ cell }) => cell.label === which || cell.id.startsWith(id));
  if (found.length !== 1)
    throw new UsageError(
      `${found.length === 0 ? "no" : "more than one"} cell of this sweep is called ${which}; give the beginning of its id`,
    );
  const [{ cell, launcher, job }] = found as [CellStanding];
  const path = logOf(directory, cell.id);
  if (existsSync(path)) print(readFileSync(path, "utf8").trimEnd());
  const own = launchers.find((one) => one.name === launcher);
  if (own !== undefined && job !== undefined) print((await own.logs(directory, job)).trimEnd());
}

/** Adds the commands below `sweep`. */
export function withJobs(sweep: Command): void {
  const name = "name of the sweep, or its directory";
  const below: Command[] = [
    sweep
      .command("status")
      .description("show where each cell of a sweep stands, and the jobs that queues have of it")
      .argument("<name>", name)
      .action(status),
    sweep
      .command("cancel")
      .description("cancel the jobs that queues have of a sweep; cells write a checkpoint and stop")
      .argument("<name>", name)
      .option("--now", "end them at once, without a checkpoint")
      .action(cancel),
    sweep
      .command("logs")
      .description("print the output of a cell, or where that of each cell is and its last line")
      .argument("<name>", name)
      .argument("[cell]", "label of the cell, its id or the beginning of the id")
      .action(logs),
  ];
  for (const command of below) withJson(withRoot(command)).helpOption("-h, --help", "print this help");
}
