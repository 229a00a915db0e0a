// What TensorBoard is told of a run.
import { show } from "../config/accepted.js";
import { flatten } from "../config/plain.js";
import type { EventSource } from "../tensorboard/records.js";
import type { RunRecord } from "./record.js";

/** Creation time and options of a run. */
export function eventSource({ created, experiment, config }: RunRecord): EventSource {
  const options = flatten(config).map(([name, value]) => [name, show(value)] as const);
  return { created, options: [["experiment", experiment], ...options] };
}
