import { liveTensors, type optim, scope } from "@throughline/torch";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { camel, cases, fixture, makeOptimizer } from "./cases.js";
import { expectClose } from "./close.js";

let before = 0;
beforeEach(() => {
  before = liveTensors();
});
afterEach(() => {
  expect(liveTensors()).toBe(before);
});

describe("optimisers follow PyTorch's trace", () => {
  test.each(cases.filter((entry) => entry.op.startsWith("optim.")))("$name", (entry) => {
    scope(() => {
      const params = entry.inputs.map((key) => fixture(key).clone().requiresGrad_());
      const groups = entry.args.groups!.map((group) => ({
        ...camel<object>(group),
        params: group.params.map((i) => params[i]!),
      }));
      using optimizer = makeOptimizer(entry.op, groups, camel(entry.args.defaults!));
      const grads = entry.grads.map(fixture);
      const expected = entry.outputs.map((key) => fixture(key!));
      for (let step = 0; step < 6; step++) {
        params.forEach((param, i) => {
          param.grad = grads[i]!.select(0, step).clone();
        });
        optimizer.step();
        params.forEach((param, i) => {
          expectClose(param, expected[i]!.select(0, step), 1e-12, `parameter ${i} after step ${step + 1}`);
        });
      }
      expectState(optimizer.stateDict(), entry);
    });
  });
});

function expectState(given: optim.OptimizerState, entry: (typeof cases)[number]): void {
  expect(given.param_groups).toEqual(entry.layout.param_groups);
  const keys = Object.entries(given.state).flatMap(([i, own]) =>
    Object.keys(own).map((name) => `${i}.${name}`),
  );
  expect(keys.sort()).toEqual(Object.keys(entry.state).sort());
  for (const [key, source] of Object.entries(entry.state)) {
    const [i, name] = key.split(".") as [string, string];
    expectClose(given.state[i]![name]!, fixture(source), 1e-12, key);
  }
}
