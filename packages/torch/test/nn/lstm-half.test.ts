// An LSTM inside CPU autocast, on a processor that has oneDNN's half-precision LSTM and on one that has not.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

interface Found {
  readonly dtypes: Record<string, string>;
  readonly differences: Record<string, number>;
  readonly gradients: string[];
  readonly warnings: string[];
}

// Prints the dtype of the output, its distance from float32's, the gradients' dtypes and the warnings, for each way in.
const program = `
import { amp, inferenceMode, manualSeed, nn, noGrad, randn, scope } from "@throughline/torch";
const warnings = [];
process.on("warning", (warning) => warnings.push(warning.code + ": " + warning.message));
manualSeed(1);
const layer = new nn.LSTM(4, 8, { numLayers: 2, bidirectional: true });
const x = randn([3, 2, 4], { requiresGrad: true });
const exact = noGrad(() => layer.forward(x)[0]).keep();
const dtypes = {}, differences = {};
const half = (input = x) => amp.autocast({ device: "cpu", dtype: process.argv[1] }, () => layer.forward(input)[0]);
const look = (name, body) => scope(() => {
  const output = body();
  dtypes[name] = output.dtype;
  differences[name] = output.float().sub(exact).abs().max().item();
});
look("inference", () => inferenceMode(() => half()));
look("without gradients", () => noGrad(() => half()));
look("training", () => half());
look("input in half precision", () => half(x.to(process.argv[1])));
half().float().sum().backward();
const gradients = [...layer.parameters(), x].map((each) => each.grad.dtype);
setImmediate(() => console.log(JSON.stringify({ dtypes, differences, gradients, warnings })));
`;

async function run(dtype: string, env: Record<string, string>): Promise<Found> {
  const args = ["--no-warnings", "--input-type=module", "-e", program, dtype];
  const options = { env: { ...process.env, ...env }, cwd: import.meta.dirname };
  const { stdout } = await promisify(execFile)(process.execPath, args, options);
  return JSON.parse(stdout);
}

test.each(["bfloat16", "float16"])(
  "without AVX-512, %s autocast computes in float32 and says so",
  async (dtype) => {
    const { dtypes, differences, gradients, warnings } = await run(dtype, { ONEDNN_MAX_CPU_ISA: "AVX2" });
    expect(Object.values(dtypes)).toEqual(["float32", "float32", "float32", "float32"]);
    for (const way of ["inference", "without gradients", "training"])
      expect(differences[way], way).toBeLessThan(1e-5);
    expect(differences["input in half precision"]).toBeLessThan(0.02);
    expect(new Set(gradients)).toEqual(new Set(["float32"]));
    expect(new Set(warnings).size).toBe(1);
    expect(warnings[0]).toMatch(
      new RegExp(
        `^torch/half-lstm: nn.LSTM: autocast asks for ${dtype}, but this processor has no LSTM in it`,
      ),
    );
  },
);

test("whatever this processor has, bfloat16 autocast gives what float32 gives, roughly", async () => {
  const { dtypes, differences, gradients, warnings } = await run("bfloat16", {});
  const dtype = warnings.length === 0 ? "bfloat16" : "float32";
  expect(dtypes.training).toBe(dtype);
  for (const [way, difference] of Object.entries(differences)) expect(difference, way).toBeLessThan(0.05);
  expect(new Set(gradients)).toEqual(new Set(["float32"]));
});

const direct = `
import { amp, ones, ops } from "@throughline/torch";
const lstm = (dtype) => {
  const weight = ones([4, 1], { dtype });
  const state = ones([1, 1, 1], { dtype });
  return ops.aten.lstm.input(state, [state, state], [weight, weight], false, 1, 0, false, false, false)[0];
};
let sentence = "";
try {
  amp.autocast({ device: "cpu", dtype: "bfloat16" }, () => lstm("float32"));
} catch (error) {
  sentence = error.code + " " + error.message;
}
const advised = amp.autocast({ device: "cpu", dtype: "bfloat16" }, () =>
  amp.autocast({ device: "cpu", enabled: false }, () => lstm("float32")));
console.log(JSON.stringify({ sentence, dtype: advised.dtype, value: advised.item() }));
`;

test("the operator itself says what to do where the processor has no half-precision LSTM, and that works", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", direct], {
    env: { ...process.env, ONEDNN_MAX_CPU_ISA: "AVX2" },
    cwd: import.meta.dirname,
  });
  const { sentence, dtype, value } = JSON.parse(stdout) as { sentence: string; dtype: string; value: number };
  expect(sentence).toMatch(
    /^torch\/op aten::lstm\.input: oneDNN, which computes it, cannot do so on this processor/,
  );
  expect(sentence).toContain(
    'float32 tensors inside amp.autocast({ device: "cpu", enabled: false }, …); given input',
  );
  expect(sentence).not.toContain("ONEDNN_VERBOSE");
  // Gates of 2 each: c = σ(2)·1 + σ(2)·tanh(2), h = σ(2)·tanh(c).
  const gate = 1 / (1 + Math.exp(-2));
  expect(dtype).toBe("float32");
  expect(value).toBeCloseTo(gate * Math.tanh(gate + gate * Math.tanh(2)), 6);
});
