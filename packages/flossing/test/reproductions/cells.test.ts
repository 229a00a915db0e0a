// The runs of each reproduction: how many, of what, at equal cost where that is claimed, and what is said of the paper.
import { conditionExperiment, reproductions, trainExperiment } from "@throughline/flossing";
import {
  CellRuns,
  type Experiment,
  type PresetName,
  type ReproductionCell,
  resolveConfig,
} from "@throughline/lab";
import { describe, expect, test } from "vitest";

const experiments = [trainExperiment, conditionExperiment] as unknown as Experiment[];
const presets = ["paper", "laptop", "smoke"] as const;
const named = (name: string) => reproductions.find((one) => one.name === `flossing/${name}`)!;

/** The values that cells have for an option, in order. */
function valuesOf(cells: readonly ReproductionCell[], option: string): unknown[] {
  return [...new Set(cells.map(({ overrides }) => overrides![option]))].sort((a, b) => Number(a) - Number(b));
}

/** Flossing steps that a cell asks for at most. */
function flossingSteps({ overrides }: ReproductionCell): number {
  const {
    flossBefore = 0,
    flossDuring = "none",
    flossSteps = 500,
    flossAt = [99, 199],
    flossBudget,
  } = overrides as {
    flossBefore?: number;
    flossDuring?: string;
    flossSteps?: number;
    flossAt?: number[];
    flossBudget?: number;
  };
  if (flossDuring === "none") return flossBefore;
  if (flossDuring === "at") return flossBefore + flossAt.length * flossSteps;
  return flossBefore + flossBudget!;
}

