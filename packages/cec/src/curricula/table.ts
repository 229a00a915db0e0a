// A curriculum as text.
import { means } from "../histories/curve.js";
import type { Curriculum } from "./curriculum.js";
import { ruleText } from "./sampling.js";

/** A row for each level: name, episodes, steps, success by quarter; below it, how sequences are drawn. */
export function curriculumTable({ levels, sampling, order, samples, episodes }: Curriculum): string {
  const rows = levels.map(({ name, episodes: those }, level) => [
    String(level),
    name,
    String(those.length),
    String(those.reduce((sum, { length }) => sum + length, 0)),
    ...quarters(those.map(({ success }) => Number(success))),
  ]);
  const heading = ["level", "", "episodes", "steps", "success", "by", "quarter", ""];
  const all = [heading, ...rows];
  const widths = heading.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const lines = all.map((row) =>
    row
      .map((cell, column) => (column === 1 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join("  ")
      .trimEnd(),
  );
  const put = order === "rising" ? "" : `, order ${order}`;
  return [...lines, `${ruleText(sampling)}${put}; ${samples} samples an epoch of ${episodes} episodes`].join(
    "\n",
  );
}

function quarters(values: readonly number[]): string[] {
  if (values.length < 4) return ["", "", "", ""];
  return means(values, 4).map((share) => `${(100 * share).toFixed(0)} %`);
}
