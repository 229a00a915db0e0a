// The same library in Python: `torch.ops.load_library`, the same numbers. Skipped where there is no Python with PyTorch.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { libraryPath, recurrentScan, tangentScan } from "@throughline/flossing";
import { arange, grad, scope, type Tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const bench = here("../../../../bench/.venv/bin/python");
const python = process.env.PYTHON ?? (existsSync(bench) ? bench : "python3");
const hasTorch = spawnSync(python, ["-c", "import torch"]).status === 0;

const wave = (shape: number[], frequency: number): Tensor =>
  arange(
    shape.reduce((a, b) => a * b, 1),
    { dtype: "float64" },
  )
    .mul(frequency)
    .sin()
    .view(shape);
const numbers = (tensors: readonly Tensor[]): number[] =>
  tensors.flatMap((tensor) => Array.from(tensor.contiguous().toTypedArray(), Number));

describe.skipIf(!hasTorch)(`${python}${hasTorch ? "" : " (has no PyTorch)"}`, () => {
  test("gives the states, ln R_ii and gradients that we give", () => {
    const result = spawnSync(python, [here("same_numbers.py"), libraryPath()], { encoding: "utf8" });
    expect(result.stderr).not.toMatch(/Error/);
    const theirs = JSON.parse(result.stdout) as number[];
    const ours = scope(() => {
      const weights = {
        weightIh: wave([1, 6, 2], 0.7),
        weightHh: wave([1, 6, 6], 0.3).requiresGrad_(),
        biasIh: wave([1, 6], 1.1),
      };
      const states = recurrentScan("post", wave([10, 1, 3, 2], 0.9), weights, wave([1, 3, 6], 0.5));
      const left = states.square().neg().add(1);
      const frame = wave([1, 3, 6, 4], 1.7);
      const { logs } = tangentScan({ kind: "gated", weight: weights.weightHh, left }, frame);
      const [gradient] = grad(logs.square().mean(), [weights.weightHh]) as [Tensor];
      return numbers([states, logs, gradient]);
    });
    expect(theirs.length).toBe(ours.length);
    // Another build of PyTorch may round a sine or a mean differently; QR of these frames loses a few digits.
    for (const [i, value] of ours.entries()) expect(theirs[i]).toBeCloseTo(value, 9);
  });
});
