// The verb lyapunov on nets whose exponents are known, and what it refuses, without a process of its own.

import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { CommandCall, CommandResult } from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { checkLeaks } from "@throughline/testing/leaks";
import { io, randn, scope, type Tensor, tensor, zeros } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import { commands } from "../../src/commands/entries.js";

checkLeaks();

const folder = fileFolder();
const out = join(folder, "figure.svg");

const entry = commands.find(({ name }) => name === "lyapunov")!;

async function lyapunov(checkpoint: string, flags: CommandCall["flags"] = {}): Promise<CommandResult> {
  const run = await entry.load();
  const findRun: CommandCall["findRun"] = (text) => Promise.reject(new Error(`there is no run ${text}`));
  const findExperiment: CommandCall["findExperiment"] = (name) =>
    Promise.reject(new Error(`there is no experiment ${name}`));
  return run({ operands: [checkpoint], flags: { seed: 0, out, ...flags }, findRun, findExperiment });
}

/** Weights of an nn.RNN as PyTorch names them, in a file. */
function rnn(name: string, recurrent: number[][], inputs = 1): string {
  const path = join(folder, `${name}.safetensors`);
  const units = recurrent.length;
  scope(() => {
    const arrays: Record<string, Tensor> = {
      weight_hh_l0: tensor(recurrent, { dtype: "float64" }),
      weight_ih_l0: zeros([units, inputs], { dtype: "float64" }),
      bias_hh_l0: zeros([units], { dtype: "float64" }),
      bias_ih_l0: zeros([units], { dtype: "float64" }),
    };
    io.saveSafetensors(path, arrays);
  });
  return path;
}

/** h ← W h + W_ih x: the inputs have no influence on the tangent vectors. */
const linear = { form: "pre", activation: "identity" } as const;
const file = rnn("diagonal", [
  [0.9, 0],
  [0, 0.5],
]);

interface Measured {
  readonly exponents: number[];
  readonly standardErrors: number[];
  readonly kaplanYorke: number | null;
  readonly entropyRate: number;
  readonly steps: number;
  readonly unit: string;
  readonly inputs: string;
  readonly net: string;
  readonly figures: string[];
}
const measured = ({ json }: CommandResult): Measured => json as unknown as Measured;

describe("nets whose exponents are known", () => {
  test.each(["noise", "bits", "zeros"])("a diagonal net driven by %s: ln 0.9 and ln ½", async (drive) => {
    const found = measured(await lyapunov(file, { ...linear, drive, steps: 300 }));
    expect(found.exponents[0]).toBeCloseTo(Math.log(0.9), 9);
    expect(found.exponents[1]).toBeCloseTo(Math.log(0.5), 9);
    expect(found.kaplanYorke).toBe(0);
    expect(found.entropyRate).toBe(0);
    expect(found.unit).toBe("nats per step");
    expect(found.steps).toBe(250); // the first sixth is not measured
  });

  test("a rotation by any angle times g: both are ln g", async () => {
    const [c, s] = [0.95 * Math.cos(1), 0.95 * Math.sin(1)];
    const rotation = rnn("rotation", [
      [c, -s],
      [s, c],
    ]);
    const { exponents } = measured(await lyapunov(rotation, { ...linear, steps: 240 }));
    for (const exponent of exponents) expect(exponent).toBeCloseTo(Math.log(0.95), 9);
  });

  test("a shear has ln g twice, and a tanh net at rest those of its weights", async () => {
    const shear = rnn("shear", [
      [0.5, 3],
      [0, 0.25],
    ]);
    const tanh = { form: "pre", activation: "tanh", drive: "zeros", steps: 600 } as const;
    const { exponents } = measured(await lyapunov(shear, tanh));
    expect(exponents[0]).toBeCloseTo(Math.log(0.5), 6);
    expect(exponents[1]).toBeCloseTo(Math.log(0.25), 6);
  });

  test("fewer exponents are the largest ones", async () => {
    const { exponents } = measured(await lyapunov(file, { ...linear, k: 1, steps: 120 }));
    expect(exponents).toHaveLength(1);
    // Twenty steps before the measurement turn a vector towards the larger one to (5/9)^20.
    expect(exponents[0]).toBeCloseTo(Math.log(0.9), 6);
  });
});

