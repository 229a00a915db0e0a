// Every operator the bridge reaches, called with hostile arguments in child processes: none may crash, hang or take more
// memory than it is given, and every failure must be a TorchError that names the operator.
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { fuzzedOperators } from "./fuzz/operators.mjs";
import { fuzz, type Outcome } from "./fuzz/run.mjs";
import { surface } from "./fuzz/surface.mjs";

const run = fileURLToPath(new URL("fuzz/run.mjs", import.meta.url));
const SEED = 20260701;

/** The first failures, each as a command that makes the call again. */
const commands = ({ failures }: Outcome): string[] =>
  failures
    .slice(0, 10)
    .map(({ op, args, wrong }) => `${wrong}\n  node ${run} --replay '${JSON.stringify({ op, args })}'`);

describe("hostile arguments", () => {
  test("100,000 calls of every operator", async () => {
    const names = fuzzedOperators();
    expect(names.length).toBeGreaterThan(2500);
    const outcome = await fuzz({ names, runs: Math.ceil(102_000 / names.length), seed: SEED, jobs: 2 });
    expect(commands(outcome)).toEqual([]);
    expect(outcome.calls).toBeGreaterThanOrEqual(100_000);
    expect(outcome.succeeded).toBeGreaterThan(15_000); // hostile, but not hopeless
    expect(outcome.codes["torch/op"]).toBeGreaterThan(15_000); // much of it reaches libtorch
  });

  test("every function, constructor, method and setter of the public surface", async () => {
    expect(surface.length).toBeGreaterThan(800);
    const outcome = await fuzz({ names: surface, runs: 25, seed: SEED, jobs: 2 });
    expect(commands(outcome)).toEqual([]);
    expect(outcome.succeeded).toBeGreaterThan(4_000);
  });
});

describe("the fuzz itself notices", () => {
  const wrongOf = async (name: string): Promise<string[]> => {
    const { failures } = await fuzz({ names: [name], runs: 1, seed: 1, hangSeconds: 0.5 });
    return failures.map(({ op, wrong }) => `${op}: ${wrong.split("\n")[0]}`);
  };
  test("a crash", async () => expect(await wrongOf("fuzz crash")).toEqual(["fuzz crash: DIED SIGSEGV"]));
  test("a hang", async () => expect(await wrongOf("fuzz hang")).toEqual(["fuzz hang: HANG"]));
  test("an error that is no TorchError", async () =>
    expect(await wrongOf("fuzz wrong")).toEqual(["fuzz wrong: threw TypeError: not a TorchError"]));
});
