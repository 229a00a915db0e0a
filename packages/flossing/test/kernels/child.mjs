// A process of its own, so that THROUGHLINE_KERNELS chooses the kernels: prints how far they are from the reference.

import { recurrentScan, tangentScan } from "@throughline/flossing";
import { Generator, grad, linalg, randn, scope } from "@throughline/torch";

/** @param {import("@throughline/torch").Tensor[]} a @param {import("@throughline/torch").Tensor[]} b */
const worst = (a, b) =>
  Math.max(
    ...a.map(
      (x, i) =>
        x
          .sub(/** @type {any} */ (b[i]))
          .abs()
          .max()
          .item() / b[i].abs().max().item(),
    ),
  );

try {
  scope(() => {
    const generator = Generator.create({ seed: 5 });
    const draw = (/** @type {number[]} */ shape, scale = 1) =>
      randn(shape, { dtype: "float64", generator }).mul(scale).detach().requiresGrad_();
    const weights = {
      weightIh: draw([1, 99, 3], 0.5),
      weightHh: draw([1, 99, 33], 0.15),
      biasIh: draw([1, 99]),
      biasHh: draw([1, 99]),
    };
    const [inputs, state] = [draw([20, 1, 7, 3]), draw([1, 7, 33])];
    const scans = [false, true].map((reference) => {
      const states = recurrentScan("gru", inputs, weights, state, { reference });
      return [states, ...grad(states.square().sum(), [...Object.values(weights), inputs, state])];
    });
    const [weight, left] = [draw([1, 130, 130], 0.09), draw([4, 1, 1, 130])];
    const frame = linalg.qr(draw([1, 1, 130, 120])).Q.detach();
    const tangents = [false, true].map((reference) => {
      const { logs } = tangentScan({ kind: "gated", weight, left }, frame, { reference });
      return [logs, ...grad(logs.square().sum(), [weight, left])];
    });
    const found = {
      scan: worst(scans[0] ?? [], scans[1] ?? []),
      tangent: worst(tangents[0] ?? [], tangents[1] ?? []),
    };
    process.stdout.write(JSON.stringify(found));
    generator.dispose();
  });
} catch (error) {
  if (!/THROUGHLINE_KERNELS/.test(String(error))) throw error;
  process.stdout.write("skipped");
}
