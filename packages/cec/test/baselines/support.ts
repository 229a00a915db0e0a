// Sequences for the tests of baselines, and what their policies say about them.

import type { Decision, SequencePolicy, Steps } from "@throughline/cec";
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
import { windowOf } from "../../dist/policies/steps.js";

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

/** Log probabilities of all actions, [B, T, actions], from the sequence cut at these places. */
export function judged(policy: SequencePolicy, steps: Steps, cuts: readonly number[] = []): Tensor {
  return noGrad(() => {
    const total = steps.times.size(1);
    let memory = policy.start(steps.times.size(0));
    const parts: Tensor[] = [];
    for (const [at, from] of [0, ...cuts].entries()) {
      const part = windowOf(steps, from, cuts[at] ?? total);
      const decision = policy.forward(part, memory);
      memory = decision.memory;
      parts.push(logits(decision, part));
    }
    return cat(parts, 1);
  });
}

/** Log probabilities of all actions, [B, T, actions]. @param steps that were decided; @param count of actions */
export function logits({ actions }: Decision, { times }: Steps, count: number = ACTIONS): Tensor {
  const all = Array.from({ length: count }, (_, action) =>
    actions.logProb(full(times.shape, action, { dtype: "int64" })).unsqueeze(-1),
  );
  return cat(all, -1);
}
