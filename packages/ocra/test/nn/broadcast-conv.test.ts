// The convolution of a repeated vector, against the convolution itself.

import { expectClose } from "@throughline/testing/difference";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { gradcheck, nn, randn, type Tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import { BroadcastConv } from "../../dist/nn/broadcast-conv.js";

checkLeaks();

/** ReLU(conv(s + p)) as it stands. */
function plainly(layer: nn.ConvTranspose2d, vectors: Tensor, positions: Tensor): Tensor {
  const grid = vectors.unsqueeze(1).unsqueeze(1).add(positions);
  return layer.forward(grid.permute([0, 3, 1, 2])).relu();
}

describe("a repeated vector", () => {
  const sizes: [height: number, width: number, kernel: number][] = [
    [9, 7, 5],
    [5, 12, 5],
    [3, 4, 5], // smaller than the kernel
    [1, 6, 5],
    [8, 6, 3],
    [4, 4, 1],
  ];
  for (const [height, width, kernel] of sizes) {
    scoped(`${height}×${width}, kernel ${kernel}`, () => {
      using layer = new nn.ConvTranspose2d(3, 4, kernel, { padding: (kernel - 1) / 2 });
      using broadcast = new BroadcastConv(height, width, kernel);
      const inputs = (): [Tensor, Tensor] => [randn([2, 3]), randn([1, height, width, 3])];
      const [vectors, positions] = inputs();
      const found = broadcast.forward(layer, vectors, positions);
      expectClose(found, plainly(layer, vectors, positions), 2e-6);
      expect(found.isContiguous("channels_last")).toBe(true);
    });
  }

  scoped("its gradients by finite differences", () => {
    using layer = new nn.ConvTranspose2d(2, 3, 5, { padding: 2, dtype: "float64" });
    using broadcast = new BroadcastConv(6, 3, 5);
    broadcast.to({ dtype: "float64" });
    const parameters = [layer.weight, layer.bias!];
    gradcheck((s, p) => broadcast.forward(layer, s!, p!), [randn([2, 2]), randn([1, 6, 3, 2])]);
    for (const parameter of parameters) {
      const [s, p] = [randn([2, 2], { dtype: "float64" }), randn([1, 6, 3, 2], { dtype: "float64" })];
      const cotangent = randn([2, 3, 6, 3], { dtype: "float64" });
      const gradient = (y: Tensor): Tensor => {
        parameter.grad = null;
        y.mul(cotangent).sum().backward();
        return parameter.grad!;
      };
      expectClose(gradient(broadcast.forward(layer, s, p)), gradient(plainly(layer, s, p)), 1e-12);
    }
  });

  test("a kernel with no middle is refused", () => {
    expect(() => new BroadcastConv(4, 4, 4)).toThrow("kernel is 4; accepted: an odd number");
  });
});
