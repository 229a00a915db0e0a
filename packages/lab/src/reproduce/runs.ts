// The finished runs of a reproduction, by the cells that asked for them.
import { resolveConfig } from "../config/resolve.js";
import type { Experiment, PresetName } from "../experiment.js";
import type { RunRecord } from "../run/record.js";
import { cellId } from "../sweep/cell.js";
import type { CellRequest } from "../sweep/table.js";
import type { ReproductionCell } from "./reproduction.js";

/** Finished runs, found by cells: a cell's run is the one with its experiment and its complete configuration. */
export class CellRuns implements Iterable<RunRecord> {
  readonly #preset: PresetName;
  readonly #runs: readonly RunRecord[];
  readonly #experiments: ReadonlyMap<string, Experiment>;
  readonly #byIdentity: ReadonlyMap<string, RunRecord>;
  /** Identities of cells that were asked for, by the cell's text: resolving takes a while. */
  readonly #identities = new Map<string, string>();

  /**
   * @param preset the one that is reproduced
   * @param experiments those of the runs; cells of any other have no run
   */
  constructor(runs: readonly RunRecord[], preset: PresetName, experiments: readonly Experiment[]) {
    this.#preset = preset;
    this.#runs = runs;
    this.#experiments = new Map(experiments.map((experiment) => [experiment.name, experiment]));
    this.#byIdentity = new Map(runs.map((run) => [configIdentity(run.experiment, run.config), run]));
  }

  /** Number of runs. */
  get count(): number {
    return this.#runs.length;
  }

  /** All runs, in the order of the reproduction's cells. */
  [Symbol.iterator](): Iterator<RunRecord> {
    return this.#runs[Symbol.iterator]();
  }

  /** The finished run of a cell; undefined if there is none. @throws LabError lab/config for options that no run can have */
  of(cell: ReproductionCell): RunRecord | undefined {
    const experiment = this.#experiments.get(cell.experiment);
    if (experiment === undefined) return undefined;
    const text = JSON.stringify(cell);
    const known = this.#identities.get(text);
    const identity = known ?? this.#identityOf(experiment, cell);
    if (known === undefined) this.#identities.set(text, identity);
    return this.#byIdentity.get(identity);
  }

  /** Those of several cells that have finished, in the order of the cells. */
  all(cells: readonly ReproductionCell[]): RunRecord[] {
    return cells.flatMap((cell) => this.of(cell) ?? []);
  }

  /** The same for some of the cells, for a part of a reproduction. */
  only(cells: readonly ReproductionCell[]): CellRuns {
    const runs = [...new Set(this.all(cells))];
    return new CellRuns(runs, this.#preset, [...this.#experiments.values()]);
  }

  #identityOf(experiment: Experiment, cell: ReproductionCell): string {
    const { preset, overrides } = requestOf(cell, this.#preset);
    return configIdentity(cell.experiment, resolveConfig(experiment, { preset, overrides }).config);
  }
}

/** A cell of a reproduction as a row of a sweep. */
export function requestOf(cell: ReproductionCell, preset: PresetName): CellRequest {
  const overrides = Object.entries(cell.overrides ?? {}).map(([name, value]) => `${name}=${text(value)}`);
  return {
    experiment: cell.experiment,
    preset: cell.preset ?? preset,
    overrides: [...overrides, `seed=${cell.seed}`],
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Experiment and complete configuration in one text; the number of threads is the machine's, and left out. */
export function configIdentity(
  experiment: string,
  { threads: _, ...config }: Readonly<Record<string, unknown>>,
): string {
  return cellId(experiment, "", config);
}
