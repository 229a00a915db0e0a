import { readFileSync } from "node:fs";
import { fromBytes, liveTensors, ops, scope, type Tensor, TorchError } from "@throughline/torch";
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { native } from "../../dist/native.js";
import { toAten, toCamel } from "../../dist/ops/names.js";

const vector = (...numbers: number[]): Tensor =>
  fromBytes(Float32Array.from(numbers), [numbers.length], "float32");
const thrown = (body: () => unknown): TorchError => {
  try {
    body();
  } catch (error) {
    expect(error).toBeInstanceOf(TorchError);
    return error as TorchError;
  }
  throw new Error("it did not throw");
};

let before = 0;
beforeEach(() => {
  before = liveTensors();
});
afterEach(() => expect(liveTensors()).toBe(before));

describe("names", () => {
  test("every operator of libtorch is found again under its camelCase name", () => {
    const names = native.operatorNames().map((name) => name.split("::")[1]!.split(".")[0]!);
    expect(names.length).toBeGreaterThan(3000);
    expect(names.filter((name) => toAten(toCamel(name)) !== name)).toEqual([]);
  });

  test("no two operators have the same camelCase name", () => {
    const names = new Set(native.operatorNames().map((name) => name.split(".")[0]!));
    expect(new Set([...names].map(toCamel)).size).toBe(names.size);
  });

  test.each([
    ["tanh", "tanh"],
    ["log_softmax", "logSoftmax"],
    ["max_pool2d_with_indices", "maxPool2dWithIndices"],
    ["add_", "add_"],
    ["_log_softmax_backward_data", "_logSoftmaxBackwardData"],
    ["__and__", "__and__"],
    ["atleast_1d", "atleast_1d"],
    ["_cast_Float", "_cast_Float"],
    ["mT", "mT"],
  ])("%s is %s", (aten, camel) => {
    expect(toCamel(aten)).toBe(camel);
    expect(toAten(camel)).toBe(aten);
  });
});

describe("calls", () => {
  test("a default overload, a named one, keyword-only arguments", () =>
    scope(() => {
      const x = vector(1, 2);
      expect(ops.aten.neg(x).toArray()).toEqual([-1, -2]);
      expect(ops.aten.add.Tensor(x, x, { alpha: 3 }).toArray()).toEqual([4, 8]);
      expect(ops.aten.add.Tensor(x, x).toArray()).toEqual([2, 4]);
      expect(ops.aten.add.Tensor(x, x, undefined).toArray()).toEqual([2, 4]);
      expect(ops.aten.sum(x, { dtype: "float64" }).dtype).toBe("float64");
      expect(ops.aten.ones([2], { dtype: "int64" }).toArray()).toEqual([1, 1]);
    }));

  test("several results are a tuple; an out variant returns its own argument", () =>
    scope(() => {
      const [values, indices] = ops.aten.max.dim(vector(3, 5, 4), 0);
      expect([values.item(), indices.item()]).toEqual([5, 1]);
      const out = vector(0, 0);
      expect(ops.aten.add.out(vector(1, 2), vector(3, 4), { out })).toBe(out);
      expect(out.toArray()).toEqual([4, 6]);
      expect(ops.aten.sin_(out)).toBe(out);
    }));

  test("the signatures are types", () => {
    expectTypeOf(ops.aten.tanh).toBeCallableWith({} as Tensor);
    expectTypeOf(ops.aten.add.Tensor).returns.toEqualTypeOf<Tensor>();
    expectTypeOf(ops.aten.max.dim).returns.toEqualTypeOf<[Tensor, Tensor]>();
    expectTypeOf(ops.aten.cumsum).parameter(1).toEqualTypeOf<number | bigint>();
    // @ts-expect-error there is no such operator
    expect(() => ops.aten.noSuchOperator).toThrow(TorchError);
    // @ts-expect-error add has no default overload
    expect(() => ops.aten.add()).toThrow("aten::add: it has no default overload; name one of");
  });

  test("the second look at a name is a plain property", () => {
    const { tanh } = ops.aten;
    expect(Object.getOwnPropertyDescriptor(ops.aten, "tanh")?.value).toBe(tanh);
    expect(Object.keys(ops.aten)).toContain("tanh");
  });

  test("an untyped namespace", () =>
    scope(() => {
      const { tanh, add } = ops.namespace("aten");
      expect((tanh!(vector(0)) as Tensor).item()).toBe(0);
      expect((add!.Tensor!(vector(1), vector(2), { alpha: 2 }) as Tensor).item()).toBe(5);
    }));
});

describe("errors", () => {
  test("an unknown operator is named", () => {
    const error = thrown(() => ops.namespace("mylib").myOperator);
    expect(error).toMatchObject({ code: "torch/unknown-operator", op: "mylib::my_operator" });
    expect(error.message).toBe("ops: libtorch has no operator mylib::my_operator");
  });

  test("an unknown option is named with the accepted ones", () =>
    scope(() => {
      const x = vector(1);
      // @ts-expect-error a mistyped option
      const error = thrown(() => ops.aten.add.Tensor(x, x, { aplha: 1 }));
      expect(error).toMatchObject({ code: "torch/argument", op: "aten::add.Tensor" });
      expect(error.message).toBe("aten::add.Tensor: has no option 'aplha'; accepted: alpha");
    }));

  test("options of the wrong kind, too many arguments, unreadable options", () =>
    scope(() => {
      const add = ops.namespace("aten").add!.Tensor!;
      const x = vector(1);
      expect(thrown(() => add(x, x, 2)).message).toMatch(/expected an object of options \(alpha\) last/);
      expect(thrown(() => add(x, x, {}, 1)).message).toMatch(
        /takes at most 2 arguments and an object of options/,
      );
      expect(thrown(() => ops.namespace("aten").tanh!(x, {})).message).toMatch(
        /takes at most 1 arguments, got 2/,
      );
      const hostile = new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error("no");
          },
        },
      );
      expect(thrown(() => add(x, x, hostile)).message).toMatch(/its options cannot be read/);
    }));

  test("looking at the namespaces as tools do disturbs nothing", async () => {
    expect(String(ops.aten)).toBe("[object Object]");
    expect(await ops.aten).toBe(ops.aten);
    expect(JSON.stringify(ops.namespace("none"))).toBe("{}");
  });
});

describe("aten.generated.ts", () => {
  test.runIf(native.libtorchVersion().startsWith("2.13."))("is what its generator writes", async () => {
    const { generate } = (await import("../../scripts/generate-ops.mjs" as string)) as {
      generate(): Promise<{ text: string; typed: string[] }>;
    };
    const { text, typed } = await generate();
    expect(typed.length).toBeGreaterThan(2500);
    const committed = readFileSync(new URL("../../src/ops/aten.generated.ts", import.meta.url), "utf8");
    expect(text === committed, "run: npm run generate -w packages/torch").toBe(true);
  });
});
