// Outcome of a job that its queue says is over.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readRun } from "../../run/read.js";
import type { CellEnd, CellJob } from "../launcher.js";
import type { JobRecord } from "./record.js";

/**
 * What the job has written down, else what its run's directory says, else what the queue says.
 * @param queue the outcome of a job that was ended without a word
 */
export function endOf(job: CellJob | undefined, record: JobRecord | undefined, queue: CellEnd): CellEnd {
  if (record?.end !== undefined) return record.end;
  return job !== undefined && isFinished(job) ? { status: "finished" } : queue;
}

function isFinished({ root, experiment, name }: CellJob): boolean {
  const path = join(root, experiment, name);
  try {
    return existsSync(path) && readRun(path).status === "finished";
  } catch {
    return false;
  }
}
