// What every layer keeps, as rules: see ./module-contract.test.ts.
import { cat, type DType, manualSeed, type nn, noGrad, type Tensor } from "@throughline/torch";
import { expect } from "vitest";
import "@throughline/testing/close";
import { expectSameOn, movedTo, otherDevices, withoutShapes } from "@throughline/testing/devices";
import { own } from "@throughline/testing/leaks";
import { flatten } from "./build.js";

/** A layer and what it takes. */
export interface LayerCase {
  readonly make: () => nn.AnyModule;
  /** Arguments of `forward`, with floating tensors of this dtype; the same ones each time. */
  readonly inputs: (dtype: DType) => unknown[];
  /** PyTorch's names of its parameters, then of its buffers. */
  readonly parameters: readonly string[];
  readonly buffers: readonly string[];
}

/** Layer with parameters drawn from `seed`, disposed of when the test ends. */
function layerOf({ make }: LayerCase, seed: number): nn.Module<unknown[], unknown> {
  manualSeed(seed);
  return own(make()) as unknown as nn.Module<unknown[], unknown>;
}

function outputsOf(
  layer: nn.Module<unknown[], unknown>,
  entry: LayerCase,
  dtype: DType = "float32",
): Tensor[] {
  return flatten(layer.forward(...entry.inputs(dtype))).filter((output) => output !== null);
}

function expectSame(given: Tensor[], wanted: Tensor[]): void {
  expect(given).toHaveLength(wanted.length);
  for (const [i, output] of given.entries()) expect(output).toBeClose(wanted[i]!, { rtol: 0, atol: 0 });
}

/** Each of these throws unless the layer keeps it; in a scope, and in a file with `checkLeaks`. */
export const moduleRules: Readonly<Record<string, (entry: LayerCase) => void>> = {
  "its parameters and buffers have PyTorch's names": (entry) => {
    const layer = layerOf(entry, 1);
    const names = (found: [string, unknown][]): string[] => found.map(([name]) => name);
    expect(names(layer.namedParameters())).toEqual(entry.parameters);
    expect(names(layer.namedBuffers())).toEqual(entry.buffers);
    expect(Object.keys(layer.stateDict()).sort()).toEqual([...entry.parameters, ...entry.buffers].sort());
  },

  "its state put into another gives the other its outputs": (entry) => {
    const [first, second] = [layerOf(entry, 1), layerOf(entry, 2)];
    // Buffers move in training; what they have become is part of the state.
    noGrad(() => first.forward(...entry.inputs("float32")));
    second.loadStateDict(first.stateDict());
    expectSame(outputsOf(second.eval(), entry), outputsOf(first.eval(), entry));
  },

  "its copy gives the same, and goes its own way": (entry) => {
    const layer = layerOf(entry, 1).eval();
    const before = outputsOf(layer, entry);
    const copy = own(layer.clone());
    expectSame(outputsOf(copy, entry), before);
    noGrad(() => {
      for (const tensor of [...copy.parameters(), ...copy.buffers()]) tensor.fill_(3);
    });
    copy.train();
    expect(layer.training).toBe(false);
    expectSame(outputsOf(layer, entry), before);
  },

  "it computes in the dtype that it is converted to": (entry) => {
    const layer = layerOf(entry, 1).eval();
    const single = outputsOf(layer, entry);
    const parameters = layer.parameters();
    layer.to({ dtype: "float64" });
    expect(layer.parameters(), "an optimiser's parameters stay the same objects").toEqual(parameters);
    for (const [name, tensor] of [...layer.namedParameters(), ...layer.namedBuffers()]) {
      expect(tensor.dtype, name).toBe(name.endsWith("num_batches_tracked") ? "int64" : "float64");
    }
    for (const [i, output] of outputsOf(layer, entry, "float64").entries()) {
      expect(output.dtype).toBe("float64");
      expect(output.float()).toBeClose(single[i]!, { rtol: 1e-4, atol: 1e-5, because: "float32 rounds" });
    }
  },

  "a gradient reaches each parameter, unless they are frozen": (entry) => {
    const layer = layerOf(entry, 1);
    if (entry.parameters.length === 0) return;
    // Weights that differ from element to element: a plain sum of what is normalised is constant.
    const parts = outputsOf(layer, entry).map((output) =>
      output.flatten().mul(output.detach().flatten().cumsum(0).cos()),
    );
    cat(parts).sum().backward();
    for (const [name, { grad, shape }] of layer.namedParameters()) {
      expect(grad?.shape, name).toEqual(shape);
      expect(grad!.countNonzero().item(), name).toBeGreaterThan(0);
    }
    layer.zeroGrad();
    layer.requiresGrad_(false);
    for (const output of outputsOf(layer, entry)) expect(output.requiresGrad).toBe(false);
  },

  "evaluating is a mode of all its layers, the same each time, and ends": (entry) => {
    const layer = layerOf(entry, 1);
    layer.evaluating(() => {
      expect(layer.modules().map(({ training }) => training)).not.toContain(true);
      const before = Object.entries(layer.stateDict()).map(([key, tensor]) => [key, tensor.clone()] as const);
      expectSame(outputsOf(layer, entry), outputsOf(layer, entry));
      const after = layer.stateDict();
      for (const [key, tensor] of before) expect(after[key], key).toBeClose(tensor, { rtol: 0, atol: 0 });
    });
    expect(layer.modules().map(({ training }) => training)).not.toContain(false);
  },

  "it computes on the device that it is moved to, and its gradients are there": (entry) => {
    const layer = layerOf(entry, 1).eval();
    const outputs = outputsOf(layer, entry);
    for (const device of otherDevices) withoutShapes(device, () => computesOn(device, layer, entry, outputs));
  },
};

function computesOn(
  device: string,
  layer: nn.Module<unknown[], unknown>,
  entry: LayerCase,
  wanted: Tensor[],
): void {
  const there = own(layer.clone());
  const parameters = there.parameters();
  there.to({ device });
  expect(there.parameters(), "an optimiser's parameters stay the same objects").toEqual(parameters);
  const results = flatten(there.forward(...movedTo(device, entry.inputs("float32"))));
  const given = results.filter((output) => output !== null);
  expectSameOn(device, given, wanted);
  if (parameters.length === 0) return;
  cat(given.map((output) => output.flatten()))
    .sum()
    .backward();
  for (const { grad, device: place } of parameters) expect([grad?.device, place]).toEqual([device, device]);
}
