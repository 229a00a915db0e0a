// A cell as a job for a launcher.
import { join } from "node:path";
import type { CellJob } from "../launchers/launcher.js";
import { type Cell, runName } from "./cell.js";

/** The job of a cell. @param folder the sweep's; @param root the folder of all runs */
export function jobOf(cell: Cell, folder: string, root: string, threads: number): CellJob {
  const { id, experiment, preset, config, sources, inputs } = cell;
  return {
    ...{ id, experiment, preset, sources, inputs, threads, root },
    config: { ...config, threads },
    name: runName(cell),
    log: logOf(folder, id),
  };
}

/** File for the output of a cell. */
export function logOf(folder: string, id: string): string {
  return join(folder, "logs", `${id}.txt`);
}
