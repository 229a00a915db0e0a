// An experiment that needs no engine, its runs as they are on disk, and launchers that make them.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type CellRuns,
  compare,
  createRun,
  defineExperiment,
  defineReproduction,
  type Experiment,
  estimate,
  type Launch,
  option,
  type Reproduction,
  type ResolvedConfig,
  resolveConfig,
} from "@throughline/lab";
import { z } from "zod";

export const experiment = defineExperiment({
  name: "toy/delay",
  purpose: "Stands in for a trained network.",
  config: {
    delay: option(z.int().min(1).default(10), "How long to remember.", "steps"),
    cell: option(z.enum(["gru", "rnn"]).default("gru"), "Which cell."),
    sizes: option(z.array(z.int()).default([4]), "Sizes of the layers."),
  },
  presets: { laptop: { delay: 20 }, smoke: { delay: 1 } },
  run: async () => ({}),
}) as unknown as Experiment;

export async function find(name: string): Promise<Experiment> {
  if (name !== experiment.name) throw new Error(`no experiment ${name}`);
  return experiment;
}

/** Marks a run as ended, as the lab would. */
export function end(path: string, status: "finished" | "failed" | "interrupted", error?: string): void {
  const state = {
    status,
    pid: null,
    host: null,
    sessions: [],
    error: error ? { code: "x", message: error } : null,
  };
  writeFileSync(join(path, "state.json"), JSON.stringify(state));
  writeFileSync(
    join(path, "metrics.jsonl"),
    `${JSON.stringify({ loop: "train", step: 0, time: 12.5, loss: 1 })}\n`,
  );
  if (status === "finished") writeFileSync(join(path, "summary.json"), JSON.stringify({ accuracy: 0.9 }));
}

/** A run of these options in a directory of its own. @returns its path */
export function runOf(root: string, preset: string, overrides: readonly string[], name?: string): string {
  return createRun(experiment, resolveConfig(experiment, { preset, overrides }), { root, name });
}

/** A launcher that notes what it was asked for; `fail` says which cells fail and how. */
export function recorder(
  fail: (config: Readonly<Record<string, unknown>>) => "no run" | "in its run" | undefined = () => undefined,
): {
  launch: Launch;
  asked: { name: string; jobs: number | undefined; configs: Readonly<Record<string, unknown>>[] }[];
} {
  const asked: { name: string; jobs: number | undefined; configs: Readonly<Record<string, unknown>>[] }[] =
    [];
  const launch: Launch = async ({ name, cells, root, jobs }) => {
    asked.push({ name, jobs, configs: cells.map((cell) => cell.config) });
    return cells.map((cell) => {
      const how = fail(cell.config);
      if (how === "no run") return { id: cell.id, status: "failed", error: "its process was <killed>" };
      const resolved: ResolvedConfig = {
        preset: cell.preset,
        config: { ...cell.config, threads: 1 },
        sources: {},
      };
      const path = createRun(experiment, resolved, {
        root,
        name: `cell-${cell.id}-${Math.random().toString(36).slice(2)}`,
      });
      if (how === "in its run") end(path, "failed", "loss is NaN at step 3");
      else end(path, "finished");
      return { id: cell.id, status: how === undefined ? "finished" : "failed", error: null };
    });
  };
  return { launch, asked };
}

/** Two cells of two seeds each; `<` and `|` in its words. */
export const reproduction: Reproduction = defineReproduction({
  name: "toy/fig1",
  title: "Delay <b>solved</b> | by cell",
  source: { paper: "Smith & Jones, 2024", figure: "Figure 1" },
  cells: () =>
    ["gru", "rnn"].flatMap((cell) =>
      [0, 1].map((seed) => ({ experiment: experiment.name, overrides: { cell, sizes: [4, 5] }, seed })),
    ),
  report: (runs) => ({
    figures: {
      accuracy: {
        kind: "bars",
        title: "Accuracy <by> cell",
        x: { label: "cell" },
        y: { label: "accuracy (fraction)" },
        categories: ["gru", "rnn"],
        series: [{ name: "", y: ["gru", "rnn"].map((cell) => accuracies(runs, cell)[0] ?? Number.NaN) }],
      },
    },
    tables: [
      {
        title: "Accuracy after training",
        rows: ["gru", "rnn"].map((cell) =>
          compare({
            quantity: `accuracy of <${cell}>`,
            paper: cell === "gru" ? 0.9 : "read from memory: about 0.5 | unsure",
            ours: estimate(accuracies(runs, cell)),
            tolerance: { within: 0.05, because: "read off the plot" },
          }),
        ),
      },
    ],
    notes: ["The paper does not say *which* optimiser <it> used."],
  }),
});

function accuracies(runs: CellRuns, cell: string): number[] {
  return [...runs].filter((run) => run.config.cell === cell).map((run) => Number(run.summary.accuracy));
}
