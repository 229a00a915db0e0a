// Differentiation at its edges: hooks that go away, gradients that never arrive, look-alikes, deep nesting, own errors.
import { customFunction, enableGrad, grad, ones, type Tensor, TorchError, tensor } from "@throughline/torch";
import { describe, expect } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

checkLeaks();

describe("hooks and functions at their edges", () => {
  scoped("a hook may remove itself while it runs", () => {
    const x = ones([2]).requiresGrad_();
    const remove = x.registerHook((gradient) => {
      remove();
      return gradient.mul(2);
    });
    x.mul(1).sum().backward();
    expect(x.grad!).toBeClose([2, 2]);
    x.mul(1).sum().backward();
    expect(x.grad!).toBeClose([3, 3]);
  });

  scoped("a hook is not called where no gradient arrives", () => {
    const [a, b] = ones([2]).requiresGrad_().mul(1).chunk(2);
    let calls = 0;
    b!.registerHook(() => {
      calls++;
      return undefined;
    });
    a!.sum().backward();
    expect(calls).toBe(0);
  });

  scoped("what only looks like a tensor is refused", () => {
    const x = ones([2]).requiresGrad_();
    const fake = { handle: x.handle } as unknown as Tensor;
    expect(() => x.sum().backward(fake)).toThrow("backward: expected a Tensor as the gradient, got a Object");
    expect(() => {
      x.grad = fake;
    }).toThrow(/^grad: expected a Tensor as the gradient/);
    expect(() => grad(x.sum(), [fake])).toThrow(/^grad: expected a Tensor as inputs/);
    expect(() => grad(x.sum(), [])).toThrow("grad: expected at least one input");
    const identity = customFunction<[Tensor]>({
      forward: (_, z) => z.mul(1),
      backward: () => Promise.resolve(null) as never,
    });
    expect(() => identity(fake)).toThrow(/^customFunction: expected a Tensor as an input/);
    expect(() => identity(x)[0]!.sum().backward()).toThrow(
      /expected a Tensor as what backward returns, got a Promise/,
    );
  });

  scoped("passes nested deeper than the engine nests on one thread", () => {
    const nested = (depth: number): ((x: Tensor) => Tensor[]) =>
      customFunction<[Tensor]>({
        forward(context, x) {
          context.saveForBackward(x);
          return x.mul(1);
        },
        backward([x], gradient) {
          if (depth === 0) return gradient;
          const leaf = x!.detach().requiresGrad_();
          enableGrad(() => nested(depth - 1)(leaf)[0]!.sum()).backward();
          return leaf.grad!.mul(gradient!);
        },
      });
    const x = ones([2]).requiresGrad_();
    nested(100)(x)[0]!.sum().backward();
    expect(x.grad!).toBeClose([1, 1]);
  });
});

describe("what a callback throws", () => {
  scoped("passes through as it is, also a TorchError of the user's", () => {
    const mine = new TorchError("mine/code", "own words", { fault: "input" });
    const failing = customFunction<[Tensor]>({
      forward: (_, x) => x.mul(1),
      backward() {
        throw mine;
      },
    });
    const y = failing(tensor([1]).requiresGrad_())[0]!;
    expect(() => y.backward()).toThrow(mine);
  });
});
