// repr, character for character.
import { inspect } from "node:util";
import { checkLeaks } from "@throughline/testing/leaks";
import { hasAvx2Kernels } from "@throughline/testing/processor";
import {
  arange,
  Generator,
  linspace,
  nn,
  ones,
  optim,
  scope,
  type Tensor,
  TorchError,
  tensor,
} from "@throughline/torch";
import { describe, expect, test } from "vitest";
import { type FixtureCase, loadFixture } from "../support/fixtures.js";

checkLeaks();

interface PrintingCase extends FixtureCase {
  readonly text: string;
  readonly args: {
    readonly dtype: "float32";
    readonly shape: number[];
    readonly values?: unknown;
    readonly recipe?: { readonly kind: "arange" | "linspace"; readonly args: [number, number, number] };
    readonly requires_grad: boolean;
    readonly then: string | null;
  };
}

const { cases, argument } = loadFixture<PrintingCase>("printing");

const operations: Record<string, (x: Tensor) => Tensor> = {
  // Python wraps a number in a tensor, and so its node is MulBackward0 where mul(2) gives MulBackward1.
  mul2: (x) => x.mul(tensor(2)),
  sum: (x) => x.sum(),
  clone: (x) => x.clone(),
  t: (x) => x.t(),
  tanh: (x) => x.tanh(),
  matmul: (x) => x.matmul(x),
  reshape: (x) => x.reshape([-1]),
  row0: (x) => x.at(0),
  detach: (x) => x.detach(),
};

function build({ args }: PrintingCase): Tensor {
  const { dtype, shape, recipe, values, requires_grad, then } = args;
  const plain =
    recipe === undefined
      ? tensor(argument(values) as number[], { dtype })
      : recipe.kind === "arange"
        ? arange(recipe.args[0], { dtype: "float64" })
        : linspace(...recipe.args, { dtype: "float64" });
  const x = plain.to({ dtype }).reshape(shape).requiresGrad_(requires_grad);
  return then === null ? x : operations[then]!(x);
}

describe("toString is PyTorch's repr", () => {
  // Without AVX2 the middle of a linspace from -1 to 1 is not exactly 0, and a repr shows that.
  const same = cases.filter(({ args }) => hasAvx2Kernels || args.recipe?.kind !== "linspace");
  test.each(same)("$name", (entry) => {
    expect(scope(() => build(entry).toString())).toBe(entry.text);
  });
});

describe("text in other places", () => {
  test("console.log and templates show the repr", () => {
    scope(() => {
      const x = tensor([1, 2]);
      expect(inspect(x)).toBe("tensor([1., 2.])");
      expect(`${x}`).toBe("tensor([1., 2.])");
    });
  });

  test("a tensor is no operand of JavaScript's operators", () => {
    scope(() => {
      const x = ones([2]) as unknown as number;
      expect(() => x + 1).toThrow(TorchError);
      expect(() => x * 2).toThrow(/not a number: use x\.add\(1\)/);
    });
  });

  test("a disposed tensor can still be shown", () => {
    const x = ones([2]);
    x.dispose();
    expect(String(x)).toBe("tensor(<disposed>)");
  });

  test("ties round to even, as in C", () => {
    scope(() => {
      const x = tensor([0.03125, 0.09375, 1.5], { dtype: "float64" });
      expect(String(x)).toBe("tensor([0.0312, 0.0938, 1.5000], dtype=torch.float64)");
      const wide = tensor([100005, 100015, 1e9], { dtype: "float64" });
      expect(String(wide)).toBe("tensor([1.0000e+05, 1.0002e+05, 1.0000e+09], dtype=torch.float64)");
    });
  });
});

test("optimisers show their groups' options and not the parameters' values, generators their seed", () => {
  using model = new nn.Linear(2, 3);
  using adam = new optim.Adam(model.parameters(), { lr: 0.01 });
  expect(inspect(adam)).toBe(
    "Adam (\n  group 0: 2 parameters; lr: 0.01, betas: [ 0.9, 0.999 ], eps: 1e-8, weightDecay: 0, amsgrad: false, maximize: false, decoupledWeightDecay: false\n)",
  );
  const generator = Generator.create({ seed: 7 });
  expect(inspect(generator)).toBe("Generator(initialSeed: 7)");
  generator.dispose();
  expect(inspect(generator)).toBe("Generator(disposed)");
});
