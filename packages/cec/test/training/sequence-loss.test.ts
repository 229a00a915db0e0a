// The loss of sequences in chunks, against one pass over the whole and against sums by hand.
import type { SequenceBatch } from "@throughline/cec";
import { expectClose } from "@throughline/testing/difference";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { arange, fromTypedArray, Generator, rand, type Tensor, zeros } from "@throughline/torch";
import { describe, expect } from "vitest";
import { backwardSequences } from "../../dist/training/sequence-loss.js";
import { RunningSum } from "./support/running-sum.js";

checkLeaks();

const [B, T, SIZE, ACTIONS] = [2, 12, 3, 4];

/** Sequences of `lengths` steps in batches of T. */
function batchOf(lengths: readonly number[], seed = 1): SequenceBatch {
  const generator = Generator.create({ seed });
  const count = lengths.length;
  const numbers = rand([count, T, SIZE], { generator });
  const actions = rand([count, T], { generator }).mul(ACTIONS).floor().to("int64");
  const counted = arange(T)
    .unsqueeze(0)
    .lt(fromTypedArray(Float32Array.from(lengths), [count, 1]));
  const previous = zeros([count, T], { dtype: "int64" });
  previous.narrow(1, 1, T - 1).copy_(actions.narrow(1, 0, T - 1));
  generator.dispose();
  return {
    observations: { numbers },
    previous: { actions: previous, rewards: zeros([count, T]), ends: zeros([count, T], { dtype: "bool" }) },
    times: arange(T).unsqueeze(0).expand([count, T]),
    ...{ actions, counted, episodes: counted.to("int64").sub(1) },
  };
}

const gradients = (policy: RunningSum): Tensor[] => policy.parameters().map(({ grad }) => grad!.clone());

/** Negative log-likelihoods of one pass over the whole, [B, T]. */
function likelihoods(policy: RunningSum, batch: SequenceBatch): Tensor {
  return policy
    .forward(batch, policy.start(batch.counted.size(0)))
    .actions.logProb(batch.actions)
    .neg();
}

describe("backwardSequences", () => {
  scoped(
    "is the mean over chunks of the mean over counted steps, with the whole gradient through the memory",
    () => {
      using policy = new RunningSum(SIZE, ACTIONS);
      const batch = batchOf([12, 7]);
      const found = backwardSequences(policy, batch, { chunk: 5, gradient: "full" });
      const chunked = gradients(policy);
      policy.zeroGrad();
      const each = likelihoods(policy, batch);
      const means = [
        [0, 5],
        [5, 10],
        [10, 12],
      ].map(([from, to]) => {
        const [part, counted] = [each, batch.counted].map((tensor) => tensor.narrow(1, from!, to! - from!));
        return part!.maskedSelect(counted!).mean();
      });
      const loss = means[0]!.add(means[1]!).add(means[2]!).div(3);
      loss.backward();
      expect(found.loss).toBeCloseTo(loss.item(), 5);
      expect(found.firstLoss).toBeCloseTo(means[0]!.item(), 5);
      expect(found.steps).toBe(19);
      for (const [at, gradient] of gradients(policy).entries()) expectClose(chunked[at]!, gradient, 1e-6);
    },
  );

  scoped(
    "with gradients that stop at chunks it has the same loss and another gradient: that of chunks with a given memory",
    () => {
      using policy = new RunningSum(SIZE, ACTIONS);
      const batch = batchOf([12, 12]);
      const full = backwardSequences(policy, batch, { chunk: 6, gradient: "full" });
      const [whole] = gradients(policy);
      policy.zeroGrad();
      const cut = backwardSequences(policy, batch, { chunk: 6, gradient: "chunk" });
      expect(cut).toEqual(full);
      expect(gradients(policy)[0]!.sub(whole!).abs().max().item()).toBeGreaterThan(1e-4);
      const own = gradients(policy);
      policy.zeroGrad();
      // The second half's memory as a constant.
      const middle = likelihoods(policy, batch).narrow(1, 0, 6).mean();
      middle.div(2).backward();
      const { memory } = policy.forward(cutTo(batch, 0, 6), policy.start(B));
      const second = policy.forward(cutTo(batch, 6, 12), [memory[0]!.detach()]);
      second.actions
        .logProb(batch.actions.narrow(1, 6, 6))
        .neg()
        .mean()
        .div(2)
        .backward();
      for (const [at, gradient] of gradients(policy).entries()) expectClose(own[at]!, gradient, 1e-6);
    },
  );

  scoped(
    "padding has no part in it, whatever it holds; a batch of one chunk and of many agree where all chunks are alike",
    () => {
      using policy = new RunningSum(SIZE, ACTIONS);
      const batch = batchOf([9, 4]);
      const found = backwardSequences(policy, batch, { chunk: 4, gradient: "full" });
      const before = gradients(policy);
      policy.zeroGrad();
      const padding = batch.counted.logicalNot();
      const numbers = batch.observations.numbers!.maskedFill(padding.unsqueeze(-1), 77);
      const other = { ...batch, observations: { numbers }, actions: batch.actions.maskedFill(padding, 3) };
      expect(backwardSequences(policy, other, { chunk: 4, gradient: "full" })).toEqual(found);
      for (const [at, gradient] of gradients(policy).entries()) expectClose(before[at]!, gradient, 0);
    },
  );

  scoped("chunks in which nothing counts are no part of the mean", () => {
    using policy = new RunningSum(SIZE, ACTIONS);
    const batch = batchOf([12, 12]);
    const late = { ...batch, counted: arange(T).ge(8).unsqueeze(0).expand([B, T]) };
    const found = backwardSequences(policy, late, { chunk: 4, gradient: "full" });
    const wanted = likelihoods(policy, batch).narrow(1, 8, 4).mean().item();
    expect(found.loss).toBeCloseTo(wanted, 5);
    expect(found.firstLoss).toBeCloseTo(wanted, 5);
  });

  scoped("a blank start hides the action before each chunk, and no other", () => {
    using policy = new RunningSum(SIZE, ACTIONS);
    const batch = batchOf([12, 12]);
    const blank = backwardSequences(policy, batch, { chunk: 4, gradient: "full", blankStart: true });
    const actions = batch.previous.actions.clone();
    for (const at of [0, 4, 8]) actions.select(1, at).zero_();
    const hidden = { ...batch, previous: { ...batch.previous, actions } };
    const wanted = backwardSequences(policy, hidden, { chunk: 4, gradient: "full" });
    expect(blank).toEqual(wanted);
    expect(batch.previous.actions.select(1, 4).toTypedArray()).not.toEqual(
      actions.select(1, 4).toTypedArray(),
    );
  });
});

function cutTo(batch: SequenceBatch, from: number, to: number): SequenceBatch {
  const cut = (tensor: Tensor): Tensor => tensor.narrow(1, from, to - from);
  const { rewards, ends, actions } = batch.previous;
  return {
    ...batch,
    observations: { numbers: cut(batch.observations.numbers!) },
    previous: { actions: cut(actions), rewards: cut(rewards), ends: cut(ends) },
    actions: cut(batch.actions),
    counted: cut(batch.counted),
  };
}
