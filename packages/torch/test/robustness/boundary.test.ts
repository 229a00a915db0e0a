// The guard around the public surface: what it turns into TorchErrors, and what it leaves alone.
import { readFileSync } from "node:fs";
import * as entry from "@throughline/torch";
import { io, linalg, nn, noGrad, ones, scope, Tensor, TorchError, zeros } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import * as index from "../../dist/index.js";

const thrown = (body: () => unknown): unknown => {
  try {
    scope(body);
  } catch (error) {
    return error;
  }
  return undefined;
};
// biome-ignore lint/suspicious/noExplicitAny: arguments that the types forbid
const wrong = (value: unknown): any => value;

describe("arguments that our code cannot digest", () => {
  test.each([
    ["a function", "linalg.qr", () => linalg.qr(ones([2, 2]), wrong(null))],
    ["a nested namespace", "nn.functional.mseLoss", () => nn.functional.mseLoss(wrong(undefined), ones([2]))],
    ["a method", "Tensor.clamp", () => ones([2]).clamp(wrong(undefined))],
    ["a method of a base class", "Module.to", () => new nn.Linear(1, 1).to(wrong(undefined))],
    ["a constructor", "new nn.ReLU", () => new nn.ReLU(wrong(null))],
  ])("%s: a TorchError that names it", (_, op, body) => {
    const error = thrown(body);
    expect(error).toBeInstanceOf(TorchError);
    expect(error).toMatchObject({ code: "torch/argument", op });
    expect((error as Error).message).toMatch(`${op}: cannot work with these arguments: `);
    expect((error as Error).cause).toBeInstanceOf(TypeError);
  });

  test("an asynchronous function rejects", async () => {
    await expect((async () => io.loadNpz(wrong(undefined)))()).rejects.toBeInstanceOf(TorchError);
  });

  test("a class without new", () => {
    expect(thrown(() => wrong(nn.Linear)(1, 2))).toMatchObject({ code: "torch/argument", op: "nn.Linear" });
  });
});

describe("what is left alone", () => {
  test("errors of callbacks, even if they look like the engine's", () => {
    for (const run of [scope, noGrad]) {
      const own = new TypeError("mine");
      expect(
        thrown(() =>
          run(() => {
            throw own;
          }),
        ),
      ).toBe(own);
      expect(thrown(() => run(() => wrong(undefined).property))).not.toBeInstanceOf(TorchError);
    }
  });

  test("TorchErrors", () => {
    const error = thrown(() => zeros([2]).matmul(zeros([3])));
    expect(error).toMatchObject({ op: "aten::matmul", code: "torch/op" });
  });

  test("classes: names, instances, inheritance", () => {
    const layer = new nn.Linear(1, 2);
    expect(layer).toBeInstanceOf(nn.Linear);
    expect(layer).toBeInstanceOf(nn.Module);
    expect(layer.constructor).toBe(nn.Linear);
    expect(nn.Linear.name).toBe("Linear");
    class Mine extends nn.Module {
      readonly inner: nn.Linear = new nn.Linear(2, 1);
      override forward(x: Tensor): Tensor {
        return this.inner.forward(x);
      }
    }
    const mine = new Mine();
    expect(mine).toBeInstanceOf(Mine);
    expect(mine.constructor).toBe(Mine);
    expect([...mine.parameters()].length).toBe(2);
    expect(ones([1])).toBeInstanceOf(Tensor);
  });

  test("functions: names and numbers of parameters", () => {
    expect(entry.cat.name).toBe(index.cat.name);
    expect(entry.cat.length).toBe(index.cat.length);
  });
});

describe("entry.generated.ts", () => {
  test("has every export of index.ts, each function guarded", async () => {
    expect(Object.keys(entry).sort()).toEqual(Object.keys(index).sort());
    const generator = "../../scripts/generate-entry.mjs" as string;
    const { generateEntry } = (await import(generator)) as { generateEntry(): Promise<string> };
    const committed = readFileSync(new URL("../../src/entry.generated.ts", import.meta.url), "utf8");
    expect((await generateEntry()) === committed, "run: npm run generate -w packages/torch").toBe(true);
  });
});

describe("options.generated.ts", () => {
  test("is what the types say", async () => {
    const generator = "../../scripts/generate-options.mjs" as string;
    const { generateOptions } = (await import(generator)) as { generateOptions(): string };
    const committed = readFileSync(new URL("../../src/options.generated.ts", import.meta.url), "utf8");
    expect(generateOptions() === committed, "run: npm run generate -w packages/torch").toBe(true);
  });

  const loose = entry as unknown as Record<string, (...args: unknown[]) => unknown>;
  const layers = entry.nn as unknown as Record<string, new (...args: unknown[]) => unknown>;
  const square = entry.ones([4, 4]) as unknown as Record<string, (...args: unknown[]) => unknown>;
  test.each<[string, () => unknown, string]>([
    [
      "a function",
      () => loose.randn!([2], { dtpye: "float64" }),
      "randn: there is no option dtpye; did you mean dtype?",
    ],
    ["a method", () => square.sum!({ dims: 0 }), "Tensor.sum: there is no option dims; did you mean dim?"],
    [
      "a constructor",
      () => new layers.Linear!(2, 3, { bais: false }),
      "nn.Linear: there is no option bais; did you mean bias?",
    ],
    [
      "an inherited method",
      () =>
        entry.nn.Module.prototype.parameters.call(new entry.nn.Linear(1, 1), { recursive: false } as object),
      "Module.parameters: there is no option recursive; did you mean recurse?",
    ],
    [
      "a later argument",
      () => loose.linspace!(0, 1, 3, { requires_grads: true }),
      "linspace: there is no option requires_grads; did you mean requiresGrad?",
    ],
    [
      "a function of a namespace",
      () => (entry.linalg as unknown as typeof loose).svd!(square, { full: true }),
      "linalg.svd: there is no option full; did you mean fullMatrices?",
    ],
    [
      "a class that has rules",
      () => new (entry.optim as unknown as typeof layers).Adam!([entry.ones([1])], { lrr: 1 }),
      "Adam: there is no option lrr; did you mean lr?",
    ],
  ])("a misspelt option of %s is refused", (_, run, message) => {
    expect(run).toThrow(expect.objectContaining({ code: "torch/argument", message }));
  });

  test("what is no plain object is no options object", () => {
    expect(() => entry.ones([2]).sub(entry.ones([2]))).not.toThrow();
    expect(() => entry.zeros([2], undefined)).not.toThrow();
    expect(() => entry.zeros([2], Object.create({ dtype: "float64" }))).not.toThrow();
  });
});
