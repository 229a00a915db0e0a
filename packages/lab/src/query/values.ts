// Values of a run by name: a field of the run, an option, a figure of merit, or else the last value of a metric (`loss`,
// `train.loss`).
import { nearest } from "@throughline/torch/checks";
import { flatten } from "../config/plain.js";
import { legibleMetrics } from "../run/read-metrics.js";
import type { RunRecord } from "../run/record.js";

/** Value of a run under a name; undefined if it has none. */
export type RunValue = number | string | boolean | null | undefined;

const FIELDS = ["id", "experiment", "preset", "status", "created"] as const;

/**
 * The last value of each metric, by `loop.name` and, where no other loop has it later, by `name`.
 * @throws LabError lab/disk, lab/damaged if the metrics cannot be read
 */
export async function lastMetrics(run: Pick<RunRecord, "path">): Promise<Map<string, number | string>> {
  const last = new Map<string, number | string>();
  for (const { loop, step: _, time: __, ...metrics } of (await legibleMetrics(run.path)).rows)
    for (const [name, value] of Object.entries(metrics)) {
      last.set(name, value);
      last.set(`${loop}.${name}`, value);
    }
  return last;
}

const seen = new WeakMap<RunRecord, Promise<Map<string, number | string>>>();

/** The last metrics of a run, read once; none if they cannot be read. */
function metricsOf(run: RunRecord): Promise<Map<string, number | string>> {
  const metrics = seen.get(run) ?? lastMetrics(run).catch(() => new Map());
  seen.set(run, metrics);
  return metrics;
}

/**
 * The value of a run under a name: `id`, `experiment`, `preset`, `status` or `created`; an option by dotted name; a figure of
 * merit; the last value of a metric. `config.` and `summary.` before a name say which of them is meant.
 */
export async function lookUp(run: RunRecord, name: string): Promise<RunValue> {
  const field = FIELDS.find((one) => one === name);
  if (field) return field === "created" ? run.created.toISOString() : run[field];
  const bare = name.replace(/^(config|summary)\./, "");
  if (!name.startsWith("summary.")) {
    const found = flatten(run.config).find(([key]) => key === bare)?.[1];
    if (found !== undefined) return typeof found === "object" ? JSON.stringify(found) : (found as RunValue);
  }
  if (Object.hasOwn(run.summary, bare)) return run.summary[bare];
  return (await metricsOf(run)).get(name);
}

/** A sentence for each name that none of the runs has, with the nearest that some have. */
export async function unknownNames(runs: readonly RunRecord[], names: readonly string[]): Promise<string[]> {
  const sentences: string[] = [];
  for (const name of names) {
    const values = await Promise.all(runs.map((run) => lookUp(run, name)));
    if (runs.length === 0 || values.some((value) => value !== undefined)) continue;
    const known = await Promise.all(
      runs.map(async (run) => [
        ...[...FIELDS, ...flatten(run.config).map(([key]) => key), ...Object.keys(run.summary)],
        ...(await metricsOf(run)).keys(),
      ]),
    );
    const near = nearest(name, new Set(known.flat()));
    sentences.push(`no run has ${name}${near === undefined ? "" : `; did you mean ${near}?`}`);
  }
  return sentences;
}
