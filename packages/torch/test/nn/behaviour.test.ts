// What layers do beyond their formulas: training and use, padding rows.
import { manualSeed, nn, ones, randn, scope, tensor, zeros } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";

checkLeaks();

const f64 = { dtype: "float64" } as const;
const exact = { rtol: 0, atol: 0 };

describe("dropout", () => {
  const layers = {
    Dropout: () => new nn.Dropout(0.25),
    Dropout1d: () => new nn.Dropout1d(0.25),
    Dropout2d: () => new nn.Dropout2d(0.25),
    Dropout3d: () => new nn.Dropout3d(0.25),
  };

  test.each(Object.entries(layers))(
    "%s drops a quarter and scales the rest, in training only",
    (name, make) => {
      scope(() => {
        const layer = make();
        const shape = [100, 100, 2, 2, 2].slice(0, name === "Dropout1d" ? 3 : name === "Dropout2d" ? 4 : 5);
        const x = ones(shape);
        manualSeed(0);
        const y = layer.forward(x);
        const kept = y.ne(0);
        expect(y).toBeClose(kept.to("float32").mul(4 / 3));
        // 10⁴ independent draws: the share's standard deviation is 0.0043
        expect(Math.abs(kept.to("float32").mean().item() - 0.75)).toBeLessThan(0.02);
        if (name !== "Dropout")
          expect(y).toBeClose(y.amax({ dim: [-1], keepdim: true }).expand(shape), exact);
        expect(layer.eval().forward(x)).toBeClose(x, exact);
      });
    },
  );

  test("in place it writes into its argument", () => {
    scope(() => {
      const x = ones([50]);
      const y = new nn.Dropout(1, { inplace: true }).forward(x);
      expect(y).toBe(x);
      expect(x).toBeClose(zeros([50]), exact);
    });
  });

  test("AlphaDropout keeps mean and variance", () => {
    scope(() => {
      manualSeed(0);
      const y = new nn.AlphaDropout(0.3).forward(randn([100_000]));
      expect(Math.abs(y.mean().item())).toBeLessThan(0.02);
      expect(Math.abs(y.var().item() - 1)).toBeLessThan(0.02);
    });
  });

  test("a probability outside [0, 1] is refused", () => {
    expect(() => new nn.Dropout(1.5)).toThrow("Dropout: p is 1.5, accepted: a number from 0 to 1");
  });
});

describe("batch norm", () => {
  test("training uses the batch and moves the running statistics, use takes them", () => {
    scope(() => {
      using norm = new nn.BatchNorm1d(1, f64);
      const y = norm.forward(tensor([[1], [3]], f64));
      expect(y).toBeClose([[-1], [1]], { rtol: 1e-5, atol: 1e-5, because: "eps in the root" });
      expect(norm.running_mean).toBeClose([0.2]); // 0.9 · 0 + 0.1 · 2
      expect(norm.running_var).toBeClose([1.1]); // 0.9 · 1 + 0.1 · 2, the unbiased variance
      expect(norm.num_batches_tracked?.item()).toBe(1);
      const used = norm.eval().forward(tensor([[1.2]], f64));
      expect(used).toBeClose([[1 / Math.sqrt(1.1 + 1e-5)]]);
      expect(norm.num_batches_tracked?.item()).toBe(1);
      norm.resetParameters();
      expect([norm.running_mean?.item(), norm.running_var?.item(), norm.num_batches_tracked?.item()]).toEqual(
        [0, 1, 0],
      );
    });
  });

  test("refuses other dimensions, and a single value per channel in training", () => {
    scope(() => {
      using one = new nn.BatchNorm1d(2);
      using two = new nn.BatchNorm2d(2);
      using three = new nn.BatchNorm3d(2);
      expect(() => one.forward(ones([2]))).toThrow("BatchNorm1d: expects 2 or 3 dimensions, got 1");
      expect(() => two.forward(ones([2, 2]))).toThrow("BatchNorm2d: expects 4 dimensions, got 2");
      expect(() => three.forward(ones([2, 2]))).toThrow("BatchNorm3d: expects 5 dimensions, got 2");
      const message = "batchNorm: needs more than one value per channel in training, got [1,2]";
      expect(() => one.forward(ones([1, 2]))).toThrow(message);
      expect(three.forward(randn([2, 2, 1, 1, 2])).shape).toEqual([2, 2, 1, 1, 2]);
    });
  });
});

describe("embedding", () => {
  test("the padding row is zero, counts from the end if negative, and gets no gradient", () => {
    scope(() => {
      using table = new nn.Embedding(4, 2, { paddingIdx: -1 });
      expect(table.paddingIdx).toBe(3);
      expect(table.weight.at(3)).toBeClose([0, 0]);
      table
        .forward(tensor([3, 1], { dtype: "int64" }))
        .sum()
        .backward();
      expect(table.weight.grad).toBeClose([
        [0, 0],
        [1, 1],
        [0, 0],
        [0, 0],
      ]);
    });
  });

  test("maxNorm shortens the rows that are used", () => {
    scope(() => {
      const rows = tensor([
        [3, 4],
        [0, 5],
      ]);
      using table = nn.Embedding.fromPretrained(rows, { maxNorm: 1, paddingIdx: -2 });
      expect([table.numEmbeddings, table.embeddingDim, table.paddingIdx]).toEqual([2, 2, 0]);
      expect(table.weight.requiresGrad).toBe(false);
      expect(table.forward(tensor([0], { dtype: "int64" }))).toBeClose([[0.6, 0.8]]);
      expect(rows).toBeClose([
        [0.6, 0.8],
        [0, 5],
      ]);
    });
  });

  test("a row that does not exist is refused", () => {
    expect(() => new nn.Embedding(3, 2, { paddingIdx: 3 })).toThrow(
      "Embedding: paddingIdx 3 is not a row of 3",
    );
  });
});