describe("every reproduction", () => {
  test("has a name of its own, and cells that differ", () => {
    const names = reproductions.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const one of reproductions) {
      for (const preset of presets) {
        const cells = one.cells(preset);
        expect(cells.length, `${one.name} at ${preset}`).toBeGreaterThan(0);
        if (one.sharesCells) continue; // the whole paper may name a run twice; it is done once
        const keys = cells.map((cell) => JSON.stringify(cell));
        expect(new Set(keys).size, one.name).toBe(keys.length);
      }
    }
  });

  test("asks for options that there are, with values that are accepted", () => {
    for (const one of reproductions.filter(({ sharesCells }) => !sharesCells)) {
      for (const { experiment: name, overrides = {}, seed } of one.cells("laptop")) {
        const experiment = experiments.find((each) => each.name === name)!;
        const given = Object.entries({ ...overrides, seed }).map(
          ([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
        );
        const { config } = resolveConfig(experiment, { preset: "laptop", overrides: given });
        for (const [key, value] of Object.entries(overrides)) expect(config[key], key).toEqual(value);
      }
    }
  });

  test("has 10 seeds in the paper's size, 3 on a laptop and one where it only proves that it runs", () => {
    const seeds = (preset: PresetName, name: string): number =>
      new Set(
        named(name)
          .cells(preset)
          .map(({ seed }) => seed),
      ).size;
    for (const name of [
      "fig1",
      "fig2",
      "fig3",
      "fig4",
      "fig5",
      "orthogonal",
      "gru",
      "lstm",
      "controls",
      "adaptive",
    ]) {
      expect(
        presets.map((preset) => seeds(preset, name)),
        name,
      ).toEqual([10, 3, 1]);
    }
    expect(presets.map((preset) => seeds(preset, "robustness"))).toEqual([20, 5, 1]);
  });

  test("says, without any run, what it would show, and claims no number of ours", async () => {
    for (const one of reproductions) {
      const { tables } = await one.report(new CellRuns([], "laptop", experiments), "laptop");
      for (const { rows } of tables) {
        for (const row of rows) expect(row.ours, `${one.name}: ${row.quantity}`).toBeUndefined();
      }
    }
  });

  test("calls numbers of the paper that were not at hand recalled, in words", async () => {
    for (const one of reproductions) {
      const { tables, notes } = await one.report(new CellRuns([], "laptop", experiments), "laptop");
      const papers = tables.flatMap(({ rows }) => rows.map(({ paper }) => paper));
      const recalled = papers.filter((paper) => String(paper).startsWith("read from memory: "));
      // No number of the paper's figures is compared as one; the only numbers are the targets that figure 1 names.
      const numbers = papers.filter((paper) => typeof paper === "number");
      if (!["flossing/fig1", "flossing/all"].includes(one.name)) expect(numbers, one.name).toEqual([]);
      for (const paper of numbers) expect([-1, -0.5, 0]).toContain(paper);
      if (recalled.length > 0) expect(notes.join(" "), one.name).toContain("was not available");
    }
  });
});

describe("ways of training", () => {
  test("figure 3 compares none with flossing before; figure 4 adds flossing during", () => {
    const ways = (name: string): string[] =>
      [
        ...new Set(
          named(name)
            .cells("paper")
            .map(({ overrides }) => `${overrides!.flossBefore} ${overrides!.flossDuring}`),
        ),
      ].sort();
    expect(ways("fig3")).toContain("0 none");
    expect(ways("fig3")).toContain("500 none");
    expect(ways("fig4")).toContain("500 at");
  });

  test("delays are the same for every arm, from 10 to 70 in the paper's size", () => {
    const cells = named("fig3").cells("paper");
    expect(valuesOf(cells, "delay")).toEqual([10, 20, 30, 40, 50, 60, 70]);
    const byArm = new Map<string, Set<unknown>>();
    for (const { overrides } of cells) {
      const { delay, ...rest } = overrides!;
      const key = JSON.stringify(rest);
      byArm.set(key, (byArm.get(key) ?? new Set()).add(delay));
    }
    for (const delays of byArm.values()) expect(delays.size).toBe(7);
  });

  test("figure 5 varies the number of exponents, from one to nearly all of 80", () => {
    expect(valuesOf(named("fig5").cells("paper"), "k")).toEqual([1, 20, 40, 60, 75]);
    expect(valuesOf(named("fig5").cells("laptop"), "k")).toEqual([1, 20, 75]);
    expect(Math.max(...(valuesOf(named("fig5").cells("smoke"), "k") as number[]))).toBeLessThanOrEqual(8);
  });

  test("gated nets are trained as vanilla ones are, but for the cell", () => {
    const without = ({ overrides, seed }: ReproductionCell): string => {
      const { cell: _, ...rest } = overrides!;
      return JSON.stringify([rest, seed]);
    };
    const [gru, lstm] = ["gru", "lstm"].map((name) => named(name).cells("paper"));
    expect(gru!.map(without)).toEqual(lstm!.map(without));
    expect(valuesOf(gru!, "cell")).toEqual(["gru"]);
    expect(valuesOf(lstm!, "cell")).toEqual(["lstm"]);
  });

  test("orthogonal nets differ from others in how they start", () => {
    for (const { overrides } of named("orthogonal").cells("paper")) {
      expect(overrides).toMatchObject({ init: "orthogonal", task: "xor" });
    }
  });
});

describe("equal cost", () => {
  const released = 3001;

  test("controls train for as many epochs more as flossing would take: two a step, 1500 steps", () => {
    const cells = named("controls").cells("laptop");
    const controls = cells.filter(({ overrides }) => overrides!.epochs !== undefined);
    expect(valuesOf(controls, "epochs")).toEqual([released + 2 * 1500]);
    for (const cell of controls) expect(flossingSteps(cell)).toBe(0);
    const flossed = cells.filter(({ overrides }) => overrides!.epochs === undefined);
    expect(Math.max(...flossed.map(flossingSteps))).toBe(1500);
  });

  test("controls differ from plain training in one thing each: clipping, gain, start or penalty", () => {
    const controls = named("controls")
      .cells("laptop")
      .filter(({ overrides, seed }) => overrides!.epochs !== undefined && seed === 0);
    const changed = controls.map(({ overrides }) => {
      const { epochs: _e, flossBefore: _b, flossDuring: _d, task: _t, delay: _l, ...own } = overrides!;
      return Object.keys(own).sort().join();
    });
    expect(changed.filter((keys) => keys === "")).toHaveLength(1); // more epochs and nothing else
    for (const keys of changed) expect(["", "clip", "gain", "init", "gain,init", "penalty"]).toContain(keys);
    const penalties = valuesOf(controls, "penalty").filter((kind) => kind !== undefined);
    expect([...penalties].sort()).toEqual([
      "gradient-norm",
      "jacobian-norm",
      "orthogonality",
      "spectral-norm",
    ]);
  });

  test("schedules of flossing during training spend at most 1000 steps there, beside 500 before", () => {
    for (const preset of ["paper", "laptop"] as const) {
      for (const cell of named("adaptive").cells(preset)) {
        expect(cell.overrides!.flossBefore).toBe(500);
        expect(flossingSteps(cell)).toBeLessThanOrEqual(1500);
      }
    }
  });

  test("flossing throughout is the only way that spends more, and says so by its budget", () => {
    const most = named("throughout").cells("laptop").map(flossingSteps);
    expect(Math.max(...most)).toBe(500 + 3000);
  });

  test("rounding is compared over nets that differ in nothing else", () => {
    const cells = named("robustness").cells("laptop");
    const keys = new Set(
      cells.map(({ overrides, seed }) => {
        const { kernels: _, ...rest } = overrides!;
        return JSON.stringify([rest, seed]);
      }),
    );
    const kernels = valuesOf(cells, "kernels").length;
    expect(cells).toHaveLength(keys.size * kernels);
    expect(new Set(valuesOf(cells, "precision"))).toEqual(new Set(["float32", "float64"]));
    expect(valuesOf(cells, "flossClip")).toEqual([0, 3]);
  });
});

describe("the whole paper", () => {
  test("has the runs of every part, but for the check of rounding and the demonstration", () => {
    for (const preset of presets) {
      const all = new Set(
        named("all")
          .cells(preset)
          .map((cell) => JSON.stringify(cell)),
      );
      for (const one of reproductions) {
        if (["flossing/all", "flossing/robustness", "flossing/demo"].includes(one.name)) continue;
        for (const cell of one.cells(preset)) expect(all.has(JSON.stringify(cell)), one.name).toBe(true);
      }
    }
  });
});
