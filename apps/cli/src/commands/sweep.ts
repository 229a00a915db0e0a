// `throughline sweep`: a table of cells, each a process of its own.

import { join } from "node:path";
import type { LiveCell, SweepResult } from "@throughline/lab";
import { commandLine, visibleLine } from "@throughline/lab/text";
import { plural } from "@throughline/torch/checks";
import type { Command } from "commander";
import { UsageError } from "../exit.js";
import {
  type Chosen,
  chosenLauncher,
  kubernetesOptions,
  type LauncherFlags,
  otherJobs,
  withLauncherOfSweep,
} from "../launchers.js";
import {
  collect,
  count,
  type PatienceFlags,
  patience,
  sameRoot,
  withJson,
  withPatience,
  withRoot,
} from "../options.js";
import { registry } from "../registry.js";
import { shown } from "../run-name.js";
import { stopSignals } from "../signals.js";
import { type SweepFlags, type SweepRequest, splitOperands, sweepRequest } from "../sweep-request.js";
import { type Column, table } from "../table.js";
import { note, paint, print, printJson, widthOf } from "../terminal.js";
import { work } from "../work.js";
import { asksForHelp, helpWith, withConfig } from "./run.js";
import { statusStyle } from "./runs.js";
import { withJobs } from "./sweep-jobs.js";

interface Flags extends SweepFlags, PatienceFlags, LauncherFlags {
  readonly retry?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Figures of merit that most cells have, for columns. */
function meritNames(cells: readonly LiveCell[]): string[] {
  const names = cells.flatMap((cell) => Object.keys(cell.summary ?? {}));
  return [...new Set(names)].slice(0, 4);
}

/** Every cell in a line. */
export async function cellTable(cells: readonly LiveCell[]): Promise<string[]> {
  const { brief, duration } = await import("@throughline/lab");
  const merits = meritNames(cells);
  const columns: Column[] = [
    { title: "run" },
    { title: "cell", shrinks: true },
    { title: "status" },
    ...merits.map((title) => ({ title, right: true, shrinks: true })),
    { title: "took" },
  ];
  const rows = cells.map((cell) => [
    ...[`cell-${cell.id}`.slice(0, 13), cell.label, cell.status],
    ...merits.map((name) => (cell.summary?.[name] === undefined ? "" : brief(cell.summary[name]))),
    cell.seconds === undefined ? "" : duration(cell.seconds),
  ]);
  return table(columns, rows, {
    width: widthOf(process.stdout),
    paintTitle: (text) => paint("bold", text),
    paint: (text, row, column) =>
      column === 2 ? paint(statusStyle[cells[row]?.status ?? ""] ?? "dim", text) : text,
  });
}

/** A cell as JSON. */
function cellJson({
  id,
  label,
  experiment,
  preset,
  config,
  status,
  attempts,
  error,
  path,
  summary,
  seconds,
}: LiveCell) {
  return {
    id,
    label,
    experiment,
    preset,
    config,
    status,
    attempts,
    error,
    path,
    summary: summary ?? null,
    seconds,
  };
}

async function conclude(result: SweepResult, name: string, flags: Flags, chosen: Chosen): Promise<void> {
  process.exitCode = result.exitCode;
  const { cells, directory } = result;
  if (flags.json)
    return printJson({ name, directory, exitCode: result.exitCode, cells: cells.map(cellJson) });
  print((await cellTable(cells)).join("\n"));
  const failed = cells.filter((cell) => cell.status === "failed");
  if (failed.length > 0) print(`\n${paint("red", `${failed.length} failed:`)}`);
  for (const cell of failed) {
    print(`  ${visibleLine(`${cell.label}: ${cell.error}`)}`);
    print(paint("dim", `    ${shown(join(directory, "logs", `${cell.id}.txt`))}`));
  }
  print(`\nsweep    ${shown(directory)}`);
  const where = sameRoot(flags.root);
  const again = ["sweep", name, ...where];
  const ids = cells.slice(0, 3).map((cell) => `cell-${cell.id}`.slice(0, 13));
  const isLeft = chosen.launcher?.outlives === true && cells.some(({ status }) => status === "running");
  const then = isLeft
    ? ["sweep", "status", name, ...where]
    : result.exitCode === 130
      ? again
      : failed.length > 0
        ? [...again, "--retry"]
        : [ids.length > 1 ? "compare" : "show", ...ids, ...where];
  print(paint("dim", `next     ${commandLine("throughline", ...then)}`));
}

async function dryRun({ name, root, cells }: SweepRequest, json: boolean | undefined): Promise<void> {
  const { labels, runPath } = await import("@throughline/lab");
  const names = labels(cells);
  if (json) return printJson({ name, cells: cells.map((cell) => ({ ...cell, path: runPath(root, cell) })) });
  print(`${name}: ${plural(cells.length, "cell")}`);
  for (const cell of cells) print(visibleLine(`  cell-${cell.id}  ${names.get(cell.id)}`));
}

async function action(_names: string[], flags: Flags, command: Command): Promise<void> {
  if (asksForHelp(command.args)) return helpWith(command, splitOperands(command.args).names);
  const own = command.options.map((option) => option.long ?? "");
  const request = await sweepRequest(command.args, flags, own);
  const threads = flags.threads === undefined ? undefined : Number(flags.threads);
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1))
    throw new UsageError(`--threads ${flags.threads}: give a whole number from 1`);
  if (flags.dryRun) return dryRun(request, flags.json);
  const { runSweep, showSweep, sweepDirectory } = await import("@throughline/lab");
  const { modules } = await registry();
  const directory = sweepDirectory(request.root, request.name);
  const jobs = request.jobs ?? flags.jobs;
  const chosen = await chosenLauncher(directory, modules, flags, jobs);
  const { launcher, detach } = chosen;
  if (launcher === undefined) return printKubernetes(request, { ...flags, threads, jobs }, modules);
  const others = await otherJobs(directory, modules, chosen);
  work.busy = true;
  const signals = stopSignals(launcher.outlives ? leaving(request.name) : undefined);
  let view: ReturnType<typeof showSweep> | undefined;
  try {
    const result = await runSweep({
      ...{ name: request.name, root: request.root, cells: request.cells, jobs },
      ...{ threads, detach, retry: flags.retry, stop: signals.stop, kill: signals.kill, ...patience(flags) },
      launcher,
      observe: (sweep) => {
        view = showSweep(sweep);
        signals.say = view.message;
        for (const sentence of others) view.message(sentence);
        return view;
      },
    });
    view?.end();
    await conclude(result, request.name, flags, chosen);
  } finally {
    view?.end();
    signals.restore();
  }
}

