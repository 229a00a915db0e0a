// A job of Slurm that puts itself back into the queue.
import { spawnSync } from "node:child_process";

/** Asks Slurm to start this job again later. What it refuses is left to the sweep: the run can be resumed. */
export function requeue(id: string): void {
  const { status, stderr, error } = spawnSync("scontrol", ["requeue", id], { encoding: "utf8" });
  if (status === 0) console.log("its time is up: back to the queue");
  else
    console.error(`its time is up, and it cannot go back to the queue: ${error?.message ?? stderr.trim()}`);
}
