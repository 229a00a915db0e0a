// Clipping array by array: lengths afterwards, and the engine's `clipGradNorm_` of each.
import { scoped } from "@throughline/testing/scoped";
import { Generator, ones, optim, randn, type Tensor, zeros } from "@throughline/torch";
import { describe, expect } from "vitest";
import { clipEach } from "../../dist/train/clip.js";

function withGradients(lengths: readonly (number | null)[]): Tensor[] {
  const generator = Generator.create({ seed: 2 });
  const parameters = lengths.map((length, i) => {
    const shape = [i + 1, 3];
    const parameter = zeros(shape, { dtype: "float64" }).requiresGrad_();
    if (length !== null) {
      const direction = randn(shape, { dtype: "float64", generator });
      parameter.grad = direction.mul(length / direction.square().sum().sqrt().item());
    }
    return parameter;
  });
  generator.dispose();
  return parameters;
}

const lengthOf = ({ grad }: Tensor): number | undefined => grad?.square().sum().sqrt().item();

describe("gradients of several arrays", () => {
  scoped("each get the greatest length, or keep theirs", () => {
    const parameters = withGradients([5, 0.01, null, 0, 300]);
    const short = parameters[1]!.grad!.clone();
    clipEach(parameters, 0.03);
    const lengths = parameters.map(lengthOf);
    expect(lengths[0]! / 0.03).toBeCloseTo(1, 6);
    expect(parameters[1]!.grad!.sub(short).abs().max().item()).toBe(0);
    expect(lengths[2]).toBeUndefined();
    expect(lengths[3]).toBe(0);
    expect(lengths[4]! / 0.03).toBeCloseTo(1, 6);
  });

  scoped("are those that clipGradNorm_ leaves of each", () => {
    const lengths = [5, 0.01, 1];
    const [ours, theirs] = [withGradients(lengths), withGradients(lengths)];
    clipEach(ours, 0.03);
    for (const parameter of theirs) optim.clipGradNorm_(parameter, 0.03);
    ours.forEach(
      ({ grad }, i) => void expect(grad!.sub(theirs[i]!.grad!).abs().max().item()).toBeLessThan(1e-15),
    );
  });

  scoped("may be missing altogether", () => {
    clipEach([ones([2]).requiresGrad_()], 1);
  });
});
