// Largest differences between the operator and PyTorch's own, over the largest number, as JSON: `node stack-child.mjs`.

import { ImpalaConvNet } from "@throughline/cec";
import { manualSeed, rand, randint, scope } from "@throughline/torch";

manualSeed(5);
const apart = (a, b) => a.sub(b).abs().max().item() / (b.abs().max().item() + 1e-30);
const cases = {};
// Few large pictures: where two pixels of a window differ by less than rounding, either may be the largest.
for (const [count, height, width, channels] of [
  [2, 36, 48, [8, 16, 16]],
  [3, 15, 22, [24, 8, 32]],
  [5, 9, 13, [16, 40]],
  [19, 5, 4, [8, 8, 8]],
  [19, 1, 1, [8]],
  [5, 2, 31, [48]],
]) {
  const net = new ImpalaConvNet({ height, width, channels, features: 16 });
  const pictures = randint(0, 256, [count, height, width, 3]).to("uint8");
  const weights = rand([16]);
  const found = {};
  const run = () => {
    for (const parameter of net.parameters()) parameter.grad = null;
    const features = net.forward(pictures);
    features.mul(weights).sum().backward();
    return {
      features,
      ...Object.fromEntries([...net.namedParameters()].map(([name, { grad }]) => [name, grad.clone()])),
    };
  };
  scope(() => {
    const ours = run();
    for (const stack of net.stacks) stack.forward = stack.plain;
    const theirs = run();
    for (const name of Object.keys(ours)) found[name] = apart(ours[name], theirs[name]);
  });
  cases[`${height} × ${width}, ${channels}`] = found;
}
console.log(JSON.stringify(cases));
