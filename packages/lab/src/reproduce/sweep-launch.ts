// Cells of a reproduction as a sweep: what can be killed and restarted at any moment.
import { runSweep, type SweepOptions } from "../sweep/sweep.js";
import type { Launch } from "./launcher.js";

/** Runs cells by `runSweep`, in a sweep named after the reproduction and its preset. */
export function sweepLaunch(
  options: Pick<
    SweepOptions,
    "launcher" | "threads" | "cores" | "retry" | "quiet" | "timeout" | "stop" | "kill" | "observe"
  >,
): Launch {
  return async ({ name, cells, root, jobs }) => {
    const { cells: ended } = await runSweep({ ...options, name, cells, root, jobs });
    return ended.map(({ id, status, error }) => ({ id, status, error }));
  };
}

/** Name of the sweep of a reproduction's cells: `flossing-fig4-laptop`. */
export function sweepNameOf(reproduction: string, preset: string): string {
  return `${reproduction.replaceAll("/", "-")}-${preset}`;
}
