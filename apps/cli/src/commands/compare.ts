// `throughline compare RUN RUN…`: what differs in options and results, and the curves in one figure.

import { join } from "node:path";
import type { Figure, RunRecord } from "@throughline/lab";
import type { ComparedRow } from "@throughline/lab/runs";
import type { Command } from "commander";
import { UsageError } from "../exit.js";
import { collect, withJson, withRoot } from "../options.js";
import { resolveRun, shown } from "../run-name.js";
import { type Column, table } from "../table.js";
import { note, paint, print, printJson, widthOf } from "../terminal.js";
import { typed } from "./describe.js";

interface Flags {
  readonly root: string;
  readonly metric?: readonly string[];
  readonly out?: string;
  readonly figure: boolean;
  readonly json?: boolean;
}

async function printRows(
  title: string,
  rows: readonly ComparedRow[],
  runs: readonly RunRecord[],
): Promise<void> {
  if (rows.length === 0) return;
  const { brief, shortId } = await import("@throughline/lab/runs");
  const columns: Column[] = [
    { title },
    ...runs.map((run) => ({ title: shortId(run), right: true, shrinks: true })),
  ];
  const show = (value: unknown) =>
    value === undefined ? "–" : typeof value === "number" ? brief(value) : typed(value);
  const lines = table(
    columns,
    rows.map(({ name, values }) => [name, ...values.map(show)]),
    { width: widthOf(process.stdout), paintTitle: (text) => paint("bold", text) },
  );
  print(`${lines.join("\n")}\n`);
}

/** Writes a figure beside the runs, or where it was asked for. @returns the paths */
async function write(figure: Figure, runs: readonly RunRecord[], flags: Flags): Promise<string[]> {
  const [{ freshPath, writePicture }, { shortId }] = await Promise.all([
    import("@throughline/lab"),
    import("@throughline/lab/runs"),
  ]);
  const ids = runs.map((run) => shortId(run).slice(-6)).join("-");
  const stem = freshPath(join(flags.root, "comparisons", ids.slice(0, 80)), [".svg", ".png"]);
  return writePicture(figure, flags.out, `${stem}.svg`);
}

async function action(typedRuns: string[], flags: Flags): Promise<void> {
  if (typedRuns.length < 2) throw new UsageError("name at least two runs to compare");
  const runs: RunRecord[] = [];
  for (const name of typedRuns) {
    const run = await resolveRun(name, flags.root);
    if (runs.some((other) => other.path === run.path))
      throw new UsageError(`${name} is given twice: it is ${run.id}`);
    runs.push(run);
  }
  const { compareRuns, legibleMetrics, overlayCurves, runLabels } = await import("@throughline/lab/runs");
  for (const run of runs)
    for (const problem of (await legibleMetrics(run.path)).problems)
      note(`${paint("yellow", "warning")}: ${problem}; the rest is compared`);
  const comparison = compareRuns(runs);
  const names = runLabels(runs, comparison.config);
  const wanted = flags.metric ?? [];
  const { figure, metrics } = flags.figure
    ? await overlayCurves(runs, names, wanted)
    : { figure: undefined, metrics: [] };
  if (flags.figure && wanted.length > 0 && figure === undefined)
    throw new UsageError(
      `no run has a curve of ${wanted.join(", ")}; there are ${metrics.join(", ") || "none"}`,
    );
  const paths = figure === undefined ? [] : await write(figure, runs, flags);
  const head = runs.map(({ id, path, experiment, status }, i) => ({
    id,
    name: names[i],
    path,
    experiment,
    status,
  }));
  if (flags.json) return printJson({ runs: head, ...comparison, figures: paths });
  await printRows("option", comparison.config, runs);
  if (comparison.config.length === 0) print(`all ${comparison.same} options are the same\n`);
  else note(paint("dim", `${comparison.same} options are the same`));
  await printRows("result", comparison.summary, runs);
  await printRows("made with", comparison.environment, runs);
  for (const run of runs)
    if (run.status !== "finished")
      note(`${paint("yellow", "warning")}: ${run.id} is ${run.status}, not finished`);
  for (const [i, path] of paths.entries()) print(`${i === 0 ? "curves " : "       "}  ${shown(path)}`);
}

export function compare(program: Command): Command {
  const command = program
    .command("compare")
    .description("compare runs: different options and results, and curves in one figure")
    .argument("<runs...>", "two or more runs")
    .option("--metric <name>", "curve to draw, such as train.loss; repeatable (default: all)", collect)
    .option(
      "--out <file>",
      "figure file, .svg or .png (default: a new file in comparisons/ of the folder of runs)",
    )
    .option("--no-figure", "draw no figure");
  return withJson(withRoot(command)).action(action);
}
