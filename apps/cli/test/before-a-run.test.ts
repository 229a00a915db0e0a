// What can be known before there is a run is said then: code 2, and no folder is made.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digits } from "@throughline/examples";
import { conditionExperiment, trainExperiment } from "@throughline/flossing";
import { describeConfig, type Experiment, prepareRun, resolveConfig } from "@throughline/lab";
import { pretrainExperiment, taskExperiment } from "@throughline/ocra";
import { io, ones, scope } from "@throughline/torch";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseFlags } from "../src/flags.js";
import { throughline } from "./support/cli.js";

const cwd = realpathSync(mkdtempSync(join(tmpdir(), "throughline-before-")));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

beforeAll(() => {
  writeFileSync(join(cwd, "bad.npy"), "no");
  writeFileSync(join(cwd, "semicolons.csv"), "sequence;x;target\n1;2;a\n2;3;b\n");
  writeFileSync(join(cwd, "own.csv"), "sequence,x,target\n1,1,a\n1,2,a\n2,3,b\n2,4,b\n3,5,a\n3,6,a\n");
  scope(() => io.saveNpy(join(cwd, "short.npy"), ones([5])));
  mkdirSync(join(cwd, "folder.npz"));
  mkdirSync(join(cwd, "puzzles"));
  writeFileSync(join(cwd, "puzzles", "answers.csv"), "file,answer\nzero.png,1\n");
  expect(spawnSync("mkfifo", [join(cwd, "pipe.csv")]).status).toBe(0);
});

const train = "flossing/train";
const wrong: [args: string[], says: RegExp][] = [
  [
    [train, "--k", "100", "--units", "80"],
    /--k is 100, but a state of 80 units \(--units\) has only 80 directions/,
  ],
  [[train, "--device", "cuda:9"], /there is no device cuda:9 here; there are cpu/],
  [[train, "--delay", "40", "--length", "2"], /--length must be 41 or more for a --delay of 40/],
  [
    [train, "--floss-skip", "10", "--floss-length", "10"],
    /--floss-skip \(10\) must be less than --floss-length \(10\)/,
  ],
  [[train, "--task", "data"], /--task data needs a file: give --data FILE/],
  [[train, "--task", "xor", "--data", "own.csv"], /--task xor reads no data; omit --task or --data/],
  [[train, "--data", "none.csv"], /there is no file none\.csv/],
  [[train, "--data", "bad.npy"], /bad\.npy/],
  [[train, "--data", "folder.npz"], /folder\.npz is a folder; a regular file is accepted/],
  [[train, "--data", "pipe.csv"], /pipe\.csv is a pipe; a regular file is accepted/],
  [[train, "--data", "semicolons.csv"], /semicolons\.csv: line 1 is separated by semicolons/],
  [[train, "--data", "short.npy"], /the series has 5 steps, .* need a series of 13 steps or more/],
  [[train, "--data", "own.csv"], /--floss-length is 55, but the longest sequence of own\.csv has 2 steps/],
  [
    [train, "--units", "2000000"],
    /needs [\d.e+]+ GiB of memory or more, of which [\d.e+]+ GiB for the recurrent weights of 2000000 units \(--units\), and [\d.]+ GiB are allowed on cpu/,
  ],
  [
    [train, "--batch", "100000000"],
    /for the states of 100000000 sequences of 60 steps \(--batch, --length\)/,
  ],
  [["flossing/condition", "--units", "2000000"], /for the recurrent weights of 2000000 units/],
  [["ocra/pretrain", "--batch", "100000000"], /for a step of 100000000 displays of .* pixels \(--batch/],
  [["ocra/pretrain", "--decoder-channels", "10000000"], /for (the weights|a step of)/],
  [["ocra/task", "--batch", "10000000000"], /for a step of 10000000000 problems \(--batch\)/],
  [
    ["ocra/task", "--mlp-dim", "1000000000"],
    /for the weights of the transformer \(--depth, --heads, --mlp-dim\)/,
  ],
  [["flossing/condition", "--k", "13"], /--k is 13, but a state of 12 units/],
  [["flossing/condition", "--skip", "55"], /--skip \(55\) must be less than --length \(55\)/],
  [["ocra/pretrain", "--objects", "none"], /none does not exist; give a folder of pictures or an \.npy file/],
  [
    ["ocra/pretrain", "--dataset", "svrt", "--objects", "pool"],
    /--dataset svrt has objects of its own; omit --objects/,
  ],
  [["ocra/pretrain", "--pixels", "without-scenery"], /--pixels without-scenery is for pictures of CLEVR/],
  [["ocra/pretrain", "--path", "none"], /none\/train: .*no such file/],
  [["ocra/task", "--pretrained", "none.safetensors"], /there is no run and no file none\.safetensors/],
  [["ocra/task", "--task", "puzzles"], /--task puzzles needs --path/],
  [["ocra/task", "--task", "puzzles", "--path", "puzzles"], /zero\.png: cannot open .*no such file/],
  [["ocra/task", "--encodings", "own.csv"], /--encodings own\.csv is not a folder/],
  [
    ["examples/digits", "--batch-size", "3000"],
    /--batch-size is 3000, but there are only 2000 digits to learn from/,
  ],
];

/** Those of the command itself: one of each experiment. In a process of its own each takes longer than its check. */
const typed = wrong.filter(([[name]], i) => wrong.findIndex(([[other]]) => other === name) === i);
const experiments = { trainExperiment, conditionExperiment, pretrainExperiment, taskExperiment, digits };

describe("what cannot be run", () => {
  const before = process.cwd();
  beforeAll(() => process.chdir(cwd));
  afterAll(() => process.chdir(before));

  test.each(wrong)("%j", async ([name, ...flags], says) => {
    const experiment = Object.values(experiments).find((one) => one.name === name) as unknown as Experiment;
    const { overrides, problems } = parseFlags(flags, describeConfig(experiment), [], () => "");
    expect(problems).toEqual([]);
    const request = { preset: "smoke", overrides };
    await expect(prepareRun(experiment, resolveConfig(experiment, request))).rejects.toThrow(says);
  });
});

describe("run", () => {
  test.each(typed)("%j", async (args, says) => {
    const { code, stdout, stderr } = await throughline(["run", ...args, "--preset", "smoke"], { cwd });
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/\n +at /);
    expect({ code, stdout, runs: existsSync(join(cwd, "runs")) }).toEqual({
      code: 2,
      stdout: "",
      runs: false,
    });
  });
});

describe("sweep and reproduce", () => {
  test("before any cell starts, each problem once", async () => {
    const grid = ["--grid", "k=8,17,18", "--seeds", "0..1"];
    const { code, stdout, stderr } = await throughline(["sweep", train, "--preset", "smoke", ...grid], {
      cwd,
    });
    expect(stderr).toMatch(
      /2 problems .*\n {2}--k is 17, .* \[2 of 6 cells\]\n {2}--k is 18, .* \[2 of 6 cells\]\n$/,
    );
    expect({ code, stdout, runs: existsSync(join(cwd, "runs")) }).toEqual({
      code: 2,
      stdout: "",
      runs: false,
    });
  });

  test("a reproduction without the pre-training that it needs", async () => {
    const { code, stdout, stderr } = await throughline(["reproduce", "ocra/s15", "--preset", "laptop"], {
      cwd,
    });
    expect(stderr).toMatch(
      /no finished pre-training of clevr at the preset laptop in .*; run ocra\/pretrain --preset laptop/,
    );
    expect({ code, stdout, left: readdirSync(cwd).includes("runs") }).toEqual({
      code: 2,
      stdout: "",
      left: false,
    });
  });
});
