// What TensorBoard is told of a run.
import { flatten } from "../config/plain.js";
import type { EventSource } from "../tensorboard/records.js";
import type { RunRecord } from "./record.js";

/** Creation time and options of a run. */
export function eventSource({ created, experiment, config }: RunRecord): EventSource {
  const options = flatten(config).map(
    ([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)] as const,
  );
  return { created, options: [["experiment", experiment], ...options] };
}
