// A source agent as a policy over sequences: the agent's own decisions, with a memory that each episode begins with anew.
import { RecurrentAgent, SourcePolicy } from "@throughline/cec";
import { difference } from "@throughline/testing/difference";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { Generator, scope, zeros } from "@throughline/torch";
import { expect, test } from "vitest";
import { windowOf } from "../../dist/policies/steps.js";
import { ACTIONS, judged, PICTURES, sequences } from "./support.js";

checkLeaks();

test.each(["lstm", "gru"] as const)(
  "%s: in one pass, in chunks and by steps it decides as the agent does in each episode (1e-5)",
  (memory) => {
    using generator = Generator.create({ seed: 3 });
    const agent = new RecurrentAgent(
      { ...PICTURES, features: 12, memory, units: 16, actions: ACTIONS },
      generator,
    );
    // The head begins so small that all actions are alike.
    scope(() => void agent.policy.weight.detach().mul_(300));
    const policy = own(new SourcePolicy(agent));
    scope(() => {
      const all = sequences(2, [9, 14, 1, 6]);
      const whole = judged(policy, all);
      for (const cuts of [[7, 9, 20], Array.from({ length: 29 }, (_, at) => at + 1)])
        expect(difference(judged(policy, all, cuts), whole)).toBeLessThan(1e-5);
      for (const [from, to] of [
        [0, 9],
        [9, 23],
        [23, 24],
        [24, 30],
      ] as const) {
        const pictures = windowOf(all, from, to).observations.pictures!.transpose(0, 1).contiguous();
        const never = zeros([to - from, 2], { dtype: "bool" });
        const { logits } = agent.forward(pictures, agent.start(2), never);
        const wanted = logits.logSoftmax(-1).transpose(0, 1);
        expect(difference(whole.narrow(1, from, to - from), wanted)).toBeLessThan(1e-5);
      }
    });
  },
);
