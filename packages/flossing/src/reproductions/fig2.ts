// Figure 2: the condition number of the long-term Jacobian, before and after flossing, against what exponents predict.
import {
  compare,
  defineReproduction,
  estimate,
  type LineSeries,
  type LinesFigure,
  type PresetName,
  type Reproduction,
} from "@throughline/lab";
import { type Measurement, type Measurements, readMeasurements } from "../conditioning/measurements.js";
import { bandOf, bandsOf, countCells } from "./fig1.js";
import { notes, paper, recalled } from "./source.js";
import { named } from "./titles.js";

const counts = (preset: PresetName): number[] => (preset === "smoke" ? [4] : [15, 40, 75]);

/** log₁₀ κ of the m leading directions over horizons: as measured, and exp((λ₁ − λ_m)(t − τ)). */
const measured = (measurement: Measurement, m: number): number[] =>
  measurement.logConditions.map((row) => (row[m - 1] ?? Number.NaN) / Math.LN10);
const predicted = (measurement: Measurement, m: number): number[] =>
  measurement.horizons.map(
    (t) => ((measurement.exponents[0]! - measurement.exponents[m - 1]!) * t) / Math.LN10,
  );

function againstHorizon(all: readonly Measurements[], m: number): LinesFigure {
  const x = all[0]?.before.horizons ?? [];
  const series: LineSeries[] = [
    bandOf(
      "before",
      x,
      all.map(({ before }) => measured(before, m)),
    ),
    bandOf(
      "before, from exponents",
      x,
      all.map(({ before }) => predicted(before, m)),
      true,
    ),
    bandOf(
      "after",
      x,
      all.map(({ after }) => measured(after, m)),
    ),
    bandOf(
      "after, from exponents",
      x,
      all.map(({ after }) => predicted(after, m)),
      true,
    ),
  ];
  return {
    kind: "lines",
    title: `${m} directions, ${m} exponents flossed`,
    x: { label: "horizon t − τ (steps)" },
    y: { label: "log₁₀ of the condition number" },
    series,
  };
}

function againstDirections(byCount: ReadonlyMap<number, readonly Measurements[]>): LinesFigure {
  const any = [...byCount.values()].find((all) => all.length > 0) ?? [];
  const index = any[0]?.before.exponents.map((_, i) => i + 1) ?? [];
  const last = (measurement: Measurement): number[] =>
    index.map((m) => (measurement.logConditions.at(-1)![m - 1] ?? Number.NaN) / Math.LN10);
  return {
    kind: "lines",
    title: `Horizon of ${any[0]?.before.horizons.at(-1) ?? 0} steps`,
    x: { label: "directions m" },
    y: { label: "log₁₀ of the condition number" },
    series: [
      bandOf(
        "before",
        index,
        any.map(({ before }) => last(before)),
      ),
      ...[...byCount].map(([k, all]) =>
        bandOf(
          `${k} flossed`,
          index,
          all.map(({ after }) => last(after)),
        ),
      ),
    ],
  };
}

export const fig2: Reproduction = defineReproduction({
  ...named("flossing/fig2"),
  source: { paper, figure: "figure 2" },
  cells: (preset) => counts(preset).flatMap((k) => countCells(preset, k)),
  report(runs, preset) {
    const byCount = new Map(
      counts(preset).map((k) => [
        k,
        runs.all(countCells(preset, k)).flatMap((run) => readMeasurements(run.path) ?? []),
      ]),
    );
    const rows = [...byCount].flatMap(([k, all]) =>
      (["before", "after"] as const).flatMap((when) => [
        compare({
          quantity: `log₁₀ κ of ${k} directions over the longest horizon, ${when} flossing ${k}`,
          paper:
            k === 15
              ? recalled(when === "before" ? "grows exponentially" : "grows far more slowly")
              : "not given",
          ours: estimate(all.map((one) => measured(one[when], k).at(-1)!)),
        }),
        compare({
          quantity: `the same from exponents, ${when} flossing ${k}`,
          paper: "theory",
          ours: estimate(all.map((one) => predicted(one[when], k).at(-1)!)),
        }),
      ]),
    );
    const panels = [
      ...[...byCount].filter(([, all]) => all.length > 0).map(([k, all]) => againstHorizon(all, k)),
      againstDirections(byCount),
    ];
    return {
      figures: {
        fig2: {
          kind: "panels",
          title: "Condition number of the long-term Jacobian",
          subtitle: bandsOf(preset),
          columns: 2,
          panels,
        },
      },
      tables: [{ title: "Condition numbers", rows }],
      notes: [
        notes.recalled,
        "Singular values come from a graded product of the one-step Jacobians in float64, which was checked against 256-bit " +
          "arithmetic; the paper used 256-bit arithmetic throughout.",
      ],
    };
  },
});
