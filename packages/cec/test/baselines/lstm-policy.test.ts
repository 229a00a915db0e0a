// The LSTM policy: one pass, chunks and steps, and who forgets.
import { forgotten, LstmPolicy } from "@throughline/cec";
import { difference } from "@throughline/testing/difference";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { Generator, scope, tensor } from "@throughline/torch";
import { expect, test } from "vitest";
import { windowOf } from "../../dist/policies/steps.js";
import { ACTIONS, judged, logits, PICTURES, sequences } from "./support.js";

checkLeaks();

const make = (): LstmPolicy => {
  using generator = Generator.create({ seed: 3 });
  const policy = new LstmPolicy({ pictures: PICTURES, features: 12, units: 16, actions: ACTIONS }, generator);
  // The head begins so small that all actions are alike.
  scope(() => void policy.policy.weight.detach().mul_(300));
  return own(policy.eval());
};

test("one pass, chunks and single steps agree, across episodes (1e-5)", () => {
  const policy = make();
  scope(() => {
    const all = sequences(3, [9, 14, 1, 6]);
    const whole = judged(policy, all);
    expect(whole.abs().max().item()).toBeGreaterThan(1.5);
    for (const cuts of [[7, 9, 20], Array.from({ length: 29 }, (_, at) => at + 1)])
      expect(difference(judged(policy, all, cuts), whole)).toBeLessThan(1e-5);
  });
});

test("its memory goes on across episodes, and a row that forgets begins anew (1e-5)", () => {
  const policy = make();
  scope(() => {
    const all = sequences(2, [9, 14]);
    const rest = windowOf(all, 9, 23);
    const { memory } = policy.forward(windowOf(all, 0, 9), policy.start(2));
    const after = logits(policy.forward(rest, forgotten(memory, tensor([false, true]))), rest);
    const [whole, alone] = [judged(policy, all).narrow(1, 9, 14), judged(policy, rest)];
    expect(difference(after.narrow(0, 0, 1), whole.narrow(0, 0, 1))).toBeLessThan(1e-5);
    expect(difference(after.narrow(0, 1, 1), alone.narrow(0, 1, 1))).toBeLessThan(1e-5);
    expect(difference(whole, alone)).toBeGreaterThan(0.01);
  });
});
