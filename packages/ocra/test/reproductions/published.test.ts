// The paper's tables, typed in a second time from the PDF's supplement, row by row as they are printed there, against what
// the reproductions show.
import { CellRuns, type Experiment, type PresetName } from "@throughline/lab";
import { modelEntry, modelNames, reproductions, taskExperiment } from "@throughline/ocra";
import { describe, expect, test } from "vitest";

const experiment = taskExperiment as unknown as Experiment;

/** The numbers of a reproduction's first table at a preset, by what they are of. */
async function shown(name: string, preset: PresetName = "paper"): Promise<Map<string, number>> {
  const found = reproductions.find((one) => one.name === name)!;
  const { tables } = await found.report(new CellRuns([], preset, [experiment]), preset);
  const rows = tables[0]!.rows;
  const numbers = new Map(rows.map(({ quantity, paper }) => [quantity, Number(paper)]));
  expect(numbers.size).toBe(rows.length);
  return numbers;
}

/** Rows `name: a b c d` of a printed table. */
function printed(table: string): [name: string, values: number[]][] {
  return table
    .trim()
    .split("\n")
    .map((line) => {
      const [name, values] = line.split(":") as [string, string];
      return [name.trim(), values.trim().split(/\s+/).map(Number)];
    });
}

/** Columns of tables S11 to S14 are m = 0, 50, 85 and 95. */
const art: Readonly<Record<string, string>> = {
  "ocra/s11": `
    OCRA: 97.31 95.98 96.48 87.95
    Slot-Transformer: 98.47 95.95 87.53 68.46
    Slot-IN: 94.59 92.43 68.4 59.23
    Slot-RN: 93.97 94.23 83.66 77.26
    Slot-GAMR: 61.43 67.35 63.97 62.98
    Slot-ESBN: 65.42 54.1 49.79 50.02
    Slot-CoRelNet: 58.24 55.91 50.70 50.50
    GAMR: 97.28 94.4 87.88 83.49
    ResNet: 95.65 92.23 82.83 66.6`,
  "ocra/s12": `
    OCRA: 99.91 99.25 94.43 85.31
    Slot-Transformer: 99.73 99.12 96.77 73.99
    Slot-IN: 93.42 87.42 86.71 56.93
    Slot-RN: 91.31 87.1 68.4 61.62
    Slot-GAMR: 80.92 93.43 61.47 59.55
    Slot-ESBN: 50.63 50.3 57.12 49.99
    Slot-CoRelNet: 50.18 50.30 49.84 49.82
    GAMR: 98.12 91.98 89.81 72.2
    ResNet: 53.77 69.43 82.18 49.89`,
  "ocra/s13": `
    OCRA: 98.86 97.87 96.09 86.42
    Slot-Transformer: 99.49 99.08 95.82 60.61
    Slot-IN: 97.12 96.22 90.51 49.48
    Slot-RN: 97.8 96.82 91.14 52.1
    Slot-GAMR: 73.74 68.91 58.3 32.77
    Slot-ESBN: 39.79 38.8 33.86 25.56
    Slot-CoRelNet: 28.98 28.78 28.58 26.80
    GAMR: 91.98 87.3 80.57 68.62
    ResNet: 88.61 84.32 74.82 50.07
    MAE: 99.99 56.47 40.90 28.85`,
  "ocra/s14": `
    OCRA: 99.01 98.01 96.67 92.8
    Slot-Transformer: 99.44 99.06 97.15 78.32
    Slot-IN: 97.62 96.72 94.78 72.82
    Slot-RN: 93.44 91.1 86.73 65.96
    Slot-GAMR: 96.11 94.8 76.52 61.92
    Slot-ESBN: 54.83 55.7 49.52 50.33
    Slot-CoRelNet: 42.28 39.84 35.19 43.50
    GAMR: 96.89 91.9 85.44 66.23
    ResNet: 93.27 84.97 77.94 54.84
    MAE: 66.55 44.96 38.39 31.56`,
};

