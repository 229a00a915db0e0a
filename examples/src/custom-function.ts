// A function with its own derivative, checked against finite differences, then used in training.
import {
  customFunction,
  gradcheck,
  gradgradcheck,
  linspace,
  manualSeed,
  nn,
  optim,
  randn,
  scope,
  type Tensor,
} from "@throughline/torch";
import { reportFall } from "./shared/fall.js";
import { readOptions } from "./shared/options.js";

/**
 * swish(x) = x · σ(x), of which autograd would keep x, σ(x) and their product; this keeps x alone and computes the rest
 * again: swish′(x) = σ(x) · (1 + x · (1 − σ(x))).
 */
const swish = customFunction<[Tensor]>({
  forward(context, x) {
    context.saveForBackward(x);
    return x.mul(x.sigmoid());
  },
  // The operations here are differentiable themselves, so second derivatives work too.
  backward([x], gradient) {
    const s = x!.sigmoid();
    return gradient!.mul(s.mul(x!.mul(s.neg().add(1)).add(1)));
  },
});

class Swish extends nn.Module {
  forward(x: Tensor): Tensor {
    return swish(x)[0]!;
  }
}

const { smoke } = readOptions();
manualSeed(0);
scope(() => {
  const points = randn([4, 3], { dtype: "float64" });
  const [first, second] = [gradcheck(swish, [points]), gradgradcheck(swish, [points])];
  console.log(`gradcheck: worst deviation ${first.deviation.toExponential(1)} of the tolerance`);
  console.log(`gradgradcheck: worst deviation ${second.deviation.toExponential(1)} of the tolerance`);
});

const net = new nn.Sequential(
  new nn.Linear(1, 32),
  new Swish(),
  new nn.Linear(32, 32),
  new Swish(),
  new nn.Linear(32, 1),
);
using optimizer = new optim.Adam(net.parameters(), { lr: 0.01 });
const losses: number[] = [];
scope(() => {
  const x = linspace(-2, 2, 200).unsqueeze(1);
  const y = x.mul(3).sin().mul(x);
  for (let step = 0; step < (smoke ? 200 : 2000); step++) {
    const loss = scope(() => {
      const loss = nn.functional.mseLoss(net.forward(x), y);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      return loss.item();
    });
    losses.push(loss);
  }
});
reportFall(losses);
