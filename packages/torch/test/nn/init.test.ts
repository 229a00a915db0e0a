// Every initialisation equals PyTorch's for the same seed, and draws exactly as many random numbers.
import {
  type DType,
  full,
  Generator,
  manualSeed,
  nn,
  rand,
  scope,
  type Tensor,
  TorchError,
} from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { hasAvx2Kernels } from "@throughline/testing/processor";
import { type FixtureCase, loadFixture } from "../support/fixtures.js";
import { build, camel, camelKeys } from "./build.js";

checkLeaks();

interface InitCase extends FixtureCase {
  readonly seed: number;
  readonly state: Readonly<Record<string, string>>;
  readonly next_rand: string;
  readonly size: number[];
  readonly dtype: DType;
  readonly expect: number;
}

const { cases, tensor } = loadFixture<InitCase>("init");

/** Without AVX2 other kernels draw: the last bits differ (fixtures/README.md). */
const tolerance = hasAvx2Kernels
  ? { rtol: 0, atol: 0 }
  : { rtol: 1e-6, atol: 1e-6, because: "without AVX2 other kernels draw the normals" };

const required: Readonly<Record<string, readonly string[]>> = { constant_: ["val"], sparse_: ["sparsity"] };

function fill(name: string, target: Tensor, args: FixtureCase["args"]): void {
  const names = required[name] ?? [];
  const rest = Object.fromEntries(Object.entries(args).filter(([key]) => !names.includes(key)));
  const first = names.map((key) => args[key]);
  const initialise = nn.init[camel(name) as keyof typeof nn.init] as unknown as (
    ...args: unknown[]
  ) => Tensor;
  expect(initialise(target, ...first, camelKeys(rest))).toBe(target);
}

const modules = cases.filter(({ op }) => !op.startsWith("nn.init."));
const fills = cases.filter(({ op, seed }) => op.startsWith("nn.init.") && seed !== undefined);
const gains = cases.filter(({ op }) => op === "nn.init.calculate_gain");

test("every case of the fixture belongs to one of the blocks below", () => {
  expect(modules.length + fills.length + gains.length).toBe(cases.length);
});

describe("modules: the whole state dict", () => {
  test.each(modules)("$name", ({ op, args, seed, state, next_rand }) => {
    scope(() => {
      manualSeed(seed);
      using module = build(op, args);
      const next = rand([1]);
      const own = module.stateDict();
      expect(Object.keys(own)).toEqual(Object.keys(state));
      for (const [key, name] of Object.entries(state)) expect(own[key]).toBeClose(tensor(name), tolerance);
      expect(next).toBeClose(tensor(next_rand), { rtol: 0, atol: 0 });
    });
  });
});

describe("nn.init", () => {
  test.each(fills)("$name", ({ op, args, seed, size, dtype, outputs, next_rand }) => {
    scope(() => {
      manualSeed(seed);
      const target = full(size, 7, { dtype });
      fill(op.replace("nn.init.", ""), target, args);
      const next = rand([1]);
      expect(target).toBeClose(tensor(outputs[0]!), tolerance);
      expect(next).toBeClose(tensor(next_rand), { rtol: 0, atol: 0 });
    });
  });

  test.each(gains)("$name", ({ args, expect: wanted }) => {
    const { nonlinearity, param } = args as { nonlinearity: nn.init.Nonlinearity; param?: number };
    expect(nn.init.calculateGain(nonlinearity, param)).toBe(wanted);
  });

  test("a generator of one's own gives what the default one would", () => {
    scope(() => {
      const fillings: ((x: Tensor, options: nn.init.RandomOptions) => Tensor)[] = [
        nn.init.uniform_,
        nn.init.normal_,
        nn.init.truncNormal_,
        nn.init.xavierUniform_,
        nn.init.xavierNormal_,
        nn.init.kaimingUniform_,
        nn.init.kaimingNormal_,
        nn.init.orthogonal_,
        (x, options) => nn.init.sparse_(x, 0.5, options),
        (x, options) => nn.init.truncNormal_(x, { mean: 3, a: -1, b: 1, ...options }),
      ];
      for (const filling of fillings) {
        manualSeed(5);
        const first = filling(full([4, 5], 7), {});
        const generator = Generator.create({ seed: 5 });
        expect(filling(full([4, 5], 7), { generator })).toBeClose(first, { rtol: 0, atol: 0 });
      }
    });
  });

  test("what does not fit is refused", () => {
    scope(() => {
      const line = full([3], 7);
      const plane = full([4, 4], 7);
      const refused: [() => unknown, RegExp][] = [
        [() => nn.init.eye_(line), /^eye_: needs a tensor of 2 dimensions, got \[3\]$/],
        [() => nn.init.dirac_(plane), /^dirac_: needs a tensor of 3, 4 or 5 dimensions, got \[4,4\]$/],
        [
          () => nn.init.dirac_(full([3, 1, 1], 7), { groups: 2 }),
          /a first dimension that 2 groups divide, got \[3,1,1\]$/,
        ],
        [
          () => nn.init.orthogonal_(line),
          /^orthogonal_: needs a tensor of at least 2 dimensions, got \[3\]$/,
        ],
        [() => nn.init.sparse_(line, 0.5), /^sparse_: needs a tensor of 2 dimensions, got \[3\]$/],
        [
          () => nn.init.xavierNormal_(line),
          /^fan in and out: needs a tensor of at least 2 dimensions, got \[3\]$/,
        ],
        [
          () => nn.init.truncNormal_(line, { a: 2, b: 1 }),
          /^truncNormal_: needs std > 0 and a < b, got std 1, a 2, b 1$/,
        ],
        [() => nn.init.calculateGain("cube" as "relu"), /^calculateGain: unknown nonlinearity "cube"$/],
        [() => nn.init.kaimingNormal_(plane, { mode: "fan" as "fan_in" }), /^kaiming: unknown mode "fan"$/],
      ];
      for (const [run, message] of refused) {
        expect(run).toThrow(TorchError);
        expect(run).toThrow(message);
      }
    });
  });
});
