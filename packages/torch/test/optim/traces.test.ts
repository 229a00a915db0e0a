// Every optimiser and both clippings against PyTorch's numbers, the state and the layout of the state dict.
import { optim, scope, tensor, zerosLike } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { describeShared } from "@throughline/testing/reference";
import { type Case, camel, cases, fixture, makeOptimizer } from "./cases.js";

checkLeaks();

const close = { rtol: 1e-12, atol: 1e-12 };

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
          expect(param).toBeClose(expected[i]!.select(0, step), close);
        });
      }
      expectState(optimizer.stateDict(), entry);
    });
  });
});

function expectState(given: optim.OptimizerState, entry: Case): void {
  expect(given.param_groups).toEqual(entry.layout.param_groups);
  const keys = Object.entries(given.state).flatMap(([i, own]) =>
    Object.keys(own).map((name) => `${i}.${name}`),
  );
  expect(keys.sort()).toEqual(Object.keys(entry.state).sort());
  for (const [key, source] of Object.entries(entry.state)) {
    const [i, name] = key.split(".") as [string, string];
    // The count of steps is float32 here, as the fused kernels want it; PyTorch's was float64 in the recipe.
    expect(given.state[i]![name]!.to("float64")).toBeClose(fixture(source), close);
  }
}

describe("clipping follows PyTorch", () => {
  test.each(cases.filter((entry) => entry.op.startsWith("nn.utils.")))("$name", (entry) => {
    scope(() => {
      const grads = entry.inputs.map((key) => fixture(key));
      const params = grads.map((gradient) => zerosLike(gradient));
      params.forEach((param, i) => {
        param.grad = grads[i]!.clone();
      });
      const { maxNorm, clipValue, ...options } = camel<optim.ClipNormOptions & Record<string, number>>(
        entry.args,
      );
      const norm =
        clipValue === undefined
          ? optim.clipGradNorm_(params, maxNorm!, options)
          : optim.clipGradValue_(params, clipValue);
      const [wantedNorm, ...wanted] = entry.outputs;
      if (norm !== undefined) expect(norm).toBeClose(fixture(wantedNorm!), close);
      wanted.forEach((key, i) => {
        expect(params[i]!.grad!).toBeClose(fixture(key!), close);
      });
    });
  });
});

describeShared("torchops/optim", (read) => {
  const adam = { lr: 1e-2 };
  type Step = (params: Record<"a" | "b", import("@throughline/torch").Tensor>, t: number) => unknown;
  const clipEach: Step = ({ a, b }) => [
    optim.clipGradNorm_(a, 0.03).item(),
    optim.clipGradNorm_([b], 0.03).item(),
  ];
  const table: [string, string, object, Step?][] = [
    ["adam", "Adam", adam],
    ["adam_l2", "Adam", { ...adam, weightDecay: 0.1 }],
    ["adamw", "AdamW", { ...adam, weightDecay: 0.1 }],
    ["adam_eps", "Adam", { ...adam, betas: [0.5, 0.9], eps: 1e-2 }],
    ["adam_clip", "Adam", adam, ({ a, b }) => optim.clipGradNorm_([a, b], 0.5).item()],
    ["adam_cliparr", "Adam", adam, clipEach],
    ["adam_clipval", "Adam", adam, ({ a, b }) => optim.clipGradValue_([a, b], 0.2)],
    ["amsgrad", "Adam", { ...adam, amsgrad: true }],
    ["adam_sched", "Adam", adam],
    ["sgd_mom", "SGD", { ...adam, momentum: 0.9 }],
  ];
  test.each(table)("%s", (name, op, options, clip) => {
    scope(() => {
      const params = { a: read("a0").requiresGrad_(), b: read("b0").requiresGrad_() };
      using optimizer = makeOptimizer(op, [params.a, params.b], options);
      const moments = op === "SGD" ? ["momentum_buffer"] : ["exp_avg", "exp_avg_sq"];
      for (let t = 0; t < 5; t++) {
        for (const key of ["a", "b"] as const) params[key].grad = read(`g_${key}`).select(0, t).clone();
        if (name === "adam_sched") optimizer.paramGroups[0]!.lr = 1e-2 * [0.2, 0.4, 1, 0.7, 0.1][t]!;
        const norm = clip?.(params, t);
        if (norm !== undefined) {
          expect(tensor(norm as number, { dtype: "float64" })).toBeClose(
            read(`${name}.norm`).select(0, t),
            close,
          );
        }
        optimizer.step();
        const { state } = optimizer.stateDict();
        (["a", "b"] as const).forEach((key, i) => {
          expect(params[key]).toBeClose(read(`${name}.${key}`).select(0, t), close);
          moments.forEach((moment, j) => {
            const source = `${name}.${["m", "v"][j]}_${key}`;
            expect(state[i]![moment]!).toBeClose(read(source).select(0, t), close);
          });
        });
      }
    });
  });
});
