// Faults that setup.ts, the check of leaks and `scoped` notice, and blocks without their data, in vitest processes of their own.
import { expect, test } from "vitest";
import { runFile } from "./support/child-run.js";

const lines = {
  "a line on the console": "failed",
  "a line that is expected": "passed",
  "a line that is expected in vain": "failed",
  nothing: "passed",
};

test.each([
  ["a tensor", "tensor", /live tensors after the tests of this file/],
  ["a rejection", "rejection", /nobody handles this/],
])("%s left behind fails; so do lines on the console", async (name, what, sentence) => {
  const { code, said, statuses } = await runFile("left-behind.ts", { LEAVE: what });
  expect(statuses).toMatchObject({ ...lines, [name]: "passed" });
  expect(code).toBe(1);
  expect(said).toMatch(sentence);
});

test("the check of leaks, and scoped, catch what they are for", async () => {
  const { code, statuses, failures } = await runFile("leaks.ts");
  expect(statuses).toEqual({
    "checked > a tensor is left": "failed",
    "checked > a tensor of before is gone": "failed",
    "checked > a tensor is disposed of": "passed",
    "checked > what is owned goes by itself, the last first": "passed",
    "checked > that order was kept": "passed",
    "a scoped body's tensors go": "passed",
    "a scoped body draws the same numbers": "passed",
    "a scoped body draws the same numbers again": "passed",
    "an asynchronous body": "failed",
  });
  expect(failures["checked > a tensor is left"]).toMatch(/tensors alive after the test/);
  expect(failures["an asynchronous body"]).toMatch(/needs test\(\), not scoped\(\)/);
  expect(code).toBe(1);
});

test("reference data that is absent is a skip that names the file; what is there runs", async () => {
  const { code, statuses } = await runFile("absent.ts", { THROUGHLINE_FIXTURES: "/nowhere" });
  expect(statuses).toEqual({
    "with two files (no /nowhere/b.txt on this machine) > needs both": "skipped",
    "with one file > runs": "passed",
    "shared torchops/none (no /nowhere/torchops/none.safetensors on this machine) > reads": "skipped",
    "reference nets/none in float32 (no /nowhere/nets/none.safetensors on this machine) > compares":
      "skipped",
    "reference nets/none in float64 (no /nowhere/nets/none.safetensors on this machine) > compares":
      "skipped",
  });
  expect(code).toBe(0);
});

test("kernels that the environment chooses are not taken for those of the processor", async () => {
  const { statuses } = await runFile("kernels.ts", { ATEN_CPU_CAPABILITY: "default" });
  expect(statuses).toEqual({ "no AVX2 kernels": "passed" });
});
