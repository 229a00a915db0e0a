// A recurrent layer is its cell, step by step.
import { nn, randn, scope, type Tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";

checkLeaks();

const f64 = { dtype: "float64" } as const;

describe("recurrent layers and their cells agree", () => {
  const pairs: [string, () => nn.RNN | nn.GRU, () => nn.RNNCell | nn.GRUCell][] = [
    ["RNN", () => new nn.RNN(3, 4, f64), () => new nn.RNNCell(3, 4, f64)],
    [
      "RNN relu",
      () => new nn.RNN(3, 4, { nonlinearity: "relu", ...f64 }),
      () => new nn.RNNCell(3, 4, { nonlinearity: "relu", ...f64 }),
    ],
    ["GRU", () => new nn.GRU(3, 4, f64), () => new nn.GRUCell(3, 4, f64)],
  ];

  const cellState = (layer: nn.AnyModule) =>
    Object.fromEntries(
      Object.entries(layer.stateDict()).map(([key, value]) => [key.replace("_l0", ""), value]),
    );

  test.each(pairs)("%s", (_, makeLayer, makeCell) => {
    scope(() => {
      using layer = makeLayer();
      using cell = makeCell();
      cell.loadStateDict(cellState(layer));
      const x = randn([5, 2, 3], f64);
      const [output, last] = layer.forward(x);
      let state: Tensor | undefined;
      for (const [time, input] of x.unbind(0).entries()) {
        state = cell.forward(input, state);
        expect(output.at(time)).toBeClose(state, { rtol: 1e-12, atol: 1e-14 });
      }
      expect(last.at(0)).toBeClose(state!, { rtol: 1e-12, atol: 1e-14 });
      const alone = cell.forward(x.at(0, 0));
      expect(alone).toBeClose(cell.forward(x.at(0)).at(0), { rtol: 1e-12, atol: 1e-14 });
      expect(cell.forward(x.at(1, 0), alone)).toBeClose(output.at(1, 0), { rtol: 1e-12, atol: 1e-14 });
    });
  });

  test("LSTM", () => {
    scope(() => {
      using layer = new nn.LSTM(3, 4, f64);
      using cell = new nn.LSTMCell(3, 4, f64);
      cell.loadStateDict(cellState(layer));
      const x = randn([5, 2, 3], f64);
      const [output, [h, c]] = layer.forward(x);
      let state: nn.LstmState | undefined;
      for (const input of x.unbind(0)) state = cell.forward(input, state);
      expect(output.at(-1)).toBeClose(state![0], { rtol: 1e-12, atol: 1e-14 });
      for (const [i, part] of [h, c].entries()) {
        expect(part.at(0)).toBeClose(state![i]!, { rtol: 1e-12, atol: 1e-14 });
      }
      const alone = cell.forward(x.at(0, 0));
      expect(cell.forward(x.at(1, 0), alone)[0]).toBeClose(output.at(1, 0), { rtol: 1e-12, atol: 1e-14 });
    });
  });
});
