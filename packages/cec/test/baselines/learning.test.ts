// Tasks of known answer that each policy learns in seconds.
import {
  AgenticTransformer,
  DecisionTransformer,
  LstmPolicy,
  type SequencePolicy,
  type Steps,
} from "@throughline/cec";
import { checkLeaks, own } from "@throughline/testing/leaks";
import {
  cat,
  fromTypedArray,
  Generator,
  manualSeed,
  noGrad,
  optim,
  randint,
  scope,
  type Tensor,
  zeros,
} from "@throughline/torch";
import { expect, test } from "vitest";
import { windowOf } from "../../dist/policies/steps.js";

checkLeaks();

const SIDE = 8;
const ROWS = 32;
const pictures = { height: SIDE, width: SIDE, channels: [8] };
const sizes = { pictures, actions: 3, width: 32, layers: 2, heads: 2, window: 32, horizon: 8, dropout: 0 };

/** A task: what is seen and what was done, with the action of the last step as the answer. */
interface Task {
  readonly steps: Steps;
  /** int64 [ROWS]: action of the last step. */
  readonly action: Tensor;
}

/** Bright or dark pictures for the cues 1 and 0, grey ones for 2. @param cues int64 [ROWS, T] */
const shown = (cues: Tensor): Tensor => {
  const levels = fromTypedArray(Uint8Array.of(0, 255, 128));
  const { shape } = cues;
  return levels
    .indexSelect(0, cues.flatten())
    .reshape([...shape, 1, 1, 1])
    .expand([...shape, SIDE, SIDE, 3]);
};

const before = (values: Tensor): Tensor =>
  cat([values.newZeros([ROWS, 1]), values.narrow(1, 0, values.size(1) - 1)], 1);

const bits = (width: number, generator: Generator): Tensor =>
  randint(0, 2, [ROWS, width], { dtype: "int64", generator });

/** The action that never pays. */
const IDLE = 2;

/**
 * A cue at the first step, then grey pictures and actions at random; at the last step the action that is the cue pays 1, and half of the
 * sequences idle instead.
 * @param episode steps of an episode @param count episodes of the sequence
 */
function cued(episode: number, count: number, generator: Generator): Task {
  const total = episode * count;
  const cue = bits(1, generator);
  const isRight = bits(1, generator);
  const action = cue.mul(isRight).add(isRight.mul(-IDLE).add(IDLE)).squeeze(1);
  const actions = cat([bits(total - 1, generator), action.unsqueeze(1)], 1);
  const times = fromTypedArray(BigInt64Array.from({ length: total }, (_, at) => BigInt(at % episode)));
  const every = times.expand([ROWS, total]);
  const grey = cue.newZeros([ROWS, total - 1]).add(2);
  return {
    steps: {
      observations: { pictures: shown(cat([cue, grey], 1)) },
      previous: {
        actions: before(actions),
        rewards: zeros([ROWS, total]),
        ends: before(every.eq(episode - 1)),
      },
      times: every,
      returnsToGo: isRight.float().expand([ROWS, total]),
    },
    action,
  };
}

/** The cue of each sequence, int64 [ROWS]. */
const cueOf = (steps: Steps): Tensor =>
  steps.observations.pictures!.flatten(2).select(2, 0).select(1, 0).gt(200).long();

/** The same steps, with another return wanted. */
const asked = (steps: Steps, value: number): Steps => ({
  ...steps,
  returnsToGo: steps.returnsToGo!.newZeros(steps.times.shape).add(value),
});

/** Learns the last step's action. */
function learn(
  policy: SequencePolicy,
  updates: number,
  lr: number,
  draw: (generator: Generator) => Task,
): void {
  using generator = Generator.create({ seed: 1 });
  const optimizer = own(new optim.AdamW(policy.parameters(), { lr }));
  for (let update = 0; update < updates; update++)
    scope(() => {
      const { steps, action } = draw(generator);
      optimizer.zeroGrad();
      const { actions } = policy.forward(steps, policy.start(ROWS));
      const chosen = actions.logProb(
        cat([steps.previous.actions.narrow(1, 1, steps.times.size(1) - 1), action.unsqueeze(1)], 1),
      );
      chosen.select(1, -1).mean().neg().backward();
      optimizer.step();
    });
  policy.eval();
}

/** The last step's action, played step by step from a memory. */
const answers = (policy: SequencePolicy, steps: Steps): Tensor =>
  noGrad(() => {
    let memory = policy.start(ROWS);
    let best: Tensor | undefined;
    for (let at = 0; at < steps.times.size(1); at++) {
      const decision = policy.forward(windowOf(steps, at, at + 1), memory);
      memory = decision.memory;
      best = decision.actions.best();
    }
    return best!.squeeze(1);
  });

const share = (flags: Tensor): number => flags.float().mean().item();

test("Decision Transformer: asked for the higher return it answers with the cue of six steps before, for the lower it idles", () => {
  manualSeed(1);
  using generator = Generator.create({ seed: 2 });
  const policy = own(new DecisionTransformer(sizes, generator));
  learn(policy, 200, 2e-3, (drawn) => cued(6, 1, drawn));
  scope(() => {
    const { steps } = cued(6, 1, generator);
    expect(share(answers(policy, asked(steps, 1)).eq(cueOf(steps)))).toBeGreaterThan(0.95);
    expect(share(answers(policy, asked(steps, 0)).eq(IDLE))).toBeGreaterThan(0.95);
  });
});

/** A bandit of two arms, one pull an episode: the arm that pays is the same in a sequence; the last pull is the one that paid. */
function bandit(generator: Generator): Task {
  const arm = bits(1, generator);
  const actions = cat([bits(2, generator), arm], 1);
  const rewards = actions.eq(arm).float();
  const times = actions.newZeros([ROWS, 3]);
  return {
    steps: {
      observations: { pictures: shown(times) },
      previous: { actions: before(actions), rewards: before(rewards), ends: before(times.add(1)).to("bool") },
      times,
      returnsToGo: rewards.newZeros([ROWS, 3]).add(1),
    },
    action: arm.squeeze(1),
  };
}

test("Agentic Transformer: it pulls the arm that paid in an episode before, and not the one that did not", () => {
  using generator = Generator.create({ seed: 2 });
  const policy = own(new AgenticTransformer({ ...sizes, keepsEpisodes: 2 }, generator));
  learn(policy, 400, 1e-3, bandit);
  scope(() => {
    const { steps, action } = bandit(generator);
    expect(share(answers(policy, steps).eq(action))).toBeGreaterThan(0.95);
  });
});

test("LSTM: it remembers a cue of the first of three episodes", () => {
  using generator = Generator.create({ seed: 2 });
  const policy = own(new LstmPolicy({ pictures, features: 16, units: 32, actions: 3 }, generator));
  const right = (drawn: Generator): Task => {
    const { steps } = cued(2, 3, drawn);
    return { steps, action: cueOf(steps) };
  };
  learn(policy, 150, 1e-2, right);
  scope(() => {
    const { steps, action } = right(generator);
    expect(share(answers(policy, steps).eq(action))).toBeGreaterThan(0.95);
  });
});
