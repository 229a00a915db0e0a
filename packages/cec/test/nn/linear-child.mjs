// Largest differences between linear layers by the operator and by PyTorch's in float64, over the largest number, as JSON; `alike`: the same bits
// with one thread and three. `node linear-child.mjs`.
import { manualSeed, nn, noGrad, randn, scope, setNumThreads } from "@throughline/torch";
import { linear } from "../../dist/nn/linear.js";

manualSeed(5);
const apart = (a, b) =>
  a.numel === 0 ? 0 : a.double().sub(b).abs().max().item() / (b.abs().max().item() + 1e-30);
const cases = {};
for (const [shape, inputs, outputs] of [
  [[4, 128], 128, 128],
  [[500], 300, 65],
  [[3, 37], 7, 64],
  [[2, 3, 4], 129, 15],
  [[5], 33, 200],
  [[4], 150, 10],
  [[1], 9, 7],
  [[2, 0], 8, 8],
])
  for (const bias of [true, false])
    for (const relu of [true, false])
      scope(() => {
        const layer = new nn.Linear(inputs, outputs, { bias });
        const x = randn([...shape, inputs]);
        const slope = randn([...shape, outputs]);
        const parameters = [...layer.parameters()];
        const run = (forward, given, to) => {
          const own = given.detach().requiresGrad_();
          for (const parameter of parameters) parameter.grad = null;
          const out = forward(own);
          out.mul(slope.to(to)).sum().backward();
          return [out, own.grad, ...parameters.map(({ grad }) => grad)].map((tensor) =>
            tensor.detach().clone(),
          );
        };
        setNumThreads(1);
        const ours = run((given) => linear(layer, given, { relu }), x, "float32");
        setNumThreads(3);
        const again = run((given) => linear(layer, given, { relu }), x, "float32");
        const alike = ours.every((tensor, at) => tensor.eq(again[at]).all().item());
        const without = noGrad(() => linear(layer, x, { relu }));
        layer.to({ dtype: "float64" });
        const plain = (given) => (relu ? layer.forward(given).relu() : layer.forward(given));
        const theirs = run(plain, x.double(), "float64");
        const found = [...ours, without].map((tensor, at) => apart(tensor, theirs[at] ?? theirs[0]));
        cases[`${[...shape, inputs]} → ${outputs}, ${bias}, ${relu}`] = { alike, found };
      });
console.log(JSON.stringify(cases));
