// Controls for a sceptical reader: the same compute, another initialisation, or a simpler penalty in place of flossing.

import {
  type BarsFigure,
  type CellRuns,
  compare,
  defineReproduction,
  estimate,
  mean,
  type PresetName,
  type Reproduction,
  standardError,
} from "@throughline/lab";
import { plural } from "@throughline/torch/checks";
import { type Arm, during, none, pre } from "./arms.js";
import { accuracies, CHANCE, cellsAt, type Grid, gridCells, solvedRate } from "./horizon.js";
import { delaysAmong, extentOf } from "./presets.js";
import { notes, paper } from "./source.js";
import { named } from "./titles.js";

/** A flossing step costs about as much time as so many training epochs (`npm run bench -- flossing`). */
const EPOCHS_PER_STEP = 2;
/** Flossing steps of the dearest arm: 500 before and twice 500 during training. */
const STEPS = 1500;

const control = (name: string, overrides: Readonly<Record<string, unknown>>): Arm => ({
  name,
  overrides: { ...none.overrides, epochs: 3001 + EPOCHS_PER_STEP * STEPS, ...overrides },
});

/** Everything that gets the time of flossing as further training instead. */
const controls: readonly Arm[] = [
  control("more epochs", {}),
  control("no clipping", { clip: 0 }),
  control("gain 1.5", { gain: 1.5 }),
  control("gain 2", { gain: 2 }),
  control("orthogonal start", { init: "orthogonal" }),
  control("orthogonal start, gain 1.5", { init: "orthogonal", gain: 1.5 }),
  control("identity start", { init: "identity" }),
  control("penalty on the spectral norm", { penalty: "spectral-norm" }),
  control("penalty on orthogonality", { penalty: "orthogonality" }),
  control("penalty on one-step Jacobians", { penalty: "jacobian-norm" }),
  control("penalty on gradient norms (Pascanu et al.)", { penalty: "gradient-norm" }),
];

/** Arm with an adaptive schedule during training, with at most 1000 flossing steps. */
const adaptive = (watch: string, name: string): Arm => ({
  name,
  overrides: { flossBefore: 500, flossDuring: watch, flossEvery: 50, flossSteps: 100, flossBudget: 1000 },
});
const schedules: readonly Arm[] = [
  pre,
  during,
  {
    name: "periodic: 100 steps every 100 epochs, 10 times",
    overrides: {
      flossBefore: 500,
      flossDuring: "periodic",
      flossEvery: 100,
      flossSteps: 100,
      flossBudget: 1000,
    },
  },
  adaptive("adaptive-gradient", "adaptive: when the gradient leaves its band"),
  adaptive("adaptive-exponents", "adaptive: when the exponents leave their band"),
];

interface Comparison {
  readonly name: string;
  readonly title: string;
  readonly figure: string;
  readonly arms: readonly Arm[];
  readonly delays: readonly number[];
  readonly note: string;
}

const comparisons: readonly Comparison[] = [
  {
    ...named("flossing/controls"),
    figure: "not in the paper: controls of our own",
    arms: [none, pre, during, ...controls],
    delays: [40],
    note:
      `Every control trains for ${3001 + EPOCHS_PER_STEP * STEPS} epochs, which takes at least as long as ${STEPS} flossing steps and 3001 ` +
      `epochs: a flossing step takes about as long as ${EPOCHS_PER_STEP} epochs. Penalties have the weight 1. Gains of 3 and more are not shown: gradients leave float32 in the first epoch. GRUs and LSTMs without flossing are in ` +
      "flossing/gru and flossing/lstm.",
  },
  {
    ...named("flossing/adaptive"),
    figure: "not in the paper: schedules of our own",
    arms: schedules,
    delays: [60],
    note:
      "All schedules floss 500 steps before training; during it none may spend more than 1000 steps. The gradient's band is " +
      "1e-5 to 10, the exponents' (their median) −0.1 to 0.1 nats per step.",
  },
];

function gridOf(comparison: Comparison, preset: PresetName): Grid {
  const { arms, delays } = comparison;
  return {
    arms,
    seeds: extentOf(preset).seeds,
    delays: delaysAmong(preset, delays),
    shared: { task: "xor" },
  };
}

function figureOf(comparison: Comparison, preset: PresetName, runs: CellRuns): BarsFigure {
  const grid = gridOf(comparison, preset);
  const valuesOf = (arm: Arm, delay: number): number[] =>
    accuracies(runs.all(cellsAt(preset, grid, arm, delay)));
  return {
    kind: "bars",
    title: comparison.title,
    subtitle: `delayed temporal XOR; bars: mean and standard error; dots: each of ${plural(grid.seeds.length, "net")}`,
    x: { label: "way of training" },
    y: { label: "accuracy after training", min: 0, max: 1.03 },
    levels: [CHANCE],
    categories: grid.arms.map((arm) => arm.name),
    series: grid.delays.map((delay) => ({
      name: `d = ${delay}`,
      y: grid.arms.map((arm) => {
        const values = valuesOf(arm, delay);
        return values.length === 0 ? Number.NaN : mean(values);
      }),
      error: grid.arms.map((arm) => {
        const values = valuesOf(arm, delay);
        return values.length < 2 ? 0 : standardError(values);
      }),
      points: grid.arms.map((arm) => valuesOf(arm, delay)),
    })),
  };
}

export const controlReproductions: readonly Reproduction[] = comparisons.map((comparison) =>
  defineReproduction({
    name: comparison.name,
    title: comparison.title,
    source: { paper, figure: comparison.figure },
    cells: (preset) => gridCells(preset, gridOf(comparison, preset)),
    report(runs, preset) {
      const grid = gridOf(comparison, preset);
      const rows = grid.arms.flatMap((arm) =>
        grid.delays.flatMap((delay) => {
          const own = runs.all(cellsAt(preset, grid, arm, delay));
          const seconds = own.map((run) => Number(run.summary.flossingSteps));
          return [
            compare({
              quantity: `d = ${delay}, ${arm.name}: nets above 95 %`,
              paper: "not in the paper",
              ours: solvedRate(own),
            }),
            ...(comparison.name === "flossing/adaptive"
              ? [
                  compare({
                    quantity: `d = ${delay}, ${arm.name}: flossing steps spent`,
                    paper: "not in the paper",
                    ours: estimate(seconds),
                  }),
                ]
              : []),
          ];
        }),
      );
      return {
        figures: { [comparison.name.replace("flossing/", "")]: figureOf(comparison, preset, runs) },
        tables: [{ title: comparison.title, rows }],
        notes: [notes.scoring, comparison.note],
      };
    },
  }),
);
