// A thread that outlives whatever the cell does: it watches the sweep's process, and ends the cell when the sweep is gone
// and the cell has not stopped by itself, be it waiting for ever or computing without end.
import { Worker } from "node:worker_threads";

/** Message to the thread. */
export interface ParentWatch {
  readonly parent: number;
  readonly grace: number;
}

/**
 * Begins to watch. It keeps no process alive.
 * @param parent the process that started this one; @param grace seconds between its end and the end of this process
 */
export function watchParent(parent: number, grace: number): void {
  const thread = new Worker(new URL("./parent-thread.js", import.meta.url), {
    workerData: { parent, grace } satisfies ParentWatch,
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  });
  thread.on("error", (error) => console.error(`the sweep's process cannot be watched: ${error.message}`));
  thread.unref();
}
