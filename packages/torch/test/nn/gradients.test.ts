// Gradients by central differences, and what forward leaves behind.

import { checkLeaks } from "@throughline/testing/leaks";
import { grad, gradcheck, liveTensors, manualSeed, nn, ones, randn, scope } from "@throughline/torch";
import { describe, expect, test } from "vitest";

checkLeaks();

const f64 = { dtype: "float64" } as const;

describe("gradients by central differences", () => {
  const layers: Record<string, [() => nn.AnyModule, number[]]> = {
    "Linear, GELU": [() => new nn.Sequential(new nn.Linear(3, 2, f64), new nn.GELU()), [2, 3]],
    "Conv2d, circular": [
      () => new nn.Conv2d(1, 2, 3, { padding: 1, paddingMode: "circular", ...f64 }),
      [1, 1, 4, 3],
    ],
    BatchNorm1d: [() => new nn.BatchNorm1d(3, { trackRunningStats: false, ...f64 }), [4, 3]],
    RMSNorm: [() => new nn.RMSNorm(4, f64), [2, 4]],
    Softsign: [() => new nn.Softsign(), [5]],
    Upsample: [() => new nn.Upsample({ scaleFactor: 2, mode: "bicubic" }), [1, 1, 3, 3]],
  };

  test.each(Object.entries(layers))("%s", (_, [make, shape]) => {
    scope(() => {
      manualSeed(1);
      using layer = make() as nn.Module;
      const parameters = layer.parameters();
      // The parameters themselves stay as they are: their elements come in as further inputs.
      gradcheck((x) => layer.forward(x), [randn(shape, f64)]);
      const y = layer.forward(randn(shape, f64)).sum();
      if (parameters.length > 0) expect(grad(y, parameters)).toHaveLength(parameters.length);
    });
  });

  test("an attention block, with respect to its input", () => {
    scope(() => {
      manualSeed(2);
      using block = new nn.TransformerEncoderLayer(4, 2, {
        dimFeedforward: 5,
        dropout: 0,
        activation: "gelu",
        ...f64,
      });
      gradcheck((x) => block.forward(x, { isCausal: true }), [randn([3, 1, 4], f64)]);
    });
  });
});

test("nothing is left behind by forward but its result", () => {
  scope(() => {
    using block = new nn.TransformerEncoderLayer(4, 2, { dimFeedforward: 5 });
    using lstm = new nn.LSTM(4, 3);
    using cell = new nn.LSTMCell(4, 3);
    const x = ones([3, 2, 4]);
    const before = liveTensors();
    block.forward(x);
    expect(liveTensors()).toBe(before + 1);
    lstm.forward(x);
    expect(liveTensors()).toBe(before + 4);
    cell.forward(x.at(0));
    expect(liveTensors()).toBe(before + 7);
  });
});
