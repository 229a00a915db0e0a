// Forward values and gradients of every layer, activation and loss against PyTorch's, in float64.
import { cat, scope, type Tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { type FixtureCase, loadFixture } from "../support/fixtures.js";
import { build, camelKeys, flatten } from "./build.js";

checkLeaks();

type Keys = Readonly<Record<string, string>>;

interface LayerCase extends FixtureCase {
  readonly mode: "train" | "eval";
  readonly call: Readonly<Record<string, unknown>>;
  readonly state: Keys;
  readonly state_after: Keys;
  readonly cotangents?: readonly (string | null)[];
  readonly grads?: { readonly inputs: readonly (string | null)[]; readonly state: Keys };
}

const { cases, tensor, argument } = loadFixture<LayerCase>("layers");
const forward = { rtol: 1e-12, atol: 1e-12 };
const gradient = { rtol: 1e-9, atol: 1e-12 };
/** Indices and counts have to be equal. */
const toleranceOf = (x: Tensor) => (x.dtype === "float64" ? forward : {});

/** An LSTM takes its two states as one argument; ConvTranspose takes its keyword by place. */
function inputsOf({ op, call }: LayerCase, inputs: Tensor[]): unknown[] {
  const options = argument(call) as Record<string, unknown>;
  if ("output_size" in options) return [...inputs, options.output_size];
  const plain = op === "nn.LSTM" && inputs.length === 3 ? [inputs[0], inputs.slice(1)] : inputs;
  return Object.keys(options).length === 0 ? plain : [...plain, camelKeys(options)];
}

describe("nn", () => {
  test.each(cases)("$name", (entry) => {
    const { op, args, mode, state, inputs, outputs, state_after, cotangents, grads } = entry;
    scope(() => {
      using module = build(op, argument(args) as Record<string, unknown>);
      module.to({ dtype: "float64" }).train(mode === "train");
      const loaded = Object.entries(state).map(([key, name]) => [key, tensor(name)] as const);
      // The fixture leaves the weights of losses, which are arguments, out of their state.
      if (!op.endsWith("Loss")) module.loadStateDict(Object.fromEntries(loaded));
      const leaves = inputs.map((name, i) => {
        const leaf = tensor(name);
        return grads?.inputs[i] ? leaf.requiresGrad_() : leaf;
      });
      const results = flatten(module.forward(...inputsOf(entry, leaves)));
      expect(results).toHaveLength(outputs.length);
      results.forEach((result, i) => {
        const name = outputs[i];
        if (name == null) expect(result).toBeNull();
        else expect(result).toBeClose(tensor(name), toleranceOf(result!));
      });
      const after = module.stateDict();
      for (const [key, name] of Object.entries(state_after)) {
        expect(after[key]).toBeClose(tensor(name), toleranceOf(after[key]!));
      }
      if (cotangents === undefined) return;
      const parts = cotangents.flatMap((name, i) =>
        name === null ? [] : [results[i]!.mul(tensor(name)).sum().reshape([1])],
      );
      cat(parts).sum().backward();
      grads?.inputs.forEach((name, i) => {
        if (name !== null) expect(leaves[i]!.grad).toBeClose(tensor(name), gradient);
      });
      const parameters = new Map(module.namedParameters());
      for (const [key, name] of Object.entries(grads?.state ?? {})) {
        const { grad } = parameters.get(key)!;
        if (name === null) expect(grad).toBeNull();
        else expect(grad).toBeClose(tensor(name), gradient);
      }
    });
  });
});
