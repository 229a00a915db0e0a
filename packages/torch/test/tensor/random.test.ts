// The same seed gives PyTorch's numbers, bit for bit, from the default generator and from one's own.
import {
  type DType,
  empty,
  Generator,
  manualSeed,
  rand,
  randint,
  randperm,
  scope,
  type Tensor,
  TorchError,
  zeros,
} from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { hasAvx2Kernels } from "@throughline/testing/processor";
import { type FixtureCase, loadFixture } from "../support/fixtures.js";
import { run } from "./pytorch-calls.js";

checkLeaks();

interface Call {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly args: Record<string, unknown>;
}

interface RandomCase extends FixtureCase {
  readonly args: { readonly calls: readonly Call[] };
  readonly seed: number;
  readonly generators: readonly ("global" | "explicit")[];
}

const { cases, tensor, argument } = loadFixture<RandomCase>("random");

function expectSame(actual: Tensor, expected: Tensor): void {
  expect([actual.dtype, actual.shape]).toEqual([expected.dtype, expected.shape]);
  if (hasAvx2Kernels) expect(Buffer.from(actual.toBytes())).toEqual(Buffer.from(expected.toBytes()));
  else expect(actual).toBeClose(expected, { rtol: 1e-6, atol: 1e-6, because: "this processor lacks AVX2" });
}

function play(entry: RandomCase, own: Generator | undefined): (Tensor | undefined)[] {
  const generator = own ?? Generator.default();
  const outputs: (Tensor | undefined)[] = [];
  const dealWith = ({ op, inputs, args }: Call): Tensor | undefined => {
    switch (op) {
      case "get_state":
        return generator.getState();
      case "set_state":
        generator.setState(outputs[args.from as number]!);
        return undefined;
      case "manual_seed":
        generator.manualSeed(args.seed as number);
        return undefined;
    }
    const { size, dtype, ...rest } = argument(args) as { size: number[]; dtype?: DType };
    const fills = op.startsWith("Tensor.") && op.endsWith("_");
    const target = fills ? [empty(size, { dtype })] : inputs.map(tensor);
    const shaped = op === "torch.normal" ? { shape: size } : { size, dtype };
    const known = Object.fromEntries(
      Object.entries(fills ? {} : shaped).filter(([, value]) => value !== undefined),
    );
    return run(op, target, { ...known, ...rest, ...(own && { generator: own }) })[0] as Tensor;
  };
  for (const call of entry.args.calls) outputs.push(dealWith(call));
  return outputs;
}

describe("streams", () => {
  const table = cases.flatMap((entry) => entry.generators.map((kind) => [entry.name, kind, entry] as const));
  test.each(table)("%s %s", (_, kind, entry) => {
    scope(() => {
      manualSeed(entry.seed);
      const outputs = play(entry, kind === "explicit" ? Generator.create({ seed: entry.seed }) : undefined);
      expect(outputs.length).toBe(entry.outputs.length);
      entry.outputs.forEach((key, i) => {
        if (key === null) expect(outputs[i]).toBeUndefined();
        else expectSame(outputs[i]!, tensor(key));
      });
    });
  });
});

describe("generators", () => {
  test("one's own generator leaves the default one where it is", () => {
    scope(() => {
      manualSeed(5);
      const expected = rand([3]);
      manualSeed(5);
      rand([10], { generator: Generator.create({ seed: 9 }) });
      expect(rand([3])).toBeClose(expected);
    });
  });

  test("a state can be taken back to", () => {
    scope(() => {
      const generator = Generator.create({ seed: 3 });
      const state = generator.getState();
      const first = randperm(20, { generator });
      expect(randperm(20, { generator }).equal(first)).toBe(false);
      generator.setState(state);
      expect(randperm(20, { generator }).equal(first)).toBe(true);
      expect(generator.initialSeed).toBe(3n);
    });
  });

  test("a state of the wrong kind is refused", () => {
    scope(() => {
      const generator = Generator.create();
      expect(() => generator.setState(zeros([5]))).toThrow(TorchError);
    });
  });

  test("randint stays within its bounds and has the shape and dtype asked for", () => {
    scope(() => {
      const generator = Generator.create({ seed: 1 });
      const x = randint(-3, 4, [50, 2], { generator, dtype: "int32" });
      expect([x.dtype, x.shape]).toEqual(["int32", [50, 2]]);
      expect([x.min().item(), x.max().item()]).toEqual([-3, 3]);
      expect(() => randint(4, -3, [2])).toThrow(/aten::randint/);
    });
  });
});
