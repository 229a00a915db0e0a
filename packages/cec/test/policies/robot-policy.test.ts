// The whole policy of the robots against the authors' code: two cameras, a robot's own state, a mixture of Gaussians.
import {
  CecPolicy,
  type CecPolicyOptions,
  type ContinuousActions,
  type Memory,
  paperRobotPolicy,
  type Steps,
} from "@throughline/cec";
import { formulaTensors } from "@throughline/testing/formula";
import { checkLeaks } from "@throughline/testing/leaks";
import { describeReference } from "@throughline/testing/reference";
import { scope, stack, type Tensor, zeros } from "@throughline/torch";
import { expect, test } from "vitest";

checkLeaks();

const options: CecPolicyOptions = {
  ...{ inputs: paperRobotPolicy.inputs, actions: { dimensions: 7 } },
  ...{ hidden: 40, width: 48, layers: 2, heads: 4, window: 3 },
};

describeReference("cec/robomimic_policy", (reference) => {
  const stepsOf = (chunk: number): Steps => {
    const observations = Object.entries(options.inputs).map(([key, { kind }]): [string, Tensor] => {
      const given = reference.tensor(`inputs.${key}`).select(0, chunk);
      return [key, kind === "numbers" ? given : given.mul(255).round().to("uint8").permute([0, 1, 3, 4, 2])];
    });
    const none = zeros([1, 4]);
    return {
      observations: Object.fromEntries(observations),
      previous: { actions: zeros([1, 4, 7]), rewards: none, ends: none.to("bool") },
      times: none.long(),
    };
  };

  test("features, tokens, the mixture, the loss over chunks, its error and gradients", {
    timeout: 120_000,
  }, () => {
    scope(() => {
      using policy = new CecPolicy(options);
      policy.to({ dtype: reference.dtype }).eval();
      const own = policy.stateDict();
      const given = Object.entries(formulaTensors(reference.formula)).map(([key, value]) => [
        key,
        value.to(own[key]?.dtype ?? value.dtype),
      ]);
      const { missing, unexpected } = policy.loadStateDict(Object.fromEntries(given), { strict: false });
      expect(unexpected).toEqual([]);
      // What is fixed is not in the formula.
      expect(missing.filter((key) => !/\.(pos_x|pos_y|temperature)$/.test(key))).toEqual([]);
      let memory: Memory = policy.start(1);
      const names = ["features", "token", "final", "logits", "means"] as const;
      const found = Object.fromEntries(names.map((name) => [name, [] as Tensor[]]));
      const [losses, errors]: Tensor[][] = [[], []];
      for (const chunk of [0, 1]) {
        const steps = stepsOf(chunk);
        found.features!.push(policy.features(steps));
        const token = policy.tokens(steps);
        found.token!.push(token);
        const { x, memory: after } = policy.transformer.forward(token, memory);
        memory = after;
        found.final!.push(policy.final(x));
        const actions = policy.actionsAfter(x) as ContinuousActions;
        found.logits!.push(actions.logits);
        found.means!.push(actions.means);
        const taken = reference.tensor("inputs.action").select(0, chunk);
        const mask = reference.tensor("inputs.mask").select(0, chunk);
        losses!.push(actions.logProb(taken).mul(mask).sum().div(mask.sum()).neg());
        errors!.push(actions.mean().sub(taken).abs().sum({ dim: -1 }).mul(mask).sum().div(mask.sum()));
      }
      for (const name of names) reference.check(`outputs.${name}`, stack(found[name]!));
      // The authors count an error as a negative accuracy.
      reference.check("outputs.acc", stack(errors!).mean().neg());
      const loss = stack(losses!).mean();
      reference.check("outputs.loss", loss);
      loss.backward();
      let checked = 0;
      for (const [key, parameter] of policy.namedParameters()) {
        if (!reference.keys.includes(`grads.${key}`)) continue;
        reference.check(`grads.${key}`, parameter.grad);
        checked++;
      }
      expect(checked).toBe(reference.keys.filter((key) => key.startsWith("grads.")).length);
    });
  });
});