/** Advice on Ctrl-C where cells go on without this command. */
function leaving(name: string): string {
  const command = commandLine("throughline", "sweep");
  return `leaving; the cells go on: \`${command} ${name}\` follows them again, \`${command} cancel ${name}\` stops them`;
}

async function printKubernetes(
  { name, root, cells }: SweepRequest,
  flags: LauncherFlags & { readonly threads?: number; readonly jobs?: number; readonly retry?: boolean },
  modules: readonly string[],
): Promise<void> {
  const options = kubernetesOptions(flags, flags.jobs);
  const { kubernetesSweep } = await import("@throughline/lab");
  const { threads, retry } = flags;
  const sweep = { name, root, cells, modules, retry };
  const text = kubernetesSweep(threads === undefined ? sweep : { ...sweep, threads }, options);
  if (text === undefined) return note(`${name}: every cell is finished, or failed; nothing is printed`);
  print(text.trimEnd());
}

const AFTER = `
A table file is YAML or JSON with experiment, preset, config, grid, seeds, cells, jobs, name, or CSV with a cell a row.
A cell is one run of the table. A finished cell is not run again, in any sweep; to rerun it, after a change of code for
example, give another --root. Interrupted cells continue from their checkpoints. Failed cells are listed; --retry runs them
again. Ctrl-C lets cells write a checkpoint and stop, and ends those still running after 15 s; a second one ends them at
once. The same command, or \`throughline sweep NAME\`, continues.
With --launcher slurm or ray, cells are jobs of a cluster's queue: --jobs limits how many run at once, --threads is the number of
cores of each (default 1), and Ctrl-C leaves them to go on. A sweep begun with one launcher goes on with another.
\`throughline sweep status NAME\`, \`cancel NAME\` and \`logs NAME [CELL]\` look at it and stop it from anywhere.

  throughline sweep digits --preset smoke --grid learning-rate=0.1,0.01 --seeds 0..2
  throughline sweep table.yaml --jobs 2
  throughline sweep table.yaml --launcher slurm --partition main --time 2h --threads 4`;

export function sweep(program: Command): Command {
  const command = program
    .command("sweep")
    .description("run many configurations, several at once")
    .argument("[experiments...]", "experiments, or a table file, or the name of a sweep to continue")
    .usage("EXPERIMENT… | FILE | SWEEP [options] [--option value | option=value …]")
    .helpOption(false)
    .allowUnknownOption()
    .option(
      "--grid <option=values>",
      "values of an option, combined with those of other --grid: learning-rate=0.1,0.01 or layers=1..4; repeatable",
      collect,
    )
    .option("--seeds <list>", "seeds, such as 0..4 or 0,3 (default: --seed)")
    .option("--jobs <n>", "number of processes at once (default: as many as the cores allow)", count)
    .option("--name <name>", "name of the sweep (default: made from its cells)")
    .option("--retry", "run failed cells again, from their last checkpoint")
    .option("--dry-run", "only list the cells");
  withJson(withRoot(withConfig(withPatience(withLauncherOfSweep(command)))))
    .addHelpText("after", AFTER)
    .action(action)
    .allowExcessArguments();
  withJobs(command);
  return command;
}
