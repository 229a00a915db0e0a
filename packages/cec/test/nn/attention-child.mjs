// Differences between the kernels of attention and PyTorch's operators in float64, as JSON: the largest, over the largest number (1 at least:
// where a step sees itself alone, some gradients are 0), and whether one thread and three give the same bits. `node attention-child.mjs`.
import { bandedAttention } from "@throughline/cec";
import { cat, manualSeed, noGrad, ones, rand, randn, scope, setNumThreads, zeros } from "@throughline/torch";
import { genericAttention } from "../../dist/nn/banded-attention.js";

manualSeed(5);
const apart = (a, b) => a.double().sub(b).abs().max().item() / Math.max(b.abs().max().item(), 1);
const names = ["queries", "keys", "values", "relative", "table"];

/** Masks of the steps before that there are. */
const there = {
  all: (batch, window) => ones([batch, window], { dtype: "bool" }),
  none: (batch, window) => zeros([batch, window], { dtype: "bool" }),
  // The newest ones: as after a sequence's first steps.
  newest: (batch, window) => rand([batch, 1]).lt(rand([batch, window]).sort({ dim: 1 }).values),
  some: (batch, window) => rand([batch, window]).lt(0.5),
};

const cases = {};
for (const [batch, steps, window, heads, each, parts] of [
  [2, 128, 128, 4, 32, 10],
  [1, 500, 500, 1, 32, 10],
  [1, 200, 90, 2, 50, 10],
  [2, 31, 100, 2, 3, 10],
  [3, 25, 24, 2, 8, 10],
  [2, 65, 64, 1, 64, 10],
  [2, 7, 33, 3, 17, 4],
  [3, 1, 77, 4, 32, 10],
  [2, 1, 40, 2, 50, 10],
  [2, 1, 16, 3, 3, 1],
  [1, 90, 1, 2, 5, 10],
  [2, 1, 1, 1, 8, 13],
])
  for (const [which, make] of Object.entries(there))
    scope(() => {
      const width = heads * each;
      const band = {
        queries: randn([batch, steps, width]).mul(4),
        keys: randn([batch, window + steps, width]).mul(2),
        values: randn([batch, window + steps, width]),
        relative: randn([batch, steps, heads, parts]),
        table: randn([parts, window]),
      };
      const valid = make(batch, window);
      const weights = randn([batch, steps, width]);
      const run = (attend, inputs) => {
        const own = Object.fromEntries(names.map((name) => [name, inputs[name].detach().requiresGrad_()]));
        const out = attend({ ...own, valid }, heads);
        out.mul(weights.to(out.dtype)).sum().backward();
        return { out: out.detach(), ...Object.fromEntries(names.map((name) => [name, own[name].grad])) };
      };
      const doubles = Object.fromEntries(names.map((name) => [name, band[name].double()]));
      setNumThreads(1);
      const [ours, theirs] = [run(bandedAttention, band), run(genericAttention, doubles)];
      setNumThreads(3);
      const again = run(bandedAttention, band);
      const found = Object.fromEntries(
        Object.keys(ours).map((name) => [name, apart(ours[name], theirs[name])]),
      );
      // Without a derivative to come, one step goes a way of its own.
      found.alone = apart(
        noGrad(() => bandedAttention({ ...band, valid }, heads)),
        theirs.out,
      );
      const flat = (result) => cat(Object.values(result).map((tensor) => tensor.flatten()));
      const bits = flat(ours).eq(flat(again)).all().item();
      cases[`${[batch, steps, window, heads, each, parts]}, ${which}`] = { bits, found };
    });
console.log(JSON.stringify(cases));
