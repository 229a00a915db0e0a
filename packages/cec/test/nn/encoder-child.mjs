// Largest differences between the encoder's operator and PyTorch's own, over the largest number, as JSON; `alike`: the same bits with one thread
// and three; `alone`: pictures by themselves, in groups that fill no vector and in ones that do, give the same features (relative difference).
// `node encoder-child.mjs`.
import { ImpalaConvNet } from "@throughline/cec";
import { cat, manualSeed, noGrad, rand, randint, scope, setNumThreads } from "@throughline/torch";

manualSeed(5);
const apart = (a, b) => a.double().sub(b.double()).abs().max().item() / (b.abs().max().item() + 1e-30);
const cases = {};
// Few large pictures: where two pixels of a window differ by less than rounding, either may be the largest.
for (const [count, height, width, channels, blocks] of [
  [2, 36, 48, [8, 16, 16], 1],
  [3, 15, 22, [24, 8, 32], 1],
  [5, 9, 13, [16, 40], 2],
  [19, 5, 4, [8, 8, 8], 3],
  [19, 1, 1, [8], 1],
  [5, 2, 31, [48], 1],
  [70, 6, 8, [8, 16], 1],
]) {
  const net = new ImpalaConvNet({ height, width, channels, blocks, features: 16 });
  const pictures = randint(0, 256, [count, height, width, 3]).to("uint8");
  const weights = rand([16]);
  const found = {};
  const run = () => {
    for (const parameter of net.parameters()) parameter.grad = null;
    const features = net.forward(pictures);
    features.mul(weights).sum().backward();
    return {
      features: features.detach(),
      ...Object.fromEntries([...net.namedParameters()].map(([name, { grad }]) => [name, grad.clone()])),
    };
  };
  scope(() => {
    setNumThreads(1);
    const ours = run();
    setNumThreads(3);
    const again = run();
    const alike = Object.keys(ours).every((name) => ours[name].eq(again[name]).all().item());
    const alone = noGrad(() => {
      const each = Array.from({ length: count }, (_, at) => net.forward(pictures.narrow(0, at, 1)));
      return Math.max(apart(cat(each), ours.features), apart(net.forward(pictures), ours.features));
    });
    const forward = net.forward;
    // The same with the stacks by PyTorch's operators.
    const seen = net.plain.bind(net);
    net.forward = (given) => net.linear.forward(net.dense.forward(seen(given).flatten(1)).relu_()).relu_();
    const theirs = run();
    net.forward = forward;
    for (const name of Object.keys(ours)) found[name] = apart(ours[name], theirs[name]);
    cases[`${count} × ${height} × ${width}, ${channels}, ${blocks}`] = { alike, alone, found };
  });
}
console.log(JSON.stringify(cases));
