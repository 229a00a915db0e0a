// Differences between runs in options, results, versions and machines; and their curves in one figure.

import { flatten } from "../config/plain.js";
import { type Curve, curve } from "../figures/curve.js";
import type { Figure, LinesFigure } from "../figures/figure.js";
import { legibleMetrics } from "../run/read-metrics.js";
import type { RunRecord } from "../run/record.js";
import { loopUnits } from "../run/units.js";
import { visibleLine } from "../text/visible.js";

/** A name, and each run's value of it; undefined where a run has none. */
export interface ComparedRow {
  readonly name: string;
  readonly values: readonly unknown[];
}

/** Rows of all names, in the order in which they first appear. */
function rows(tables: readonly (readonly (readonly [string, unknown])[])[]): ComparedRow[] {
  const maps = tables.map((table) => new Map(table));
  const names = new Set(tables.flatMap((table) => table.map(([name]) => name)));
  return [...names].map((name) => ({ name, values: maps.map((map) => map.get(name)) }));
}

function differs({ values }: ComparedRow): boolean {
  return values.some((value) => JSON.stringify(value) !== JSON.stringify(values[0]));
}

/** Differences between runs. */
export interface RunComparison {
  /** Options that are not the same everywhere. */
  readonly config: readonly ComparedRow[];
  /** Number of options that are the same. */
  readonly same: number;
  /** Every figure of merit. */
  readonly summary: readonly ComparedRow[];
  /** Versions, commit and machine, where they are not the same. */
  readonly environment: readonly ComparedRow[];
}

/** Entries of `environment.json` that may explain a difference of results. */
const SURROUNDINGS = [
  "throughline",
  "libtorch",
  "node",
  "git.commit",
  "git.dirty",
  "cpu",
  "kernels",
  "os",
  "host",
];

/** Compares options, results, versions and machines of runs. */
export function compareRuns(runs: readonly RunRecord[]): RunComparison {
  const head = runs.map((run): [string, unknown][] => [
    ["experiment", run.experiment],
    ["preset", run.preset],
    ...flatten(run.config),
  ]);
  const config = rows(head);
  const environment = rows(
    runs.map((run) => flatten(run.environment).filter(([name]) => SURROUNDINGS.includes(name))),
  );
  return {
    config: config.filter(differs),
    same: config.filter((row) => !differs(row)).length,
    summary: rows(runs.map((run) => Object.entries(run.summary))),
    environment: environment.filter(differs),
  };
}

/** Label that tells each run from the others: the options that differ, or its id. */
export function runLabels(runs: readonly RunRecord[], config: readonly ComparedRow[]): string[] {
  const few = config.filter(({ name }) => name !== "threads").slice(0, 3);
  const names = runs.map((run, i) => {
    const parts = few.map(({ name, values }) =>
      name === "experiment" || name === "preset" ? String(values[i]) : `${name} ${String(values[i])}`,
    );
    return visibleLine(parts.length > 0 ? parts.join(", ") : run.id);
  });
  return names.map((name, i) =>
    names.indexOf(name) === names.lastIndexOf(name) ? name : `${name} (${runs[i]?.id})`,
  );
}

/** Curves of at least two points, by `loop.metric`. */
async function curvesOf(run: RunRecord): Promise<Map<string, Curve>> {
  const { rows } = await legibleMetrics(run.path);
  const found = new Map<string, Curve>();
  for (const { loop, step: _, time: __, ...metrics } of rows)
    for (const metric of Object.keys(metrics)) {
      const key = `${loop}.${metric}`;
      if (!found.has(key)) found.set(key, curve(rows, loop, metric));
    }
  return new Map([...found].filter(([, { x }]) => x.length > 1));
}

/**
 * The runs' curves, a panel for each metric.
 * @param wanted metrics by `loop.metric` or `metric`; all that at least two runs have if empty
 * @returns the figure, undefined if there is nothing to draw, and the metrics there are
 */
export async function overlayCurves(
  runs: readonly RunRecord[],
  names: readonly string[],
  wanted: readonly string[],
): Promise<{ figure: Figure | undefined; metrics: string[] }> {
  const units = runs.map((run) => loopUnits(run.path));
  const unitOf = (loop: string) => [...new Set(units.map((known) => `${known[loop] ?? "step"}s`))].join(", ");
  const all = await Promise.all(runs.map(curvesOf));
  const metrics = [...new Set(all.flatMap((some) => [...some.keys()]))];
  const chosen = metrics.filter((metric) =>
    wanted.length === 0
      ? all.filter((some) => some.has(metric)).length > 1
      : wanted.some((name) => metric === name || metric.endsWith(`.${name}`)),
  );
  const panels = chosen.slice(0, wanted.length === 0 ? 6 : chosen.length).map((metric): LinesFigure => {
    const [loop = "", ...rest] = metric.split(".");
    return {
      kind: "lines",
      title: metric,
      x: { label: `${loop} (${unitOf(loop)})` },
      y: { label: rest.join(".") },
      series: all.flatMap((some, i) => {
        const points = some.get(metric);
        return points ? [{ name: names[i] ?? "", ...points }] : [];
      }),
    };
  });
  const [only] = panels;
  if (only === undefined) return { figure: undefined, metrics };
  const title = `${[...new Set(runs.map((run) => run.experiment))].join(", ")}: ${runs.length} runs`;
  const figure: Figure =
    panels.length === 1 ? only : { kind: "panels", title, columns: Math.min(2, panels.length), panels };
  return { figure, metrics };
}
