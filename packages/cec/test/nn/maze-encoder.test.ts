// The mazes' encoder against the authors' code, and the weights that it begins with.
import { checkLeaks, own } from "@throughline/testing/leaks";
import { describeReference } from "@throughline/testing/reference";
import { Generator, scope, type Tensor } from "@throughline/torch";
import { expect, test } from "vitest";
import type { ImpalaSizes } from "../../dist/nn/impala.js";
import { MazeEncoder } from "../../dist/nn/maze-encoder.js";

checkLeaks();

const paper: ImpalaSizes = { height: 72, width: 96, channels: [16, 32, 32], features: 256 };
const small: ImpalaSizes = {
  ...{ height: 19, width: 26, channels: [4, 6, 8] },
  ...{ hidden: 12, features: 10, blocks: 2 },
};

for (const [name, sizes] of [
  ["cec/dmlab_convnet", paper],
  ["cec/dmlab_convnet_small", small],
] as const) {
  describeReference(name, (reference) => {
    test("stacks, features, the loss and every gradient", () => {
      scope(() => {
        using encoder = new MazeEncoder(sizes);
        encoder.to({ dtype: reference.dtype });
        encoder.loadStateDict(reference.group("weights."));
        const image = reference.tensor("inputs.image").flatten(0, 1).permute([0, 2, 3, 1]).to("uint8");
        let x = image.permute([0, 3, 1, 2]).to(reference.dtype).div(255);
        for (const [at, stack] of encoder.net.stacks.items.entries()) {
          x = stack.forward(x);
          reference.check(`outputs.stack${at}`, x);
        }
        reference.check("outputs.dense", encoder.net.dense.forward(x.flatten(1)).relu());
        const features = encoder.forward(image);
        reference.check("outputs.emb", features);
        const cotangent = reference.tensor("inputs.cot").flatten(0, 1);
        const loss = features.mul(cotangent).sum();
        reference.check("outputs.loss", loss);
        loss.backward();
        let checked = 0;
        for (const [key, parameter] of encoder.namedParameters()) {
          if (!reference.keys.includes(`grads.${key}`)) continue;
          reference.check(`grads.${key}`, parameter.grad);
          checked++;
        }
        // One is too large to be stored for the paper's sizes.
        expect(checked).toBeGreaterThanOrEqual(encoder.parameters().length - 1);
      });
    });
  });
}

/** Largest distance of the rows' norms from a number. */
const apart = (weight: Tensor, norm: number): number =>
  weight.detach().flatten(1).square().sum({ dim: 1 }).sqrt().sub(norm).abs().max().item();

test.each([paper, small])(
  "rows of weights begin with the norms of Video PreTraining, biases with 0 (1e-5)",
  (sizes) => {
    const encoder = own(new MazeEncoder(sizes));
    scope(() => {
      for (const [name, parameter] of encoder.namedParameters()) {
        if (parameter.ndim === 1) {
          expect(parameter.abs().max().item(), name).toBe(0);
          continue;
        }
        const norm = name.includes(".blocks.")
          ? Math.sqrt(Math.sqrt(3) / Math.sqrt(sizes.blocks ?? 1))
          : name.includes("dense")
            ? 1.4
            : 1;
        expect(apart(parameter, norm), name).toBeLessThan(1e-5);
      }
    });
  },
);

test("weights are a function of the generator", () => {
  const [one, same, other] = [1, 1, 2].map((seed) => {
    using generator = Generator.create({ seed });
    return own(new MazeEncoder(small, generator));
  });
  scope(() => {
    const weights = (encoder: MazeEncoder) =>
      encoder.parameters().map((parameter) => Array.from(parameter.toTypedArray() as Float32Array));
    expect(weights(same!)).toEqual(weights(one!));
    expect(weights(other!)).not.toEqual(weights(one!));
  });
});
