// Figure 5: how many exponents are flossed, against how long the delay is.

import {
  compare,
  defineReproduction,
  type HeatMapFigure,
  type LineSeries,
  median,
  type PresetName,
  type Reproduction,
} from "@throughline/lab";
import { plural } from "@throughline/torch/checks";
import { type Arm, during, pre } from "./arms.js";
import { accuracies, CHANCE, cellsAt, type Grid, gridCells, solvedRate } from "./horizon.js";
import { delaysAmong, extentOf } from "./presets.js";
import { Runs } from "./runs.js";
import { notes, paper, recalled } from "./source.js";

const counts = (preset: PresetName): number[] =>
  preset === "paper" ? [1, 20, 40, 60, 75] : preset === "laptop" ? [1, 20, 75] : [1, 8];

/** Delays of the map, and those at which flossing before training alone is tried too. */
const mapDelays = (preset: PresetName): number[] => delaysAmong(preset, [30, 40, 50, 60]);
const preDelays = (preset: PresetName): number[] => delaysAmong(preset, [40]);

const withCount = (arm: Arm, k: number): Arm => ({
  name: plural(k, "exponent"),
  overrides: { ...arm.overrides, k },
});

function grid(preset: PresetName, arm: Arm, delays: readonly number[]): Grid {
  const { seeds } = extentOf(preset);
  return { seeds, delays, arms: counts(preset).map((k) => withCount(arm, k)), shared: { task: "xor" } };
}

export const fig5: Reproduction = defineReproduction({
  name: "flossing/fig5",
  title: "Longer delays need more flossed exponents",
  source: { paper, figure: "figure 5" },
  cells: (preset) => [
    ...gridCells(preset, grid(preset, during, mapDelays(preset))),
    ...gridCells(preset, grid(preset, pre, preDelays(preset))),
  ],
  report(found, preset) {
    const runs = new Runs(found, preset);
    const map = grid(preset, during, mapDelays(preset));
    const medianAt = (of: Grid, arm: Arm, delay: number): number => {
      const values = accuracies(runs.all(cellsAt(preset, of, arm, delay)));
      return values.length === 0 ? Number.NaN : median(values);
    };
    const lines = (of: Grid, overDelays: boolean): LineSeries[] =>
      overDelays
        ? of.arms.map((arm) => ({
            name: arm.name,
            x: of.delays,
            y: of.delays.map((delay) => medianAt(of, arm, delay)),
            markers: true,
          }))
        : of.delays.map((delay) => ({
            name: `d = ${delay}`,
            x: counts(preset),
            y: of.arms.map((arm) => medianAt(of, arm, delay)),
            markers: true,
          }));
    const heatMap: HeatMapFigure = {
      kind: "heat-map",
      title: "Flossing before and during training",
      x: { label: "delay d (steps)" },
      y: { label: "flossed exponents k" },
      columns: map.delays,
      rows: counts(preset),
      values: map.arms.map((arm) => map.delays.map((delay) => medianAt(map, arm, delay))),
      label: "median accuracy",
      min: 0.5,
      max: 1,
    };
    const accuracy = { label: "median accuracy", min: 0.45, max: 1.02 };
    const before = grid(preset, pre, preDelays(preset));
    return {
      figures: {
        fig5: {
          kind: "panels",
          title: "How many exponents",
          subtitle: `delayed temporal XOR, medians of ${plural(map.seeds.length, "net")}`,
          columns: 2,
          panels: [
            {
              kind: "lines",
              title: "Against the delay",
              x: { label: "delay d (steps)" },
              y: accuracy,
              levels: [CHANCE],
              series: lines(map, true),
            },
            {
              kind: "lines",
              title: "Against their number",
              x: { label: "flossed exponents k" },
              y: accuracy,
              levels: [CHANCE],
              series: lines(map, false),
            },
            heatMap,
            {
              kind: "lines",
              title: "Flossing before training only",
              x: { label: "flossed exponents k" },
              y: accuracy,
              levels: [CHANCE],
              series: lines(before, false),
            },
          ],
        },
      },
      tables: [
        {
          title: "Nets that solve delayed temporal XOR",
          rows: map.arms.flatMap((arm) =>
            delaysAmong(preset, [40, 60]).map((delay) =>
              compare({
                quantity: `d = ${delay}, ${arm.name}, before and during training: nets above 95 %`,
                paper: recalled("harder tasks need more exponents"),
                ours: solvedRate(runs.all(cellsAt(preset, map, arm, delay))),
              }),
            ),
          ),
        },
      ],
      notes: [notes.recalled, notes.scoring],
    };
  },
});
