// Tasks from files, and what files may say wrongly.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type DataTask, type FileOptions, taskFromFile } from "@throughline/flossing";
import { fileFolder } from "@throughline/testing/folders";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { arange, io, randn, type Tensor } from "@throughline/torch";
import { describe, expect } from "vitest";

checkLeaks();

const folder = fileFolder();

const open = (path: string, options?: FileOptions): DataTask => own(taskFromFile(path, options));

function npz(arrays: Record<string, Tensor>): string {
  const path = join(folder, "some.npz");
  io.saveNpz(path, arrays);
  return path;
}

function csv(...lines: string[]): string {
  const path = join(folder, "some.csv");
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

const inputsOf = (task: DataTask): number[][][] =>
  task.heldOut!.batch(0, task.heldOut!.size).inputs.toArray() as number[][][];

describe(".npz", () => {
  scoped("arrays by their names", () => {
    const path = npz({
      ...{
        inputs: randn([8, 6, 3]),
        targets: arange(8).remainder(2),
        lengths: arange(8).remainder(3).add(4),
      },
      ...{ test_inputs: randn([2, 6, 3]), test_targets: arange(2), test_lengths: arange(2).add(1) },
    });
    const task = open(path);
    expect(task).toMatchObject({
      title: "some.npz",
      inputSize: 3,
      outputSize: 2,
      kind: "classification",
      length: 6,
    });
    expect([task.heldOut!.size, task.firstScored, task.longestInputs]).toEqual([2, 0, 6]);
    expect(open(npz({ inputs: randn([8, 6]), targets: randn([8]) })).heldOut!.size).toBe(2);
  });

  scoped("words are classes there too", () => {
    const words = fileURLToPath(new URL("../fixtures/words/words.npz", import.meta.url));
    const task = open(words);
    expect(task).toMatchObject({ kind: "classification", classes: ["run", "sit", "walk"], outputSize: 3 });
    const { targets } = task.heldOut!.batch(0, 2);
    expect(targets.select(0, 0).toArray()).toEqual([2, 1]);
    expect(() => taskFromFile(words, { kind: "regression" })).toThrow(
      "words.npz: targets and test_targets are words; values, kind regression, are numbers",
    );
  });

  scoped("names that are missing or strange", () => {
    const path = npz({ inputs: randn([4, 3]), labels: arange(4), test_inputs: randn([4, 3]) });
    expect(() => taskFromFile(path)).toThrow(
      "some.npz: 3 problems:\n  holds labels; inputs, targets, lengths, test_inputs, test_targets, test_lengths are understood\n  has no array targets\n  has no array test_targets",
    );
  });
});

describe(".npy", () => {
  scoped("is one long series, standardised", () => {
    const path = join(folder, "some.npy");
    io.saveNpy(path, arange(100).to("float64"));
    const task = open(path, { length: 10 });
    expect(task).toMatchObject({ title: "some.npy", length: 10, inputSize: 1, kind: "regression" });
    expect(task.chance).toBeCloseTo(1, 10);
    expect(open(path, { length: 10, standardise: false }).chance).toBeGreaterThan(100);
  });

  scoped("a series that is too short says how long it must be", () => {
    const path = join(folder, "short.npy");
    const save = (steps: number) => io.saveNpy(path, arange(steps).to("float64"));
    for (const [testPart, least] of [
      [0.2, 13],
      [0.5, 6],
      [0.75, 11],
    ] as const) {
      save(least - 1);
      expect(() => taskFromFile(path, { testPart })).toThrow(
        `short.npy: the series has ${least - 1} steps, of which ${Math.round((least - 1) * testPart)} are held out; windows of 2 steps or more, each with a step to predict, need a series of ${least} steps or more`,
      );
      save(least);
      expect(open(path, { testPart }).length).toBe(2);
    }
    save(5);
    expect(() => taskFromFile(path, { length: 300 })).toThrow(/need a series of 13 steps or more/);
  });
});

describe(".csv", () => {
  const raw = { standardise: false } as const;

  scoped("words are classes; one target throughout is asked once, at the last step", () => {
    const task = open(
      csv(
        "sequence,time,x,y,target,split",
        "b,1,3,30,walk,train",
        "a,2,2,20,run,train",
        "a,1,1,10,run,train",
        "c,1,5,50,walk,test",
        "c,3,7,70,walk,test",
        "c,2,6,60,walk,test",
        "b,2,4,40,walk,train",
      ),
      raw,
    );
    expect(task).toMatchObject({
      inputSize: 2,
      outputSize: 2,
      classes: ["run", "walk"],
      kind: "classification",
    });
    expect(task.heldOut!.size).toBe(1);
    expect(inputsOf(task)).toEqual([[[5, 50]], [[6, 60]], [[7, 70]]]);
    const { targets, mask } = task.heldOut!.batch(0, 1);
    expect(task.firstScored).toBe(1);
    expect(targets.toArray()).toEqual([[1], [1]]);
    expect(mask!.toArray()).toEqual([[0], [1]]);
    const seen = task.sample(2, 50, {}).inputs.select(0, 0).select(1, 0).toArray() as number[];
    expect(new Set(seen)).toEqual(new Set([1, 3]));
  });

  scoped("different targets are asked at each step that has one", () => {
    const task = open(
      csv(
        "sequence,x,target,split",
        "1,1,0.5,train",
        "1,2,0.7,train",
        "2,3,,test",
        "2,4,0.25,test",
        "2,5,1.5,test",
      ),
      raw,
    );
    expect(task).toMatchObject({ kind: "regression", outputSize: 1, firstScored: 0 });
    const { targets, mask } = task.heldOut!.batch(0, 1);
    expect(mask!.toArray()).toEqual([[0], [1], [1]]);
    expect(targets.toArray()).toEqual([[0], [0.25], [1.5]]);
  });

  scoped("several targets are values; whole numbers are classes in their own order", () => {
    const several = open(
      csv("sequence,x,target_a,target_b,split", "1,1,0,10,train", "2,3,1,20,test", "2,4,1,20,test"),
      raw,
    );
    expect(several).toMatchObject({ kind: "regression", outputSize: 2 });
    expect(several.heldOut!.batch(0, 1).targets.select(0, 0).toArray()).toEqual([[1, 20]]);
    const lines = ["sequence,x,target", "1,1,10", "2,3,9", "3,4,10", "4,1,100"];
    expect(open(csv(...lines), raw).classes).toEqual(["9", "10", "100"]);
    expect(open(csv(...lines), { ...raw, kind: "regression" }).kind).toBe("regression");
  });

  scoped("without sequence and target: one series to predict, ordered by time", () => {
    const rows = Array.from({ length: 50 }, (_, i) => `${49 - i},${(49 - i) * 2},${i}`);
    const task = open(csv("time,a,b", ...rows), { ...raw, length: 4 });
    expect(task).toMatchObject({ kind: "regression", inputSize: 2, length: 4 });
    expect(inputsOf(task)[0]![0]).toEqual([80, 9]);
  });

  scoped("is standardised unless told otherwise", () => {
    const lines = ["sequence,x,target", "1,100,0", "2,300,1", "3,100,0", "4,300,1", "5,200,1"];
    const values = inputsOf(open(csv(...lines))).flat(2);
    for (const value of values) expect(Math.abs(value)).toBeLessThan(2);
  });

  scoped("everything that is wrong is said at once, with lines", () => {
    const path = csv(
      "sequence,time,x,target,split",
      "a,1,1.5,up,train",
      "a,two,oops,up,test",
      "b,1,2,,both",
      "c,1,2",
    );
    let message = "";
    try {
      taskFromFile(path, { testPart: 2 });
    } catch (error) {
      message = (error as Error).message;
    }
    for (const sentence of [
      "some.csv: 9 problems:",
      "testPart is 2; give a part between 0 and 1",
      "line 5 has not 5 fields as the first line has",
      'the column time has no number in line 3 ("two")',
      "sequence a is in several parts: split is train, test",
      'split of sequence b is "both"; give train or test',
      'the column x has no number in line 3 ("oops")',
      "sequence b, c has no target",
    ]) {
      expect(message).toContain(sentence);
    }
  });

  scoped("single mistakes have single sentences", () => {
    const refuse = (lines: string[], sentence: string | RegExp) =>
      expect(() => taskFromFile(csv(...lines))).toThrow(sentence);
    refuse(["sequence,x", "1,2", "2,3"], /there is a column sequence but none called target/);
    refuse(["x,target", "1,2"], /there is a target but no column sequence/);
    refuse(["sequence,target", "1,2", "2,1"], /there is no column of features beside sequence, target/);
    refuse(["sequence,x,x,target", "1,2,3,a", "2,1,3,b"], /the column x is there more than once/);
    refuse(["sequence,x,target", "1,2,a"], /there is 1 sequence; give 2 or more/);
    refuse(["sequence,x,target", "1,2,a", "2,2,a"], /all targets are a/);
    refuse(["sequence,x,target,split", "1,2,a,train", "2,2,b,train"], /no sequence has the split test/);
    refuse(
      ["sequence,x,target_a,target_b", "1,2,a,b", "2,2,b,c"],
      /classes need one column target; there are target_a, target_b/,
    );
    refuse(["sequence,x"], /there are no rows below the titles/);
    refuse([""], /the file is empty/);
    refuse(['sequence,"x', "1,2"], /the quote in line 1, column 2 is never closed/);
    refuse(["sequence;x;target", "1;2,5;a"], /some.csv: line 1 is separated by semicolons/);
    refuse(
      ["sequence,time,x,target", "a,1,5,0", "b,1,6,1", "a,2,7,0", "a,1.0,8,0"],
      "some.csv: lines 2 and 5 of sequence a have the same time 1",
    );
    refuse(["time,x", "1,5", "2,6", "2,7"], "some.csv: lines 3 and 4 have the same time 2");
    const words = Array.from({ length: 10_001 }, (_, i) => `${i},1,w${i}`);
    refuse(["sequence,x,target", ...words], /there are 10001 different targets; classes are 10000 at most/);
  });
});

describe("paths", () => {
  scoped("that lead nowhere, or to something else", () => {
    expect(() => taskFromFile(join(folder, "none.csv"))).toThrow(/there is no file .*none.csv/);
    expect(() => taskFromFile("some.xlsx")).toThrow(
      "some.xlsx has an ending that is not accepted; give one of .npz, .npy, .csv",
    );
    mkdirSync(join(folder, "folder.csv"));
    expect(() => taskFromFile(join(folder, "folder.csv"))).toThrow(/folder.csv is a folder/);
    const wide = csv(Array.from({ length: 100_000 }, (_, i) => `c${i}`).join(","));
    expect(() => taskFromFile(wide)).toThrow("some.csv: line 1 has more than 10000 columns");
    writeFileSync(join(folder, "bad.npy"), "no");
    expect(() => taskFromFile(join(folder, "bad.npy"))).toThrow(/bad.npy/);
  });
});
