// A trained net as one step that is exported: the same states as the fused scan of the whole sequence.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { trainExperiment } from "@throughline/flossing";
import { createRun, executeRun, exportRun, readRun, resolveConfig } from "@throughline/lab";
import "@throughline/testing/close";
import { fileFolder } from "@throughline/testing/folders";
import { needOnnxruntime, onnxruntime } from "@throughline/testing/onnxruntime";
import { io, noGrad, randn, scope, stack, type Tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import type { SequenceModel } from "../../src/train/model.js";

const root = fileFolder();

test("a run of an earlier version, which wrote an empty path where there are no data, is exported too", async () => {
  const overrides = ["epochs=2", "flossBefore=1"];
  const path = createRun(trainExperiment, resolveConfig(trainExperiment, { preset: "smoke", overrides }), {
    root,
  });
  const file = join(path, "config.json");
  const written = JSON.parse(readFileSync(file, "utf8"));
  const options = { ...written.options, data: { value: "", source: "default" } };
  writeFileSync(file, JSON.stringify({ ...written, options }));
  expect(readRun(path).config.data).toBe("");
  const { module, inputs } = await trainExperiment.network!(readRun(path));
  expect(inputs.map(({ ndim }) => ndim)).toEqual([2, 2]);
  module.dispose();
  for (const input of inputs) input.dispose();
});

describe.each(["pre", "post", "gru", "lstm"])("cell %s", (cell) => {
  const overrides = ["threads=1", `cell=${cell}`, "epochs=2", "flossBefore=1", "precision=float64"];

  test("a step after the other gives what the scan gives", async () => {
    const path = createRun(trainExperiment, resolveConfig(trainExperiment, { preset: "smoke", overrides }), {
      root,
    });
    const { module, compute, inputs } = await trainExperiment.network!(readRun(path));
    scope(() => {
      const model = module as SequenceModel;
      const sequence = randn([7, 2, inputs[0]!.size(1)], { dtype: "float64" });
      const outputs: Tensor[] = [];
      let state = model.starts(2);
      for (const input of sequence.unbind(0)) {
        const [output, next] = compute!(input, state) as [Tensor, Tensor];
        outputs.push(output);
        state = next;
      }
      expect(stack(outputs, 0)).toBeClose(model.forward(sequence), {});
    });
    module.dispose();
    for (const input of inputs) input.dispose();
  });

  test("a run's file gives the same step in onnxruntime", async (context) => {
    needOnnxruntime(context);
    const path = createRun(trainExperiment, resolveConfig(trainExperiment, { preset: "smoke", overrides }), {
      root,
    });
    const reporter = { progress() {}, end() {}, message() {} };
    expect((await executeRun(path, trainExperiment, { reporter })).status).toBe("finished");
    const out = join(root, `${cell}.onnx`);
    expect(await exportRun(readRun(path), "onnx", out, { experiment: trainExperiment })).toEqual([out]);
    const { module, compute, inputs } = await trainExperiment.network!(readRun(path));
    const weights = join(root, cell);
    const [file] = await exportRun(readRun(path), "huggingface", weights, { object: "model" });
    scope(() => {
      const [input, state] = inputs.map((each) => randn([3, each.size(1)], { dtype: "float64" })) as [
        Tensor,
        Tensor,
      ];
      module.loadStateDict(io.loadSafetensors(file!), { source: file! });
      const found = onnxruntime(out, { input, state });
      const wanted = noGrad(() => compute!(input, state)) as Tensor[];
      const because = "another library adds up in another order";
      for (const [i, name] of ["output", "next", "start"].entries())
        expect(found[name]).toBeClose(wanted[i]!, { atol: 1e-9, rtol: 1e-9, because });
    });
    module.dispose();
    for (const each of inputs) each.dispose();
  });
});
