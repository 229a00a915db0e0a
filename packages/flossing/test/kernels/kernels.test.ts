// The kernels against one ATen operator after another: values and all gradients.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { recurrentScan, tangentScan } from "@throughline/flossing";
import {
  Generator,
  getNumThreads,
  grad,
  liveTensors,
  ones,
  randn,
  scope,
  setNumThreads,
  type Tensor,
  zeros,
} from "@throughline/torch";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { compareScan, compareTangent, scanCases, tangentCases, tolerance } from "./cases.js";

let before = 0;
beforeEach(() => {
  before = liveTensors();
});
afterEach(() => expect(liveTensors()).toBe(before));

const name = (given: object): string => JSON.stringify(given).replaceAll('"', "");

describe.each(["float64", "float32"] as const)("%s", (dtype) => {
  test.each(scanCases.map((given) => [name(given), given] as const))("states of %s", (_, given) => {
    for (const [what, found] of Object.entries(compareScan(given, dtype)))
      expect(found, what).toBeLessThan(tolerance[dtype]);
  });

  // Random frames of nets whose Jacobians are well-conditioned; the derivative of QR still loses some digits.
  const loss = dtype === "float64" ? 100 : 300;
  test.each(tangentCases.map((given) => [name(given), given] as const))(
    "tangent vectors of %s",
    (_, given) => {
      for (const [what, found] of Object.entries(compareTangent(given, dtype)))
        expect(found, what).toBeLessThan(loss * tolerance[dtype]);
    },
  );
});

test("two threads give the numbers of one", () => {
  const threads = getNumThreads();
  try {
    setNumThreads(2);
    for (const given of scanCases.slice(1, 3)) {
      for (const found of Object.values(compareScan(given, "float64"))) expect(found).toBeLessThan(1e-11);
    }
    for (const given of tangentCases.slice(2, 7)) {
      for (const found of Object.values(compareTangent(given, "float64"))) expect(found).toBeLessThan(1e-9);
    }
  } finally {
    setNumThreads(threads);
  }
});

/** Results of `child.mjs` with the kernels of a level; undefined where this processor has none of it. */
function distances(level: string): { scan: number; tangent: number } | undefined {
  const child = fileURLToPath(new URL("child.mjs", import.meta.url));
  const env = { ...process.env, THROUGHLINE_KERNELS: level };
  const output = execFileSync(process.execPath, [child], { env, encoding: "utf8" });
  return output === "skipped" ? undefined : JSON.parse(output);
}

describe.each(["baseline", "avx2", "avx512"])("kernels for %s processors", (level) => {
  const found = distances(level);
  const title = found === undefined ? `are skipped: this processor has no ${level}` : "give the same numbers";
  test.skipIf(found === undefined)(title, () => {
    expect(found!.scan).toBeLessThan(1e-11);
    expect(found!.tangent).toBeLessThan(1e-9);
    expect(distances(level)).toEqual(found);
  });
});

describe("what is refused", () => {
  const weights = (units = 4, features = 2) => ({
    weightIh: zeros([1, units, features]),
    weightHh: zeros([1, units, units]),
  });
  const refusals: [string, () => unknown, RegExp][] = [
    [
      "inputs without a net",
      () => recurrentScan("pre", zeros([3, 1, 2]), weights(), zeros([1, 1, 4])),
      /expected inputs \[time, nets, batch, features\]/,
    ],
    [
      "a state of another size",
      () => recurrentScan("pre", zeros([3, 1, 1, 2]), weights(), zeros([1, 1, 5])),
      /sizes do not fit/,
    ],
    [
      "weights of another cell",
      () => recurrentScan("gru", zeros([3, 1, 1, 2]), weights(), zeros([1, 1, 4])),
      /sizes do not fit/,
    ],
    [
      "an unknown cell",
      () => recurrentScan("rnn" as "pre", zeros([3, 1, 1, 2]), weights(), zeros([1, 1, 4])),
      /cell must be pre, post, gru or lstm, got 'rnn'/,
    ],
    [
      "a leak of 0",
      () => recurrentScan("pre", zeros([3, 1, 1, 2]), weights(), zeros([1, 1, 4]), { leak: 0 }),
      /leak must be above 0 and at most 1, got 0/,
    ],
    [
      "mixed dtypes",
      () => recurrentScan("pre", zeros([3, 1, 1, 2], { dtype: "float64" }), weights(), zeros([1, 1, 4])),
      /one dtype and device/,
    ],
    [
      "whole numbers",
      () =>
        recurrentScan(
          "pre",
          zeros([3, 1, 1, 2], { dtype: "int64" }),
          { weightIh: zeros([1, 4, 2], { dtype: "int64" }), weightHh: zeros([1, 4, 4], { dtype: "int64" }) },
          zeros([1, 1, 4], { dtype: "int64" }),
        ),
      /float32 or float64/,
    ],
    [
      "an interval that does not divide the steps",
      () =>
        tangentScan(
          { kind: "gated", weight: zeros([1, 4, 4]), left: ones([5, 1, 1, 4]) },
          zeros([1, 1, 4, 2]),
          { interval: 2 },
        ),
      /interval must divide the 5 steps/,
    ],
    [
      "more vectors than directions",
      () =>
        tangentScan(
          { kind: "gated", weight: zeros([1, 4, 4]), left: ones([5, 1, 1, 4]) },
          zeros([1, 1, 4, 5]),
        ),
      /from 1 to 4 vectors, got 5/,
    ],
    [
      "an lstm without its factors",
      () =>
        tangentScan(
          { kind: "lstm", weight: zeros([1, 16, 4]), left: ones([5, 1, 1, 16]) },
          zeros([1, 1, 8, 5]),
        ),
      /four gates, direct and extra/,
    ],
  ];
  test.each(refusals)("%s", (_, call, message) => scope(() => expect(call).toThrow(message)));

  test("second derivatives", () => {
    scope(() => {
      const weightHh = randn([1, 4, 4]).requiresGrad_();
      const states = recurrentScan("pre", randn([3, 1, 1, 2]), { ...weights(), weightHh }, randn([1, 1, 4]));
      expect(() => grad(states.sum(), [weightHh], { createGraph: true })).toThrow(/first derivatives only/);
    });
  });
});