describe("the Abstract Reasoning Tasks", () => {
  test.each(Object.entries(art))("%s has every printed number, and no other", async (name, table) => {
    const expected = printed(table).flatMap(([model, values]) =>
      [0, 50, 85, 95].map((m, i) => [`${model}, m = ${m}`, values[i]!] as const),
    );
    expect(expected).toHaveLength(4 * printed(table).length);
    const found = await shown(name);
    expect([...found].sort()).toEqual([...expected].sort());
  });

  test("at m = 95, OCRA leads every model but for what the tables say", async () => {
    for (const name of Object.keys(art)) {
      const found = await shown(name);
      const held = [...found].filter(([quantity]) => quantity.endsWith("m = 95"));
      const [best] = held.sort((a, b) => b[1] - a[1]);
      expect(best![0]).toBe("OCRA, m = 95");
    }
  });

  test("the sentence that OCRA is best everywhere does not hold for the tables: seven cells of Slot-Transformer are higher", async () => {
    const higher: string[] = [];
    for (const name of Object.keys(art)) {
      const found = await shown(name);
      for (const m of [0, 50, 85, 95]) {
        if (found.get(`Slot-Transformer, m = ${m}`)! > found.get(`OCRA, m = ${m}`)!)
          higher.push(`${name} ${m}`);
      }
    }
    expect(higher).toEqual([
      "ocra/s11 0",
      "ocra/s12 85",
      "ocra/s13 0",
      "ocra/s13 50",
      "ocra/s14 0",
      "ocra/s14 50",
      "ocra/s14 85",
    ]);
  });
});

describe("table 1", () => {
  const table = `
    OCRA: 85.31 92.80
    w/o Slot Attention: 56.58 84.42
    w/o Pre-training: 58.69 53.48
    w/o Relational Embeddings: 74.79 81.21
    w/o Factorized Representation: 50.26 75.40
    w/o Relational Bottleneck: 63.62 76.56
    w/o Inner Product: 50.70 48.07
    Outer Product: 62.84 69.58
    w/o Transformer: 51.29 44.18`;

  test("has every ablation on match-to-sample and identity rules", async () => {
    const expected = printed(table).flatMap(([model, [rmts, rules]]) => [
      [`${model}, RMTS`, rmts!] as const,
      [`${model}, identity rules`, rules!] as const,
    ]);
    expect([...(await shown("ocra/table-1"))].sort()).toEqual([...expected].sort());
  });

  test("shows the full model with the numbers of tables S12 and S14", async () => {
    const [whole, rmts, rules] = [
      await shown("ocra/table-1"),
      await shown("ocra/s12"),
      await shown("ocra/s14"),
    ];
    expect(whole.get("OCRA, RMTS")).toBe(rmts.get("OCRA, m = 95"));
    expect(whole.get("OCRA, identity rules")).toBe(rules.get("OCRA, m = 95"));
  });

  test("runs one model for the baseline and the ablation that are the same", () => {
    const cells = reproductions.find(({ name }) => name === "ocra/table-1")!.cells("paper");
    const run = new Set(cells.map(({ overrides }) => overrides!.model));
    expect(run.has("without-relational-embeddings")).toBe(false);
    expect(run.has("slot-transformer")).toBe(true);
    expect(run.size).toBe(9);
  });
});

