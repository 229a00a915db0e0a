// Largest differences between a transformer's steps in one operator and block by block, over all steps and memories, as JSON:
// `node transformer-step-child.mjs`.
import { forgotten, selected } from "@throughline/cec";
import { manualSeed, noGrad, randn, scope, tensor } from "@throughline/torch";
import { BandedTransformer } from "../../dist/nn/banded-transformer.js";

manualSeed(3);
/** Hearing the attention's inputs, a net goes block by block. */
const watch = () => {};
const apart = (one, other) =>
  Math.max(
    ...[one.x, ...one.memory].map((own, at) =>
      own
        .double()
        .sub([other.x, ...other.memory][at].double())
        .abs()
        .max()
        .item(),
    ),
  );

const cases = {};
for (const [batch, width, heads, window, layers] of [
  [1, 32, 4, 10, 2],
  [3, 50, 2, 7, 2],
  [9, 24, 3, 1, 1],
  [2, 6, 2, 12, 3],
])
  scope(() =>
    noGrad(() => {
      const net = new BandedTransformer({ width, heads, window, layers });
      for (const parameter of net.parameters()) parameter.add_(randn(parameter.shape).mul(0.2));
      const step = (memory) => {
        const x = randn([batch, 1, width]);
        const [own, plain] = [net.forward(x, memory.own), net.forward(x, memory.plain, watch)];
        return { apart: apart(own, plain), memory: { own: own.memory, plain: plain.memory } };
      };
      const found = { steps: 0, branches: 0, forgotten: 0, selected: 0 };
      let memory = { own: net.start(batch), plain: net.start(batch) };
      // Beyond the room that is behind a cache, several times.
      for (let i = 0; i < 4 * window; i++) {
        const next = step(memory);
        found.steps = Math.max(found.steps, next.apart);
        // Two more steps from the same memory, which are then given up; the first goes on as if they had not been.
        if (i % 3 === 0) {
          const other = step(memory);
          found.branches = Math.max(
            found.branches,
            other.apart,
            step(other.memory).apart,
            step(next.memory).apart,
          );
        }
        memory = next.memory;
      }
      const both = (change) => ({ own: change(memory.own), plain: change(memory.plain) });
      const begins = tensor(Array.from({ length: batch }, (_, at) => at === 0));
      let changed = both((own) => forgotten(own, begins));
      for (let i = 0; i < 3; i++) {
        const next = step(changed);
        found.forgotten = Math.max(found.forgotten, next.apart);
        changed = next.memory;
      }
      const rows = tensor(Array(batch).fill(batch - 1), { dtype: "int64" });
      found.selected = step(both((own) => selected(own, rows))).apart;
      net.dispose?.();
      cases[[batch, width, heads, window, layers]] = found;
    }),
  );
console.log(JSON.stringify(cases));
