// CLEVR-ART's problems: rules by an independent solver, frequencies by what the generator must give and the published tables.

import { join } from "node:path";
import {
  clevrName,
  clevrNumber,
  clevrObjects,
  clevrProblems,
  clevrTask,
  clevrTaskNames,
  clevrTestObjects,
  clevrTrainObjects,
  readClevrTable,
} from "@throughline/ocra";
import { fileFolder } from "@throughline/testing/folders";
import { describeWith } from "@throughline/testing/reference";
import { Generator, io, scope, tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import { clevrTable } from "../datasets/support.js";
import { solvers } from "./solver.js";

type Row = ReturnType<typeof clevrProblems>[number];
const cases = clevrTaskNames.flatMap((task) =>
  (["train", "test"] as const).map((split) => ({ task, split })),
);
const count = 10_000;

/** Shares of rules and answers, how often each object is at each place, how many rows there are without repetition. */
function statistics(rows: readonly Row[]): {
  share: Record<string, number>;
  unique: number;
  places: number[];
} {
  const share: Record<string, number> = {};
  const places: number[] = [];
  const own = [...new Set(rows.flatMap(({ objects }) => objects))].sort((a, b) => a - b);
  for (const { rule, target, objects } of rows) {
    for (const key of [rule, `choice ${target}`]) share[key] = (share[key] ?? 0) + 1 / rows.length;
    objects.forEach((object, place) => {
      const at = place * own.length + own.indexOf(object);
      places[at] = (places[at] ?? 0) + 1 / rows.length;
    });
  }
  return { share, unique: new Set(rows.map(({ objects }) => objects.join())).size, places };
}

/** Standard deviations that two shares of `count` rows each, or a share and its expectation, are apart. */
const apart = (a: number, b: number, samples: 1 | 2): number =>
  Math.abs(a - b) / Math.sqrt((samples * b * (1 - b)) / count);

function checkRows(task: "rmts" | "identity-rules", rows: readonly Row[]): void {
  for (const { objects, target, rule } of rows) {
    expect(solvers[task](objects.map((object) => clevrObjects[object]!))).toEqual({ rule, target });
  }
}

describe("objects", () => {
  test("are those of the paper, with names and numbers", () => {
    expect(clevrTrainObjects.map(clevrName)).toEqual(
      ["cyan", "brown", "green", "gray"].flatMap((c) => [
        `small ${c} rubber cube`,
        `medium ${c} rubber cube`,
      ]),
    );
    expect(clevrTestObjects.map(clevrName)).toEqual(
      ["yellow", "purple", "blue", "red"].flatMap((c) => [
        `large ${c} metal cylinder`,
        `large ${c} metal sphere`,
      ]),
    );
    expect(clevrObjects.length).toBe(144);
    expect(clevrObjects.map(clevrNumber)).toEqual([...clevrObjects.keys()]);
  });
});

describe.each(cases)("$task, $split", ({ task, split }) => {
  const rows = clevrProblems(task, { split, count, seed: 1 });

  test("an independent solver finds the same rules and answers, of the split's own objects", () => {
    checkRows(task, rows);
    const own = (split === "train" ? clevrTrainObjects : clevrTestObjects).map(clevrNumber);
    expect([...new Set(rows.flatMap(({ objects }) => objects))].sort((a, b) => a - b)).toEqual(own);
  });

  test("rules, answers and places are as frequent as the full space of 8 objects has them", () => {
    const { share, unique, places } = statistics(rows);
    // RMTS: 48·C(8, 4) = 3360 same problems, topped up to 5000, beside 240·C(8, 5) = 13 440 different ones.
    const expected: Record<string, number> =
      task === "rmts"
        ? { same: 5000 / 18_440, different: 13_440 / 18_440, "choice 0": 1 / 2, "choice 1": 1 / 2 }
        : {
            AAA: 1 / 3,
            ABA: 1 / 3,
            ABB: 1 / 3,
            "choice 0": 1 / 4,
            "choice 1": 1 / 4,
            "choice 2": 1 / 4,
            "choice 3": 1 / 4,
          };
    expect(Object.keys(share).sort()).toEqual(Object.keys(expected).sort());
    for (const [key, value] of Object.entries(expected)) expect(apart(share[key]!, value, 1)).toBeLessThan(5);
    for (const place of places) expect(apart(place, 1 / 8, 1)).toBeLessThan(5);
    // The paper's tables have about 9500 and 9792.
    expect(Math.abs(unique - (task === "rmts" ? 9500 : 9792))).toBeLessThan(80);
  });

  test("another seed gives other problems; a smaller count, as many", () => {
    const other = clevrProblems(task, { split, count: 100, seed: 2 });
    expect(other.length).toBe(100);
    expect(other.map(({ objects }) => objects.join())).not.toEqual(
      rows.slice(0, 100).map(({ objects }) => objects.join()),
    );
  });
});

describe.each(cases)("the published table", ({ task, split }) => {
  const path = clevrTable(task === "rmts" ? "RMTS" : "identity_rules", split);
  describeWith(`${task}, ${split}`, [path], () => {
    test("every problem passes both solvers, and its statistics are those of ours", () => {
      const published = readClevrTable(task, path);
      expect(published.length).toBe(count);
      checkRows(task, published);
      const [theirs, ours] = [published, clevrProblems(task, { split, count, seed: 3 })].map(statistics);
      expect(Object.keys(theirs!.share).sort()).toEqual(Object.keys(ours!.share).sort());
      for (const [key, value] of Object.entries(theirs!.share))
        expect(apart(ours!.share[key]!, value, 2)).toBeLessThan(5);
      theirs!.places.forEach((value, at) => {
        expect(apart(ours!.places[at]!, value, 2)).toBeLessThan(5);
      });
      expect(Math.abs(theirs!.unique - ours!.unique)).toBeLessThan(80);
    });

    test("it can be the table of a task", () => {
      const set = clevrTask(task, { split, table: path, size: 16 });
      const [row] = readClevrTable(task, path);
      expect(set.length).toBe(count);
      expect(set.describe(0)).toMatchObject({ rule: row!.rule, target: row!.target });
      using rng = Generator.create({ seed: 1 });
      expect(set.get(0, rng).target).toBe(row!.target);
    });
  });
});

describe("readClevrTable", () => {
  const folder = fileFolder();
  const [a, b, c, d] = [
    [0, 0, 0, 0],
    [1, 0, 0, 0],
    [2, 0, 0, 0],
    [3, 0, 0, 0],
  ];
  const write = (name: string, x: unknown, y: unknown): string => {
    const path = join(folder, name);
    scope(() =>
      io.saveNpz(path, {
        x: tensor(x as number[][][], { dtype: "int64" }),
        y: tensor(y as number[], { dtype: "int64" }),
      }),
    );
    return path;
  };

  test("reads what is right and says what is not", () => {
    expect(readClevrTable("rmts", write("right.npz", [[a, a, b, b, c, d]], [0]))).toEqual([
      {
        objects: [a, a, b, b, c, d].map((row) => clevrNumber(row as [number, number, number, number])),
        target: 0,
        rule: "same",
      },
    ]);
    const refused = (path: string, message: string): void =>
      expect(() => readClevrTable("rmts", path)).toThrow(message);
    refused(
      write("answer.npz", [[a, a, b, b, c, d]], [1]),
      "has a problem 0 that breaks the rules of rmts, or whose answer is not 1",
    );
    refused(write("rule.npz", [[a, a, b, b, c, c]], [0]), "breaks the rules");
    refused(write("object.npz", [[a, a, b, b, c, [9, 0, 0, 0]]], [0]), "breaks the rules");
    refused(
      write("shape.npz", [[a, a, b]], [0]),
      "holds x [1, 3, 4] and y [1]; a table of rmts has x [N, 6, 4], y [N]",
    );
  });
});
