// From a reproduction to its pages: runs what is missing, draws, compares, writes.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { knownOptions, type OptionNames } from "@throughline/torch/checks";
import { LabError } from "../errors.js";
import type { Experiment, PresetName } from "../experiment.js";
import type { Figure } from "../figures/figure.js";
import { saveFigure } from "../figures/save.js";
import { makeFolder, writeAtomic } from "../files/disk.js";
import { prepareCells } from "../sweep/prepare.js";
import { commandLine } from "../text/shell.js";
import { htmlPage } from "./html.js";
import type { Launch, LaunchResult } from "./launcher.js";
import { markdownPage } from "./markdown.js";
import { type CellOutcome, cellsOf, outcomesOf, runsUnder } from "./match.js";
import { provenanceOf } from "./provenance.js";
import type { Report, Reproduction } from "./reproduction.js";
import { CellRuns } from "./runs.js";
import { sweepNameOf } from "./sweep-launch.js";
import { unjudged } from "./table.js";
import { type DrawnFigure, mixture, type PageView } from "./view.js";

export interface ReproduceOptions {
  readonly preset: PresetName;
  /** Runs what is missing. */
  readonly launch: Launch;
  /** The experiment of a name; what it throws is passed on. */
  readonly find: (name: string) => Promise<Experiment>;
  /** Number of cells at once. Default: the launcher's choice. */
  readonly jobs?: number;
  /** The folder of all runs. Default `runs`. */
  readonly root?: string;
  /** Folder of the pages. Default `<root>/reproductions/<name>/<preset>`. */
  readonly out?: string;
  /** Command that makes the pages again, as they say. Default: `throughline reproduce …`. */
  readonly command?: string;
  /** The date on the pages. Default now. */
  readonly date?: Date;
}

export interface ReproduceResult {
  /** The folder of the pages. */
  readonly directory: string;
  /** Paths. */
  readonly html: string;
  readonly markdown: string;
  readonly figures: readonly string[];
  /** Every cell, in the reproduction's order. */
  readonly outcomes: readonly CellOutcome[];
  /** Number of cells that were handed to the launcher; the others had finished before. */
  readonly launched: number;
  /** True if every cell has a finished run, and everything of the report is on the pages. */
  readonly complete: boolean;
  /** A sentence if the runs were not all done on one kind of processor with the same kernels. */
  readonly warnings: readonly string[];
  readonly report: Report;
}

const names: OptionNames<ReproduceOptions> = {
  ...{ preset: true, launch: true, find: true, jobs: true },
  ...{ root: true, out: true, command: true, date: true },
};

/**
 * Runs the cells that have no finished run, then writes figures, `report.html` and `report.md`. Cells that could not be
 * run are named on the pages, not hidden.
 * @throws LabError lab/reproduction, lab/sweep, lab/disk; what the launcher throws; what the report throws when nothing
 * is missing
 */
