// Questions about runs: `accuracy>0.9`, `learningRate=0.1`, `status!=failed`. A name is a field of the run, an option, a
// figure of merit, or else the last value of a metric (`loss`, `train.loss`).
import type { RunRecord } from "@throughline/lab";
import { UsageError } from "./exit.js";

export type Value = number | string | boolean | null | undefined;

const FIELDS = ["id", "experiment", "preset", "status", "created"] as const;
const CONDITION = /^\s*([^\s=<>!]+)\s*(!=|>=|<=|==|=|>|<)\s*(.*?)\s*$/;

export interface Condition {
  readonly name: string;
  readonly operator: string;
  readonly value: string;
}

/** @throws UsageError for text that is no condition */
export function parseCondition(text: string): Condition {
  const [, name, operator, value] = CONDITION.exec(text) ?? [];
  if (name === undefined || operator === undefined || value === undefined || value === "")
    throw new UsageError(`"${text}" is no condition; write name=value or 'name>value' with = != < <= > >=`);
  return { name, operator, value };
}

/** Options by dotted name. */
export function flatten(tree: Readonly<Record<string, unknown>>, prefix = ""): [string, unknown][] {
  return Object.entries(tree).flatMap(([key, value]): [string, unknown][] =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? flatten(value as Record<string, unknown>, `${prefix}${key}.`)
      : [[`${prefix}${key}`, value]],
  );
}

/** The last value of each metric, by `loop.name` and, where no other loop has it later, by `name`. */
export async function lastMetrics(run: RunRecord): Promise<Map<string, number | string>> {
  const last = new Map<string, number | string>();
  const { legibleMetrics } = await import("@throughline/lab/runs");
  for (const { loop, step: _, time: __, ...metrics } of (await legibleMetrics(run.path)).rows)
    for (const [name, value] of Object.entries(metrics)) {
      last.set(name, value);
      last.set(`${loop}.${name}`, value);
    }
  return last;
}

const seen = new WeakMap<RunRecord, Promise<Map<string, number | string>>>();

/** What a run has under a name. */
export async function lookUp(run: RunRecord, name: string): Promise<Value> {
  const field = FIELDS.find((one) => one === name);
  if (field) return field === "created" ? run.created.toISOString() : run[field];
  const bare = name.replace(/^(config|summary)\./, "");
  if (!name.startsWith("summary.")) {
    const found = flatten(run.config).find(([key]) => key === bare)?.[1];
    if (found !== undefined) return typeof found === "object" ? JSON.stringify(found) : (found as Value);
  }
  if (bare in run.summary) return run.summary[bare];
  return (await metricsOf(run)).get(name);
}

/** The last metrics of a run, read once; none if they cannot be read. */
function metricsOf(run: RunRecord): Promise<Map<string, number | string>> {
  const metrics = seen.get(run) ?? lastMetrics(run).catch(() => new Map());
  seen.set(run, metrics);
  return metrics;
}

/** A sentence for each name that none of the runs has, with the nearest that some have. */
export async function unknownNames(runs: readonly RunRecord[], names: readonly string[]): Promise<string[]> {
  const { nearest } = await import("@throughline/lab/runs");
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

/** Numbers before text, missing ones last. */
export function order(a: Value, b: Value): number {
  if (a === undefined || a === null) return b === undefined || b === null ? 0 : 1;
  if (b === undefined || b === null) return -1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}

/** Whether a condition holds; a run that lacks the name fulfils only `!=`. */
export function holds(value: Value, { operator, value: wanted }: Condition): boolean {
  if (value === undefined) return operator === "!=";
  const numbers = typeof value === "number" && Number.isFinite(Number(wanted));
  const compared = numbers ? Number(value) - Number(wanted) : order(String(value), wanted);
  switch (operator) {
    case "=":
    case "==":
      return compared === 0;
    case "!=":
      return compared !== 0;
    case "<":
      return compared < 0;
    case "<=":
      return compared <= 0;
    case ">":
      return compared > 0;
    default:
      return compared >= 0;
  }
}

/** Whether all conditions hold. */
export async function matches(run: RunRecord, conditions: readonly Condition[]): Promise<boolean> {
  for (const condition of conditions) if (!holds(await lookUp(run, condition.name), condition)) return false;
  return true;
}
