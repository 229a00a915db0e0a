// One base class of errors over all packages, and whose fault they are.
import { FlossingError, lorenz, lyapunovSpectrum } from "@throughline/flossing";
import { LabError } from "@throughline/lab";
import { dataSetEntry, OcraDataError } from "@throughline/ocra";
import { caught } from "@throughline/testing/caught";
import { io, ones, scope, ThroughlineError, TorchError } from "@throughline/torch";
import { ThroughlineError as Base } from "@throughline/torch/errors";
import { describe, expect, test } from "vitest";
import { EXIT, ending, UsageError } from "../src/exit.js";

describe("one base class", () => {
  test("is the same with and without the engine", () => {
    expect(ThroughlineError).toBe(Base);
  });

  const bad = { steps: -1 } as never;
  test.each([
    ["the engine's", () => ones([2, 3]).matmul(ones([2, 3])), "torch/op", [TorchError]],
    ["a file's", () => io.loadNpy("/nowhere/none.npy"), "io/open", [TorchError]],
    ["flossing's", () => lyapunovSpectrum(lorenz(), bad), "torch/argument", [TorchError]],
    ["ocra's", () => dataSetEntry("art/nothing"), "ocra/argument", [LabError, OcraDataError]],
  ])("%s errors have it, a code and a fault", (_, body, code, classes) => {
    const error = scope(() => caught(body));
    expect(error).toMatchObject({ code, fault: "input" });
    for (const type of [ThroughlineError, ...classes]) expect(error).toBeInstanceOf(type);
    expect(error.name).toBe(error.constructor.name);
  });

  test("a code of another package brings its fault, a code of ours has its own", () => {
    expect(new TorchError("mine/code", "words", { fault: "environment" })).toMatchObject({
      fault: "environment",
    });
    expect(new TorchError("io/write", "words").fault).toBe("environment");
    expect(new LabError("lab/disk", "words").fault).toBe("environment");
    expect(new LabError("mine/code", "words", { fault: "internal" })).toMatchObject({ fault: "internal" });
    const flossing = new FlossingError("flossing/diverged", "words", { op: "flow" });
    expect(flossing).toBeInstanceOf(TorchError);
    expect(flossing).toMatchObject({
      code: "flossing/diverged",
      fault: "input",
      op: "flow",
      name: "FlossingError",
    });
    const cause = new Error("below");
    expect(new ThroughlineError("mine/code", "input", "words", { cause })).toMatchObject({
      cause,
      message: "words",
    });
    expect("cause" in new ThroughlineError("mine/code", "input", "words")).toBe(false);
  });
});

test("the exit code follows from the fault; a mistake of ours is shown with its stack", () => {
  const of = (fault: "input" | "environment" | "internal") =>
    new ThroughlineError("mine/code", fault, "words");
  expect(ending(of("input"))).toEqual({ text: "words", exitCode: EXIT.usage });
  expect(ending(new UsageError(["one", "two"], "See that."))).toEqual({
    text: "2 problems:\n  one\n  two\nSee that.",
    exitCode: EXIT.usage,
  });
  expect(ending(of("environment"))).toEqual({ text: "words", exitCode: EXIT.failed });
  for (const error of [of("internal"), new TypeError("words")]) {
    const { text, exitCode } = ending(error);
    expect(exitCode).toBe(EXIT.failed);
    expect(text).toMatch(/words\n +at .*errors\.test/);
  }
  expect(ending("words")).toEqual({ text: "words", exitCode: EXIT.failed });
});
