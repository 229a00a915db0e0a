// One line of metrics.jsonl, checked.
import { LabError } from "../errors.js";
import type { Metrics } from "./context.js";

const reserved = new Set(["loop", "step", "time"]);

/**
 * The line for the metrics of one step.
 * @throws LabError lab/not-finite naming loop, step and metric for NaN and infinities; lab/metric for what is no metric
 */
export function row(loop: string, step: number, time: number, metrics: Metrics): string {
  for (const name in metrics) check(name, metrics[name], loop, step);
  return JSON.stringify({ loop, step, time: Math.round(time * 1e4) / 1e4, ...metrics });
}

function check(name: string, value: unknown, loop: string, step: number): void {
  if (typeof value === "number") {
    if (!Number.isFinite(value)) {
      throw new LabError("lab/not-finite", `${name} is ${value} at step ${step} of loop ${loop}`);
    }
  } else if (typeof value !== "string") {
    const what = typeof value === "object" && value !== null ? `a ${value.constructor?.name}` : String(value);
    const hint = what === "a Tensor" ? "; log its item()" : "";
    throw new LabError(
      "lab/metric",
      `${name} at step ${step} of loop ${loop} is ${what}; a metric is a number or text${hint}`,
    );
  }
  if (reserved.has(name)) {
    throw new LabError("lab/metric", `a metric cannot be called ${name}: every row has a ${name} already`);
  }
}
