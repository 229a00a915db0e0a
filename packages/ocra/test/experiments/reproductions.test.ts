// The paper's tables: numbers beside ours, cells by preset, and the whole in one.

import { CellRuns, type Experiment, type LinesFigure, type RunRecord, resolveConfig } from "@throughline/lab";
import { reproductions, taskExperiment } from "@throughline/ocra";
import { describe, expect, test } from "vitest";

const named = (name: string) => reproductions.find((one) => one.name === name)!;

const experiment = taskExperiment as unknown as Experiment;
const cellRuns = (runs: readonly RunRecord[]) => new CellRuns(runs, "laptop", [experiment]);

/** A finished run as a directory would tell it. */
function finished(overrides: Readonly<Record<string, unknown>>, seed: number, accuracy: number): RunRecord {
  return {
    id: "x",
    path: "",
    experiment: "ocra/task",
    status: "finished",
    preset: "laptop",
    config: resolveConfig(experiment, {
      preset: "laptop",
      overrides: Object.entries({ ...overrides, seed }).map(([name, value]) => `${name}=${value}`),
    }).config,
    sources: {},
    summary: { accuracy },
    environment: {},
    error: undefined,
    created: new Date(0),
    metrics: async () => [],
  };
}

describe("cells of the preset laptop", () => {
  const count = (name: string) => named(name).cells("laptop").length;

  test("all slot models at m = 95, MAE where the paper has it, two models at m = 50, three seeds each", () => {
    for (const name of ["ocra/s11", "ocra/s12"]) expect(count(name)).toBe((7 + 2) * 3);
    for (const name of ["ocra/s13", "ocra/s14"]) expect(count(name)).toBe((8 + 2) * 3);
  });

  test("table 1: nine models, two tasks", () => {
    expect(count("ocra/table-1")).toBe(9 * 2 * 3);
  });

  test("CLEVR-ART for OCRA and Slot-Transformer; two problems of each kind of SVRT for Attn-ResNet too", () => {
    expect(count("ocra/s15")).toBe(2 * 2 * 3);
    expect(count("ocra/s16") + count("ocra/s17")).toBe(4 * 3 * 3);
  });

  test("the whole has every cell once", () => {
    const shared = 2 * 2 * 3; // OCRA and Slot-Transformer on two tasks are in table 1, S12 and S14
    expect(count("ocra/all")).toBe(4 * 27 + 2 * 3 + 54 - shared + 12 + 36);
  });
});

test("the paper has ten runs of ART and five of CLEVR-ART, for every model of its tables", () => {
  expect(named("ocra/s12").cells("paper").length).toBe(9 * 4 * 10);
  expect(named("ocra/s15").cells("paper").length).toBe(8 * 2 * 5);
  expect(named("ocra/s16").cells("paper").length).toBe(10 * 2 * 11);
});

describe("what is reported", () => {
  const runs = [0.8, 0.9, 0.85].flatMap((accuracy, seed) => [
    finished({ task: "art/rmts", m: 95, model: "ocra" }, seed, accuracy),
    finished({ task: "art/rmts", m: 95, model: "slot-transformer" }, seed, accuracy - 0.1 * (seed + 1)),
    finished({ task: "art/rmts", m: 50, model: "ocra" }, seed, 0.99),
  ]);

  test("the mean over seeds beside the paper's value, and the lead seed by seed", async () => {
    const { tables, figures } = await named("ocra/s12").report(cellRuns(runs), "laptop");
    const row = (quantity: string) =>
      tables.flatMap(({ rows }) => rows).find((one) => one.quantity === quantity)!;
    expect(row("OCRA, m = 95")).toMatchObject({ paper: 85.31, unit: "%" });
    expect(row("OCRA, m = 95").ours!.value).toBeCloseTo(85, 10);
    expect(row("OCRA, m = 95").ours!.spread!.high).toBeCloseTo(85 + 5 / Math.sqrt(3), 10);
    expect(row("Slot-RN, m = 95").ours).toBeUndefined();
    expect(row("OCRA, m = 85")).toBeUndefined(); // the paper's alone, not this preset's
    const lead = row("OCRA minus Slot-Transformer, m = 95");
    expect(lead.ours!.value).toBeCloseTo(20, 10);
    expect(lead.paper).toBeCloseTo(11.32, 10);
    const line = figures["rmts-accuracy"] as LinesFigure;
    expect(line.subtitle).toBe("mean, standard error and each of 3 seeds");
    expect(line.levels).toEqual([{ value: 50, label: "chance" }]);
    expect(line.series[0]!.points!.map((values) => values.length)).toEqual([3, 3]);
    expect(line.series[0]).toMatchObject({ name: "OCRA", x: [50, 95] });
    expect(line.series[0]!.y[1]).toBeCloseTo(85, 10);
  });

  test("a lead is over the seeds that both models have", async () => {
    const sd = (model: string, seed: number, accuracy: number) =>
      finished({ task: "art/same-different", m: 95, model }, seed, accuracy);
    const some = [
      sd("ocra", 0, 0.9),
      sd("ocra", 1, 0.8),
      sd("slot-transformer", 1, 0.6),
      sd("slot-transformer", 2, 0.5),
    ];
    const { tables } = await named("ocra/s11").report(cellRuns(some), "laptop");
    const lead = tables.flatMap(({ rows }) => rows).find(({ quantity }) => quantity.startsWith("OCRA minus"));
    expect(lead!.ours).toMatchObject({ seeds: 1 });
    expect(lead!.ours!.value).toBeCloseTo(20, 10);
  });

  test("a mean over problems waits for all of them", async () => {
    const svrt = (problem: number, seed: number) =>
      finished({ task: "svrt/problem", problem, pictures: 500, model: "ocra" }, seed, problem / 10);
    const { tables } = await named("ocra/s16").report(
      cellRuns([svrt(1, 0), svrt(5, 0), svrt(1, 1)]),
      "laptop",
    );
    const { ours } = tables[0]!.rows.find(({ quantity }) => quantity === "OCRA, 500 pictures")!;
    expect(ours).toMatchObject({ value: 30, seeds: 1 });
  });

  test("the whole paper: every table once", async () => {
    const { tables, figures } = await named("ocra/all").report(cellRuns(runs), "laptop");
    expect(tables.map(({ title }) => title).filter((title) => title.startsWith("table S12"))).toHaveLength(2);
    expect(Object.keys(figures)).toContain("art-accuracy");
  });
});
