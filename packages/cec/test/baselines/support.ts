// Sequences for the tests of baselines, and what their policies say about them.

import {
  cat,
  fromTypedArray,
  full,
  Generator,
  noGrad,
  rand,
  randint,
  type Tensor,
  tensor,
} from "@throughline/torch";
import type { Decision, SequencePolicy, Steps } from "../../dist/policies/sequence-policy.js";

export const PICTURES = { height: 8, width: 8, channels: [8] } as const;
export const ACTIONS = 4;

/** Sequences of episodes with these lengths, the same in each row; pictures, actions and returns are random, as are rewards at ends. */
export function sequences(rows: number, lengths: readonly number[], seed = 1): Steps {
  using generator = Generator.create({ seed });
  const times = lengths.flatMap((length) => Array.from({ length }, (_, time) => time));
  const total = times.length;
  const ends = times.map((time, at) => at > 0 && time === 0);
  const each = (row: Tensor): Tensor => row.unsqueeze(0).expand([rows, total]);
  const first = (later: Tensor): Tensor => cat([later.newZeros([rows, 1]), later.narrow(1, 1, total - 1)], 1);
  const isEnd = each(tensor(ends));
  return {
    observations: {
      pictures: randint(0, 256, [rows, total, PICTURES.height, PICTURES.width, 3], {
        dtype: "uint8",
        generator,
      }),
    },
    previous: {
      actions: first(randint(0, ACTIONS, [rows, total], { dtype: "int64", generator })),
      rewards: rand([rows, total], { generator }).mul(isEnd),
      ends: isEnd,
    },
    times: each(fromTypedArray(BigInt64Array.from(times, BigInt))),
    returnsToGo: rand([rows, total], { generator }),
  };
}

/** Steps from one up to but not another. */
export function part(steps: Steps, from: number, to: number): Steps {
  const cut = (whole: Tensor): Tensor => whole.narrow(1, from, to - from);
  const { observations, previous, times, returnsToGo } = steps;
  return {
    observations: { pictures: cut(observations.pictures!) },
    previous: {
      actions: cut(previous.actions),
      rewards: cut(previous.rewards),
      ends: cut(previous.ends),
    },
    times: cut(times),
    returnsToGo: cut(returnsToGo!),
  };
}

/** Log probabilities of all actions, [B, T, actions], from the sequence cut at these places. */
export function judged(policy: SequencePolicy, steps: Steps, cuts: readonly number[] = []): Tensor {
  return noGrad(() => {
    const total = steps.times.size(1);
    let memory = policy.start(steps.times.size(0));
    const parts: Tensor[] = [];
    for (const [at, from] of [0, ...cuts].entries()) {
      const decision: Decision = policy.forward(part(steps, from, cuts[at] ?? total), memory);
      memory = decision.memory;
      parts.push(logits(decision));
    }
    return cat(parts, 1);
  });
}

/** Log probabilities of all actions, [B, T, actions]. */
export function logits({ actions }: Decision): Tensor {
  const all = Array.from({ length: ACTIONS }, (_, action) =>
    actions.logProb(full([1, 1], action, { dtype: "int64" })),
  );
  return cat(
    all.map((one) => one.unsqueeze(-1)),
    -1,
  );
}
