// Everything that a page says, whatever it is written in.
import type { PresetName } from "../experiment.js";
import { duration } from "../text/duration.js";
import type { CellOutcome } from "./match.js";
import { processorOf, processorsText } from "./processor.js";
import type { Provenance } from "./provenance.js";
import type { Reproduction } from "./reproduction.js";
import type { Table } from "./table.js";

/** A figure as it was drawn. */
export interface DrawnFigure {
  /** File in `figures/`, without the ending. */
  readonly name: string;
  readonly title: string;
  readonly svg: string;
}

export interface PageView {
  readonly reproduction: Pick<Reproduction, "name" | "title" | "source" | "comparesKernels">;
  readonly preset: PresetName;
  readonly figures: readonly DrawnFigure[];
  readonly tables: readonly Table[];
  readonly notes: readonly string[];
  readonly outcomes: readonly CellOutcome[];
  /** Problems besides the cells: a figure that cannot be drawn, a report that could not be made. */
  readonly problems: readonly string[];
  readonly provenance: Provenance;
}

/** Meaning of the preset for the numbers. */
export function presetSentence(preset: PresetName): string {
  if (preset === "paper") return "Preset paper: the published setting.";
  if (preset === "laptop") return "Preset laptop: a smaller setting than the published one.";
  return "Preset smoke: proves that everything runs, and nothing about the numbers.";
}

/** Columns of the table of cells. */
export const cellHeadings = ["cell", "status", "run", "processor and kernels"] as const;

/** The texts of a cell under these headings. */
export function cellTexts({ label, status, run }: CellOutcome): string[] {
  if (run === undefined) return [label, status, "–", "–"];
  return [label, status, `${run.experiment}/${run.id}`, processorOf(run)];
}

/** Warning where the runs of a page were not all done with the same kernels on the same processor. */
export function mixture({
  reproduction,
  provenance,
}: Pick<PageView, "reproduction" | "provenance">): string[] {
  const { processors } = provenance;
  if (processors.length < 2 || reproduction.comparesKernels === true) return [];
  return [
    `The cells were run on several processors or with several kernels (${processorsText(processors)}): rounding differs ` +
      "between them, and what a single seed comes to may differ with it.",
  ];
}

/** Sentences that must not be overlooked: what is missing, what failed, and what does not belong together. */
export function warnings(view: PageView): string[] {
  const { outcomes, problems } = view;
  const open = outcomes.filter((outcome) => outcome.status !== "finished");
  const list = open.map(
    ({ label, cell, status, problem }) => `${label} (cell ${cell.id}), ${status}: ${problem}`,
  );
  const count = `${open.length} of ${outcomes.length} ${outcomes.length === 1 ? "cell has" : "cells have"} no finished run`;
  return [
    ...(open.length > 0 ? [`${count}; the figures and tables are made without them.`] : []),
    ...list,
    ...problems,
    ...mixture(view),
  ];
}

/** Provenance of the numbers, as pairs. */
export function facts({ provenance, outcomes }: PageView): [name: string, text: string][] {
  const { command, commits, machines, processors, versions, date, seeds, runs, wallTime, workTime } =
    provenance;
  return [
    ["Command", command],
    ["Date", `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`],
    [commits.length > 1 ? "Commits" : "Commit", commits.join("; ")],
    [machines.length > 1 ? "Machines" : "Machine", machines.join("; ")],
    ...(processors.length > 0
      ? [["Processors and kernels", processorsText(processors)] as [string, string]]
      : []),
    ["Versions", versions],
    ["Runs", `${runs} of ${outcomes.length} finished`],
    ["Seeds", String(seeds)],
    [
      "Wall time",
      `${duration(wallTime)} for this command; the runs took ${duration(workTime)} of work in all`,
    ],
  ];
}
