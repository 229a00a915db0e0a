// Which run is which cell's.
import {
  type Experiment,
  type PresetName,
  type ReproductionCell,
  type RunRecord,
  resolveConfig,
} from "@throughline/lab";
import { conditionExperiment } from "../conditioning/experiment.js";
import { trainExperiment } from "../train/experiment.js";

const experiments = new Map<string, Experiment>(
  [trainExperiment, conditionExperiment].map((one) => [one.name, one as unknown as Experiment]),
);

/** Finds runs by the cells that asked for them; the number of threads is the machine's and makes no difference. */
export class Runs {
  readonly #found = new Map<string, RunRecord>();
  readonly #preset: PresetName;

  constructor(runs: readonly RunRecord[], preset: PresetName) {
    this.#preset = preset;
    for (const run of runs) this.#found.set(keyOf(run.experiment, run.config), run);
  }

  /** The finished run of a cell; undefined if there is none. */
  of(cell: ReproductionCell): RunRecord | undefined {
    return this.#found.get(keyOfCell(cell, this.#preset));
  }

  /** Cells without those that ask for the same run as one before them. */
  static distinct(cells: readonly ReproductionCell[], preset: PresetName): ReproductionCell[] {
    return [...new Map(cells.map((cell) => [keyOfCell(cell, preset), cell])).values()];
  }

  /** Those of several cells that have finished. */
  all(cells: readonly ReproductionCell[]): RunRecord[] {
    return cells.flatMap((cell) => this.of(cell) ?? []);
  }
}

function keyOfCell(cell: ReproductionCell, preset: PresetName): string {
  const overrides = Object.entries(cell.overrides ?? {}).map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  const resolved = resolveConfig(experiments.get(cell.experiment)!, {
    preset: cell.preset ?? preset,
    overrides: [...overrides, `seed=${cell.seed}`],
  });
  return keyOf(cell.experiment, resolved.config);
}

function keyOf(experiment: string, config: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(config).filter(([name]) => name !== "threads");
  return `${experiment} ${JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)))}`;
}
