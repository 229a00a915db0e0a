// Where a sweep stands, and its end from outside: read from its folder and from the queues that have jobs of it.
import { LabError } from "../errors.js";
import type { JobState, Launcher } from "../launchers/launcher.js";
import { type LockOwner, lockOwner } from "../run/lock.js";
import type { LiveCell } from "./state.js";
import { readSweep } from "./sweep.js";

/** A cell, with its job if a queue has one. */
export interface CellStanding {
  readonly cell: LiveCell;
  /** Name of the launcher and id of the job; undefined if no queue has a job of it that has not ended. */
  readonly launcher?: string;
  readonly job?: string;
  readonly state?: JobState;
}

/** Where a sweep stands. */
export interface SweepStanding {
  readonly name: string;
  readonly root: string;
  readonly cells: readonly CellStanding[];
  /** A sentence for each launcher that cannot be asked now. */
  readonly problems: readonly string[];
  /** The process that follows the sweep now, if any. */
  readonly driver: LockOwner | undefined;
}

/**
 * Where a sweep stands; nothing of it is changed.
 * @param launchers those that may have jobs of it
 * @throws LabError lab/no-sweep, lab/damaged
 */
export async function sweepStanding(
  directory: string,
  launchers: readonly Launcher[],
): Promise<SweepStanding> {
  const { name, root, cells } = readSweep(directory);
  const jobs = new Map<string, Omit<CellStanding, "cell">>();
  const problems: string[] = [];
  for (const launcher of launchers) {
    try {
      const live = [...(await launcher.live(directory))];
      const states = await launcher.poll(
        directory,
        live.map(([, id]) => id),
      );
      for (const [i, [cell, job]] of live.entries())
        jobs.set(cell, { launcher: launcher.name, job, state: states[i] });
    } catch (error) {
      if (!(error instanceof LabError && error.code === "lab/launcher")) throw error;
      problems.push(error.message);
    }
  }
  const standings = cells.map((cell) => ({ cell, ...jobs.get(cell.id) }));
  return { name, root, cells: standings, problems, driver: lockOwner(directory) };
}

/**
 * Cancels the jobs of a sweep that queues have.
 * @returns how many
 * @throws LabError lab/launcher
 */
export async function cancelSweep(
  directory: string,
  launchers: readonly Launcher[],
  how: "stop" | "kill",
): Promise<number> {
  let count = 0;
  for (const launcher of launchers) {
    const ids = [...(await launcher.live(directory)).values()];
    if (ids.length > 0) await launcher.cancel(directory, ids, how);
    count += ids.length;
  }
  return count;
}
