// The reasoner as an ONNX file.
import { join } from "node:path";
import { Ocra } from "@throughline/ocra";
import "@throughline/testing/close";
import { fileFolder } from "@throughline/testing/folders";
import { needOnnxruntime, onnxruntime } from "@throughline/testing/onnxruntime";
import { io, manualSeed, noGrad, randn, scope, type Tensor } from "@throughline/torch";
import { expect, test } from "vitest";

const root = fileFolder();

/** OCRA's scores by z and m, and the file of it with a free batch. */
function exported(path: string) {
  manualSeed(3);
  const model = new Ocra({ dim: 16, heads: 2, depth: 2, mlpDim: 32 });
  model.eval();
  const compute = (z: Tensor, m: Tensor) => model.forward({ slots: z, z, m });
  const weights = Object.fromEntries(model.namedParameters());
  const written = io.saveOnnx(path, compute, [randn([2, 5, 16]), randn([2, 5, 16])], {
    inputNames: ["z", "m"],
    outputNames: ["score"],
    dynamicAxes: { z: { 0: "batch" }, m: { 0: "batch" } },
    weights,
  });
  return { compute, written };
}

test("is written with a free batch", () => {
  scope(() => {
    const { written } = exported(join(root, "ocra.onnx"));
    expect(written).toMatchObject({ inputs: ["z", "m"], outputs: ["score"], opset: 17 });
    expect(written.operators).toEqual(expect.arrayContaining(["Gather", "MatMul", "Softmax"]));
  });
});

test("gives the same scores in onnxruntime, for another batch", (context) => {
  needOnnxruntime(context);
  scope(() => {
    const path = join(root, "again.onnx");
    const { compute } = exported(path);
    const [z, m] = [randn([7, 5, 16]), randn([7, 5, 16])];
    const because = "another library adds up in another order";
    const wanted = noGrad(() => compute(z, m));
    expect(onnxruntime(path, { z, m }).score).toBeClose(wanted, { atol: 2e-5, rtol: 2e-5, because });
  });
});
