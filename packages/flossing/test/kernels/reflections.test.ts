// Wide frames without a derivative, whose Q stays reflections from one step to the next.
import { tangentScan } from "@throughline/flossing";
import {
  Generator,
  getNumThreads,
  linalg,
  noGrad,
  rand,
  randn,
  scope,
  setNumThreads,
} from "@throughline/torch";
import { describe, expect, test } from "vitest";

/** Steps of a net of which `silent` units do not change, so that its Jacobians have rank units − silent. */
function run(dtype: "float32" | "float64", units: number, vectors: number, silent = 0) {
  const generator = Generator.create({ seed: 3 });
  const weight = randn([1, units, units], { dtype, generator }).div(Math.sqrt(units));
  const left = rand([5, 1, 1, units], { dtype, generator }).add(0.3);
  left.narrow(-1, 0, silent).zero_();
  const frame = linalg.qr(randn([1, 1, units, vectors], { dtype, generator })).Q;
  generator.dispose();
  const scan = (reference: boolean) =>
    noGrad(() => tangentScan({ kind: "gated", weight, left }, frame, { reference }));
  const { frame: last, logs } = scan(false);
  const q = last.squeeze(0).squeeze(0);
  const overlaps = q.mT.matmul(q);
  return {
    logs,
    expected: scan(true).logs,
    fromOrthonormal: overlaps.fillDiagonal_(0).abs().max().item(),
    lengths: q.square().sum({ dim: 0 }),
  };
}

describe.each([
  ["float64", 1e-13],
  ["float32", 5e-6],
] as const)("%s", (dtype, tolerance) => {
  test.each([
    [97, 97],
    [200, 150],
    [160, 160],
  ])("%d units, %d vectors: orthonormal to the last step", (units, vectors) =>
    scope(() => {
      const { fromOrthonormal, lengths } = run(dtype, units, vectors);
      expect(fromOrthonormal).toBeLessThan(tolerance);
      expect(lengths.sub(1).abs().max().item()).toBeLessThan(tolerance);
    }),
  );

  test.each([
    ["in panels", 120],
    ["undivided", 90],
  ] as const)("%s: directions that vanish end at −∞ or in rounding, and leave the others right", (_, units) =>
    scope(() => {
      const silent = 25;
      const { logs, expected, fromOrthonormal } = run(dtype, units, units, silent);
      const [ours, theirs] = [logs, expected].map((tensor) => tensor.select(0, 4).squeeze(0).squeeze(0));
      const lasting = units - silent - 5;
      const apart = ours!.narrow(0, 0, lasting).sub(theirs!.narrow(0, 0, lasting));
      expect(apart.abs().max().item()).toBeLessThan(dtype === "float64" ? 1e-9 : 3e-2);
      const vanished = ours!.narrow(0, units - silent, silent);
      expect(vanished.max().item()).toBeLessThan(dtype === "float64" ? -25 : -8);
      expect(fromOrthonormal).toBeLessThan(tolerance);
    }),
  );
});

test("what is not a number is told in every later step", () =>
  scope(() => {
    const weight = randn([1, 130, 130]).div(Math.sqrt(130));
    const left = rand([3, 1, 1, 130]);
    left.select(0, 0).narrow(-1, 60, 1).fill_(Number.NaN);
    const frame = linalg.qr(randn([1, 1, 130, 130])).Q;
    const { logs } = noGrad(() => tangentScan({ kind: "gated", weight, left }, frame));
    for (const t of [1, 2]) expect(logs.select(0, t).isnan().any().item()).toBe(true);
  }));

test("two threads give the very numbers of one", () => {
  const threads = getNumThreads();
  try {
    scope(() => {
      const weight = randn([1, 300, 300]).div(Math.sqrt(300));
      const left = rand([5, 1, 1, 300]);
      const frame = linalg.qr(randn([1, 1, 300, 290])).Q;
      const [one, two] = [1, 2].map((count) => {
        setNumThreads(count);
        return noGrad(() => tangentScan({ kind: "gated", weight, left }, frame));
      });
      expect(one!.logs.equal(two!.logs)).toBe(true);
      expect(one!.frame.equal(two!.frame)).toBe(true);
    });
  } finally {
    setNumThreads(threads);
  }
});
