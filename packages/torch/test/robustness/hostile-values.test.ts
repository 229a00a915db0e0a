// Values without an end or a bottom, symbols, and getters that throw: one sentence each.

import { checkLeaks } from "@throughline/testing/leaks";
import {
  Generator,
  keep,
  nn,
  noGrad,
  ones,
  ops,
  optim,
  scope,
  Tensor,
  TorchError,
  tensor,
  zeros,
} from "@throughline/torch";
import { describe, expect, test } from "vitest";

checkLeaks();

class Node extends nn.Module {
  declare inner: nn.AnyModule;

  override forward(x: Tensor): Tensor {
    return x;
  }
}

function refusal(body: () => unknown): string {
  try {
    scope(body);
  } catch (error) {
    expect(error).toBeInstanceOf(TorchError);
    return (error as Error).message;
  }
  return "";
}

describe("modules", () => {
  const endless = (): Node => {
    const [outer, inner] = [new Node(), new Node()];
    outer.inner = inner;
    inner.inner = outer;
    return outer;
  };

  test("one that contains itself: what has an answer gives it, the rest says so", () => {
    const module = endless();
    expect(module.modules().length).toBe(2);
    expect(module.parameters()).toEqual([]);
    expect(module.train(false).training).toBe(false);
    expect(String(module)).toContain("(inner): Node(…)");
    const twin = module.clone();
    expect(twin.inner).not.toBe(module.inner);
    expect((twin.inner as Node).inner).toBe(twin);
    const text =
      /Node: modules are nested more than 1000 deep.*; a module that contains itself cannot be traversed/;
    for (const body of [
      () => module.stateDict(),
      () => module.loadStateDict({}),
      () => module.apply(() => undefined),
    ]) {
      expect(refusal(body)).toMatch(text);
    }
  });

  test("20,000 in each other", () => {
    let module = new Node();
    for (let depth = 0; depth < 20_000; depth++) {
      const outer = new Node();
      outer.inner = module;
      module = outer;
    }
    expect(refusal(() => module.stateDict())).toMatch(/nested more than 1000 deep/);
    expect(refusal(() => module.parameters())).toMatch(/nested more than 1000 deep/);
    expect(refusal(() => module.clone())).toMatch(/nested more than 1000 deep/);
    expect(String(module)).toContain("Node(…)");
  });
});

test("tensors are found in lists nested 200,000 deep", () => {
  const x = scope(() => {
    const inner = ones([1]);
    let list: unknown = inner;
    for (let depth = 0; depth < 200_000; depth++) list = [list];
    return { list, inner };
  }).inner;
  expect(x.isDisposed).toBe(false);
  x.dispose();
});

describe("getters that throw", () => {
  const hostile = (name: string): object =>
    Object.defineProperty({}, name, {
      enumerable: true,
      get() {
        throw new Error("mine");
      },
    });

  test("in what a scope returns or keep is given", () => {
    const text = "cannot look for tensors in a Object: reading it threw mine";
    expect(refusal(() => hostile("x"))).toBe(`scope: ${text}`);
    expect(refusal(() => keep(hostile("x")))).toBe(`keep: ${text}`);
  });

  test("where promises and iterators are looked for", () => {
    for (const name of ["then", "next"]) expect(noGrad(() => hostile(name))).toBeTypeOf("object");
  });
});

describe("symbols", () => {
  const symbol = Symbol("s") as unknown as number & string;
  const uses: Record<string, () => unknown> = {
    "a dtype": () => ones([1]).to(symbol),
    "an operand": () => ones([1]).add(symbol),
    "a size": () => zeros([symbol]),
    "a dimension": () => ones([1]).size(symbol),
    "an element": () => tensor([symbol]),
    "a layer's size": () => new nn.Linear(symbol, 1),
    "a reduction": () => nn.functional.mseLoss(ones([1]), ones([1]), { reduction: symbol as "sum" }),
    "a choice": () => new nn.RNN(1, 1, { nonlinearity: symbol as "tanh" }),
    "a rate": () => new optim.SGD([zeros([1])], { lr: symbol }),
    "a namespace": () => ops.namespace(symbol),
    "a handle": () => new (Generator as unknown as new (handle: number) => Generator)(symbol),
    "a tensor's handle": () => new Tensor(symbol),
  };
  for (const [name, use] of Object.entries(uses)) {
    test(`as ${name}`, () => expect(refusal(use)).toMatch(/a symbol|not by new|Symbol value/));
  }
});

test("toArray of what JavaScript cannot hold", () => {
  const text =
    /^toArray: 100000001 lists of \d+ elements in all do not fit in JavaScript's memory; split the tensor/;
  expect(refusal(() => zeros([1e8, 0]).toArray())).toMatch(text);
  expect(refusal(() => zeros([1]).expand([1e8, 1]).toArray())).toMatch(text);
  expect(scope(() => zeros([3, 0]).toArray())).toEqual([[], [], []]);
});
