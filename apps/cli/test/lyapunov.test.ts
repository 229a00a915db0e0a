// lyapunov: which net is meant, what drives it, what is said and drawn.
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Ending } from "@throughline/testing/processes";
import { io, nn, randn, scope } from "@throughline/torch";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { json, throughline } from "./support/cli.js";

const cwd = realpathSync(mkdtempSync(join(tmpdir(), "throughline-lyapunov-")));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const pytorch = fileURLToPath(
  new URL("../../../packages/flossing/test/fixtures/nets/model.pt", import.meta.url),
);
const run = (...args: string[]): Promise<Ending> => throughline(["lyapunov", ...args], { cwd });

interface Measured {
  readonly file: string;
  readonly net: string;
  readonly inputs: string;
  readonly exponents: number[];
  readonly unit: string;
  readonly steps: number;
  readonly kaplanYorke: number | null;
  readonly notes: string[];
  readonly figures: string[];
}

beforeAll(async () => {
  const options = ["--preset", "smoke", "--name", "net", "--epochs", "3", "--cell", "post"];
  const { code } = await throughline(["run", "flossing/train", ...options], { cwd });
  expect(code).toBe(0);
  scope(() => {
    const gru = new nn.GRU(3, 5);
    io.saveSafetensors(join(cwd, "gru.safetensors"), gru.stateDict());
    gru.dispose();
    io.saveNpy(join(cwd, "drive.npy"), randn([120, 3]));
    io.saveNpz(join(cwd, "drive.npz"), { inputs: randn([4, 60, 3]) });
    io.saveNpy(join(cwd, "narrow.npy"), randn([50]));
  });
});

describe("of a run", () => {
  test("prints and draws the spectrum under its task's inputs", async () => {
    const { code, stdout, stderr } = await run("latest");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^vanilla net model\.cell: 16 units, driven by its task's inputs, 1000 steps\n/);
    expect(stdout).toMatch(/^ {2}λ1 +-?\d\.\d{4} {2}± \d\.\d{4}$/m);
    expect(stdout).toMatch(/^ {2}λ16 +-\d+\.\d{4} {2}± \d\.\d{4}$/m);
    expect(stdout).toMatch(/^Kaplan–Yorke dimension {2}\d+\.\d{4}\nentropy rate +\d\.\d{4} nats per step\n/m);
    expect(stdout).toMatch(/^figure {2}runs\/flossing\/train\/net\/figures\/lyapunov\.svg$/m);
    expect(readFileSync(join(cwd, "runs/flossing/train/net/figures/lyapunov.svg"), "utf8")).toContain("λ16");
  });

  test("by its directory, its checkpoint's folder and the file in it: the same numbers as JSON", async () => {
    const checkpoints = join("runs/flossing/train/net/checkpoints");
    const last = readdirSync(join(cwd, checkpoints))
      .filter((name) => name.startsWith("step-"))
      .sort()
      .at(-1)!;
    const said = await Promise.all(
      ["net", join(checkpoints, last), join(checkpoints, last, "tensors.safetensors")].map((name, i) =>
        run(name, "--json", "--k", "3", "--steps", "200", "--out", i === 0 ? "s.png" : `s${i}.svg`),
      ),
    );
    const [first, ...others] = said.map((one) => json<Measured>(one));
    expect(first).toMatchObject({
      unit: "nats per step",
      net: "vanilla net model.cell: 16 units",
      figures: ["s.png"],
    });
    expect(first!.exponents).toHaveLength(3);
    for (const other of others) expect(other.exponents).toEqual(first!.exponents);
    expect(readFileSync(join(cwd, "s.png")).subarray(1, 4).toString()).toBe("PNG");
  });
});

describe("of a file", () => {
  test("PyTorch's, driven by noise, bits or a file; its seed decides", async () => {
    const of = async (...args: string[]): Promise<Measured> =>
      json(await run(pytorch, "--net", "encoder", "--layer", "1", "--steps", "300", "--json", ...args));
    const [noise, again, other, bits] = await Promise.all([
      of(),
      of("--seed", "0", "--out", "again.svg"),
      of("--seed", "2", "--out", "other.svg"),
      of("--drive", "bits", "--out", "bits.svg"),
    ]);
    expect(noise).toMatchObject({ net: "GRU encoder, layer 1: 6 units", inputs: "standard normal noise" });
    expect(noise.exponents).toEqual(again.exponents);
    expect(noise.exponents).not.toEqual(other.exponents);
    expect(bits.inputs).toBe("fair bits");
    expect(noise.figures).toEqual(["model-lyapunov.svg", "model-lyapunov.png"]);
    const before = readFileSync(join(cwd, "model-lyapunov.svg"), "utf8");
    const next = await of("--drive", "zeros");
    expect(next.figures).toEqual(["model-lyapunov-2.svg", "model-lyapunov-2.png"]);
    expect(readFileSync(join(cwd, "model-lyapunov.svg"), "utf8")).toBe(before);
  });

  test("driven by inputs of one's own", async () => {
    const [npy, npz] = await Promise.all([
      run("gru.safetensors", "--inputs", "drive.npy", "--json", "--out", "npy.svg"),
      run("gru.safetensors", "--inputs", "drive.npz", "--json", "--out", "npz.svg"),
    ]);
    expect(json<Measured>(npy)).toMatchObject({ inputs: "drive.npy", steps: 100, net: "GRU: 5 units" });
    expect(json<Measured>(npz)).toMatchObject({ inputs: "drive.npz", steps: 50 });
  });
});

describe("what is not right is said in one sentence", () => {
  test.each<[string[], RegExp]>([
    [
      [pytorch],
      /holds several nets \(gru encoder with layers 0, 1; lstm decoder; rnn plain; rnn rectified\); choose one by --net/,
    ],
    [[pytorch, "--net", "encoder"], /the gru encoder has the layers 0, 1; choose one by --layer/],
    [["none.pt"], /there is no file none\.pt/],
    [["nobody"], /there is no run nobody/],
    [
      ["gru.safetensors", "--inputs", "narrow.npy"],
      /narrow\.npy holds \[50\], and the net reads 3 features at each step/,
    ],
    [["gru.safetensors", "--inputs", "drive.npy", "--drive", "bits"], /give --inputs or --drive, not both/],
    [["gru.safetensors", "--k", "6"], /--k is 6, but the net's state has 5 dimensions; give 5 or less/],
    [["gru.safetensors", "--out", "x.pdf"], /--out x\.pdf: figures are \.svg or \.png/],
  ])("%j", async (args, sentence) => {
    const { code, stdout, stderr } = await run(...args);
    expect(stderr).toMatch(sentence);
    expect({ code, stdout, lines: stderr.trimEnd().split("\n").length <= 2 }).toEqual({
      code: 2,
      stdout: "",
      lines: true,
    });
  });
});
