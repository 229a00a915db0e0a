// The cells that the kernels know, small, in every form.
import {
  type FusedCell,
  finiteTimeExponents,
  GruCell,
  LstmCell,
  type RecurrentCell,
  VanillaCell,
  type VanillaOptions,
} from "@throughline/flossing";
import { own } from "@throughline/testing/leaks";
import { Generator, nn, randn, type Tensor } from "@throughline/torch";

export type FloatType = "float32" | "float64";
export type SomeCell = FusedCell & nn.AnyModule;

/** How to make a cell of 2 inputs and 6 units. */
export interface Recipe {
  readonly name: string;
  readonly make: (dtype: FloatType) => SomeCell;
}

function vanilla(options: VanillaOptions): Recipe {
  const { form, activation = "tanh", leak = 1 } = options;
  // With a bias that keeps rectified units alive: where none is, a Jacobian is 0 and exponents are −∞.
  const drawn = { ...options, gain: 1.3, biasScale: activation === "relu" ? 4 : 0.1 };
  return {
    name: `${form}, ${activation}, leak ${leak}`,
    make: (dtype) =>
      own(new VanillaCell(2, 6, { ...drawn, dtype, generator: Generator.create({ seed: 3 }) })),
  };
}

function gated(name: string, make: (dtype: FloatType) => SomeCell): Recipe {
  return {
    name,
    make(dtype) {
      const cell = own(make(dtype));
      const generator = Generator.create({ seed: 4 });
      for (const weight of cell.parameters()) nn.init.normal_(weight, { std: 0.6, generator });
      return cell;
    },
  };
}

const forms = ["pre", "post"] as const;
const activations = ["tanh", "relu", "identity"] as const;

/** Every cell. */
export const recipes: readonly Recipe[] = [
  ...forms.flatMap((form) =>
    activations.flatMap((activation) => [1, 0.3].map((leak) => vanilla({ form, activation, leak }))),
  ),
  gated("GRU", (dtype) => new GruCell(2, 6, { dtype })),
  gated("GRU without biases", (dtype) => new GruCell(2, 6, { dtype, bias: false })),
  gated("LSTM", (dtype) => new LstmCell(2, 6, { dtype })),
  gated("LSTM without biases", (dtype) => new LstmCell(2, 6, { dtype, bias: false })),
];

/** The same cell as someone would hand it in who has only a step: nothing of it runs in the kernels. */
export function bare(cell: RecurrentCell): RecurrentCell {
  const { inputSize, stateSize } = cell;
  return { inputSize, stateSize, step: (input, state) => cell.step(input, state) };
}

/** Inputs [steps, batch, 2] and a state [batch, size]. */
export function sequence(
  steps: number,
  batch: number,
  size: number,
  dtype: FloatType,
): { inputs: Tensor; state: Tensor } {
  const generator = Generator.create({ seed: 5 });
  return {
    inputs: randn([steps, batch, 2], { dtype, generator }),
    // Mostly positive, so that rectified units are alive from the first step on.
    state: randn([batch, size], { dtype, generator }).add(0.5),
  };
}

/** Exponents without the kernels. */
export const bareExponents: typeof finiteTimeExponents = (cell, inputs, options) =>
  finiteTimeExponents(bare(cell), inputs, options);
