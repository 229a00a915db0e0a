// @ts-check
// A small experiment, and a reproduction of it, for tests of the command line. Offered through THROUGHLINE_REGISTRY.
import { existsSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

const name = "test/line";
const purpose = "Count to a number, as badly as is wanted";

async function load() {
  const { defineExperiment, option } = await import("@throughline/lab");
  const { z } = await import("zod");
  return defineExperiment({
    name,
    purpose,
    config: {
      steps: option(z.int().min(1).default(20), "How far to count.", "steps"),
      learningRate: option(z.number().positive().default(0.1), "How fast the loss falls."),
      method: option(z.enum(["sgd", "adam"]).default("sgd"), "Which way to go."),
      nesterov: option(z.boolean().default(false), "Whether to look ahead."),
      model: option(
        z.object({ hidden: z.int().min(1).default(8) }).prefault({}),
        "Size of the net.",
        "units",
      ),
      pause: option(z.number().min(0).default(0), "How long each step sleeps.", "ms"),
      failAt: option(z.int().min(-1).default(-1), "The step that fails; -1: none.", "steps"),
      unless: option(z.string().default(""), "A file; while it exists nothing fails."),
      draw: option(
        z.boolean().default(false),
        "Whether there is a figure, which takes longer than the counting.",
      ),
      unit: option(z.string().default("step"), "What a step is called."),
      dieAt: option(
        z.int().min(-1).default(-1),
        "The step at which the process is killed; -1: none.",
        "steps",
      ),
    },
    presets: { laptop: { steps: 50 }, smoke: { steps: 5 } },
    async run(context) {
      const { steps, learningRate, failAt, unless, unit, dieAt } = context.config;
      // A pause that is no part of the configuration.
      const pause = Number(process.env.LINE_PAUSE ?? context.config.pause);
      const total = { value: 0 };
      context.track("total", {
        stateDict: () => ({ value: total.value }),
        /** @param {{ value: number }} state */
        loadStateDict: (state) => {
          total.value = state.value;
        },
      });
      const fails = failAt >= 0 && !(unless !== "" && existsSync(unless));
      await context.loopAsync("train", { steps, unit, checkpointEvery: 5 }, async (step) => {
        if (fails && step === failAt) throw new Error(`step ${step} went wrong`);
        if (step === dieAt) process.kill(process.pid, "SIGKILL");
        if (pause > 0) await wait(pause);
        total.value += step;
        return { loss: Math.exp(-learningRate * step), total: total.value };
      });
      return {
        total: total.value,
        loss: Math.exp(-learningRate * steps),
        threads: Number(process.env.OMP_NUM_THREADS ?? 0),
      };
    },
    /** @returns {Promise<Record<string, import("@throughline/lab").Figure>>} */
    async figures(run) {
      if (!run.config.draw) return {};
      const rows = await run.metrics();
      return {
        loss: {
          kind: "lines",
          title: "Loss",
          x: { label: "training (steps)" },
          y: { label: "loss" },
          series: [
            { name: "loss", x: rows.map(({ step }) => step), y: rows.map(({ loss }) => Number(loss)) },
          ],
        },
      };
    },
  });
}

export const experiments = [
  { name, purpose, load },
  {
    name: "test/broken",
    purpose: "Cannot be loaded",
    load: async () => {
      throw new Error("this module is broken");
    },
  },
];

export const reproductions = [
  {
    name: "test/sum",
    purpose: "The sum that Gauss found",
    load: async () => {
      const { compare, defineReproduction, estimate } = await import("@throughline/lab");
      return defineReproduction({
        name: "test/sum",
        title: "The sum that Gauss found",
        source: { paper: "Sartorius 1856", figure: "page 12" },
        cells: () => [0, 1].map((seed) => ({ experiment: name, seed, overrides: { steps: 5 } })),
        report: (runs) => ({
          figures: {
            totals: {
              kind: "lines",
              title: "Totals",
              x: { label: "seed" },
              y: { label: "total" },
              series: [
                {
                  name: "total",
                  x: Array.from(runs, (_, i) => i),
                  y: Array.from(runs, ({ summary }) => Number(summary.total)),
                },
              ],
            },
          },
          tables: [
            {
              title: "Totals",
              rows: [
                compare({
                  quantity: "total",
                  paper: 10,
                  ours: estimate(Array.from(runs, ({ summary }) => Number(summary.total))),
                  tolerance: { within: 0, because: "it is exact" },
                }),
              ],
            },
          ],
          notes: [],
        }),
      });
    },
  },
  {
    name: "test/told",
    purpose: "A sum that is told in sentences",
    load: async () => {
      const { compare, defineReproduction, estimate } = await import("@throughline/lab");
      return defineReproduction({
        name: "test/told",
        title: "A sum that is told in sentences",
        source: { paper: "Sartorius 1856", figure: "page 12" },
        cells: () => [{ experiment: name, seed: 0, overrides: { steps: 5 } }],
        report: (runs) => {
          const total = Number(Array.from(runs)[0]?.summary.total);
          const [x, y] = [[0], [total]];
          return {
            figures: {
              totals: {
                kind: "lines",
                title: "T",
                x: { label: "x" },
                y: { label: "y" },
                series: [{ name: "t", x, y }],
              },
            },
            tables: [
              { title: "Totals", rows: [compare({ quantity: "total", paper: 10, ours: estimate([total]) })] },
            ],
            notes: ["Told by a teacher."],
            sentences: [`The sum is ${total}.`],
            next: [
              ["show", "latest"],
              ["run", "test/line", "steps=6"],
            ],
          };
        },
      });
    },
  },
];
