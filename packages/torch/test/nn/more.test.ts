// Functions and modules that the fixture "layers" leaves out: ./fixtures/more/make.py. Random ones draw PyTorch's numbers.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cat, manualSeed, nn, scope, type Tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { type FixtureCase, loadFixture } from "../support/fixtures.js";
import { build, camel, camelKeys, flatten } from "./build.js";

checkLeaks();

type Named = Readonly<Record<string, string>>;

interface MoreCase extends FixtureCase {
  readonly seed?: number;
  readonly mode?: "train" | "eval";
  readonly call?: Readonly<Record<string, unknown>>;
  readonly state?: Named;
  readonly cotangents?: readonly (string | null)[];
  readonly grads?: { readonly inputs: readonly (string | null)[]; readonly state: Named };
}

const { cases, tensor, argument } = loadFixture<MoreCase>("../nn/fixtures/more");

/** What follows a function's tensors and comes before its options. */
const positional: Readonly<Record<string, readonly string[]>> = {
  pad: ["pad"],
  pixel_shuffle: ["upscale_factor"],
  pixel_unshuffle: ["downscale_factor"],
  unfold: ["kernel_size"],
  fold: ["output_size", "kernel_size"],
  affine_grid: ["size"],
  one_hot: ["num_classes"],
  softmax: ["dim"],
  avg_pool1d: ["kernel_size"],
  adaptive_max_pool1d: ["output_size"],
  ctc_loss: ["input_lengths", "target_lengths"],
};

/** Between the tensors of some functions stands one that may be absent. */
const withoutBias = /^conv_transpose3d$/;

function run({ op, args }: MoreCase, inputs: Tensor[]): unknown {
  const name = op.replace("F.", "");
  const before = positional[name] ?? [];
  const given = argument(args) as Record<string, unknown>;
  const options = Object.entries(given).filter(([key]) => !before.includes(key));
  const tensors = withoutBias.test(name) ? [...inputs, null] : inputs;
  const apply = nn.functional[camel(name) as "relu"] as unknown as (...args: unknown[]) => unknown;
  return apply(...tensors, ...before.map((key) => given[key]), camelKeys(Object.fromEntries(options)));
}

const layerOptions = { dimFeedforward: 6, dropout: 0, batchFirst: true };
const stacks: Readonly<Record<string, () => nn.AnyModule>> = {
  "nn.TransformerEncoder": () => {
    using layer = new nn.TransformerEncoderLayer(4, 2, layerOptions);
    return new nn.TransformerEncoder(layer, 2, { norm: new nn.LayerNorm(4) });
  },
  "nn.TransformerDecoder": () => {
    using layer = new nn.TransformerDecoderLayer(4, 2, layerOptions);
    return new nn.TransformerDecoder(layer, 2);
  },
};

function moduleOf({ op, args, mode, state }: MoreCase): nn.Module<unknown[], unknown> {
  const make = stacks[op] ?? (() => build(op, argument(args) as Record<string, unknown>));
  const module = make() as nn.Module<unknown[], unknown>;
  module.to({ dtype: "float64" }).train(mode === "train");
  module.loadStateDict(Object.fromEntries(Object.entries(state!).map(([key, name]) => [key, tensor(name)])));
  return module;
}

test("the fixture is what its manifest says", () => {
  const folder = join(import.meta.dirname, "fixtures/more");
  const { files } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as { files: Named };
  for (const [file, hash] of Object.entries(files)) {
    const digest = createHash("sha256").update(readFileSync(join(folder, file)));
    expect(digest.digest("hex"), file).toBe(hash);
  }
});

describe("equal to PyTorch's", () => {
  test.each(cases)("$name", (entry) => {
    scope(() => {
      using module = entry.op.startsWith("nn.") ? moduleOf(entry) : null;
      const leaves = new Map(entry.inputs.map((name) => [name, tensor(name)]));
      entry.inputs.forEach((name, i) => {
        if (entry.grads?.inputs[i]) leaves.get(name)!.requiresGrad_();
      });
      const inputs = entry.inputs.map((name) => leaves.get(name)!);
      const options = camelKeys(argument(entry.call ?? {}) as Record<string, unknown>);
      const keywords = Object.keys(options).length === 0 ? [] : [options];
      if (entry.seed !== undefined) manualSeed(entry.seed);
      const outputs = flatten(module === null ? run(entry, inputs) : module.forward(...inputs, ...keywords));
      expect(outputs).toHaveLength(entry.outputs.length);
      outputs.forEach((output, i) => {
        const name = entry.outputs[i];
        const { dtype } = output ?? { dtype: null };
        const tolerance = dtype === "float64" ? { rtol: 1e-12, atol: 1e-12 } : {};
        if (name == null) expect(output).toBeNull();
        else expect(output).toBeClose(tensor(name), tolerance);
      });
      const parts = (entry.cotangents ?? []).flatMap((name, i) =>
        name === null ? [] : [outputs[i]!.mul(tensor(name)).sum().reshape([1])],
      );
      if (parts.length === 0) return;
      cat(parts).sum().backward();
      const single = outputs.some((output) => output?.dtype === "float32");
      const gradient = single
        ? {
            rtol: 1e-6,
            atol: 1e-6,
            because: "it passes through float32, whose last bits are the processor's",
          }
        : { rtol: 1e-9, atol: 1e-12 };
      entry.grads!.inputs.forEach((name, i) => {
        if (name !== null) expect(inputs[i]!.grad).toBeClose(tensor(name), gradient);
      });
      for (const [key, parameter] of module?.namedParameters() ?? []) {
        expect(parameter.grad, key).toBeClose(tensor(entry.grads!.state[key]!), gradient);
      }
    });
  });
});
