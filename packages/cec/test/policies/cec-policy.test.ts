// The whole policy of the mazes against the authors' code: training over chunks and a rollout step by step.
import {
  backwardSequences,
  CecPolicy,
  type CecPolicyOptions,
  type Memory,
  type NumberedActions,
  type SequenceBatch,
  type Steps,
} from "@throughline/cec";
import { checkLeaks } from "@throughline/testing/leaks";
import { describeReference, type Reference } from "@throughline/testing/reference";
import { cat, noGrad, scope, stack, type Tensor, zeros, zerosLike } from "@throughline/torch";
import { expect, test } from "vitest";

checkLeaks();

const options: CecPolicyOptions = {
  inputs: {
    partial_rgb: { kind: "convnet", height: 24, width: 32, channels: [4, 8, 8], hidden: 32, features: 24 },
  },
  actions: { count: 15 },
  ...{ previousAction: 8, hidden: 32, width: 64, layers: 2, heads: 8, window: 10 },
};

/** Steps of pictures [B, T, 3, rows, columns] after given actions. */
function stepsOf(pictures: Tensor, before: Tensor): Steps {
  const none = zerosLike(before);
  return {
    observations: { partial_rgb: pictures.permute([0, 1, 3, 4, 2]).to("uint8") },
    previous: { actions: before, rewards: none.float(), ends: none.to("bool") },
    times: none,
  };
}

/** The actions before each step: 0, then all but the last. @param actions [B, T] */
function shifted(actions: Tensor): Tensor {
  return cat([zeros([actions.size(0), 1], { dtype: "int64" }), actions.narrow(1, 0, actions.size(1) - 1)], 1);
}

const logitsOf = (actions: unknown): Tensor => (actions as NumberedActions).logits;

describeReference("cec/dmlab_policy", (reference: Reference) => {
  const run = (body: (policy: CecPolicy) => void): void =>
    scope(() => {
      using policy = new CecPolicy(options);
      policy.to({ dtype: reference.dtype });
      policy.loadStateDict(reference.group("weights."));
      body(policy);
    });
  const chunks = (): { readonly steps: Steps; readonly actions: Tensor; readonly mask: Tensor }[] =>
    Array.from({ length: 3 }, (_, at) => {
      const actions = reference.tensor("inputs.action").select(0, at).long();
      const pictures = reference.tensor("inputs.partial_rgb").select(0, at);
      return {
        steps: stepsOf(pictures, shifted(actions)),
        actions,
        mask: reference.tensor("inputs.mask").select(0, at),
      };
    });

  test("features, tokens, logits, the loss over chunks and every gradient", () => {
    run((policy) => {
      let memory: Memory = policy.start(3);
      const [features, tokens, logits, losses]: Tensor[][] = [[], [], [], []];
      for (const { steps, actions, mask } of chunks()) {
        features!.push(policy.features(steps));
        tokens!.push(policy.tokens(steps));
        const decision = policy.forward(steps, memory);
        memory = decision.memory;
        logits!.push(logitsOf(decision.actions));
        losses!.push(decision.actions.logProb(actions).mul(mask).sum().div(mask.sum()).neg());
      }
      reference.check("outputs.features", stack(features!));
      reference.check("outputs.token", stack(tokens!));
      reference.check("outputs.logits", stack(logits!));
      reference.check("outputs.chunk_nll", stack(losses!));
      reference.check("outputs.K_final", stack([memory[1]!, memory[3]!]));
      const loss = stack(losses!).mean();
      reference.check("outputs.loss", loss);
      loss.backward();
      for (const [key, parameter] of policy.namedParameters())
        reference.check(`grads.${key}`, parameter.grad);
    });
  });

  test("the training's own loss over the three chunks, each with a blank start, and its gradients", () => {
    run((policy) => {
      const whole = (key: string): Tensor =>
        cat(
          [0, 1, 2].map((at) => reference.tensor(key).select(0, at)),
          1,
        );
      const actions = whole("inputs.action").long();
      const batch: SequenceBatch = {
        ...stepsOf(whole("inputs.partial_rgb"), shifted(actions)),
        ...{ actions, counted: whole("inputs.mask").gt(0), episodes: zerosLike(actions) },
      };
      const { loss } = backwardSequences(policy, batch, { chunk: 8, gradient: "full", blankStart: true });
      expect(Math.abs(loss - reference.tensor("outputs.loss").item())).toBeLessThan(1e-5);
      for (const [key, parameter] of policy.namedParameters())
        reference.check(`grads.${key}`, parameter.grad);
    });
  });

  test("a rollout step by step: logits and the actions that are taken", () => {
    run((policy) =>
      noGrad(() => {
        let memory: Memory = policy.start(1);
        const [logits, best]: Tensor[][] = [[], []];
        const row = (key: string): Tensor => reference.tensor(key).select(1, 0).flatten(0, 1).unsqueeze(0);
        const [pictures, actions] = [row("inputs.partial_rgb"), row("inputs.action").long()];
        const before = shifted(actions);
        for (let at = 0; at < 24; at++) {
          const steps = stepsOf(pictures.narrow(1, at, 1), before.narrow(1, at, 1));
          const decision = policy.forward(steps, memory);
          memory = decision.memory;
          logits!.push(logitsOf(decision.actions).flatten());
          best!.push(decision.actions.best().flatten());
        }
        reference.check("outputs.rollout_logits", stack(logits!));
        const taken = cat(best!).to(reference.dtype);
        expect(taken.sub(reference.tensor("outputs.rollout_argmax")).abs().max().item()).toBe(0);
      }),
    );
  });
});
