// What every figure of the paper must say by itself: what lines, bands and dots are, and where chance is.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { conditionExperiment, reproductions, trainExperiment } from "@throughline/flossing";
import {
  CellRuns,
  type Experiment,
  type Figure,
  type PlainFigure,
  type Reproduction,
  type RunRecord,
  resolveConfig,
} from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { describe, expect, test } from "vitest";

const root = fileFolder();

const experiments = [trainExperiment, conditionExperiment] as unknown as Experiment[];

/** A finished run of each cell at smoke, as its directory would tell it. */
function finished(reproduction: Reproduction): RunRecord[] {
  return reproduction.cells("smoke").map(({ experiment: name, overrides = {}, seed }, at) => {
    const experiment = experiments.find((one) => one.name === name)!;
    const given = Object.entries({ ...overrides, seed }).map(
      ([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
    );
    const path = join(root, `${reproduction.name.replace("/", "-")}-${at}`);
    const look = {
      exponents: [0, -1, -2, -3, -4],
      horizons: [1, 2],
      logConditions: [1, 2].map((t) => [0, t, 2 * t, 3 * t, 4 * t]),
    };
    mkdirSync(join(path, "artifacts"), { recursive: true });
    writeFileSync(
      join(path, "artifacts", "measurements.json"),
      JSON.stringify({ before: look, after: look }),
    );
    return {
      id: `x${at}`,
      path,
      experiment: name,
      status: "finished",
      preset: "smoke",
      config: resolveConfig(experiment, { preset: "smoke", overrides: given }).config,
      sources: {},
      summary: {
        accuracy: 0.5 + 0.01 * at,
        flossingSteps: 5,
        firstAfter: 0,
        firstGradient: 1e-3,
        lastGradient: 1e-2,
      },
      environment: {},
      error: undefined,
      created: new Date(0),
      metrics: async () =>
        [0, 10].flatMap((step) => [
          { loop: "train", step, loss: 0.7, accuracy: 0.5, gradient: 1e-3 },
          { loop: "floss", step, first: -0.1, loss: 0.1 },
        ]) as never,
    };
  });
}

const plainOf = (figure: Figure): readonly PlainFigure[] =>
  figure.kind === "panels" ? figure.panels : [figure];

describe.each(reproductions.map((one) => [one.name, one] as const))("%s", (_, reproduction) => {
  test("bands, bars of error and dots are explained, and accuracies have their chance level", async () => {
    const { figures } = await reproduction.report(
      new CellRuns(finished(reproduction), "smoke", experiments),
      "smoke",
    );
    expect(Object.keys(figures)).not.toHaveLength(0);
    for (const figure of Object.values(figures)) {
      for (const panel of plainOf(figure)) {
        if (panel.kind !== "lines" && panel.kind !== "bars") continue;
        const said = `${figure.subtitle ?? ""} ${panel.subtitle ?? ""}`;
        const series: readonly { low?: unknown; error?: unknown; points?: unknown }[] = panel.series;
        if (series.some(({ low }) => low !== undefined)) expect(said, panel.title).toMatch(/bands: .* nets?/);
        if (series.some(({ error }) => error !== undefined))
          expect(said, panel.title).toMatch(/standard error/);
        if (series.some(({ points }) => points !== undefined))
          expect(said, panel.title).toMatch(/dots: each of/);
        if (!panel.y.label.includes("accuracy")) continue;
        expect(panel.levels, panel.title).toEqual([{ value: 0.5, label: "chance" }]);
        if (panel.kind === "bars") expect(panel.y.min).toBe(0);
      }
    }
  });
});
