// What layers refuse, and with which words.

import { checkLeaks } from "@throughline/testing/leaks";
import { nn, ones, scope } from "@throughline/torch";
import { describe, expect, test } from "vitest";

checkLeaks();

describe("what does not fit is refused by name", () => {
  const modules: Record<string, [() => nn.AnyModule, string]> = {
    groups: [
      () => new nn.Conv2d(3, 4, 1, { groups: 2 }),
      "Conv2d: 2 groups do not divide 3 input and 4 output channels",
    ],
    "no groups": [() => new nn.Conv2d(3, 4, 1, { groups: 0 }), "Conv2d: 0 groups do not divide"],
    same: [
      () => new nn.Conv1d(1, 1, 3, { stride: 2, padding: "same" }),
      'Conv1d: padding "same" needs stride 1, got [2]',
    ],
    padding: [
      () => new nn.Conv1d(1, 1, 3, { padding: "full" as "same" }),
      'Conv1d: padding is "full", accepted: "same" or "valid"',
    ],
    mode: [
      () => new nn.Conv1d(1, 1, 3, { paddingMode: "mirror" as "zeros" }),
      'Conv1d: paddingMode is "mirror", accepted: "zeros" or "reflect" or "replicate" or "circular"',
    ],
    "transposed groups": [
      () => new nn.ConvTranspose1d(3, 4, 1, { groups: 2 }),
      "ConvTranspose1d: 2 groups do not divide 3 input and 4 output channels",
    ],
    "group norm": [() => new nn.GroupNorm(3, 4), "GroupNorm: 3 groups do not divide 4 channels"],
    hidden: [() => new nn.GRU(3, 0), "GRU: hiddenSize is 0, accepted: a whole number of at least 1"],
    layers: [
      () => new nn.RNN(3, 2, { numLayers: 1.5 }),
      "RNN: numLayers is 1.5, accepted: a whole number of at least 1",
    ],
    dropout: [() => new nn.GRU(3, 2, { dropout: 2 }), "GRU: dropout is 2, accepted: a number from 0 to 1"],
    projection: [
      () => new nn.LSTM(3, 2, { projSize: 2 }),
      "LSTM: projSize is 2, accepted: a whole number from 0 to 1",
    ],
    nonlinearity: [
      () => new nn.RNN(3, 2, { nonlinearity: "sin" as "tanh" }),
      'RNN: nonlinearity is "sin", accepted: "tanh" or "relu"',
    ],
    heads: [() => new nn.MultiheadAttention(4, 3), "MultiheadAttention: 3 heads do not divide embedDim 4"],
    activation: [
      () => new nn.TransformerEncoderLayer(4, 2, { dimFeedforward: 2, activation: "sin" as "relu" }),
      'TransformerEncoderLayer: activation "sin" is neither relu nor gelu',
    ],
    reduction: [
      () => new nn.MSELoss({ reduction: "max" as "sum" }),
      'loss: reduction is "max", accepted: "none" or "mean" or "sum"',
    ],
  };

  test.each(Object.entries(modules))("making: %s", (_, [make, message]) => {
    scope(() => {
      expect(make).toThrow(message);
    });
  });

  test("calling recurrent layers", () => {
    scope(() => {
      using gru = new nn.GRU(3, 4, { numLayers: 2 });
      using first = new nn.LSTM(3, 4, { batchFirst: true });
      using cell = new nn.GRUCell(3, 4);
      const x = ones([5, 2, 3]);
      const text = "GRU: expects a sequence [time, batch, 3] or [time, 3], got [5,2,4]";
      expect(() => gru.forward(ones([5, 2, 4]))).toThrow(text);
      expect(() => gru.forward(x, ones([2, 2, 3]))).toThrow("GRU: expects a state [2,2,4], got [2,2,3]");
      expect(() => first.forward(ones([3]))).toThrow(
        "LSTM: expects a sequence [batch, time, 3] or [time, 3], got [3]",
      );
      expect(() => first.forward(x, [ones([1, 5, 4]), ones([1, 2, 4])])).toThrow(
        "LSTM: expects c [1,5,4], got [1,2,4]",
      );
      expect(() => cell.forward(x)).toThrow("GRUCell: expects an input [batch, 3] or [3], got [5,2,3]");
    });
  });

  test("calling attention", () => {
    scope(() => {
      using attention = new nn.MultiheadAttention(4, 2);
      const x = ones([3, 2, 4]);
      const attend = (options: nn.AttentionCallOptions) => () => attention.forward(x, x, x, options);
      expect(() => attention.forward(ones([4]), x, x)).toThrow(
        "MultiheadAttention: expects 2 or 3 dimensions, got 1",
      );
      expect(attend({ attnMask: ones([2, 3]) })).toThrow(
        "attention: attnMask must be [3,3] or [4,3,3], got [2,3]",
      );
      expect(attend({ keyPaddingMask: ones([3, 2]) })).toThrow(
        "attention: keyPaddingMask must be [2,3], got [3,2]",
      );
      expect(attend({ attnMask: ones([3, 3], { dtype: "int64" }) })).toThrow(
        "attention: masks must be bool or floating, got int64",
      );
    });
  });

  test("calling a transposed convolution for a size it cannot give", () => {
    scope(() => {
      using layer = new nn.ConvTranspose1d(1, 1, 3, { stride: 2 });
      const message =
        "ConvTranspose1d: output size [8] is not between [5] and [6], the sizes possible for [1,1,2]";
      expect(() => layer.forward(ones([1, 1, 2]), [8])).toThrow(message);
      expect(layer.forward(ones([1, 1, 2]), [1, 1, 6]).shape).toEqual([1, 1, 6]);
    });
  });
});
