// Small policies whose attention matters, and steps for them.
import { CecPolicy, type CecPolicyOptions, type Steps } from "@throughline/cec";
import { fromTypedArray, Generator, noGrad, scope, tensor } from "@throughline/torch";

export const small: CecPolicyOptions = {
  inputs: { picture: { kind: "convnet", height: 8, width: 9, channels: [4, 8], features: 12 } },
  actions: { count: 5 },
  ...{ width: 24, layers: 2, heads: 3, window: 6 },
};

/** A policy with random weights, of which those that attention rests on are made larger, so that it is not even. */
export function livelyPolicy(options: CecPolicyOptions = small, seed = 1): CecPolicy {
  const generator = Generator.create({ seed });
  try {
    const policy = new CecPolicy(options, generator);
    scope(() =>
      noGrad(() => {
        for (const [name, parameter] of policy.namedParameters()) {
          if (/\.[qkr]_layer\.weight$/.test(name)) parameter.mul_(8);
          if (/b_nd$/.test(name)) parameter.mul_(3);
          if (/pi_head.*\.6\.weight$/.test(name)) parameter.mul_(100);
        }
      }),
    );
    return policy;
  } finally {
    generator.dispose();
  }
}

/** Whole numbers that look random, from 0 to `below` − 1, and differ by seed. */
function numbers(count: number, below: number, seed: number): number[] {
  let state = seed * 7919 + 17;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  });
}

/** Steps of pictures 8 × 9 in episodes of seven steps. */
export function someSteps(batch: number, length: number, seed = 1): Steps {
  const count = batch * length;
  const times = Array.from({ length: count }, (_, at) => (at % length) % 7);
  const whole = (list: number[]) => tensor(list, { dtype: "int64" }).reshape([batch, length]);
  return {
    observations: {
      picture: fromTypedArray(Uint8Array.from(numbers(count * 216, 256, seed)), [batch, length, 8, 9, 3]),
    },
    previous: {
      actions: whole(numbers(count, 5, seed + 1)),
      rewards: tensor(numbers(count, 2, seed + 2)).reshape([batch, length]),
      ends: tensor(times.map((time, at) => time === 0 && at % length > 0)).reshape([batch, length]),
    },
    times: whole(times),
  };
}
