// A published figure or table as a value: the runs it needs, and the report on them.
import { knownOptions, type OptionNames } from "@throughline/torch/checks";
import { LabError } from "../errors.js";
import type { PresetName } from "../experiment.js";
import type { Figure } from "../figures/figure.js";
import type { CellRuns } from "./runs.js";
import type { Table } from "./table.js";

/** One run that a reproduction needs. */
export interface ReproductionCell {
  readonly experiment: string;
  /** Default: the preset that is reproduced. */
  readonly preset?: PresetName;
  /** Values of options by (dotted) name, over those of the preset. */
  readonly overrides?: Readonly<Record<string, unknown>>;
  readonly seed: number;
}

/** Report on the finished runs. */
export interface Report {
  /** Figures by file name. */
  readonly figures: Readonly<Record<string, Figure>>;
  readonly tables: readonly Table[];
  /** Notes for readers: deviations from the paper, readings of unclear passages. One paragraph each. */
  readonly notes: readonly string[];
}

/** Its module must not load the engine: `report` imports what it needs. */
export interface Reproduction {
  /** `system/what`, such as `flossing/fig4`. */
  readonly name: string;
  readonly title: string;
  /** Source of the published numbers: the paper, and the figure or table in it. */
  readonly source: { readonly paper: string; readonly figure: string };
  /** True if its cells use different kernels on purpose, so that no warning is given. Default false. */
  readonly comparesKernels?: boolean;
  /** True if a cell may occur twice, as in a union of reproductions. Default false: a duplicate is an error. */
  readonly sharesCells?: boolean;
  /** The runs that it needs at a preset. */
  cells(preset: PresetName): readonly ReproductionCell[];
  /** @param runs finished runs by cell; some may be missing, and the page lists them */
  report(runs: CellRuns, preset: PresetName): Report | Promise<Report>;
}

/**
 * Checks a reproduction where it is written.
 * @throws LabError lab/reproduction for a name that is not `system/what`, or an empty title or source
 */
export function defineReproduction(reproduction: Reproduction): Reproduction {
  const names: OptionNames<Reproduction> = {
    name: true,
    title: true,
    source: true,
    comparesKernels: true,
    sharesCells: true,
    cells: true,
    report: true,
  };
  const { name, title, source } = knownOptions("defineReproduction", names, reproduction);
  if (!/^[a-z0-9][\w-]*\/[\w.-]*\w$/i.test(name)) {
    throw new LabError(
      "lab/reproduction",
      `"${name}" cannot name a reproduction; give system/what, such as flossing/fig4`,
    );
  }
  for (const [part, text] of Object.entries({
    title,
    "source.paper": source.paper,
    "source.figure": source.figure,
  })) {
    if (text.trim() === "")
      throw new LabError("lab/reproduction", `${name} has an empty ${part}; name what is reproduced`);
  }
  return reproduction;
}
