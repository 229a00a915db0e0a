// `throughline reproduce NAME`: runs what is missing, then writes the published figure or table beside ours.
import type { PresetName, ReproduceResult } from "@throughline/lab";
import { commandLine, visibleLine } from "@throughline/lab/text";
import type { Command } from "commander";
import { EXIT, UsageError } from "../exit.js";
import { load } from "../experiments.js";
import { cellLauncher, type LauncherFlags, withLauncher } from "../launchers.js";
import { count, type PatienceFlags, patience, withJson, withPatience, withRoot } from "../options.js";
import { find, type Registry, registry } from "../registry.js";
import { shown } from "../run-name.js";
import { type StopSignals, stopSignals } from "../signals.js";
import { note, paint, paintError, print, printJson } from "../terminal.js";
import { work } from "../work.js";

const PRESETS = ["laptop", "smoke", "paper"];

interface Flags extends PatienceFlags, LauncherFlags {
  readonly root: string;
  readonly preset: string;
  readonly jobs?: number;
  readonly threads?: number;
  readonly retry?: boolean;
  readonly out?: string;
  readonly json?: boolean;
}

async function chosenPreset(typed: string): Promise<PresetName> {
  if (PRESETS.includes(typed)) return typed as PresetName;
  const { suggestion } = await import("@throughline/lab");
  throw new UsageError(`there is no preset ${typed}${suggestion(typed, PRESETS)}`);
}

/** One reproduction from cells to pages. */
async function reproduceOne(
  name: string,
  known: Registry,
  flags: Flags,
  preset: PresetName,
  signals: StopSignals,
): Promise<ReproduceResult> {
  const { runReproduction, showSweep, sweepDirectory, sweepLaunch, sweepNameOf } = await import(
    "@throughline/lab"
  );
  const reproduction = await (await find(known.reproductions, "reproduction", name)).load();
  let view: ReturnType<typeof showSweep> | undefined;
  const directory = sweepDirectory(flags.root, sweepNameOf(reproduction.name, preset));
  const launcher = await cellLauncher(directory, known.modules, flags, flags.jobs);
  const launch = sweepLaunch({
    ...{ launcher, threads: flags.threads },
    ...{ retry: flags.retry, stop: signals.stop, kill: signals.kill, ...patience(flags) },
    observe: (sweep) => {
      view = showSweep(sweep);
      signals.say = view.message;
      return view;
    },
  });
  try {
    return await runReproduction(reproduction, {
      ...{ preset, root: flags.root, jobs: flags.jobs, out: flags.out },
      launch: async (request) => {
        const ended = await launch(request);
        view?.end();
        return ended;
      },
      find: async (experiment) => (await load(experiment, known)).experiment,
    });
  } finally {
    view?.end();
    signals.say = note;
  }
}

async function say(name: string, preset: PresetName, result: ReproduceResult): Promise<void> {
  const { rowTexts } = await import("@throughline/lab");
  const done = result.outcomes.filter(({ status }) => status === "finished").length;
  const mark = result.complete ? paint("green", "complete") : paint("yellow", "incomplete");
  print(
    `${mark}  ${name}: ${done} of ${result.outcomes.length} cells finished, ${result.launched} of them run now`,
  );
  for (const { label, status, problem } of result.outcomes)
    if (status !== "finished") print(visibleLine(`  ${label}: ${status}: ${problem ?? ""}`));
  const { sentences = [], next = [], tables } = result.report;
  for (const sentence of sentences) print(visibleLine(`  ${sentence}`));
  for (const table of sentences.length > 0 ? [] : tables)
    for (const row of table.rows) {
      const [quantity, , paper, ours] = rowTexts(row);
      const unit = row.unit === "" ? "" : ` (${row.unit})`;
      const verdict = preset === "smoke" ? "not judged: smoke proves nothing" : row.verdict.result;
      print(visibleLine(`  ${quantity}${unit}: paper ${paper}, ours ${ours}: ${verdict}`));
    }
  for (const warning of result.warnings) note(`${paintError("yellow", "mixed")}: ${warning}`);
  for (const [i, figure] of result.figures.entries())
    print(`${i === 0 ? "figures " : "        "} ${shown(figure)}`);
  print(`report   ${shown(result.html)}`);
  print(`         ${shown(result.markdown)}`);
  for (const [i, words] of next.entries())
    print(paint("dim", `${i === 0 ? "next   " : "       "}  ${commandLine("npx", "throughline", ...words)}`));
}

async function action(name: string, flags: Flags): Promise<void> {
  const preset = await chosenPreset(flags.preset);
  const known = await registry();
  if (name === "all" && flags.out !== undefined)
    throw new UsageError("--out names one folder; leave it out with all");
  const names =
    name === "all"
      ? known.reproductions.map((entry) => entry.name)
      : [(await find(known.reproductions, "reproduction", name)).name];
  work.busy = true;
  const signals = stopSignals();
  const results: { name: string; result?: ReproduceResult; error?: string }[] = [];
  try {
    for (const one of names) {
      if (signals.stop.aborted) break;
      try {
        const result = await reproduceOne(one, known, flags, preset, signals);
        results.push({ name: one, result });
        if (!flags.json) await say(one, preset, result);
      } catch (error) {
        // One that fails does not keep the others from being made.
        if (names.length === 1) throw error;
        const { message } = error as Error;
        results.push({ name: one, error: message });
        note(`${paintError("red", "failed")}: ${one}: ${message}`);
      }
    }
  } finally {
    signals.restore();
  }
  const complete =
    results.length === names.length && results.every(({ result }) => result?.complete === true);
  process.exitCode = signals.stop.aborted && !complete ? EXIT.interrupted : complete ? EXIT.ok : EXIT.failed;
  if (!flags.json) return;
  const { processorOf } = await import("@throughline/lab");
  const list = results.map(({ name: own, result, error }) => {
    if (result === undefined) return { name: own, complete: false, error };
    const { directory, html, markdown, figures, launched, complete: whole, report } = result;
    const cells = result.outcomes.map(({ cell, status, run, problem }) => {
      const { id, experiment, config } = cell;
      const processor = run === undefined ? null : processorOf(run);
      return { id, experiment, config, status, run: run?.path ?? null, processor, problem: problem ?? null };
    });
    return {
      name: own,
      complete: whole,
      preset,
      directory,
      html,
      markdown,
      figures,
      launched,
      warnings: result.warnings,
      cells,
      tables: report.tables,
    };
  });
  printJson(name === "all" ? list : list[0]);
}

export function reproduce(program: Command): Command {
  const command = program
    .command("reproduce")
    .description("reproduce a published figure or table: run missing cells, show results beside the paper's")
    .argument("<name>", "reproduction, or all")
    .option("--preset <name>", "preset of the cells: laptop, smoke or paper", "laptop")
    .option("--jobs <n>", "number of cells at once (default: as many as the cores allow)", count)
    .option(
      "--threads <n>",
      "threads of each cell (default: those that suit it; 1 in the queue of a cluster)",
      count,
    )
    .option("--retry", "run failed cells again, from their last checkpoint")
    .option("--out <dir>", "folder for the pages (default: reproductions/NAME/PRESET in the folder of runs)");
  return withJson(withRoot(withPatience(withLauncher(command)))).action(action);
}
