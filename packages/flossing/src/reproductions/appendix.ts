// The points of the paper's appendix, each with its runs and its rows.
import {
  type CellRuns,
  compare,
  defineReproduction,
  estimate,
  type LinesFigure,
  type PresetName,
  type Reproduction,
  type TableRow,
} from "@throughline/lab";
import { type Arm, arms, during, pre } from "./arms.js";
import { cellsAt, courseFigure, type Grid, gridCells, horizonFigure, solvedRate } from "./horizon.js";
import { delaysAmong, extentOf } from "./presets.js";
import { notes, paper, recalled } from "./source.js";
import { named } from "./titles.js";

/** Flossing that never stops: 100 steps after every 100 epochs. */
const throughout: Arm = {
  name: "flossing throughout training",
  overrides: {
    flossBefore: 500,
    flossDuring: "periodic",
    flossEvery: 100,
    flossSteps: 100,
    flossBudget: 3000,
  },
};

interface Point {
  readonly name: string;
  readonly title: string;
  readonly figure: string;
  readonly paper: string;
  readonly grid: (preset: PresetName) => Grid;
  /** Curves beside accuracy against delay. */
  readonly course?: {
    readonly metric: string;
    readonly title: string;
    readonly label: string;
    readonly scale?: "log";
  };
  readonly notes: readonly string[];
}

const seedsOf = (preset: PresetName): readonly number[] => extentOf(preset).seeds;

const points: readonly Point[] = [
  {
    ...named("flossing/orthogonal"),
    figure: "appendix, orthogonal initialisation",
    paper: "orthogonal initialisation also benefits",
    grid: (preset) => ({
      arms,
      seeds: seedsOf(preset),
      delays: delaysAmong(preset, [40, 60]),
      shared: { task: "xor", init: "orthogonal" },
    }),
    notes: ["Recurrent weights start as a random orthogonal matrix (released code: IC = 3)."],
  },
  {
    ...named("flossing/throughout"),
    figure: "appendix, flossing throughout training",
    paper: "flossing through all of training can hurt",
    grid: (preset) => ({
      arms: [pre, during, throughout],
      seeds: seedsOf(preset),
      delays: delaysAmong(preset, [40, 60]),
      shared: { task: "xor" },
    }),
    notes: [
      "Throughout training: 100 flossing steps before every hundredth epoch (our choice; the paper's schedule is not known to " +
        "us). The last come before the last epoch: accuracies after training are those of nets just flossed. Each flossing " +
        "throws a net back, and the course of the accuracy shows how soon it recovers.",
    ],
  },
  {
    ...named("flossing/gradient"),
    figure: "appendix, gradient of the initial state",
    paper: "amplified by flossing",
    grid: (preset) => ({
      arms,
      seeds: seedsOf(preset),
      delays: delaysAmong(preset, [20, 40, 60]),
      shared: { task: "xor" },
    }),
    course: { metric: "gradient", title: "Gradient at the initial state", label: "‖∂L/∂x₀‖", scale: "log" },
    notes: ["The norm over the whole batch of the gradient at the learned initial states, before clipping."],
  },
  ...(["gru", "lstm"] as const).map(
    (cell): Point => ({
      ...named(`flossing/${cell}`),
      figure: `appendix, ${cell.toUpperCase()}`,
      paper: "flossing works for gated nets too (settings not known)",
      grid: (preset) => ({
        arms,
        seeds: seedsOf(preset),
        delays: delaysAmong(preset, [20, 40]),
        shared: { task: "xor", cell },
      }),
      notes: [
        "PyTorch's equations and initialisation; everything else as for vanilla nets. The paper's settings for gated nets are " +
          "not known to us. Flossing brings these exponents to 0 by opening the gates, which makes integrators of the units " +
          "(`npm run example -- flossed-gates`): gradients then reach the initial state, but a task that needs a line of " +
          "delays is not helped by units that stand still.",
      ],
    }),
  ),
];

function rowsOf(point: Point, preset: PresetName, runs: CellRuns): TableRow[] {
  const grid = point.grid(preset);
  return grid.arms.flatMap((arm) =>
    grid.delays.flatMap((delay) => {
      const own = runs.all(cellsAt(preset, grid, arm, delay));
      const solved = compare({
        quantity: `d = ${delay}, ${arm.name}: nets above 95 %`,
        paper: recalled(point.paper),
        ours: solvedRate(own),
      });
      if (point.course?.metric !== "gradient") return [solved];
      const logs = (which: "firstGradient" | "lastGradient"): number[] =>
        own.map((run) => Math.log10(Math.max(Number(run.summary[which]), 1e-30)));
      return [
        compare({
          quantity: `d = ${delay}, ${arm.name}: log₁₀ of the gradient, first epoch`,
          paper: recalled(point.paper),
          ours: estimate(logs("firstGradient")),
        }),
        compare({
          quantity: `d = ${delay}, ${arm.name}: log₁₀ of the gradient, last epoch`,
          paper: recalled(point.paper),
          ours: estimate(logs("lastGradient")),
        }),
      ];
    }),
  );
}

/** Accuracy against delay, and the course of training at the middle delay. */
async function panelsOf(point: Point, preset: PresetName, runs: CellRuns): Promise<LinesFigure[]> {
  const grid = point.grid(preset);
  const shown = { metric: "accuracy", title: "Accuracy", label: "accuracy", ...point.course };
  const delays =
    point.course === undefined ? [grid.delays[Math.floor(grid.delays.length / 2)]!] : grid.delays;
  const courses = await Promise.all(
    delays.map((delay) =>
      courseFigure(runs, preset, grid, delay, { ...shown, title: `${shown.title}, d = ${delay}` }),
    ),
  );
  return point.course === undefined
    ? [...courses, horizonFigure(runs, preset, grid, "After training")]
    : courses;
}

/** Reproductions of the appendix, by their names. */
export const appendix: readonly Reproduction[] = points.map((point) =>
  defineReproduction({
    name: point.name,
    title: point.title,
    source: { paper, figure: point.figure },
    cells: (preset) => gridCells(preset, point.grid(preset)),
    async report(runs, preset) {
      const panels = await panelsOf(point, preset, runs);
      return {
        figures: {
          [point.name.replace("flossing/", "")]: {
            kind: "panels",
            title: point.title,
            columns: panels.length,
            panels,
          },
        },
        tables: [{ title: point.title, rows: rowsOf(point, preset, runs) }],
        notes: [notes.recalled, notes.scoring, ...point.notes],
      };
    },
  }),
);
