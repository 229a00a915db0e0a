// ONNX files computed by onnxruntime, where a Python has it.
import { spawnSync } from "node:child_process";
import { io, type Tensor } from "@throughline/torch";
import { expect, type TestContext } from "vitest";

const python = process.env.THROUGHLINE_ONNX_PYTHON ?? "python3";
let isThere: boolean | undefined;

const program = `
import sys, numpy, onnx, onnxruntime
from safetensors.numpy import load_file, save_file
model, given, out = sys.argv[1:]
onnx.checker.check_model(model, full_check=True)
session = onnxruntime.InferenceSession(model)
names = [port.name for port in session.get_outputs()]
found = session.run(names, load_file(given))
save_file({name: numpy.ascontiguousarray(value) for name, value in zip(names, found)}, out)
`;

/** Skips the test, visibly, where no Python has onnxruntime, onnx and safetensors. */
export function needOnnxruntime(context: TestContext): void {
  isThere ??= spawnSync(python, ["-c", "import onnxruntime, onnx, safetensors"]).status === 0;
  if (!isThere)
    context.skip(`${python} has no onnxruntime, onnx and safetensors; set THROUGHLINE_ONNX_PYTHON`);
}

/** The outputs of a file, by name, which onnx's own checker has found right. @param inputs by name */
export function onnxruntime(path: string, inputs: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  const [given, out] = [`${path}.inputs.safetensors`, `${path}.outputs.safetensors`];
  io.saveSafetensors(given, inputs);
  const { status, stderr } = spawnSync(python, ["-c", program, path, given, out], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  return io.loadSafetensors(out);
}