describe("rendered scenes and SVRT", () => {
  test("table S15", async () => {
    const table = `
      OCRA: 93.34 77.06
      GAMR: 70.40 74.15
      Slot-Transformer: 87.54 78.81
      Slot-IN: 66.72 67.22
      Slot-RN: 64.79 60.27
      Slot-GAMR: 52.56 39.83
      Slot-ESBN: 62.53 28.87
      Slot-CoRelNet: 49.87 24.80`;
    const expected = printed(table).flatMap(([model, [rmts, rules]]) => [
      [`${model}, RMTS`, rmts!] as const,
      [`${model}, identity rules`, rules!] as const,
    ]);
    expect([...(await shown("ocra/s15"))].sort()).toEqual([...expected].sort());
  });

  // Columns: same/different with 1000 and 500 pictures, spatial relations with 1000 and 500.
  const svrt = `
    OCRA: 90.30 79.89 95.02 89.25
    Slot-Transformer: 89.85 76.54 97.86 94.06
    Slot-IN: 74.99 68.23 94.86 90.23
    Slot-RN: 81.79 71.48 96.20 91.73
    Slot-GAMR: 66.87 63.06 86.99 84.90
    Slot-ESBN: 51.67 53.83 62.69 61.30
    Slot-CoRelNet: 57.13 52.95 74.59 60.95
    GAMR: 82.05 76.80 98.74 97.40
    Attn-ResNet: 68.83 62.30 97.66 94.80
    ResNet: 56.88 54.97 94.87 85.18`;

  test.each([
    ["ocra/s16", 0, 11],
    ["ocra/s17", 2, 12],
  ])("table %s: means over all problems of its kind", async (name, first, problems) => {
    const expected = printed(svrt).flatMap(([model, values]) => [
      [`${model}, 1000 pictures`, values[first]!] as const,
      [`${model}, 500 pictures`, values[first + 1]!] as const,
    ]);
    expect([...(await shown(name))].sort()).toEqual([...expected].sort());
    const cells = reproductions.find((one) => one.name === name)!.cells("paper");
    expect(new Set(cells.map(({ overrides }) => overrides!.problem)).size).toBe(problems);
  });

  test("every problem of SVRT is in one of the two tables", () => {
    const of = (name: string): number[] => [
      ...new Set(
        reproductions
          .find((one) => one.name === name)!
          .cells("paper")
          .map(({ overrides }) => Number(overrides!.problem)),
      ),
    ];
    const [sameDifferent, spatial] = [of("ocra/s16"), of("ocra/s17")];
    expect([...sameDifferent].sort((a, b) => a - b)).toEqual([1, 5, 6, 7, 13, 16, 17, 19, 20, 21, 22]);
    expect([...sameDifferent, ...spatial].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 23 }, (_, i) => i + 1),
    );
  });
});

describe("every reproduction", () => {
  test.each(reproductions.map(({ name }) => name))("%s: its cells are runs that there can be", (name) => {
    const one = reproductions.find((each) => each.name === name)!;
    for (const preset of ["paper", "laptop", "smoke"] as const) {
      const cells = one.cells(preset);
      expect(cells.length).toBeGreaterThan(0);
      for (const { experiment: of, overrides, seed } of cells) {
        expect(of).toBe("ocra/task");
        expect(Number.isInteger(seed)).toBe(true);
        expect(modelNames).toContain(overrides!.model);
        expect(modelEntry(String(overrides!.model)).title).not.toBe("");
        for (const option of Object.keys(overrides!)) {
          expect(Object.keys(experiment.config), `${name}: ${option}`).toContain(option);
        }
      }
      const keys = cells.map((cell) => JSON.stringify(cell));
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  test("a smaller preset runs a part of what a larger one runs, problem by problem", () => {
    for (const one of reproductions) {
      const keys = (preset: PresetName): Set<string> =>
        new Set(one.cells(preset).map(({ overrides }) => JSON.stringify(overrides)));
      const [whole, laptop, smoke] = [keys("paper"), keys("laptop"), keys("smoke")];
      for (const key of smoke) expect(laptop.has(key)).toBe(true);
      for (const key of laptop) expect(whole.has(key)).toBe(true);
    }
  });

  test("without any run, it says what the paper has and nothing of ours, and draws nothing", async () => {
    for (const one of reproductions) {
      const { tables, notes } = await one.report(new CellRuns([], "laptop", [experiment]), "laptop");
      const rows = tables.flatMap(({ rows: all }) => all);
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) {
        expect(row.ours, row.quantity).toBeUndefined();
        expect(Number.isFinite(row.paper), row.quantity).toBe(true);
      }
      expect(notes.join(" ")).toContain("Laptop cells");
    }
  });
});
