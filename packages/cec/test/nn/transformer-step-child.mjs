// Largest differences between steps in one operator and block by block, over all steps and memories, as JSON: those of a transformer, and those
// of whole policies, whose key before or after "action" decides where the picture's features lie.
// `node transformer-step-child.mjs`.
import { CecPolicy, forgotten, selected } from "@throughline/cec";
import { manualSeed, noGrad, ones, randint, randn, scope, tensor, zeros } from "@throughline/torch";
import { BandedTransformer } from "../../dist/nn/banded-transformer.js";
import { policyStep } from "../../dist/policies/policy-step.js";

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
for (const [lanes, key, channels, width, hidden] of [
  [1, "picture", [8, 16], 24, 20],
  [3, "a", [16], 32, 8],
  [22, "picture", [8, 8, 8], 16, 128],
])
  scope(() =>
    noGrad(() => {
      const policy = new CecPolicy({
        inputs: { [key]: { kind: "convnet", height: 9, width: 12, channels, features: 10, hidden: 14 } },
        actions: { count: 5 },
        ...{ width, layers: 2, heads: 2, window: 6, hidden },
      });
      for (const parameter of policy.parameters()) parameter.add_(randn(parameter.shape).mul(0.1));
      let [own, plain] = [policy.start(lanes), policy.start(lanes)];
      let difference = 0;
      let missed = 0;
      for (let i = 0; i < 15; i++) {
        const steps = {
          observations: { [key]: randint(0, 256, [lanes, 1, 9, 12, 3]).to("uint8") },
          previous: {
            actions: randint(0, 5, [lanes, 1]),
            rewards: zeros([lanes, 1]),
            ends: zeros([lanes, 1], { dtype: "bool" }),
          },
          times: ones([lanes, 1], { dtype: "int64" }),
        };
        const one = policyStep(policy, steps, own);
        const other = policy.watched(steps, plain, watch);
        if (one === undefined) {
          missed++;
          continue;
        }
        [own, plain] = [one.memory, other.memory];
        difference = Math.max(
          difference,
          apart({ x: one.actions.logits, memory: own }, { x: other.actions.logits, memory: plain }),
        );
      }
      cases[`policy of ${key}, ${lanes} lanes`] = { difference, missed };
    }),
  );
console.log(JSON.stringify(cases));