describe("what drives the net", () => {
  test("a file of inputs, all of it or its first steps", async () => {
    const [series, batch] = [join(folder, "drive.npy"), join(folder, "drive.npz")];
    scope(() => {
      io.saveNpy(series, randn([120, 1]));
      io.saveNpz(batch, { inputs: randn([3, 60, 1]) });
    });
    const whole = measured(await lyapunov(file, { ...linear, inputs: series }));
    expect([whole.inputs, whole.steps]).toEqual([series, 100]);
    expect(measured(await lyapunov(file, { ...linear, inputs: series, steps: 60 })).steps).toBe(50);
    const several = measured(await lyapunov(file, { ...linear, inputs: batch }));
    expect(several.steps).toBe(50);
    // Ten and five steps before the measurement: vectors have turned to (5/9)^10 and (5/9)^5.
    expect(whole.exponents[0]).toBeCloseTo(Math.log(0.9), 6);
    expect(several.exponents[0]).toBeCloseTo(Math.log(0.9), 4);
  });

  test("the seed decides the noise, and nothing else does", async () => {
    const tanh = rnn(
      "driven",
      [
        [0.9, 0.4],
        [-0.4, 0.9],
      ],
      1,
    );
    scope(() => {
      const arrays = io.loadSafetensors(tanh);
      io.saveSafetensors(tanh, { ...arrays, weight_ih_l0: tensor([[1], [0.5]], { dtype: "float64" }) });
    });
    const flags = { form: "pre", activation: "tanh", steps: 240 } as const;
    const first = measured(await lyapunov(tanh, { ...flags, seed: 1 }));
    const again = measured(await lyapunov(tanh, { ...flags, seed: 1 }));
    const other = measured(await lyapunov(tanh, { ...flags, seed: 2 }));
    expect(again.exponents).toEqual(first.exponents);
    expect(other.exponents).not.toEqual(first.exponents);
    // Noise makes the slopes smaller than 1: every exponent is below that of the weights, ln √(0.81 + 0.16).
    for (const exponent of first.exponents) expect(exponent).toBeLessThan(0.5 * Math.log(0.97));
  });
});

describe("what is said", () => {
  test("a line for each exponent with its error, dimension, entropy rate, the verdict and a figure", async () => {
    rmSync(out, { force: true });
    const { heading, detail, lines, files } = await lyapunov(file, { ...linear, steps: 300 });
    expect(heading).toMatch(/2 units$/);
    expect(detail).toBe(", driven by standard normal noise, 250 steps");
    expect(lines![0]).toBe("      nats per step  standard error");
    expect(lines![1]).toMatch(/^ {2}λ1 +-0\.1054 {2}± 0\.0000$/);
    expect(lines![2]).toMatch(/^ {2}λ2 +-0\.6931 {2}± 0\.0000$/);
    expect(lines).toContain("Kaplan–Yorke dimension  0.0000");
    expect(lines).toContain("entropy rate            0.0000 nats per step");
    expect(files).toEqual([{ what: "figure", path: out }]);
    expect(readFileSync(out, "utf8")).toContain("Running estimates");
  });

  test("of many exponents the first eight and the last", async () => {
    const sizes = Array.from({ length: 14 }, (_, i) => 0.9 ** (i + 1));
    const wide = rnn(
      "wide",
      sizes.map((own, i) => sizes.map((_, j) => (i === j ? own : 0))),
    );
    const { lines } = await lyapunov(wide, { ...linear, steps: 240 });
    const shown = lines!.filter((line) => line.startsWith("  λ")).map((line) => line.trim().split(/\s+/)[0]);
    expect(shown).toEqual(["λ1", "λ2", "λ3", "λ4", "λ5", "λ6", "λ7", "λ8", "λ14"]);
    expect(lines!.some((line) => line.trim() === "…")).toBe(true);
  });
});

describe("refusals name the flag and what is accepted", () => {
  test.each([
    [{ k: 3 }, "--k is 3, but the net's state has 2 dimensions; give 2 or less"],
    [{ drive: "task" }, "--drive task needs a run of flossing/train; give noise, bits or zeros"],
    [{ inputs: "x.npy", drive: "noise" }, "give --inputs or --drive, not both"],
    [{ inputs: "x.csv" }, "--inputs x.csv is neither .npy nor .npz"],
  ])("%o", async (flags, sentence) => {
    await expect(lyapunov(file, { ...linear, ...flags })).rejects.toMatchObject({
      message: sentence,
      code: "flossing/argument",
    });
  });

  test("inputs of another width, an archive without inputs", async () => {
    const [wide, other] = [join(folder, "wide.npy"), join(folder, "other.npz")];
    scope(() => {
      io.saveNpy(wide, randn([50, 3]));
      io.saveNpz(other, { x: randn([2, 50, 1]) });
    });
    await expect(lyapunov(file, { ...linear, inputs: wide })).rejects.toThrow(
      `${wide} holds [50,3], and the net reads 1 features at each step`,
    );
    await expect(lyapunov(file, { ...linear, inputs: other })).rejects.toThrow(
      `${other} has no array inputs`,
    );
  });

  test("a file that is not there, a run that there is not, a figure of another kind", async () => {
    await expect(lyapunov(join(folder, "none.pt"))).rejects.toThrow(/^there is no file .*none\.pt$/);
    await expect(lyapunov("yesterday")).rejects.toThrow("there is no run yesterday");
    await expect(lyapunov(file, { ...linear, out: join(folder, "figure.gif") })).rejects.toThrow(
      /\.svg|\.png/,
    );
    expect(existsSync(join(folder, "figure.gif"))).toBe(false);
  });

  test("options of the net are named as they are typed", async () => {
    await expect(lyapunov(file, { ...linear, layer: 4 })).rejects.toThrow("the rnn has no layer 4, but 0");
    const several = join(import.meta.dirname, "../fixtures/nets/model.pt");
    await expect(lyapunov(several)).rejects.toThrow(/--net/);
  });
});
