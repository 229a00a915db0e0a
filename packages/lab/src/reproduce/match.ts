// Matches runs to the cells of a reproduction.
import { isDeepStrictEqual } from "node:util";
import { LabError } from "../errors.js";
import type { Experiment, PresetName } from "../experiment.js";
import { fingerprints, readInputs } from "../run/inputs.js";
import { listRuns } from "../run/list.js";
import type { RunRecord } from "../run/record.js";
import { type Cell, labels } from "../sweep/cell.js";
import { resolveCells } from "../sweep/table.js";
import type { Reproduction } from "./reproduction.js";
import { configIdentity, requestOf } from "./runs.js";

/** A cell and its status. */
export interface CellOutcome {
  readonly cell: Cell;
  /** Label, unique among the cells. */
  readonly label: string;
  /** `missing` if it has never been run. */
  readonly status: RunRecord["status"] | "missing";
  /** The finished run; otherwise the latest attempt. */
  readonly run: RunRecord | undefined;
  /** Reason why it is not finished, in a sentence. */
  readonly problem: string | undefined;
}

/**
 * The complete cells of a reproduction.
 * @throws LabError lab/reproduction if it has none at this preset or two that are the same; lab/sweep listing everything
 * that is wrong with their options
 */
export async function cellsOf(
  reproduction: Reproduction,
  preset: PresetName,
  find: (name: string) => Promise<Experiment>,
): Promise<Cell[]> {
  const asked = reproduction.cells(preset);
  if (asked.length === 0) {
    throw new LabError(
      "lab/reproduction",
      `${reproduction.name} has no cells at the preset ${preset}; give another preset`,
    );
  }
  const rows = asked.map((cell) => requestOf(cell, preset));
  const cells = await resolveCells(rows, find);
  if (cells.length < asked.length && reproduction.sharesCells !== true) {
    const same = asked.length - cells.length;
    throw new LabError(
      "lab/reproduction",
      `${reproduction.name} has ${same} of its ${asked.length} cells twice at the preset ${preset}; give each its own options or seed`,
    );
  }
  return cells;
}

/**
 * The runs of a cell under `root`, oldest first: those with its experiment and complete configuration, under any name. The
 * number of threads is not compared, since it depends on the machine. Inputs must have the same SHA-256, where both are known.
 */
export function runsUnder(root: string): (cell: Cell) => RunRecord[] {
  const runs = new Map<string, RunRecord[]>();
  for (const run of listRuns(root).runs) {
    const key = configIdentity(run.experiment, run.config);
    runs.set(key, [...(runs.get(key) ?? []), run]);
  }
  return ({ experiment, config, inputs }) => {
    const alike = runs.get(configIdentity(experiment, config)) ?? [];
    const wanted = fingerprints(inputs);
    return wanted === undefined ? alike : alike.filter(({ path }) => hasRead(path, wanted));
  };
}

function hasRead(run: string, wanted: Readonly<Record<string, string>>): boolean {
  const inputs = readInputs(run);
  return inputs === undefined || isDeepStrictEqual(fingerprints(inputs), wanted);
}

/** State of each cell. */
export function outcomesOf(
  cells: readonly Cell[],
  runsOf: (cell: Cell) => readonly RunRecord[],
  errors: ReadonlyMap<string, string>,
): CellOutcome[] {
  const names = labels(cells);
  return cells.map((cell) => {
    const found = runsOf(cell);
    const run = found.findLast(({ status }) => status === "finished") ?? found.at(-1);
    const status = run?.status ?? "missing";
    const problem =
      status === "finished" ? undefined : (errors.get(cell.id) ?? run?.error ?? unfinished[status]);
    return { cell, label: names.get(cell.id) ?? cell.id, status, run, problem };
  });
}

const unfinished: Readonly<Record<Exclude<CellOutcome["status"], "finished">, string>> = {
  missing: "it has not been run",
  created: "it has not been started",
  running: "it is still running",
  interrupted: "it was interrupted, and can be resumed",
  failed: "it failed without a message",
};
