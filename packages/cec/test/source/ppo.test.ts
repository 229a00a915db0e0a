// The learning rule against PyTorch's numbers, closed forms, and a task whose answer is known.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  explainedVariance,
  generalisedAdvantages,
  Ppo,
  ppoLoss,
  RecurrentAgent,
  shapedReward,
} from "@throughline/cec";
import { EnvVector, TMaze } from "@throughline/envs";
import { doubles } from "@throughline/testing/doubles";
import { checkLeaks } from "@throughline/testing/leaks";
import { fromTypedArray, Generator, scope, setNumThreads, tensor } from "@throughline/torch";
import { expect, test } from "vitest";

checkLeaks();
// Such small nets gain nothing by threads, and on a busy machine threads wait for one another.
setNumThreads(1);

const fixture = JSON.parse(readFileSync(join(import.meta.dirname, "../fixtures/ppo.json"), "utf8"));

/** As in fixtures/make.py. */
const spread = (count: number, step: number, modulus: number): number[] =>
  Array.from({ length: count }, (_, i) => (((i * step) % modulus) / modulus) * 4 - 2);
const expectClose = (found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void => {
  expect(found.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++)
    expect(Math.abs(found[i]! - wanted[i]!), `${i}`).toBeLessThan(tolerance);
};

test("loss, its parts and its gradients are PyTorch's (float64, 1e-12)", () => {
  scope(() => {
    const [B, A] = [12, 4];
    const logits = doubles(spread(B * A, 17, 41), [B, A]).requiresGrad_();
    const values = doubles(spread(B, 5, 23), [B]).requiresGrad_();
    const actions = tensor(
      Array.from({ length: B }, (_, i) => (3 * i) % A),
      { dtype: "int64" },
    );
    const old = doubles(spread(B * A, 13, 37), [B, A])
      .mul(0.9)
      .logSoftmax(1)
      .gather(1, actions.unsqueeze(1))
      .squeeze(1);
    const found = ppoLoss(
      {
        ...{ logits, values, actions, oldLogProbs: old },
        advantages: doubles(spread(B, 7, 19), [B])
          .mul(1.5)
          .add(0.3),
        targets: doubles(spread(B, 11, 29), [B]),
      },
      { clip: 0.2, value: 0.5, entropy: 0.01 },
    );
    found.loss.backward();
    for (const part of ["policy", "value", "entropy", "kl", "clipShare"] as const)
      expect(Math.abs(found[part] - fixture[part]), part).toBeLessThan(1e-7);
    expect(Math.abs(found.loss.item() - fixture.loss)).toBeLessThan(1e-12);
    expectClose(logits.grad!.toTypedArray() as Float64Array, fixture.logitsGradient, 1e-12);
    expectClose(values.grad!.toTypedArray() as Float64Array, fixture.valuesGradient, 1e-12);
  });
});

test("advantages are the sum of their definition, computed with PyTorch (float32, 1e-5)", () => {
  const [T, N] = [9, 3];
  const all = spread((T + 1) * N, 4, 27);
  const { advantages, targets } = generalisedAdvantages(
    {
      rewards: spread(T * N, 9, 31),
      values: all.slice(0, T * N),
      last: all.slice(T * N),
      ends: Array.from({ length: T * N }, (_, at) =>
        Number((Math.floor(at / N) * 5 + (at % N) * 3) % 7 === 0),
      ),
    },
    0.97,
    0.9,
  );
  expectClose(advantages, fixture.advantages, 1e-5);
  expectClose(
    targets,
    Array.from(fixture.advantages as number[], (a, at) => a + all[at]!),
    1e-5,
  );
});

test("λ = 1 gives returns minus values, λ = 0 one-step errors; nothing passes an end", () => {
  const rewards = [1, 0, 2, 0, 0, 3];
  const values = [0.5, 0.1, -0.2, 0.4, 0, 0.3];
  const ends = [0, 0, 1, 0, 0, 0];
  const whole = generalisedAdvantages({ rewards, values, ends, last: [0.7] }, 0.9, 1);
  const returns = [1 + 0.81 * 2, 0.9 * 2, 2, 0.81 * 3 + 0.729 * 0.7, 0.9 * 3 + 0.81 * 0.7, 3 + 0.9 * 0.7];
  expectClose(whole.targets, returns, 1e-6);
  const one = generalisedAdvantages({ rewards, values, ends, last: [0.7] }, 0.9, 0);
  const errors = [1 + 0.09 - 0.5, 0 - 0.18 - 0.1, 2 + 0.2, 0 - 0.4, 0.27 - 0, 3 + 0.63 - 0.3];
  expectClose(one.advantages, errors, 1e-6);
});

test("rewards are shaped as the paper's agents saw them", () => {
  // The target returns of its baselines: 4.82 for a reward of 10, 0.9869 for 1, 5.0 for 100.
  expect(shapedReward(10)).toBeCloseTo(4.82, 2);
  expect(shapedReward(1)).toBeCloseTo(0.9869, 4);
  expect(shapedReward(100)).toBeCloseTo(5, 6);
  expect(shapedReward(-1)).toBeCloseTo(-0.3 * 0.9869, 4);
  expect(shapedReward(0)).toBe(0);
});

test("explained variance is 1 for a perfect critic, 0 for a constant one", () => {
  expect(explainedVariance([1, 2, 3], [1, 2, 3])).toBe(1);
  expect(explainedVariance([5, 5, 5], [1, 2, 3])).toBeCloseTo(0, 12);
  expect(explainedVariance([1, 2, 3], [2, 2, 2])).toBe(0);
});

const sizes = { height: 8, width: 8, channels: [4, 4, 4], features: 16, units: 16, actions: 3 } as const;
const options = {
  ...{ steps: 16, window: 16, epochs: 4, minibatches: 2, gamma: 0.98, lambda: 0.95 },
  ...{ clip: 0.2, valueWeight: 0.5, maxGradNorm: 0.5 },
};

test.each(["lstm", "gru"] as const)(
  "an agent's memory (%s) is cleared where an episode begins, and only there",
  (memory) => {
    using generator = Generator.create({ seed: 3 });
    const agent = new RecurrentAgent({ ...sizes, memory }, generator);
    try {
      scope(() => {
        const pictures = fromTypedArray(
          Uint8Array.from({ length: 4 * 2 * 192 }, (_, at) => (at * 37) % 256),
          [4, 2, 8, 8, 3],
        );
        const begins = tensor([
          [true, true],
          [false, false],
          [false, true],
          [false, false],
        ]);
        const start = agent.start(2);
        const whole = agent.forward(pictures, start, begins);
        // Lane 1 from its second beginning on, by itself and with a memory full of other things.
        const other = start.add(0.7);
        const rest = agent.forward(pictures.narrow(0, 2, 2), other, begins.narrow(0, 2, 2));
        expectClose(
          rest.logits.select(1, 1).contiguous().toTypedArray() as Float32Array,
          whole.logits.narrow(0, 2, 2).select(1, 1).contiguous().toTypedArray() as Float32Array,
          1e-5,
        );
        // Lane 0 does not begin anew: there the memory counts.
        const apart = rest.logits
          .sub(whole.logits.narrow(0, 2, 2))
          .select(1, 0)
          .abs()
          .max()
          .item();
        expect(apart).toBeGreaterThan(1e-6);
        // Step by step gives the same.
        let state = start;
        for (let step = 0; step < 4; step++) {
          const one = agent.forward(pictures.narrow(0, step, 1), state, begins.narrow(0, step, 1));
          state = one.state;
          expectClose(
            one.values.contiguous().toTypedArray() as Float32Array,
            whole.values.select(0, step).contiguous().toTypedArray() as Float32Array,
            1e-5,
          );
        }
      });
    } finally {
      agent.dispose();
    }
  },
);

test("a T-maze, which a net without memory wins half of the time, is learned to 100 %", () => {
  using weights = Generator.create({ seed: 1 });
  using play = Generator.create({ seed: 2 });
  const vector = new EnvVector(Array.from({ length: 16 }, () => new TMaze({ length: 4 })));
  const agent = new RecurrentAgent({ ...sizes, memory: "lstm" }, weights);
  const { observations } = vector.reset({ seed: 10 });
  const ppo = new Ppo(agent, options, play, vector, observations);
  try {
    const recent: number[] = [];
    const isLearned = (): boolean => recent.length === 100 && recent.every((one) => one === 1);
    // It takes 285 to 680 updates with the seeds 1 to 4; other processors round otherwise, and may take more.
    for (let update = 0; update < 2500 && !isLearned(); update++) {
      ppo.update({ lr: 3e-3, entropy: 0.01 * Math.max(0, 1 - update / 300) }, ({ facts }) => {
        recent.push(Number(facts.success));
        if (recent.length > 100) recent.shift();
      });
    }
    expect(isLearned()).toBe(true);
  } finally {
    ppo.dispose();
    agent.dispose();
    vector.close();
  }
});

test("what a learner is goes into its state: it continues bit for bit", () => {
  const make = () => {
    const generators = [Generator.create({ seed: 1 }), Generator.create({ seed: 2 })] as const;
    const vector = new EnvVector(Array.from({ length: 3 }, () => new TMaze({ length: 3 })));
    const agent = new RecurrentAgent({ ...sizes, memory: "lstm" }, generators[0]);
    const ppo = new Ppo(agent, options, generators[1], vector, vector.reset({ seed: 5 }).observations);
    const close = () => {
      ppo.dispose();
      agent.dispose();
      vector.close();
      for (const generator of generators) generator.dispose();
    };
    return { ppo, generator: generators[1], close };
  };
  const rates = { lr: 1e-3, entropy: 0.01 };
  const [first, second] = [make(), make()];
  try {
    first.ppo.update(rates, () => {});
    scope(() => {
      second.ppo.loadStateDict(first.ppo.stateDict() as never);
      second.generator.setState(first.generator.getState());
    });
    for (let update = 0; update < 3; update++)
      expect(second.ppo.update(rates, () => {})).toEqual(first.ppo.update(rates, () => {}));
  } finally {
    first.close();
    second.close();
  }
});
