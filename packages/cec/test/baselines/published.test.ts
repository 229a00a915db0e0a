// Decision Transformer and Agentic Transformer against PyTorch and Hugging Face's GPT-2 (packages/cec/test/fixtures/make-baselines.py).
import { readFileSync } from "node:fs";
import {
  AgenticTransformer,
  DecisionTransformer,
  type Memory,
  type Steps,
  type TokenPolicy,
} from "@throughline/cec";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { cat, fromTypedArray, Generator, scope, type Tensor, tensor } from "@throughline/torch";
import { expect, test } from "vitest";
import { windowOf } from "../../dist/policies/steps.js";
import { logits } from "./support.js";

checkLeaks();

interface Expected {
  readonly logProbs: readonly number[];
  readonly loss: number;
  /** Norm of a parameter's gradient, and its product with `spread(29, 53)`. */
  readonly gradients: Readonly<Record<string, readonly [number, number]>>;
}

const { dt, at } = JSON.parse(
  readFileSync(new URL("../fixtures/baselines.json", import.meta.url), "utf8"),
) as {
  dt: Expected;
  at: Expected & { readonly rewards: number[][]; readonly returnsToGo: number[][] };
};

const [ROWS, SIDE, ACTIONS] = [2, 8, 3];
const sizes = {
  pictures: { height: SIDE, width: SIDE, channels: [8] },
  ...{ actions: ACTIONS, width: 8, layers: 2, heads: 2, window: 20, horizon: 7 },
};

const numbers = (shape: readonly number[], value: (index: number) => number): Float32Array =>
  Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, index) => value(index));
const spread = (shape: readonly number[], step: number, modulus: number, scale = 2): Tensor =>
  fromTypedArray(
    numbers(shape, (index) => (((index * step) % modulus) / modulus) * 2 * scale - scale),
    shape,
  );
const whole = (shape: readonly number[], step: number, modulus: number): Tensor =>
  fromTypedArray(
    BigInt64Array.from(
      numbers(shape, (index) => (index * step) % modulus),
      BigInt,
    ),
    shape,
  );

/** Gives the recipe's weights. */
function set(policy: TokenPolicy): void {
  const sorted = policy.namedParameters().sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [place, [name, parameter]] of sorted.entries())
    scope(() => {
      const values = spread(parameter.shape, 11 + 2 * place, 101, name.includes("encoder") ? 0.2 : 0.5);
      parameter.detach().copy_(/ln(_\w)?\.weight$/.test(name) ? values.add(1) : values);
    });
}

/** What came before each step, zeros before the first. */
const shifted = (values: Tensor): Tensor =>
  cat([values.newZeros([ROWS, 1]), values.narrow(1, 0, values.size(1) - 1)], 1);

function steps(
  times: readonly number[],
  given: { actions: Tensor; rewards: Tensor; returnsToGo: Tensor },
): Steps {
  const ends = times.map((time, step) => step > 0 && time === 0);
  const { actions, rewards, returnsToGo } = given;
  return {
    observations: { pictures: whole([ROWS, times.length, SIDE, SIDE, 3], 37, 251).to("uint8") },
    previous: {
      actions: shifted(actions),
      rewards: shifted(rewards),
      ends: tensor([ends, ends]),
    },
    times: tensor([[...times], [...times]], { dtype: "int64" }),
    returnsToGo,
  };
}

/** Outputs and gradients of a sequence that is cut in two. Sums of float32: 2e-5 in outputs, 2e-4 of the largest in gradients. */
function compare(
  policy: TokenPolicy,
  all: Steps,
  actions: Tensor,
  counted: number,
  expected: Expected,
): void {
  const total = actions.size(1);
  const cut = total >> 1;
  let memory: Memory = policy.start(ROWS);
  const parts: Tensor[] = [];
  for (const [from, to] of [
    [0, cut],
    [cut, total],
  ] as const) {
    const part = windowOf(all, from, to);
    const decision = policy.forward(part, memory);
    memory = decision.memory;
    parts.push(logits(decision, part, ACTIONS));
  }
  const logProbs = cat(parts, 1);
  const found = logProbs.detach().contiguous().toTypedArray() as Float32Array;
  expect(found).toHaveLength(expected.logProbs.length);
  for (const [index, value] of expected.logProbs.entries())
    expect(Math.abs(found[index]! - value), `log probability ${index}`).toBeLessThan(2e-5);
  const chosen = logProbs.gather(-1, actions.unsqueeze(-1)).squeeze(-1);
  const loss = chosen
    .narrow(1, total - counted, counted)
    .mean()
    .neg();
  expect(Math.abs(loss.item() - expected.loss)).toBeLessThan(2e-5);
  loss.backward();
  const named = policy.namedParameters();
  expect(named.map(([name]) => name).sort()).toEqual(Object.keys(expected.gradients).sort());
  for (const [name, parameter] of named) {
    const [norm, product] = expected.gradients[name]!;
    const gradient = parameter.grad!;
    expect(Math.abs(gradient.norm().item() - norm), name).toBeLessThan(2e-4 * norm + 1e-7);
    const own = gradient
      .mul(spread(gradient.shape, 29, 53))
      .sum()
      .item();
    expect(Math.abs(own - product), name).toBeLessThan(2e-4 * norm * Math.sqrt(gradient.numel) + 1e-7);
  }
}

test("Decision Transformer: outputs and the gradient of each parameter", () => {
  using generator = Generator.create({ seed: 0 });
  const policy = own(new DecisionTransformer(sizes, generator).eval());
  set(policy);
  scope(() => {
    const actions = whole([ROWS, 6], 5, ACTIONS);
    const all = steps([0, 1, 2, 3, 4, 5], {
      ...{ actions, rewards: spread([ROWS, 6], 3, 7) },
      returnsToGo: spread([ROWS, 6], 7, 19, 3),
    });
    compare(policy, all, actions, 6, dt);
  });
});

test("Agentic Transformer over three episodes, one of them completed: outputs and gradients of the last one's loss", () => {
  using generator = Generator.create({ seed: 0 });
  const policy = own(new AgenticTransformer({ ...sizes, keepsEpisodes: 2 }, generator).eval());
  set(policy);
  scope(() => {
    const actions = whole([ROWS, 8], 5, ACTIONS);
    const all = steps([0, 1, 2, 0, 1, 2, 0, 1], {
      ...{ actions, rewards: tensor(at.rewards), returnsToGo: tensor(at.returnsToGo) },
    });
    compare(policy, all, actions, 2, at);
  });
});
