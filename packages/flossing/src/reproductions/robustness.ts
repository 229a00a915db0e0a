// Dependence of flossing on rounding: the same nets with several kernels, in both precisions, by both rules.

import {
  type CellRuns,
  compare,
  defineReproduction,
  estimate,
  type PresetName,
  type Reproduction,
  type ReproductionCell,
  type RunRecord,
  type ScatterFigure,
  type TableRow,
} from "@throughline/lab";
import { plural } from "@throughline/torch/checks";
import { type KernelLevel, levelsHere } from "@throughline/torch/kernels";
import { LEAST } from "../dynamics/figures.js";
import { pre, trainingCell } from "./arms.js";
import { solvedRate } from "./horizon.js";
import { notes, paper } from "./source.js";
import { named } from "./titles.js";

const rules = [
  { clip: 3, short: "clipped", name: "clipped (default)" },
  { clip: 0, short: "released", name: "not clipped (released code)" },
] as const;
const tasks = [
  { task: "copy", name: "copy" },
  { task: "xor", name: "XOR" },
] as const;
const precisions = ["float32", "float64"] as const;

/** Options in which its runs differ, besides the task and the seed. */
interface Way {
  readonly rule: (typeof rules)[number];
  readonly precision: (typeof precisions)[number];
  readonly kernels: KernelLevel;
}

/** 20 seeds at `paper`; kernels that this processor has, at `smoke` those that every one has. */
function extentOf(preset: PresetName) {
  const count = { paper: 20, laptop: 5, smoke: 1 }[preset];
  return {
    seeds: Array.from({ length: count }, (_, seed) => seed),
    delay: preset === "smoke" ? 4 : 40,
    kernels: preset === "smoke" ? (["baseline"] as const) : levelsHere(),
  };
}

function waysOf(preset: PresetName): Way[] {
  return precisions.flatMap((precision) =>
    rules.flatMap((rule) => extentOf(preset).kernels.map((kernels) => ({ rule, precision, kernels }))),
  );
}

function cellOf(preset: PresetName, { rule, precision, kernels }: Way, task: string, seed: number) {
  const { delay } = extentOf(preset);
  return trainingCell(preset, pre, seed, { task, delay, flossClip: rule.clip, precision, kernels });
}

function cellsOf(preset: PresetName, way: Way, task: string): ReproductionCell[] {
  return extentOf(preset).seeds.map((seed) => cellOf(preset, way, task, seed));
}

const nameOf = ({ rule, precision, kernels }: Way): string =>
  `${rule.name}, ${precision}, ${kernels} kernels`;

/** The flossing loss of the last step before training; of a run without any, nothing. */
async function lossOf(run: RunRecord): Promise<number[]> {
  const rows = (await run.metrics()).filter(({ loop, loss }) => loop === "floss" && typeof loss === "number");
  return rows.length === 0 ? [] : [Number(rows.at(-1)!.loss)];
}

/** Flossing does not know the task, so one task's runs are enough. */
async function lossesOf(runs: CellRuns, preset: PresetName, way: Way): Promise<number[]> {
  const found = runs.all(cellsOf(preset, way, "xor"));
  return (await Promise.all(found.map(lossOf))).flat();
}

async function lossRow(runs: CellRuns, preset: PresetName, way: Way): Promise<TableRow> {
  const losses = await lossesOf(runs, preset, way);
  const worst =
    losses.length === 0
      ? ""
      : ` (worst of ${plural(losses.length, "net")}: ${Math.max(...losses).toPrecision(2)})`;
  return compare({
    quantity: `${nameOf(way)}: flossing loss after flossing${worst}`,
    unit: "nats² per step²",
    paper: "not in the paper",
    ours: estimate(losses, "interquartile range"),
  });
}

async function lossFigure(runs: CellRuns, preset: PresetName): Promise<ScatterFigure> {
  const series = await Promise.all(
    rules.flatMap((rule) =>
      extentOf(preset).kernels.map(async (kernels) => {
        const way = { rule, kernels, precision: "float32" } as const;
        const found = runs.all(cellsOf(preset, way, "xor"));
        const points = await Promise.all(
          found.map(async (run) => ({ seed: Number(run.config.seed), y: await lossOf(run) })),
        );
        const known = points.filter(({ y }) => y.length > 0);
        return {
          name: `${rule.short}, ${kernels}`,
          x: known.map(({ seed }) => seed),
          y: known.map(({ y }) => Math.max(y[0]!, LEAST)),
        };
      }),
    ),
  );
  return {
    kind: "scatter",
    title: "Flossing loss after flossing, net by net",
    subtitle: "float32, one dot a net: by the clipped or the released rule, with each family of kernels",
    x: { label: "seed" },
    y: { label: "flossing loss (nats² per step²)", scale: "log" },
    series: series.filter(({ x }) => x.length > 0),
  };
}

export const robustness: Reproduction = defineReproduction({
  ...named("flossing/robustness"),
  source: { paper, figure: "not in the paper: a check of our own" },
  comparesKernels: true,
  cells: (preset) =>
    precisions.flatMap((precision) =>
      rules.flatMap((rule) =>
        extentOf(preset).seeds.flatMap((seed) =>
          extentOf(preset).kernels.flatMap((kernels) =>
            tasks.map(({ task }) => cellOf(preset, { rule, precision, kernels }, task, seed)),
          ),
        ),
      ),
    ),
  async report(runs, preset) {
    const { delay } = extentOf(preset);
    const solved = tasks.flatMap(({ task, name }) =>
      waysOf(preset).map((way) =>
        compare({
          quantity: `${name}, d = ${delay}, ${nameOf(way)}: nets above 95 %`,
          paper: "not in the paper",
          ours: solvedRate(runs.all(cellsOf(preset, way, task))),
        }),
      ),
    );
    const losses = await Promise.all(waysOf(preset).map((way) => lossRow(runs, preset, way)));
    return {
      figures: { robustness: await lossFigure(runs, preset) },
      tables: [
        { title: "Nets that solve the task after preflossing", rows: solved },
        { title: "Flossing loss after preflossing", rows: losses },
      ],
      notes: [
        notes.scoring,
        "Kernels differ in the order of their sums, and so by rounding alone. A seed draws the same net and inputs with " +
          "each of them; rows of different kernels are repetitions with other rounding, not other nets.",
      ],
    };
  },
});
