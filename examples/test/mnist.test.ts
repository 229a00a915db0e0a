// The digits as they come from the package.
import { scope } from "@throughline/torch";
import { expect, test } from "vitest";
import { loadDigits } from "../src/digits/mnist.js";

test("the digits are the well-known ones", () => {
  const digits = loadDigits("t10k");
  scope(() => {
    const [images, labels] = digits.tensors;
    expect(images.shape).toEqual([10000, 1, 28, 28]);
    expect(labels.narrow(0, 0, 8).toArray()).toEqual([7, 2, 1, 0, 4, 1, 4, 9]);
    expect(labels.bincount().toArray()).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    expect(images.max().item()).toBe(255);
  });
  for (const tensor of digits.tensors) tensor.dispose();
});
