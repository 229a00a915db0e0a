// Numbers as people read them at a glance.
import type { LiveCell } from "../state.js";

/** Four digits that matter. */
export function brief(value: unknown): string {
  if (typeof value !== "number") return String(value);
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e6 ? String(Number(value.toPrecision(4))) : value.toExponential(2);
}

/** The metric that is shown of a running cell: the loss where there is one. */
export function mainMetric(metrics: Readonly<Record<string, number | string>>): [string, number] | undefined {
  const numbers = Object.entries(metrics).filter(
    (entry): entry is [string, number] => typeof entry[1] === "number",
  );
  return (
    numbers.find(([name]) => name === "loss") ?? numbers.find(([name]) => /loss/i.test(name)) ?? numbers[0]
  );
}

/** The first figures of merit of a finished cell. */
export function merits(summary: LiveCell["summary"], most = 2): string {
  return Object.entries(summary ?? {})
    .slice(0, most)
    .map(([name, value]) => `${name} ${brief(value)}`)
    .join(", ");
}

/** `7 of 12 cells finished, 2 running, 1 failed`. */
export function tally(cells: readonly LiveCell[]): string {
  const count = (status: LiveCell["status"]) => cells.filter((cell) => cell.status === status).length;
  const rest = (["running", "interrupted", "failed"] as const)
    .filter((status) => count(status) > 0)
    .map((status) => `, ${count(status)} ${status}`);
  return `${count("finished")} of ${cells.length} cells finished${rest.join("")}`;
}

/** Seconds that are left at the pace of the cells that ended here; undefined until one has. */
export function remaining(cells: readonly LiveCell[], jobs: number): number | undefined {
  const took = cells.filter((cell) => cell.status === "finished" && cell.seconds !== undefined);
  if (took.length === 0) return undefined;
  const each = took.reduce((sum, cell) => sum + (cell.seconds ?? 0), 0) / took.length;
  const left = cells.reduce((sum, cell) => {
    if (cell.status === "pending" || cell.status === "interrupted") return sum + each;
    if (cell.status !== "running" || cell.started === undefined) return sum;
    return sum + Math.max(0, each - (performance.now() - cell.started) / 1000);
  }, 0);
  return left / jobs;
}
