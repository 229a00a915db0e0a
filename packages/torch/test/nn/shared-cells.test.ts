// The shared reference data for recurrent cells: next states, Jacobians and weight gradients.
import { cat, grad, nn, scope, stack, type Tensor } from "@throughline/torch";
import { expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { describeShared } from "@throughline/testing/reference";

checkLeaks();

/** A cell as a function of one state tensor: an LSTM's is h and c side by side. */
interface Case {
  readonly make: () => nn.AnyModule;
  readonly jacobian: string;
  step(cell: nn.AnyModule, x: Tensor, state: Tensor): Tensor;
}

const simple = (make: () => nn.AnyModule): Case => ({
  make,
  jacobian: "J_h",
  step: (cell, x, state) => (cell as nn.GRUCell).forward(x, state),
});

const options = { dtype: "float64" } as const;
const cases: Readonly<Record<string, Case>> = {
  gru: simple(() => new nn.GRUCell(5, 8, options)),
  rnn_tanh: simple(() => new nn.RNNCell(5, 8, options)),
  rnn_relu: simple(() => new nn.RNNCell(5, 8, { nonlinearity: "relu", ...options })),
  lstm: {
    make: () => new nn.LSTMCell(5, 8, options),
    jacobian: "J_state",
    step: (cell, x, state) => {
      const [h, c] = state.chunk(2, 1) as [Tensor, Tensor];
      return cat((cell as nn.LSTMCell).forward(x, [h, c]), 1);
    },
  },
};

const forward = { rtol: 1e-12, atol: 1e-12 };
const gradient = { rtol: 1e-9, atol: 1e-12 };
const parameters = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"];

describeShared("torchops/cells", (stored) => {
  test.each(Object.keys(cases))("%s", (name) => {
    const { make, jacobian, step } = cases[name]!;
    const read = (part: string) => stored(`${name}.${part}`);
    const wide = name === "lstm";
    const joined = (h: string, c: string) => (wide ? cat([read(h), read(c)], 1) : read(h));
    scope(() => {
      using cell = make();
      cell.loadStateDict(Object.fromEntries(parameters.map((key) => [key, read(key)])));
      const x = read("x").requiresGrad_();
      const state = joined("h", "c").requiresGrad_();
      const next = step(cell, x, state);
      expect(next).toBeClose(joined("h_out", "c_out"), forward);

      // Items of the batch do not mix, so one pass for each unit gives a row of every item's Jacobian.
      const rows = next.unbind(1).map((unit) => grad(unit.sum(), [state, x], { retainGraph: true }));
      expect(
        stack(
          rows.map(([row]) => row!),
          1,
        ),
      ).toBeClose(read(jacobian), gradient);
      expect(
        stack(
          rows.map(([, row]) => row!),
          1,
        ),
      ).toBeClose(read("J_x"), gradient);

      next.mul(joined("cot", "cot_c")).sum().backward();
      expect(x.grad).toBeClose(read("grad.x"), gradient);
      expect(state.grad).toBeClose(joined("grad.h", "grad.c"), gradient);
      for (const [key, parameter] of cell.namedParameters()) {
        expect(parameter.grad, key).toBeClose(read(`grad.${key}`), gradient);
      }
    });
  });
});
