// A recurrent net's Jacobian, by columns (jvp) and by rows (vjp); then trained so that it neither grows nor shrinks.
import {
  eye,
  jvp,
  linalg,
  manualSeed,
  nn,
  noGrad,
  optim,
  randn,
  scope,
  stack,
  type Tensor,
  vjp,
} from "@throughline/torch";
import { reportFall } from "./shared/fall.js";
import { readOptions } from "./shared/options.js";

const [size, time] = [12, 30];
const { smoke } = readOptions();
manualSeed(0);

const inputs = randn([time, size], { dtype: "float64" });
/** Its spectral radius is about 0.6: perturbations die out. */
const weight = new nn.Parameter(randn([size, size], { dtype: "float64" }).mul(0.6 / Math.sqrt(size)));

/** h(t) = tanh(W h(t−1) + x(t)): the state after `time` steps as a function of the first. */
const final = (start: Tensor): Tensor => {
  let h = start;
  for (let t = 0; t < time; t++) h = weight.mv(h).add(inputs.at(t)).tanh();
  return h;
};

scope(() => {
  const start = randn([size], { dtype: "float64" });
  const basis = eye(size, { dtype: "float64" }).unbind();
  const columns = noGrad(() =>
    stack(
      basis.map((e) => jvp(final, [start], [e]).tangent),
      1,
    ),
  );
  const rows = stack(basis.map((e) => vjp(final, [start], e).gradients[0]!));
  const difference = columns.sub(rows).abs().max().item() / rows.abs().max().item();
  console.log(
    `∂h(${time})/∂h(0), ${size} × ${size}: by jvp and by vjp, they differ by ${difference.toExponential(1)} of the largest`,
  );
  const singular = linalg.svdvals(columns).log().div(time).toArray() as number[];
  console.log(
    `growth per step along its singular directions: ${singular.slice(0, 4).map((s) => s.toFixed(2))} …`,
  );
  if (!(difference < 1e-9)) process.exitCode = 1;
});

// jvp is differentiable in reverse mode with respect to the weights: the growth of a perturbation can itself be trained.
using optimizer = new optim.Adam([weight], { lr: 0.02 });
const losses: number[] = [];
let growth = 0;
for (let step = 0; step < (smoke ? 30 : 150); step++) {
  const loss = scope(() => {
    const [start, direction] = randn([2, size], { dtype: "float64" }).unbind() as [Tensor, Tensor];
    const { tangent } = jvp(final, [start], [direction.div(linalg.vectorNorm(direction))]);
    const rate = linalg.vectorNorm(tangent).log().div(time);
    const loss = rate.square();
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    growth = rate.item();
    return loss.item();
  });
  losses.push(loss);
}
reportFall(losses);
console.log(`a perturbation now grows by ${growth.toFixed(3)} per step (logarithm; 0 keeps its size)`);
