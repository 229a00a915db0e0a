// Slot attention against the authors' code, iteration by iteration.
import { SlotAttention, type SlotIteration } from "@throughline/ocra";
import { difference, expectClose } from "@throughline/testing/difference";
import { checkLeaks } from "@throughline/testing/leaks";
import { describeReference, type Reference } from "@throughline/testing/reference";
import { scoped } from "@throughline/testing/scoped";
import { Generator, ones, randn, scope, stack, type Tensor, tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";

checkLeaks();

/** The scalar whose gradients the reference holds. */
function lossOf(reference: Reference, out: ReturnType<SlotAttention["forward"]>): Tensor {
  const parts = { slots: out.slots, z: out.z, m: out.m, attn: out.attention };
  return Object.entries(parts)
    .map(([name, value]) => value.mul(reference.tensor(`inputs.cot_${name}`)).sum())
    .reduce((sum, part) => sum.add(part));
}

describeReference("ocra/slot_attention", (reference) => {
  const run = (learnInitialSlots: boolean, body: (model: SlotAttention, inputs: Tensor[]) => void): void => {
    scope(() => {
      using model = new SlotAttention({ learnInitialSlots });
      model.to({ dtype: reference.dtype });
      model.loadStateDict(reference.group("weights."));
      const inputs = ["inputs", "feats", "pos"].map((key) =>
        reference.tensor(`inputs.${key}`).requiresGrad_(),
      );
      body(model, inputs);
    });
  };

  test("slots, z, m, attention, loss and every gradient", () => {
    run(false, (model, [inputs, features, positions]) => {
      const noise = reference.tensor("inputs.slot_noise");
      reference.check("outputs.slots_init", model.initialSlots(noise.size(0), { noise }));
      const out = model.forward(inputs!, features!, positions!, { noise });
      reference.check("outputs.slots", out.slots);
      reference.check("outputs.z", out.z);
      reference.check("outputs.m", out.m);
      reference.check("outputs.attn", out.attention);
      const loss = lossOf(reference, out);
      reference.check("outputs.loss", loss);
      loss.backward();
      for (const [key, parameter] of model.namedParameters()) reference.check(`grads.${key}`, parameter.grad);
      reference.check("grads.inputs.inputs", inputs!.grad);
      reference.check("grads.inputs.feats", features!.grad);
      reference.check("grads.inputs.pos", positions!.grad);
    });
  });

  test("queries, updates and the GRU's output of every iteration", () => {
    run(false, (model, [inputs]) => {
      const steps = model.iterate(inputs!, { noise: reference.tensor("inputs.slot_noise") });
      const all = (part: keyof SlotIteration): Tensor => stack(steps.map((step) => step[part]));
      reference.check("outputs.q", all("query"));
      reference.check("outputs.updates", all("updates"));
      reference.check("outputs.gru", all("recurrent"));
    });
  });

  test("gradients of mu and sigma when they are learned", () => {
    run(true, (model, [inputs, features, positions]) => {
      const noise = reference.tensor("inputs.slot_noise");
      lossOf(reference, model.forward(inputs!, features!, positions!, { noise })).backward();
      reference.check("grads.reparam.slots_mu", model.slots_mu.grad);
      reference.check("grads.reparam.slots_sigma", model.slots_sigma.grad);
    });
  });
});

describe("slot attention", () => {
  scoped("inputs count by their weights: in slots, and in z and m over the same attention", () => {
    using model = new SlotAttention({ slots: 3, dim: 8 });
    const [x, features, positions] = [randn([2, 6, 8]), randn([2, 6, 8]), randn([1, 6, 8])];
    const draw = { noise: randn([2, 3, 8]) };
    const readout = tensor([1, 2, 1, 0, 1, 0.5]).expand([2, 6]);
    const plain = model.forward(x, features, positions, draw);
    const found = model.forward(x, features, positions, draw, { readout });
    expect(difference(found.slots, plain.slots)).toBe(0);
    const weights = plain.attention.mul(readout.unsqueeze(1));
    const total = weights.sum({ dim: 2, keepdim: true });
    expectClose(found.z, weights.matmul(features).div(total), 1e-6, "z");
    expectClose(found.m, weights.matmul(positions.at(0)).div(total), 1e-6, "m");
    expect(() => model.forward(x, features, positions, draw, { readout: readout.narrow(1, 0, 5) })).toThrow(
      "weights is [2, 5], accepted: [2, 6]",
    );
    // One that counts twice is two of them, one that counts nothing is none.
    const weighted = model.forward(x, features, positions, draw, {
      slots: tensor([1, 2, 1, 0, 1, 1]).expand([2, 6]),
    });
    const places = tensor([0, 1, 1, 2, 4, 5], { dtype: "int64" });
    const [y, f, p] = [x, features, positions].map((of) => of.indexSelect(1, places));
    const repeated = model.forward(y!, f!, p!, draw);
    for (const part of ["slots", "z", "m"] as const) expectClose(weighted[part], repeated[part], 1e-5, part);
  });

  scoped("shares sum to 1 over the slots; over the inputs they are the attention", () => {
    using model = new SlotAttention({ slots: 3, dim: 8 });
    const x = randn([2, 10, 8]);
    const { shares, attention } = model.forward(x, x, x.at(0).unsqueeze(0), { noise: randn([2, 3, 8]) });
    expectClose(shares.sum({ dim: 1 }), ones([2, 10]), 1e-6, "sum");
    const raised = shares.add(1e-8);
    expectClose(raised.div(raised.sum({ dim: 2, keepdim: true })), attention, 1e-6, "attention");
  });

  scoped("the order of the noise is the order of the slots, and nothing else", () => {
    using model = new SlotAttention({ slots: 4, dim: 8 });
    const [x, noise] = [randn([2, 10, 8]), randn([2, 4, 8])];
    const order = [2, 0, 3, 1];
    const plain = model.forward(x, x, x.at(0).unsqueeze(0), { noise });
    const reorder = (x: Tensor): Tensor =>
      stack(
        order.map((i) => x.select(1, i)),
        1,
      );
    const permuted = model.forward(x, x, x.at(0).unsqueeze(0), { noise: reorder(noise) });
    for (const part of ["slots", "z", "m", "attention"] as const) {
      expectClose(permuted[part], reorder(plain[part]), 1e-5, part);
    }
  });

  scoped("every slot's attention over the inputs sums to 1", () => {
    using model = new SlotAttention({ slots: 3, dim: 4 });
    const x = randn([2, 7, 4]);
    const { attention, z } = model.forward(x, x, x.at(0).unsqueeze(0));
    expectClose(attention.sum({ dim: -1 }), ones([2, 3]), 1e-6);
    expectClose(z, attention.matmul(x), 1e-6);
  });

  scoped("a generator decides the slots; its device is the CPU", () => {
    using model = new SlotAttention({ slots: 3, dim: 4 });
    using generator = Generator.create({ seed: 5 });
    const first = model.initialSlots(2, { generator });
    const second = model.initialSlots(2, { generator });
    const again = model.initialSlots(2, { generator: generator.manualSeed(5) });
    expect(first.sub(again).abs().max().item()).toBe(0);
    expect(first.sub(second).abs().max().item()).toBeGreaterThan(0.1);
  });

  scoped("noise of another width is refused", () => {
    using model = new SlotAttention({ slots: 3, dim: 4 });
    expect(() => model.initialSlots(2, { noise: randn([2, 3, 5]) })).toThrow(
      "SlotAttention: noise is [2, 3, 5], accepted: [2, K, 4]",
    );
    expect(() => new SlotAttention({ slots: 0 })).toThrow(
      "slots is 0, accepted: a whole number of at least 1",
    );
  });
});
