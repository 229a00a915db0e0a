// Does flossing an agent's memory help it to learn a maze that needs memory? Not in any paper.
import {
  type CellRuns,
  compare,
  defineReproduction,
  estimate,
  type LineSeries,
  type LinesFigure,
  mean,
  type PresetName,
  type Reproduction,
  type ReproductionCell,
  type RunRecord,
  readArtifact,
  type TableRow,
} from "@throughline/lab";
import { looksArtifact } from "../source/memory-looks.js";
import type { SourceConfig } from "../source/options.js";
import { successCurve } from "../source/success-curve.js";
import { testArtifact } from "../source/test-file.js";
import { named } from "./titles.js";

/** Ways of training. */
const arms = [
  { name: "not flossed", options: { flossBefore: 0 } },
  { name: "flossed before training", options: { flossBefore: 300 } },
  {
    name: "flossed before and during training",
    options: { flossBefore: 300, flossEvery: 20, flossSteps: 10 },
  },
] as const;
type Arm = (typeof arms)[number];

/** Three rooms of the small Goal Maze from scratch, with backpropagation through 64 steps, over which flossing could matter. */
const setting = {
  ...{ env: "SmallGoalMaze-v0", hardest: 1, curriculum: false, frames: 250_000, height: 24, width: 32 },
  ...{ lanes: 16, window: 64, dynamicsEvery: 20 },
};

/** So short that nothing is learned. */
const short = {
  ...{ env: "SmallGoalMaze-v0", hardest: 1, curriculum: false, dynamicsEvery: 2, k: 4 },
};

function cellsOf(preset: PresetName, { options }: Arm): ReproductionCell[] {
  const isShort = preset === "smoke";
  const seeds = isShort ? [0] : [0, 1, 2, 3, 4];
  const overrides = isShort
    ? { ...short, ...options, ...(options.flossBefore > 0 && { flossBefore: 2 }) }
    : { ...setting, ...options };
  return seeds.map((seed) => ({
    experiment: "cec/source",
    preset: isShort ? "smoke" : "laptop",
    overrides,
    seed,
  }));
}

/** Success on mazes that were not seen, in percent. */
const tested = (run: RunRecord): number[] =>
  (readArtifact(run.path, testArtifact) ?? [])
    .slice(-1)
    .map(({ agent }) => (100 * agent.successes) / agent.episodes);

/** Success of the last episodes at each update; NaN at first. */
const curveOf = async (run: RunRecord): Promise<number[]> =>
  successCurve(await run.metrics(), run.config as SourceConfig).map(({ success }) => success);

/** An exponent of the memory at the first and at the last look. */
function exponents(
  run: RunRecord,
  of: (all: readonly (number | null)[]) => number | null | undefined,
): number[] {
  const looks = readArtifact(run.path, looksArtifact) ?? [];
  return [looks[0], looks.at(-1)].flatMap((look) =>
    look === undefined ? [] : [of(look.exponents) ?? Number.NaN],
  );
}

async function armRows(runs: CellRuns, preset: PresetName, arm: Arm): Promise<TableRow[]> {
  const found = runs.all(cellsOf(preset, arm));
  const curves = await Promise.all(found.map(curveOf));
  const row = (quantity: string, unit: string, values: readonly number[]): TableRow =>
    compare({
      ...{ quantity: `${arm.name}: ${quantity}`, unit, paper: "not in the paper" },
      ours: estimate(values.filter(Number.isFinite)),
    });
  const last = (all: readonly (number | null)[]): number | null | undefined => all.at(-1);
  return [
    row("success on mazes that were not seen", "%", found.flatMap(tested)),
    row(
      "mean success over the second half of training",
      "%",
      curves
        .filter((curve) => Number.isFinite(curve.at(-1)))
        .map((curve) => 100 * mean(curve.slice(curve.length >> 1).filter(Number.isFinite))),
    ),
    row(
      "smallest measured exponent before training",
      "nats per step",
      found.flatMap((run) => exponents(run, last).slice(0, 1)),
    ),
    row(
      "the same after training",
      "nats per step",
      found.flatMap((run) => exponents(run, last).slice(1)),
    ),
  ];
}

async function learning(runs: CellRuns, preset: PresetName): Promise<LineSeries[]> {
  const series = await Promise.all(
    arms.map(async (arm): Promise<LineSeries> => {
      const curves = await Promise.all(runs.all(cellsOf(preset, arm)).map(curveOf));
      const values = (curves[0] ?? []).map((_, step) => curves.map((curve) => curve[step]!));
      return {
        name: arm.name,
        x: values.map((_, step) => step + 1),
        y: values.map((all) => (all.every(Number.isFinite) ? mean(all) : Number.NaN)),
        low: values.map((all) => Math.min(...all)),
        high: values.map((all) => Math.max(...all)),
      };
    }),
  );
  return series.filter(({ x }) => x.length > 0);
}

const learningFigure = (series: readonly LineSeries[]): LinesFigure => ({
  kind: "lines",
  title: "Success while learning a maze of three rooms",
  subtitle: "mean of the seeds and their extremes",
  x: { label: "training (updates)" },
  y: { label: "success of the last 100 episodes", min: 0, max: 1 },
  series,
});

export const memory: Reproduction = defineReproduction({
  ...named("cec/memory"),
  source: {
    paper: "the terms of Engelken 2023 and Shi et al. 2023",
    figure: "a comparison of our own",
  },
  cells: (preset) => arms.flatMap((arm) => cellsOf(preset, arm)),
  async report(runs, preset) {
    const series = await learning(runs, preset);
    const figures: Readonly<Record<string, LinesFigure>> =
      series.length === 0 ? {} : { learning: learningFigure(series) };
    return {
      figures,
      tables: [
        {
          title: "An LSTM's memory, flossed and not",
          rows: (await Promise.all(arms.map((arm) => armRows(runs, preset, arm)))).flat(),
        },
      ],
      notes: [
        "Agents, mazes and everything else are equal; flossing pushes 16 exponents of the LSTM's state, along trajectories of 55 steps, to 0.",
      ],
    };
  },
});