export async function runReproduction(
  reproduction: Reproduction,
  options: ReproduceOptions,
): Promise<ReproduceResult> {
  const began = performance.now();
  const { preset, launch, find, jobs, date = new Date() } = knownOptions("runReproduction", names, options);
  const root = resolve(options.root ?? "runs");
  const directory = resolve(options.out ?? join(root, "reproductions", reproduction.name, preset));
  const known = runsUnder(root);
  const cells = await prepareCells(await cellsOf(reproduction, preset, find), {
    ...{ find, root },
    isDone: (cell) => known(cell).some(({ status }) => status === "finished"),
  });
  makeFolder(directory);
  const before = outcomesOf(cells, known, new Map());
  const missing = before.filter(({ status }) => status !== "finished").map(({ cell }) => cell);
  const name = sweepNameOf(reproduction.name, preset);
  const launched = missing.length === 0 ? [] : await launch({ name, cells: missing, root, jobs });
  const outcomes = outcomesOf(cells, missing.length === 0 ? known : runsUnder(root), errorsOf(launched));
  const runs = outcomes.flatMap(({ run, status }) =>
    run !== undefined && status === "finished" ? [run] : [],
  );

  const problems: string[] = [];
  const report = await reportOf(reproduction, { preset, find }, outcomes, problems);
  const figures = await drawAll(report.figures, preset, join(directory, "figures"), problems);
  const wallTime = (performance.now() - began) / 1000;
  const command = options.command ?? defaultCommand(reproduction, options);
  const view: PageView = {
    reproduction,
    preset,
    figures,
    tables:
      preset === "smoke"
        ? report.tables.map((table) => unjudged(table, "the smoke preset proves nothing"))
        : report.tables,
    notes: [...(report.sentences ?? []), ...report.notes],
    outcomes,
    problems,
    provenance: await provenanceOf(runs, { command, date, wallTime }),
  };
  const html = join(directory, "report.html");
  const markdown = join(directory, "report.md");
  writeAtomic(html, await htmlPage(view));
  writeAtomic(markdown, markdownPage(view));
  const complete = runs.length === cells.length && problems.length === 0;
  const paths = figures.map((figure) => join(directory, "figures", `${figure.name}.svg`));
  return {
    ...{ directory, html, markdown, figures: paths, outcomes, complete, report },
    launched: missing.length,
    warnings: mixture(view),
  };
}

function errorsOf(results: readonly LaunchResult[]): Map<string, string> {
  return new Map(
    results.flatMap(({ id, error }) => (error === undefined || error === null ? [] : [[id, error] as const])),
  );
}

/** Report on the finished runs; with cells missing, a report that cannot be made is a problem on the page. */
async function reportOf(
  reproduction: Reproduction,
  { preset, find }: Pick<ReproduceOptions, "preset" | "find">,
  outcomes: readonly CellOutcome[],
  problems: string[],
): Promise<Report> {
  const runs = outcomes.flatMap(({ run, status }) =>
    run !== undefined && status === "finished" ? [run] : [],
  );
  const none: Report = { figures: {}, tables: [], notes: [] };
  if (runs.length === 0) return none;
  try {
    const experiments = await Promise.all([...new Set(runs.map(({ experiment }) => experiment))].map(find));
    return await reproduction.report(new CellRuns(runs, preset, experiments), preset);
  } catch (error) {
    if (runs.length === outcomes.length) throw error;
    problems.push(`The report could not be made from the runs that finished: ${(error as Error).message}`);
    return none;
  }
}

/** Saves every figure with the preset in its subtitle. One that cannot be drawn does not take the others with it. */
async function drawAll(
  figures: Readonly<Record<string, Figure>>,
  preset: PresetName,
  folder: string,
  problems: string[],
): Promise<DrawnFigure[]> {
  const drawn: DrawnFigure[] = [];
  for (const [name, figure] of Object.entries(figures)) {
    const named = withPreset(figure, preset);
    try {
      const [svg] = await saveFigure(folder, name, named);
      drawn.push({ name, title: figure.title, svg: readFileSync(svg!, "utf8") });
    } catch (error) {
      if (error instanceof LabError && error.code.startsWith("figure/")) {
        problems.push(`The figure ${name} could not be drawn: ${error.message}`);
      } else throw error;
    }
  }
  return drawn;
}

/** The preset is said on the figure itself, since figures are shown without their pages. */
export function withPreset(figure: Figure, preset: string): Figure {
  const said = `preset ${preset}`;
  const { subtitle = "" } = figure;
  if (subtitle.includes(said)) return figure;
  return { ...figure, subtitle: subtitle === "" ? said : `${subtitle} · ${said}` };
}

function defaultCommand({ name }: Reproduction, { preset, jobs, root, out }: ReproduceOptions): string {
  const parts = [
    ...["throughline", "reproduce", name, "--preset", preset],
    ...(jobs === undefined ? [] : ["--jobs", String(jobs)]),
    ...(root === undefined ? [] : ["--root", root]),
    ...(out === undefined ? [] : ["--out", out]),
  ];
  return commandLine(...parts);
}