describe("edges", () => {
  test("no steps, no sequences", () => {
    scope(() => {
      const weights = { weightIh: ones([1, 4, 2]).requiresGrad_(), weightHh: ones([1, 4, 4]) };
      const none = recurrentScan("pre", zeros([0, 1, 3, 2]), weights, zeros([1, 3, 4]));
      expect(none.shape).toEqual([0, 1, 3, 4]);
      const nobody = recurrentScan("pre", zeros([5, 1, 0, 2]), weights, zeros([1, 0, 4]));
      expect(nobody.shape).toEqual([5, 1, 0, 4]);
      const [gradient] = grad(nobody.sum(), [weights.weightIh]) as [Tensor];
      expect(gradient.abs().sum().item()).toBe(0);
    });
  });

  test("interval 0 pushes vectors forward without decomposing them", () => {
    scope(() => {
      const weight = randn([1, 6, 6], { dtype: "float64" });
      const left = randn([4, 1, 1, 6], { dtype: "float64" });
      const frame = randn([1, 1, 6, 3], { dtype: "float64" });
      const { logs, frame: last } = tangentScan({ kind: "gated", weight, left }, frame, { interval: 0 });
      let expected = frame.squeeze(0).squeeze(0);
      for (const row of left.squeeze(1).squeeze(1).unbind(0))
        expected = row.unsqueeze(-1).mul(weight.squeeze(0).matmul(expected));
      expect(logs.shape[0]).toBe(0);
      expect(last.squeeze(0).squeeze(0).sub(expected).abs().max().item()).toBeLessThan(1e-12);
    });
  });

  test("dependent vectors: −∞, and no gradient that is not finite", () => {
    scope(() => {
      // The Jacobian has rank 2, so of three vectors one collapses.
      const left = ones([3, 1, 1, 4], { dtype: "float64" }).requiresGrad_();
      const weight = zeros([1, 4, 4], { dtype: "float64" });
      weight
        .select(0, 0)
        .select(0, 0)
        .copy_(randn([4], { dtype: "float64" }));
      weight
        .select(0, 0)
        .select(0, 1)
        .copy_(randn([4], { dtype: "float64" }));
      const frame = randn([1, 1, 4, 3], { dtype: "float64" });
      const { logs } = tangentScan({ kind: "gated", weight, left }, frame);
      const third = Array.from(logs.select(-1, 2).toTypedArray(), Number);
      expect(third.every((value) => value < -30)).toBe(true);
      const [gradient] = grad(logs.narrow(-1, 0, 2).sum(), [left]) as [Tensor];
      expect(gradient.isfinite().all().item()).toBe(true);
    });
  });

  test("columns far outside the range of squares", () => {
    scope(() => {
      const generator = Generator.create({ seed: 4 });
      const drawn = randn([1, 8, 8], { generator });
      generator.dispose();
      for (const scale of [1e-25, 1e25]) {
        const weight = drawn.mul(scale);
        const left = ones([1, 1, 1, 8]);
        const frame = ones([1, 1, 8, 8]).tril();
        const run = (factor: number) =>
          tangentScan({ kind: "gated", weight: weight.mul(factor), left }, frame).logs.to({
            dtype: "float64",
          });
        const shift = run(1 / scale)
          .sub(run(1))
          .add(Math.log(scale));
        expect(shift.abs().max().item()).toBeLessThan(1e-3); // float32 logarithms near 58
      }
    });
  });
});
