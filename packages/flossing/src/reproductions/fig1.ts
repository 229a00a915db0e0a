// Figure 1: exponents can be put where one wants them.

import {
  type CellRuns,
  type Curve,
  compare,
  curve,
  defineReproduction,
  estimate,
  type LineSeries,
  type LinesFigure,
  median,
  type PresetName,
  quantile,
  type Reproduction,
  type ReproductionCell,
  type RunRecord,
} from "@throughline/lab";
import { plural } from "@throughline/torch/checks";
import { readMeasurements } from "../conditioning/measurements.js";
import { extentOf } from "./presets.js";
import { notes, paper, recalled } from "./source.js";
import { named } from "./titles.js";

const TARGETS = [-1, -0.5, 0];
const counts = (preset: PresetName): number[] => (preset === "smoke" ? [1, 4] : [1, 16, 32]);

/** Gains spread evenly over (0, 1), one a seed: the paper draws them from U(0, 1). */
const gainOf = (preset: PresetName, seed: number): number => (seed + 0.5) / extentOf(preset).seeds.length;

/** One exponent pushed to a target, from nets of different gains. */
function targetCells(preset: PresetName, target: number): ReproductionCell[] {
  const steps = preset === "smoke" ? {} : { steps: 200 };
  return extentOf(preset).seeds.map((seed) => ({
    experiment: "flossing/condition",
    overrides: { k: 1, target, gain: gainOf(preset, seed), ...steps },
    seed,
  }));
}

/** k exponents pushed to 0. */
export function countCells(preset: PresetName, k: number): ReproductionCell[] {
  return extentOf(preset).seeds.map((seed) => ({ experiment: "flossing/condition", overrides: { k }, seed }));
}

/** Explanation of lines and bands of `bandOf`. */
export function bandsOf(preset: PresetName): string {
  return `lines: median; bands: quartiles of ${plural(extentOf(preset).seeds.length, "net")}`;
}

/** Median and quartiles over runs of what each gives. */
export function bandOf(
  name: string,
  x: readonly number[],
  curves: readonly (readonly number[])[],
  dashed = false,
): LineSeries {
  const at = (i: number): number[] => curves.map((curve) => curve[i]!);
  return {
    name,
    x,
    y: x.map((_, i) => median(at(i))),
    low: x.map((_, i) => quantile(at(i), 0.25)),
    high: x.map((_, i) => quantile(at(i), 0.75)),
    dashed,
  };
}

function firstExponents(runs: readonly RunRecord[]): Promise<Curve[]> {
  return Promise.all(runs.map(async (run) => curve(await run.metrics(), "floss", "first")));
}

async function targetFigures(runs: CellRuns, preset: PresetName): Promise<LinesFigure[]> {
  const series: LineSeries[] = [];
  const distance: LineSeries[] = [];
  for (const target of TARGETS) {
    const curves = await firstExponents(runs.all(targetCells(preset, target)));
    if (curves.length === 0) continue;
    const steps = curves[0]!.x;
    const exponents = curves.map(({ y }) => y);
    series.push(bandOf(`target ${target}`, steps, exponents));
    distance.push(
      bandOf(
        `target ${target}`,
        steps,
        exponents.map((values) => values.map((value) => Math.max((value - target) ** 2, 1e-12))),
      ),
    );
  }
  const x = { label: "flossing (steps)" };
  return [
    {
      kind: "lines",
      title: "One exponent, three targets",
      x,
      y: { label: "largest exponent (nats per step)" },
      series,
    },
    {
      kind: "lines",
      title: "Squared distance from the target",
      x,
      y: { label: "(λ₁ − target)²", scale: "log" },
      series: distance,
    },
  ];
}

function spectrumFigure(runs: CellRuns, preset: PresetName): LinesFigure {
  const looks = (k: number) =>
    runs.all(countCells(preset, k)).flatMap((run) => readMeasurements(run.path) ?? []);
  const before = looks(counts(preset)[0]!).map((one) => one.before.exponents);
  const index = before[0]?.map((_, i) => i + 1) ?? [];
  return {
    kind: "lines",
    title: "The whole spectrum",
    x: { label: "index" },
    y: { label: "exponent (nats per step)", min: -3, max: 0.3 },
    series: [
      bandOf("before", index, before, true),
      ...counts(preset).map((k) =>
        bandOf(
          `${k} flossed`,
          index,
          looks(k).map((one) => one.after.exponents),
        ),
      ),
    ],
  };
}

export const fig1: Reproduction = defineReproduction({
  ...named("flossing/fig1"),
  source: { paper, figure: "figure 1" },
  cells: (preset) => [
    ...TARGETS.flatMap((target) => targetCells(preset, target)),
    ...counts(preset).flatMap((k) => countCells(preset, k)),
  ],
  async report(runs, preset) {
    const panels = [...(await targetFigures(runs, preset)), spectrumFigure(runs, preset)];
    const reached = TARGETS.map((target) =>
      compare({
        quantity: `λ₁ over 2000 steps after flossing to ${target}`,
        unit: "nats per step",
        paper: target,
        ours: estimate(runs.all(targetCells(preset, target)).map((run) => Number(run.summary.firstAfter))),
        tolerance: { within: 0.1, because: "flossing looks at 39 steps, this at 2000" },
      }),
    );
    const flossed = counts(preset).map((k) => {
      const means = runs.all(countCells(preset, k)).flatMap((run) => {
        const after = readMeasurements(run.path)?.after.exponents.slice(0, k);
        return after === undefined ? [] : [after.reduce((a, b) => a + b, 0) / k];
      });
      return compare({
        quantity: `mean of the first ${k} exponents after flossing ${k}`,
        unit: "nats per step",
        paper: recalled("close to 0, then a sharp step down to the others"),
        ours: estimate(means),
      });
    });
    return {
      figures: {
        fig1: {
          kind: "panels",
          title: "Control of Lyapunov exponents",
          subtitle: bandsOf(preset),
          columns: 3,
          panels,
        },
      },
      tables: [{ title: "Exponents after flossing", rows: [...reached, ...flossed] }],
      notes: [
        notes.recalled,
        "Nets of 80 units driven by fair bits, as everywhere in the released code; for the targets, gains are spread evenly over " +
          "(0, 1) in place of being drawn from it.",
      ],
    };
  },
});
